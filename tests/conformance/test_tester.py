import pytest

from lensbus.conformance.ground import Ground
from lensbus.conformance.stage import Stage
from lensbus.conformance.tester import CASE, VERDICT
from lensbus.conformance.tester import Tester as Player
from lensbus.conformance.usual import Play
from lensbus.session.event import LinkDown, LinkUp, Note
from lensbus.wire.message import Fault, Message
from tests.conformance.tested import honest
from tests.peers import SPEC

CASES = honest("lens").cases


def player(*addresses: str) -> Player:
    return Player(Stage(Ground(SPEC, "lens"), Play(), {}), [CASES[each] for each in addresses])


def notes(acts: object) -> list[Note]:
    return [act for act in acts if isinstance(act, Note)]  # type: ignore[attr-defined] # acts


def test_it_waits_for_a_link() -> None:
    one = player("lens/listening/identify")

    assert one.deadline is None
    assert not one.done


def test_a_case_begins_with_a_note_and_ends_with_its_verdict() -> None:
    one = player("lens/off/frames")
    began = list(one.on_event(LinkUp(frozenset(SPEC.link.lines), "tester"), 0.0))
    said = [act.name for act in began if isinstance(act, Message)]
    ended = list(one.on_event(Message("identity", {}, 1), 0.01))

    assert notes(began)[0].about == CASE
    assert "identify" in said
    (verdict,) = notes(ended)
    assert (verdict.about, verdict.facts["verdict"]) == (VERDICT, "FAIL")
    assert verdict.facts["expected"] == "no answer within 0.1 s"
    assert one.done
    assert one.deadline is None


def test_a_case_whose_line_is_missing_is_skipped() -> None:
    one = player("lens/ready/power_off")
    acts = list(one.on_event(LinkUp(frozenset(), "tester"), 0.0))

    assert notes(acts)[-1].facts["verdict"] == "SKIP"
    assert notes(acts)[-1].facts["actual"] == "the link has no line power"


@pytest.mark.parametrize(
    ("address", "verdict"),
    [("lens/meaning/no_errors", "NON-STRICT"), ("lens/meaning/busy", "FAIL")],
)
def test_what_a_failure_is_depends_on_the_level(address: str, verdict: str) -> None:
    case = CASES.get(address) or CASES["lens/ready/sleep"]

    assert {"MUST": "FAIL", "SHOULD": "NON-STRICT"}[case.level] == verdict


def test_a_link_that_goes_ends_the_wait_and_one_that_comes_begins_the_case_again() -> None:
    one = player("lens/listening/identify")
    up = LinkUp(frozenset(SPEC.link.lines), "tester")
    list(one.on_event(up, 0.0))
    list(one.on_event(LinkDown(), 0.01))

    assert one.deadline is None
    assert notes(one.on_event(up, 0.5))[0].about == CASE


def test_faults_reach_the_case() -> None:
    one = player("lens/off/frames")
    list(one.on_event(LinkUp(frozenset(SPEC.link.lines), "tester"), 0.0))
    (verdict,) = notes(one.on_event(Fault("noise"), 0.01))

    assert verdict.facts["actual"] == "noise"
