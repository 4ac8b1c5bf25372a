import pytest

from lensbus.conformance.cases import Beats, Every, Expect, Quiet, Rest, Say
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import (
    Playing,
    Problem,
    beats,
    every,
    expect,
    quiet,
    rest,
    wait,
)
from lensbus.session.event import Event
from lensbus.wire.message import Fault, Message
from tests.conformance.test_stage import stage as made

HOMED, BUSY = Message("homed", {"focus_position": 0}, 1), Message("busy", {"opcode": 5}, 1)
OPTICS = Message("optics", {"focal_wide": 20}, 1)
REFUSED = Message("refused", {"opcode": 4, "reason": "unsupported"}, 1)


def ready() -> Stage:
    stage = made(lines=frozenset())
    stage.say(Say("get_optics"))
    return stage


def led(playing: Playing, stage: Stage, *events: tuple[float, Event | None]) -> Problem | None:
    """Send events, each at its time; the first None is the end."""
    next(playing)
    try:
        for at, event in events:
            stage.now = at
            if isinstance(event, Message):
                stage.hear(event)
            playing.send(event)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return] # what a generator gives
    raise AssertionError("it still waits")


def test_what_is_expected_ends_the_wait() -> None:
    stage = ready()

    assert led(expect(Expect(("optics",)), stage), stage, (0.01, OPTICS)) is None


@pytest.mark.parametrize(
    ("event", "actual"),
    [
        (None, "nothing came"),
        (Fault("no reply", path="get_optics"), "no reply get_optics"),
        (Fault("bad checksum"), "bad checksum"),
        (Message("homed", {"focus_position": 0}, 1), "homed focus_position=0"),
        (REFUSED, "refused opcode=4 reason=unsupported"),
    ],
)
def test_anything_else_is_a_failure_and_told(event: Event | None, actual: str) -> None:
    stage = ready()
    problem = led(expect(Expect(("optics",)), stage), stage, (0.01, event))

    assert problem is not None
    assert (problem.verdict, problem.actual) == ("FAIL", actual)


def test_what_is_no_answer_is_passed_over() -> None:
    stage = ready()
    events: list[tuple[float, Event]] = [
        (0.0, Fault("no reply", path="home")),
        (0.0, Fault("silence")),
        (0.0, Message("status", {}, 2)),
        (0.0, BUSY),
    ]

    assert led(expect(Expect(("optics",)), stage), stage, *events[:3], (0.01, OPTICS)) is None


def test_a_refusal_of_what_is_optional_is_no_failure() -> None:
    stage = ready()
    stage.optional = frozenset({"get_optics"})
    problem = led(expect(Expect(("optics",)), stage), stage, (0.01, REFUSED))

    assert problem is not None
    assert problem.verdict == "UNIMPLEMENTED"


def test_what_comes_too_soon_is_a_failure() -> None:
    stage = ready()
    playing = expect(Expect(("optics",), after_s=0.5), stage)
    problem = led(playing, stage, (0.25, OPTICS))

    assert problem is not None
    assert problem.actual == "it came after 0.25 s"


def test_wrong_fields_fail_at_once_but_in_the_cycle_only_in_the_end() -> None:
    for cycles, events in ((False, [(0.1, OPTICS)]), (True, [(0.1, OPTICS), (3.0, None)])):
        stage = ready()
        wanted = Expect(("optics",), {"focal_wide": 24}, cycles=cycles)
        problem = led(expect(wanted, stage), stage, *events)

        assert problem is not None
        assert problem.actual == "focal_wide: got 20, wanted 24"


def test_what_must_never_come_fails_at_once() -> None:
    stage = ready()
    playing = expect(Expect(("reset",), never=("status",)), stage)
    problem = led(playing, stage, (0.1, Message("status", {}, 1)))

    assert problem is not None
    assert problem.actual == "status"


def test_an_answer_to_what_was_asked_before_makes_a_case_impossible() -> None:
    stage = made(lines=frozenset())
    stage.say(Say("home"))
    stage.spot = type(stage.spot)("homing", asked="home", met=True)
    stage.say(Say("wake"))
    problem = led(expect(Expect(("refused",)), stage), stage, (0.0, HOMED))

    assert problem is not None
    assert problem.verdict == "SKIP"


@pytest.mark.parametrize(
    ("step", "event", "fails"),
    [
        (Quiet(1.0), OPTICS, True),
        (Quiet(1.0), Message("status", {}, 1), False),
        (Quiet(1.0), Message("attached"), False),
        (Quiet(1.0, of=("status",)), Message("status", {}, 1), True),
        (Quiet(1.0, of=("status",)), OPTICS, False),
        (Quiet(1.0), Fault("unexpected reply"), True),
        (Quiet(1.0), Fault("no reply"), False),
    ],
)
def test_nothing_may_come_while_it_is_to_be_quiet(step: Quiet, event: Event, fails: bool) -> None:
    stage = made(lines=frozenset())

    assert (led(quiet(step, stage), stage, (0.1, event), (1.0, None)) is not None) == fails


def test_in_the_cycle_every_frame_must_be_sound() -> None:
    for cycles in (True, False):
        stage = made(lines=frozenset())
        playing = rest(Rest(1.0, cycles=cycles), stage)
        problem = led(playing, stage, (0.1, Fault("bad checksum")), (1.0, None))

        assert (problem is not None) == cycles


def test_a_wait_ends_with_its_time() -> None:
    stage = made(lines=frozenset())

    assert led(wait(1.0, stage), stage, (0.5, OPTICS), (1.0, None)) is None


WIDE = Every(("optics",), {"focal_wide": 20}, 1.0)
EVEN = Beats("sync", 4, {"at_least": 9, "at_most": 11}, 0.1)


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ([OPTICS, OPTICS], ""),
        ([OPTICS, BUSY, Fault("no reply")], ""),
        ([OPTICS, Message("optics", {"focal_wide": 21}, 1)], "FAIL"),
        ([OPTICS, Fault("bad checksum")], "FAIL"),
        ([BUSY], "UNIMPLEMENTED"),
    ],
)
def test_each_message_is_held_to_the_same_and_one_must_come(
    events: list[Event], verdict: str
) -> None:
    stage = made(lines=frozenset())
    problem = led(every(WIDE, stage), stage, *((0.1, event) for event in events), (1.0, None))

    assert (problem.verdict if problem else "") == verdict


@pytest.mark.parametrize(
    ("times", "actual"),
    [
        ((0.1, 0.2, 0.3, 0.4), ""),
        ((0.1, 0.205, 0.3, 0.4), ""),
        ((0.1, 0.22, 0.31, 0.4), "one came after 0.12 s"),
        ((0.1, 0.3, 0.5, 0.7), "hz: got 5.0, wanted at least 9"),
        ((0.1, 0.15, 0.2, 0.25), "hz: got 20.0, wanted at most 11"),
        ((0.1, 0.2), "it came 2 times"),
    ],
)
def test_a_rhythm_is_measured(times: tuple[float, ...], actual: str) -> None:
    stage, sync = made("body", lines=frozenset()), Message("sync")
    events: list[tuple[float, Event | None]] = [(at, sync) for at in times]
    problem = led(beats(EVEN, stage), stage, *events, (9.0, None))

    assert (problem.actual if problem else "") == actual
