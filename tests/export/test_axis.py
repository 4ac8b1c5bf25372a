from collections.abc import Callable, Iterable
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.axis import APART, Axis, counts, distances, f_numbers, shares, step_of, times
from tests.sampled import sampled

MAKERS: list[tuple[Callable[[Iterable[float]], Axis], float, float]] = [
    (distances, 0, 1000),
    (f_numbers, -2, 14),
    (counts, -(2**31), 2**32),
]


def texts(axis: Axis, height: float) -> list[str]:
    """The labels from the top down."""
    return [text for _, text in sorted(axis.chosen(height))]


@pytest.mark.parametrize("maker", MAKERS, ids=[maker.__name__ for maker, _, _ in MAKERS])
@given(data=st.data())
@sampled(200)
def test_every_value_has_a_place_and_no_label_lies_on_another(
    maker: tuple[Callable[[Iterable[float]], Axis], float, float], data: st.DataObject
) -> None:
    make, low, high = maker
    values = data.draw(st.lists(st.floats(low, high), min_size=1, max_size=9))
    axis, height = make(values), data.draw(st.floats(40, 300))
    placed = [place for place, _ in axis.chosen(height)]

    assert all(0 <= axis.place(value) <= 1 for value in values)
    assert all(abs(one - other) * height >= APART for one, other in combinations(placed, 2))


def test_infinity_is_at_the_top_and_near_things_are_below() -> None:
    axis = distances([1 / 0.15])
    places = [axis.place(per_m) for per_m in (0, 0.1, 1, 2, 1 / 0.15)]

    assert places == sorted(places)
    assert texts(axis, 100) == ["∞", "10", "2", "1", "0.5", "0.2"]


def test_apertures_have_the_engraved_numbers_open_at_the_top() -> None:
    assert texts(f_numbers([2, 8]), 84) == ["f/2", "f/2.8", "f/4", "f/5.6", "f/8", "f/11", "f/16"]


def test_one_aperture_has_a_label_near_it() -> None:
    assert "f/2.8" in texts(f_numbers([3]), 84)


def test_counts_have_round_labels_the_greatest_at_the_top() -> None:
    assert texts(counts([16000, 17000]), 120) == ["17000", "16500", "16000"]
    assert texts(counts([16384]), 120) == ["16385", "16384", "16383"]


def test_shares_go_from_none_to_all() -> None:
    assert texts(shares(), 60) == ["1", "0.5", "0"]


@pytest.mark.parametrize(
    ("span", "labels", "unit"),
    [
        (1.2, ["0", "0.1", "0.2"], "seconds"),
        (20, ["0", "2", "4"], "seconds"),
        (300, ["0", "50", "100"], "seconds"),
        (900, ["0", "2", "4"], "minutes"),
        (7200, ["0", "10", "20"], "minutes"),
        (86400, ["0", "2", "4"], "hours"),
    ],
)
def test_times_are_round_in_a_unit_that_fits(span: float, labels: list[str], unit: str) -> None:
    found, words = times(0, span)

    assert ([text for _, text in found[:3]], words) == (labels, unit)


@given(st.floats(0, 1e6), st.floats(0.25, 1e7))
@sampled(400)
def test_times_are_few_and_within_the_run(start: float, span: float) -> None:
    found, _ = times(start, start + span)

    assert 2 <= len(found) <= 14
    assert all(start - span / 1e6 <= t <= start + span * (1 + 1e-6) for t, _ in found)
    assert len({round(b - a, 6) for (a, _), (b, _) in pairwise(found)}) <= 2


@pytest.mark.parametrize(("span", "step"), [(10, 1), (11, 2), (25, 5), (0.3, 0.05), (60, 10)])
def test_a_step_is_one_two_or_five(span: float, step: float) -> None:
    assert step_of(span, 10) == pytest.approx(step)
