"""Each step, passed and failed, by real pairs of which one is wrong in one way."""

from dataclasses import replace
from random import Random

import pytest

from lensbus.bench.checks import CHECKS, Verdict, failed, judge, passed, skipped
from lensbus.bench.matrix import Cell, run
from lensbus.bench.pair import LENS, pair
from lensbus.bench.story import Story
from lensbus.devices.profile import LensProfile
from lensbus.session.faults import Rule
from lensbus.session.log import Record
from tests.peers import S1, SPEC, ZOOM


def verdicts(lens: LensProfile, seconds: float = 3.0) -> dict[str, Verdict]:
    return {one.step: one for one in run(SPEC, Cell(S1, lens), Random(1), seconds).verdicts}


def spoilt(*rules: Rule) -> dict[str, Verdict]:
    """What is told of a pair whose lens's answers suffer."""
    made = pair(SPEC, S1, ZOOM, faults={LENS: (rules, Random(1))})
    return {one.step: one for one in judge(Story(made.run(4.0, Random(1))), CHECKS)}


def dropped(message: str) -> list[Rule]:
    """So often that no retry helps."""
    return [Rule("drop", message=message, nth=nth) for nth in range(1, 60)]


def test_a_sound_lens_passes_every_step_in_order() -> None:
    found = verdicts(ZOOM)
    times = [one.t for one in found.values()]

    assert {"passed"} == {one.grade for one in found.values()}
    assert None not in times
    assert times == sorted(times, key=lambda t: t or 0.0)
    assert list(CHECKS) == list(found)


WRONG = {
    "never homes": (replace(ZOOM, homing_s=1e6), "home", "homing did not end within 2.0 s"),
    "homes late": (replace(ZOOM, homing_s=2.3), "home", "homing did not end within 2.0 s"),
    "slow focus": (
        replace(ZOOM, focus_speed=10.0),
        "focus",
        "asked for focus at 6000 counts, told 1",
    ),
    "slow iris": (replace(ZOOM, iris_speed=100.0), "aperture", "asked f/8, told f/4."),
}


@pytest.mark.parametrize(("lens", "step", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_lens_fails_its_step_for_a_reason_that_people_understand(
    lens: LensProfile, step: str, reason: str
) -> None:
    found = verdicts(lens)
    first = next(one for one in found.values() if one.grade == "failed")

    assert step == first.step
    assert first.reason.startswith(reason)


def test_what_comes_after_a_failure_and_never_began_is_skipped() -> None:
    found = verdicts(replace(ZOOM, homing_s=1e6))
    reasons = {step: one.reason for step, one in found.items() if one.grade == "skipped"}

    assert reasons == dict.fromkeys(
        ("focus", "aperture", "sleep", "wake"), "not reached: home failed"
    )
    assert found["detach"].grade == "passed"


def test_what_never_began_for_no_reason_is_a_failure_that_says_what_to_do() -> None:
    found = verdicts(replace(ZOOM, capabilities=("autofocus",)), seconds=1.5)

    assert found["sleep"].reason == "not begun in 1.5 s: try more --seconds"


def test_a_short_run_tells_how_long_it_waited_for_homing() -> None:
    found = verdicts(replace(ZOOM, homing_s=1e6), seconds=0.6)

    assert found["home"].reason == "homing did not end within 0.5 s"


@pytest.mark.parametrize(("lacks", "step"), [("autofocus", "focus"), ("aperture", "aperture")])
def test_a_lens_that_has_no_parts_for_a_step_is_not_asked(lacks: str, step: str) -> None:
    able = tuple(one for one in ZOOM.capabilities if one != lacks)
    found = verdicts(replace(ZOOM, capabilities=able))
    others = {one.grade for one in found.values() if one.step != step}

    assert ("skipped", {"passed"}) == (found[step].grade, others)
    assert found[step].reason


@pytest.mark.parametrize(
    ("answer", "step", "reason"),
    [
        ("identity", "identify", "no answer to identify"),
        ("optics", "identify", "no answer to get_optics"),
        ("asleep", "sleep", "no answer to sleep"),
        ("awake", "wake", "no answer to wake"),
    ],
)
def test_an_answer_that_never_comes_is_told_by_its_question(
    answer: str, step: str, reason: str
) -> None:
    found = spoilt(*dropped(answer))

    assert ("failed", reason) == (found[step].grade, found[step].reason)
    assert found["clean"].grade == "failed"


def test_a_lens_of_another_version_is_told_with_both_versions() -> None:
    newer = pair(SPEC, replace(S1, protocol=(2, 2)), replace(ZOOM, protocol=(1, 1)))
    found = [one for one in judge(Story(newer.run(3.0, Random(1))), CHECKS) if one.reason]

    assert found[0] == Verdict(
        "identify",
        "failed",
        None,
        "the body heard no common version: identity.protocol, got 1 to 1, wanted 2 to 2",
    )


def test_one_fault_in_a_run_that_went_well_is_a_failure_all_the_same() -> None:
    found = spoilt(Rule("flip", message="status", nth=3))

    assert found["wake"].grade == "passed"
    assert found["clean"].reason == "the body heard bad checksum"


def test_a_lens_that_is_not_felt_is_not_attached() -> None:
    (verdict,) = judge(Story(()), {"attach": CHECKS["attach"]})

    assert verdict == Verdict("attach", "failed", None, "the body felt no lens")


def test_sides_that_go_on_without_each_other_are_not_detached() -> None:
    made = pair(SPEC, S1, ZOOM)
    found = {one.step: one for one in judge(Story(made.run(1.2, Random(1))), CHECKS)}

    assert found["detach"].reason == "without its peer, the body is ready"


def test_a_lens_that_wakes_and_is_not_ready_again_has_not_woken() -> None:
    records: list[Record] = []
    for record in pair(SPEC, S1, ZOOM).run(4.0, Random(1)):
        if record.state == "ready" and any(r.state == "waking" for r in records):
            break
        records.append(record)
    found = {one.step: one for one in judge(Story(records), CHECKS)}

    assert found["wake"].reason.startswith("awake, but not ready again within 0.0 s")


def test_findings_are_made_in_few_words() -> None:
    assert passed(1.0) == ("passed", 1.0, "")
    assert failed("why") == ("failed", None, "why")
    assert skipped("why") == ("skipped", None, "why")
