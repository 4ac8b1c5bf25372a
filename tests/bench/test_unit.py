from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.bench.unit import Unit
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, LinkUp, Output, Restart, Send, SetLine, SetRate
from tests.peers import (
    ATTACHED,
    BARE,
    IDENTIFY,
    IDENTITY,
    LENS_ANSWERS,
    LINES,
    SAY,
    SET_RATE,
    SPEC,
    Scripted,
    called,
    frame,
    sent,
    verbs,
)

RESTART_S = 0.05
SLOW = SetRate(115_200, 0.0)
INTO = {"reset": [Restart("bootloader")]}
BACK = {"reset": [Restart("application")]}
RESET = frame(SAY("reset"), 1)

Answers = Mapping[str, Sequence[Act]]


class Bench:
    """A real unit of two programs, each a lens that does as it is told."""

    def __init__(
        self,
        application: Answers = INTO,
        bootloader: Answers = BACK,
        at: Sequence[tuple[float, Sequence[Act]]] = (),
    ) -> None:
        self.application = Scripted({**LENS_ANSWERS, **application}, at)
        self.bootloader = Scripted({**LENS_ANSWERS, **bootloader})
        devices = {"application": self.application, "bootloader": self.bootloader}
        programs = {
            name: Endpoint(SPEC, "lens", device, program=name) for name, device in devices.items()
        }
        self.unit = Unit(programs.__getitem__, RESTART_S)

    def plugged(self, lines: frozenset[str] = BARE) -> Unit:
        """The unit, on a link and with power."""
        self.unit.link_changed(True, 0.0, lines)
        if "power" in lines:
            self.unit.line_changed("power", True, 0.0)
        self.unit.take_output()
        self.unit.take_records()
        return self.unit

    def restarted(self, lines: frozenset[str] = BARE) -> Unit:
        """The unit, in its bootloader."""
        unit = self.plugged(lines)
        unit.receive(RESET, 1.0)
        unit.tick(1.0 + RESTART_S)
        unit.take_output()
        unit.take_records()
        return unit


def steps(outputs: Sequence[Output]) -> list[str]:
    """What is put on the link, in a word each."""
    return [called(out.what) if isinstance(out, Send) else type(out).__name__ for out in outputs]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_first_program_runs_at_first(bench: Bench) -> None:
    bench.unit.link_changed(True, 0.0, LINES)

    assert [LinkUp(LINES, "application")] == bench.application.told
    assert bench.bootloader.told == []
    assert bench.unit.state == "off"


def test_the_running_program_hears_and_answers(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(frame(IDENTIFY, 9), 0.1)

    assert unit.state == "listening"
    assert verbs(unit.take_records()) == [("heard", "identify"), ("said", "identity")]
    assert [frame(IDENTITY, 9)] == sent(unit)


def test_output_and_records_are_given_once(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(frame(IDENTIFY, 9), 0.1)
    unit.take_output()
    unit.take_records()

    assert unit.take_output() == []
    assert unit.take_records() == []


def test_what_is_due_is_what_the_running_program_has_due() -> None:
    bench = Bench(at=[(0.5, [])])
    unit = bench.plugged()

    assert unit.deadline == 0.5
    unit.tick(0.4)
    assert unit.deadline == 0.5
    unit.tick(0.5)
    assert unit.deadline is None


def test_a_restart_takes_its_time_and_then_the_next_program_runs(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(RESET, 1.0)

    assert unit.deadline == 1.0 + RESTART_S
    unit.tick(1.0 + RESTART_S / 2)
    assert bench.bootloader.told == []
    unit.tick(1.0 + RESTART_S)
    assert bench.bootloader.names == ["up", "power_on"]
    assert unit.deadline is None


def test_a_unit_is_deaf_during_a_restart(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(RESET + frame(IDENTIFY, 2), 1.0)
    unit.receive(frame(IDENTIFY, 3), 1.01)
    unit.tick(1.0 + RESTART_S)

    assert sent(unit) == []
    assert "identify" not in bench.application.names + bench.bootloader.names


def test_after_a_restart_the_next_program_hears_and_answers(bench: Bench) -> None:
    unit = bench.restarted()
    unit.receive(frame(IDENTIFY, 9), 1.1)

    assert [frame(IDENTITY, 9)] == sent(unit)
    assert bench.bootloader.names[-1] == "identify"
    assert "identify" not in bench.application.names


def test_a_program_can_restart_into_itself() -> None:
    bench = Bench(BACK)
    bench.restarted()

    assert bench.application.names == ["up", "power_on", "reset", "up", "power_on"]
    assert bench.bootloader.told == []


def test_each_program_can_lead_back_to_the_other(bench: Bench) -> None:
    unit = bench.restarted()
    unit.receive(RESET, 2.0)
    unit.tick(2.0 + RESTART_S)

    assert bench.application.names == ["up", "power_on", "reset", "up", "power_on"]
    assert bench.bootloader.names == ["up", "power_on", "reset"]


def test_old_output_goes_before_the_new_program_speaks_at_the_slow_rate(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(frame(IDENTIFY, 1) + frame(SET_RATE, 2) + frame(SAY("reset"), 3), 1.0)
    unit.tick(1.0 + RESTART_S)
    outputs = unit.take_output()

    assert steps(outputs) == ["identity", "rate_set", "SetRate", "SetRate", "SetRate"]
    assert outputs[-1] == SLOW


def test_old_output_may_be_taken_during_the_restart(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(frame(IDENTIFY, 1) + frame(SAY("reset"), 2), 1.0)

    assert steps(unit.take_output()) == ["identity"]
    unit.tick(1.0 + RESTART_S)
    assert unit.take_output() == [SLOW]


def test_records_of_both_programs_are_in_order(bench: Bench) -> None:
    unit = bench.plugged()
    unit.receive(RESET, 1.0)
    unit.tick(1.0 + RESTART_S)
    found = [("heard", "reset"), ("noted", "Restart"), ("noted", "up"), ("heard", "power_on")]

    assert found == verbs(unit.take_records())


def test_lines_keep_their_levels_over_a_restart(bench: Bench) -> None:
    bench.restarted(LINES)

    assert bench.bootloader.told[0] == LinkUp(LINES, "bootloader")
    assert bench.bootloader.names == ["up", "power_on"]


@pytest.mark.parametrize(("high", "heard"), [(True, ["power_on"]), (False, ["power_off"])])
def test_a_level_that_changes_during_a_restart_is_told_after_it(
    bench: Bench, high: bool, heard: list[str]
) -> None:
    unit = bench.plugged(LINES)
    unit.receive(RESET, 1.0)
    unit.line_changed("power", high, 1.01)

    assert bench.bootloader.told == []
    unit.tick(1.0 + RESTART_S)
    assert heard == bench.bootloader.names[1:]


def test_a_pulse_on_the_reset_line_restarts_once(bench: Bench) -> None:
    unit = bench.plugged(LINES)
    unit.line_changed("reset", False, 1.0)
    unit.line_changed("reset", True, 1.001)

    assert unit.deadline == 1.0 + RESTART_S
    unit.tick(1.0 + RESTART_S)
    assert bench.bootloader.names == ["up", "power_on"]
    assert unit.deadline is None


def test_a_reset_line_that_stays_low_restarts_again_and_again(bench: Bench) -> None:
    unit = bench.plugged(LINES)
    unit.line_changed("reset", False, 1.0)
    for _ in range(3):
        unit.tick(unit.deadline or 0.0)

    assert unit.deadline == pytest.approx(1.0 + 4 * RESTART_S)
    assert bench.bootloader.names[:3] == ["up", "power_on", "reset"]
    assert bench.application.names.count("up") == 2


def test_a_deadline_can_lead_to_a_restart() -> None:
    bench = Bench(at=[(0.5, [Restart("bootloader")])])
    unit = bench.plugged()
    unit.tick(0.5)

    assert unit.deadline == 0.5 + RESTART_S
    unit.tick(0.5 + RESTART_S)
    assert bench.bootloader.names == ["up", "power_on"]


def test_a_program_can_leave_as_soon_as_it_runs() -> None:
    bench = Bench(application={"up": [ATTACHED, Restart("bootloader")]})
    bench.unit.link_changed(True, 0.0, LINES)

    assert bench.unit.deadline == RESTART_S
    assert [SLOW, SetLine("detect", False)] == bench.unit.take_output()
    bench.unit.tick(RESTART_S)
    assert bench.bootloader.names == ["up"]


def test_when_the_link_comes_back_the_unit_is_in_its_first_program(bench: Bench) -> None:
    unit = bench.restarted()
    unit.link_changed(False, 2.0)
    unit.receive(frame(IDENTIFY, 1), 2.1)

    assert unit.deadline is None
    unit.link_changed(True, 3.0, BARE)
    assert bench.application.names[-2:] == ["up", "power_on"]
    assert bench.bootloader.names == ["up", "power_on", "down"]


@pytest.mark.parametrize("up", [True, False])
def test_a_link_that_changes_ends_a_restart(bench: Bench, up: bool) -> None:
    unit = bench.plugged()
    unit.receive(frame(IDENTIFY, 1) + frame(SAY("reset"), 2), 1.0)
    unit.link_changed(up, 1.01, BARE)
    unit.tick(1.0 + RESTART_S)

    assert bench.bootloader.told == []
    assert unit.take_output() == [SLOW]
    assert bench.application.names[4:] == (["up", "power_on"] if up else ["down"])


def test_levels_of_a_link_that_is_gone_are_forgotten(bench: Bench) -> None:
    unit = bench.plugged(LINES)
    unit.link_changed(False, 1.0)
    unit.link_changed(True, 2.0, LINES)
    unit.line_changed("reset", False, 2.2)
    unit.line_changed("reset", True, 2.2)
    unit.tick(2.2 + RESTART_S)

    assert bench.bootloader.names == ["up"]


STREAM = b"".join(
    [frame(IDENTIFY, 1), b"\x00", frame(SET_RATE, 2), frame(SAY("reset"), 3), frame(IDENTIFY, 4)]
)


@given(st.sets(st.integers(1, len(STREAM) - 1)))
def test_any_cut_of_one_stream_gives_the_same_records_and_output(cuts: set[int]) -> None:
    whole, cut = Bench().plugged(), Bench().plugged()
    whole.receive(STREAM, 1.0)
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        cut.receive(STREAM[start:end], 1.0)
    for unit in (whole, cut):
        unit.tick(1.0 + RESTART_S)

    assert whole.take_records() == cut.take_records()
    assert whole.take_output() == cut.take_output()
    assert whole.state == cut.state == "listening"
