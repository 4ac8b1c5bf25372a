from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.sequence import Counter, Gaps
from lensbus.spec.load import load
from lensbus.spec.shapes import Seq
from tests.sampled import sampled

L_MOUNT = load("l_mount").frames["strip"].seq
SONY = load("sony_e").frames["strip"].seq
SMALL = Seq(((1, 3),), "same")
LAPS = Seq(((0, 2), (7, 8)), "next")
bounded = sampled(200)


def counted(seq: Seq | None, count: int) -> list[int | None]:
    counter = Counter(seq)
    return [counter.next() for _ in range(count)]


def laps() -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    lap = st.tuples(st.integers(0, 20), st.integers(0, 5)).map(lambda at: (at[0], sum(at)))
    return st.lists(lap, min_size=1, max_size=3).map(tuple)


def after(number: int, steps: int) -> int:
    """The number that comes so many steps after one, in the numbers 1 to 255."""
    return (number - 1 + steps) % 255 + 1


@pytest.mark.parametrize(
    ("seq", "expected"),
    [
        pytest.param(None, [None] * 8, id="frames without numbers"),
        pytest.param(SMALL, [1, 2, 3, 1, 2, 3, 1, 2], id="one lap"),
        pytest.param(LAPS, [0, 1, 2, 7, 8, 0, 1, 2], id="two laps"),
        pytest.param(Seq(((5, 5),), "same"), [5] * 8, id="a lap of one number"),
    ],
)
def test_numbers_count_through_each_lap_and_begin_again(
    seq: Seq | None, expected: list[int | None]
) -> None:
    assert counted(seq, 8) == expected


def test_the_l_mount_counts_from_1_to_255() -> None:
    assert counted(L_MOUNT, 256) == [*range(1, 256), 1]


def test_sony_counts_a_second_lap_after_the_first() -> None:
    first = list(range(0xF0))

    assert counted(SONY, 0x101) == [*first, *range(0x80, 0x90), 0]


@bounded
@given(laps())
def test_a_whole_round_is_every_lap_in_turn(rounds: tuple[tuple[int, int], ...]) -> None:
    expected = [number for first, last in rounds for number in range(first, last + 1)]

    assert counted(Seq(rounds, "same"), 2 * len(expected)) == expected * 2


@pytest.mark.parametrize(
    ("seq", "asked", "expected"),
    [
        pytest.param(SMALL, 2, 2, id="the same"),
        pytest.param(SMALL, None, None, id="none for none"),
        pytest.param(None, 9, None, id="no rule"),
        pytest.param(LAPS, None, None, id="no next for none"),
        pytest.param(LAPS, 0, 1, id="the next"),
        pytest.param(LAPS, 7, 8, id="the next in the second lap"),
        pytest.param(LAPS, 8, 0, id="after the highest the first"),
        pytest.param(SONY, 0xEF, 0, id="sony, after the highest the first"),
    ],
)
def test_an_answer_has_the_number_that_its_request_asks_for(
    seq: Seq | None, asked: int | None, expected: int | None
) -> None:
    assert Counter(seq).reply_to(asked) == expected


@pytest.mark.parametrize(
    ("seq", "late"),
    [(9, False), (200, True), (5, True), (4, True), (6, False), (None, False)],
)
def test_a_number_from_before_or_the_same_is_late(seq: int | None, late: bool) -> None:
    gaps = Gaps(L_MOUNT)

    assert not gaps.is_late(5)
    gaps.missing(5)
    assert gaps.is_late(seq) == late
    assert not Gaps(LAPS).is_late(seq)


def test_to_number_an_answer_does_not_count() -> None:
    counter = Counter(SMALL)
    counter.next()
    counter.reply_to(1)

    assert counter.next() == 2


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        pytest.param([9], [0], id="the first is as good as any"),
        pytest.param([1, 2, 3], [0, 0, 0], id="in a row"),
        pytest.param([1, 3, 4], [0, 1, 0], id="one left out"),
        pytest.param([1, 9, 10], [0, 7, 0], id="seven left out"),
        pytest.param([254, 255, 1], [0, 0, 0], id="round the end"),
        pytest.param([254, 1], [0, 1], id="the last left out"),
        pytest.param([255, 2], [0, 1], id="the first left out"),
        pytest.param([1, 129], [0, 127], id="half of the numbers left out"),
        pytest.param([1, 130], [0, 0], id="more than half is from before"),
        pytest.param([5, 5, 6], [0, 0, 0], id="a repeat"),
        pytest.param([5, 8, 6, 9], [0, 2, 0, 0], id="a late retry"),
        pytest.param([2, 255, 3], [0, 0, 0], id="a late retry from before the end"),
        pytest.param([1, None, 2], [0, 0, 0], id="what has no number"),
    ],
)
def test_a_gap_is_as_many_frames_as_were_left_out(
    heard: list[int | None], expected: list[int]
) -> None:
    gaps = Gaps(L_MOUNT)

    assert [gaps.missing(seq) for seq in heard] == expected


@bounded
@given(st.integers(1, 255), st.lists(st.integers(1, 120), max_size=30))
def test_of_frames_in_order_exactly_what_was_left_out_is_missing(
    first: int, steps: list[int]
) -> None:
    gaps, number = Gaps(L_MOUNT), first
    gaps.missing(first)
    for step in steps:
        number = after(number, step)

        assert gaps.missing(number) == step - 1


@bounded
@given(st.integers(1, 255), st.integers(0, 120))
def test_a_number_from_before_is_no_gap_and_does_not_turn_the_count_back(
    first: int, back: int
) -> None:
    gaps = Gaps(L_MOUNT)
    gaps.missing(first)

    assert gaps.missing(after(first, -back)) == 0
    assert gaps.missing(after(first, 1)) == 0


def test_after_forgetting_any_number_may_come_next() -> None:
    gaps = Gaps(L_MOUNT)
    gaps.missing(1)
    gaps.forget()

    assert gaps.missing(50) == 0
    assert gaps.missing(52) == 1


@pytest.mark.parametrize("seq", [None, LAPS, SONY], ids=["no numbers", "two laps", "sony"])
def test_what_does_not_count_through_one_lap_is_not_watched(seq: Seq | None) -> None:
    gaps = Gaps(seq)

    assert [gaps.missing(number) for number in (1, 5, 100)] == [0, 0, 0]


def test_what_a_counter_gives_has_no_gaps() -> None:
    counter, gaps = Counter(L_MOUNT), Gaps(L_MOUNT)
    numbers = islice(iter(counter.next, None), 600)

    assert not any(gaps.missing(number) for number in numbers)
