from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lensbus.golden.align import Both, aligned
from lensbus.golden.said import Said
from tests.golden.runs import cycle, order
from tests.sampled import sampled

TOLERANCE_S = 0.002
EVEN = [n / 50 for n in range(50, 90)]

times = st.lists(st.integers(0, 300).map(lambda ms: ms / 1000), max_size=12).map(sorted)
names = st.sampled_from(["home", "busy", "homed"])
orders = st.lists(st.tuples(st.integers(0, 300), names), max_size=8)


def pairs(wanted: Sequence[Said], got: Sequence[Said]) -> list[tuple[float | None, float | None]]:
    """When each was wanted, and when it came."""
    found = aligned(wanted, got, TOLERANCE_S)
    return [
        (both.wanted.t if both.wanted else None, both.got.t if both.got else None) for both in found
    ]


def alone(
    found: Sequence[tuple[float | None, float | None]],
) -> list[tuple[float | None, float | None]]:
    return [pair for pair in found if None in pair]


def test_one_that_is_missing_from_the_cycle_is_the_one_whose_time_is_empty() -> None:
    without = [t for t in EVEN if t != EVEN[7]]

    assert alone(pairs(cycle(*EVEN), cycle(*without))) == [(EVEN[7], None)]


def test_one_that_is_too_much_in_the_cycle_is_the_one_between() -> None:
    more = sorted([*EVEN, EVEN[7] + 0.01])

    assert alone(pairs(cycle(*EVEN), cycle(*more))) == [(None, EVEN[7] + 0.01)]


def test_a_gap_of_a_second_is_many_that_are_missing() -> None:
    every = [n / 50 for n in range(200)]

    assert alone(pairs(cycle(*every), cycle(*every[:50], *every[100:]))) == [
        (t, None) for t in every[50:100]
    ]


def test_an_order_that_was_not_given_is_missing_and_the_others_are_there() -> None:
    wanted = [order(1.0, "home"), order(2.0, "focus_move"), order(3.0, "sleep")]

    assert pairs(wanted, [wanted[0], wanted[2]]) == [(1.0, 1.0), (2.0, None), (3.0, 3.0)]


def test_one_that_was_asked_again_makes_the_rest_late_once() -> None:
    wanted = [order(1.0, "identify"), order(1.1, "set_rate"), order(1.2, "home")]
    got = [
        order(1.0, "identify"),
        order(1.5, "identify"),
        order(1.6, "set_rate"),
        order(1.7, "home"),
    ]
    found = aligned(wanted, got, TOLERANCE_S)

    assert pairs(wanted, got) == [(1.0, 1.0), (1.1, 1.6), (1.2, 1.7), (None, 1.5)]
    assert [both.shifted for both in found] == [False, True, False, False]


def test_a_cycle_that_begins_later_is_late_as_a_whole() -> None:
    found = aligned(cycle(*EVEN), cycle(*(t + 0.007 for t in EVEN)), TOLERANCE_S)

    assert [both.shifted for both in found] == [True] + [False] * (len(EVEN) - 1)


def test_a_cycle_that_is_late_and_in_time_again_was_late_once() -> None:
    late = [t + 0.007 * (5 <= n < 9) for n, t in enumerate(EVEN)]
    found = aligned(cycle(*EVEN), cycle(*late), TOLERANCE_S)

    assert [n for n, both in enumerate(found) if both.shifted] == [5]


def test_something_else_instead_is_one_missing_and_one_too_much() -> None:
    assert pairs([order(1.0, "accepted")], [order(1.0, "refused")]) == [(1.0, None), (None, 1.0)]


def test_what_comes_far_too_late_is_another_one() -> None:
    """Silence for seconds is told as silence."""
    assert pairs(cycle(*EVEN), cycle(5.0))[0] == (EVEN[0], None)
    assert pairs(cycle(5.0), cycle(*EVEN))[0] == (None, EVEN[0])


def test_at_one_time_a_fault_is_told_before_what_came_of_it() -> None:
    fault = Said(1.0, "lens", "bad checksum", fault="heard")
    found = aligned([order(1.0, "home")], [order(1.03, "home"), fault], TOLERANCE_S)

    assert [both.got and both.got.name for both in found] == ["bad checksum", "home"]


def test_sides_do_not_stand_in_for_each_other() -> None:
    found = pairs([order(1.0, "reset", "body")], [order(1.0, "reset", "lens")])

    assert sorted(found, key=str) == [(1.0, None), (None, 1.0)]


@sampled(400)
@given(times, times)
def test_each_of_a_cycle_is_told_once(wanted: list[float], got: list[float]) -> None:
    found = aligned(cycle(*wanted), cycle(*got), TOLERANCE_S)

    assert_whole(found, cycle(*wanted), cycle(*got))


@sampled(400)
@given(orders, orders)
def test_each_order_is_told_once(wanted: list[tuple[int, str]], got: list[tuple[int, str]]) -> None:
    every, new = ([order(ms / 1000, name) for ms, name in sorted(one)] for one in (wanted, got))

    assert_whole(aligned(every, new, TOLERANCE_S), every, new)


@sampled(100)
@given(orders)
def test_what_is_the_same_is_the_same(every: list[tuple[int, str]]) -> None:
    said = [order(ms / 1000, name) for ms, name in sorted(every)]

    assert all(b.wanted is b.got and not b.shifted for b in aligned(said, said, TOLERANCE_S))


def assert_whole(found: Sequence[Both], wanted: Sequence[Said], got: Sequence[Said]) -> None:
    """All that was wanted and all that came is there, in order, and two of a pair are alike."""
    pairs = [both for both in found if both.wanted and both.got]
    first, second = ([id(s) for b in found if (s := getattr(b, of))] for of in ("wanted", "got"))

    assert len(first) == len(set(first)) == len(wanted)
    assert len(second) == len(set(second)) == len(got)
    assert all(b.wanted and b.got and b.wanted.name == b.got.name for b in pairs)
