from dataclasses import replace

from lensbus.golden.kept import keep
from lensbus.spec.load import load
from lensbus.spec.versions import at
from tests.golden.runs import DEMO, FAULTY, kept
from tests.peers import SPEC


def test_a_golden_trace_tells_how_it_was_made_and_in_which_spec() -> None:
    one = kept()

    assert one.made.how == "sim"
    assert one.made.facts == {
        "lens": "panasonic_s_20_60",
        "body": "panasonic_s1",
        "spec": "l_mount",
        "seconds": 2.2,
        "seed": 1,
    }
    assert (one.program, one.spec, one.version) == ("1.2.3", "l_mount/lens", 2)
    assert one.tolerance_s == 0.002


def test_the_version_is_the_one_that_was_spoken() -> None:
    assert kept(FAULTY).version == 1


def test_it_hangs_on_what_it_holds() -> None:
    assert {"messages.status", "replies.home", "roles.lens", "frames.strip"} <= kept().parts.keys()
    assert not {"messages.wake", "replies.wake", "messages.refused"} & kept().parts.keys()


def test_a_spec_that_is_as_it_was_touches_nothing() -> None:
    assert kept().touched(SPEC) == kept().touched(load("l_mount")) == []


def test_a_version_that_is_gone_touches_all() -> None:
    assert replace(kept(), version=9).touched(SPEC) == ["version 9"]
    assert kept().touched(at(SPEC, 1)) == ["version 2"]


def test_a_run_that_says_nothing_can_be_kept() -> None:
    nothing = keep(SPEC, [], DEMO.made, "1")

    assert nothing.said == []
    assert nothing.version == SPEC.version
