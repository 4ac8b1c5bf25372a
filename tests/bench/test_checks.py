"""Each step, passed and failed, by real pairs of which one is wrong in one way."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from lensbus.bench.checks import SILENT, attach, checks
from lensbus.bench.matrix import Cell, run
from lensbus.bench.pair import LENS, pair
from lensbus.bench.scene import Scene
from lensbus.bench.story import Story
from lensbus.bench.verdict import Verdict, judge
from lensbus.devices.power import BROWN_OUT
from lensbus.devices.profile import LensProfile
from lensbus.devices.script import Step
from lensbus.front.named import load_scene, load_setting
from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from tests.peers import S1, SPEC, ZOOM

SETTING = load_setting("l_mount", "chart")
CHECKS = checks(SETTING.numbers)


def verdicts(
    lens: LensProfile, seconds: float = 3.0, scene: Scene | None = SETTING.scene
) -> dict[str, Verdict]:
    setting = replace(SETTING, scene=scene)
    outcome = run(setting, Cell(S1, lens), Random(1), seconds)
    return {one.step: one for one in outcome.verdicts}


def spoilt(*rules: Rule) -> dict[str, Verdict]:
    """What is told of a pair whose lens's answers suffer."""
    return judged(pair(SPEC, S1, ZOOM, faults={LENS: (rules, Random(1))}).run(4.0, Random(1)))


def judged(records: Iterable[Record]) -> dict[str, Verdict]:
    return {one.step: one for one in judge(Story(records), CHECKS)}


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
    "another's number": (
        replace(ZOOM, focal_mm=(24.0, 105.0), open_f=(4.0, 4.0)),
        "number",
        "lens number 0x400b is known as LUMIX S 20-60mm F3.5-5.6, but its optics say 24-105mm F4",
    ),
    "never homes": (replace(ZOOM, homing_s=1e6), "home", "homing did not end within 2.0 s"),
    "homes late": (replace(ZOOM, homing_s=2.3), "home", "homing did not end within 2.0 s"),
    "slow focus": (
        replace(ZOOM, focus_speed=10.0),
        "focus",
        "AF neither locked nor gave up within 5.0 s",
    ),
    "slow iris": (replace(ZOOM, iris_speed=100.0), "aperture", "asked f/8, told f/"),
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
    found = judged(pair(SPEC, S1, ZOOM, script=()).run(1.5, Random(1)))

    assert found["focus"].reason == "not begun in 1.5 s: try more --seconds"


def test_a_subject_that_is_too_near_is_told_with_both_distances() -> None:
    found = verdicts(ZOOM, scene=load_scene("too_near"))

    assert found["focus"].reason == "AF gave up: nearest focus 0.15 m, subject 0.06 m"
    assert found["aperture"].grade == "passed"


def test_a_scene_that_is_too_dark_is_told_as_the_body_does() -> None:
    dark = Scene("night", ((0.0, 4000.0),), repeats=False, light_lux=1e-6)

    assert verdicts(ZOOM, scene=dark)["focus"].reason.startswith("AF gave up: autofocus: gave up")


def test_without_anything_to_look_at_focus_is_left_out() -> None:
    found = verdicts(ZOOM, scene=None)

    assert (found["focus"].grade, found["focus"].reason) == (
        "skipped",
        "autofocus: off: there is nothing to look at",
    )


def test_an_iris_that_stands_elsewhere_is_told_with_both_f_numbers() -> None:
    asked = Step(0.0, "aperture_set", {"aperture_av256": 1536})
    made = pair(SPEC, S1, replace(ZOOM, closed_f=5.6), script=[asked])

    assert judged(made.run(1.5, Random(1)))["aperture"].reason == "asked f/8, told f/5.6"


def test_a_short_run_tells_how_long_it_waited_for_homing() -> None:
    found = verdicts(replace(ZOOM, homing_s=1e6), seconds=0.3)

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
    found = [one for one in judged(newer.run(3.0, Random(1))).values() if one.reason]

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


def test_a_brown_out_is_told_with_what_was_drawn_and_what_there_was() -> None:
    note = Note("brown-out: it draws 420 mA, the body gives 300 mA", BROWN_OUT)
    (verdict,) = judge(Story([Record(1.0, LENS, "noted", note)]), {"clean": CHECKS["clean"]})

    assert (verdict.grade, verdict.reason) == ("failed", note.text)


def test_a_lens_that_is_not_felt_is_not_attached() -> None:
    (verdict,) = judge(Story(()), {"attach": attach})

    assert verdict == Verdict("attach", "failed", None, "the body felt no lens")


def test_sides_that_go_on_without_each_other_are_not_detached() -> None:
    made = pair(SPEC, S1, ZOOM)
    found = judged(made.run(1.2, Random(1)))

    assert found["detach"].reason == "without its peer, the body is ready"


def test_a_lens_that_wakes_and_is_not_ready_again_has_not_woken() -> None:
    records: list[Record] = []
    for record in pair(SPEC, S1, ZOOM).run(4.0, Random(1)):
        if record.state == "ready" and any(r.state == "waking" for r in records):
            break
        records.append(record)
    found = judged(records)

    assert found["wake"].reason.startswith("awake, but not ready again within 0.0 s")


def test_a_passive_adapter_is_one_that_the_body_shows_as_such() -> None:
    made = pair(SPEC, S1, None, script=())
    found = {one.step: one for one in judge(Story(made.run(3.0, Random(1))), SILENT)}

    assert found["passive"].grade == "passed"


@pytest.mark.parametrize(
    ("lens", "seconds", "reason"),
    [
        (ZOOM, 1.0, "something answered"),
        (None, 0.1, "no answer to identify, and nobody is told so"),
        (None, 0.01, "not begun in 0.0 s: try more --seconds"),
    ],
)
def test_what_answers_or_is_not_shown_is_no_passive_adapter(
    lens: LensProfile | None, seconds: float, reason: str
) -> None:
    made = pair(SPEC, S1, lens, script=())
    found = {one.step: one for one in judge(Story(made.run(seconds, Random(1))), SILENT)}

    assert found["passive"].reason == reason
