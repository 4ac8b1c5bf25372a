import pytest

from lensbus.session.event import Output, Raw, Send, SetLine, SetLink, SetRate
from lensbus.session.wires import DATA, Wires

A, B = Send(b"AA", Raw(b"AA")), Send(b"B", Raw(b"B"))
LOW, HIGH = SetLine("sync", False), SetLine("sync", True)
RATE = SetRate(9600, 0.0)


def wires(*said: Output) -> Wires:
    """Wires over which this was said at second 0."""
    made = Wires()
    for output in said:
        made.add(output, 0.0)
    return made


def test_what_nothing_holds_leaves_at_once_and_in_order() -> None:
    made = wires(A, LOW, RATE, B)

    assert made.deadline == 0.0
    assert made.take(0.0) == [A, LOW, RATE, B]
    assert made.take(9.0) == []
    assert made.deadline is None


def test_what_follows_a_delayed_frame_waits_for_it() -> None:
    made = wires(A)
    made.add(B, 0.0, 0.5)
    made.add(LOW, 0.1)
    made.add(A, 0.6)

    assert made.take(0.4) == [A]
    assert made.deadline == 0.5
    assert made.take(0.5) == [B, LOW]
    assert made.take(0.6) == [A]


def test_a_slow_side_is_late_with_each_frame_and_never_out_of_order() -> None:
    made = Wires()
    made.late_s = 0.2
    made.add(A, 1.0)
    made.add(B, 1.1)
    made.late_s = 0.0
    made.add(RATE, 1.15)
    made.add(A, 1.16)

    assert made.take(1.19) == []
    assert made.take(1.2) == [A]
    assert made.take(1.2999) == []
    assert made.take(1.3000001) == [B, RATE, A]


@pytest.mark.parametrize("up", [True, False])
def test_a_link_that_changes_loses_what_waits(up: bool) -> None:
    made = wires(A)
    made.begin(up=up)

    assert made.take(0.0) == []


def test_what_is_lost_is_what_waits_and_not_what_is_out() -> None:
    made = wires(A)
    made.put(SetLink(False))
    made.lose()

    assert made.take(0.0) == [SetLink(False)]


def test_a_data_wire_that_is_stuck_high_is_silent() -> None:
    made = Wires()
    made.stick(DATA, high=True, idle=False)
    made.add(A, 0.0)
    made.add(LOW, 0.0)

    assert made.take(0.0) == [LOW]

    made.free(DATA)
    made.add(B, 1.0)

    assert made.take(1.0) == [B]


def test_a_data_wire_that_is_stuck_low_sounds_like_zeros() -> None:
    made = wires(RATE)
    made.take(0.0)
    made.stick(DATA, high=False, idle=False)
    made.add(A, 0.0)
    said = [out.data for out in made.take(0.0) if isinstance(out, Send)]

    assert said == [b"\0", b"\0\0"]


def test_a_data_wire_that_is_stuck_before_it_is_used_shows_no_edge() -> None:
    made = wires(A)
    made.take(0.0)
    made.begin(up=True)
    made.stick(DATA, high=False, idle=False)

    assert made.take(0.0) == []


@pytest.mark.parametrize(
    ("before", "high", "during", "edges"),
    [
        pytest.param([], True, [], [], id="idle high, stuck high"),
        pytest.param([], False, [], [LOW, HIGH], id="idle high, stuck low"),
        pytest.param([LOW], False, [HIGH], [LOW, HIGH], id="low, stuck low, wants to rise"),
        pytest.param([LOW], True, [], [LOW, HIGH, LOW], id="low, stuck high"),
        pytest.param([], True, [LOW, HIGH, LOW, HIGH], [], id="pulses are lost"),
        pytest.param([], False, [LOW], [LOW], id="stuck where it goes"),
    ],
)
def test_a_stuck_line_loses_its_edges_and_has_the_right_level_when_it_is_free(
    before: list[Output], high: bool, during: list[Output], edges: list[Output]
) -> None:
    made = wires(*before)
    out = made.take(0.0)
    made.stick("sync", high=high, idle=True)
    for output in during:
        made.add(output, 1.0)
    out += made.take(1.0)
    made.free("sync")
    out += made.take(2.0)

    assert out == edges


def test_a_line_that_is_stuck_again_changes_only_its_level() -> None:
    made = Wires()
    made.stick("sync", high=False, idle=True)
    made.stick("sync", high=False, idle=True)
    made.stick("sync", high=True, idle=True)
    made.free("sync")

    assert made.take(0.0) == [LOW, HIGH]


@pytest.mark.parametrize(("high", "expected"), [(False, [LOW]), (True, [])])
def test_a_new_link_finds_stuck_what_is_stuck(high: bool, expected: list[Output]) -> None:
    made = Wires()
    made.stick("sync", high=high, idle=True)
    made.stick(DATA, high=True, idle=False)
    made.take(0.0)
    made.begin(up=False)

    assert made.take(0.0) == []

    made.begin(up=True)

    assert made.take(0.0) == expected
