import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.strokes import TOLERANCE, Pixels, fewer, line, number, runs, steps
from tests.sampled import sampled

WAYS = st.one_of(st.just(0.0), st.floats(0.001, 3), st.just(1.0))
HEIGHTS = st.one_of(st.floats(0, 200), st.integers(0, 3).map(float))


def walked(ways: list[tuple[float, float]]) -> list[Pixels]:
    """Points whose x never falls."""
    return list(zip(accumulate(way for way, _ in ways), (y for _, y in ways), strict=True))


def beside(point: Pixels, start: Pixels, end: Pixels) -> float:
    """How far above or below a line a point lies."""
    way = end[0] - start[0]
    share = (point[0] - start[0]) / way if way else 0.0
    return abs(start[1] + share * (end[1] - start[1]) - point[1])


@given(st.lists(st.tuples(WAYS, HEIGHTS), min_size=1, max_size=60).map(walked))
@sampled(800)
def test_what_is_left_out_lies_on_the_line(points: list[Pixels]) -> None:
    kept = fewer(points)
    at = [points.index(kept[0])]
    for point in kept[1:]:
        at.append(points.index(point, at[-1] if len(points) == 1 else at[-1] + 1))

    assert (kept[0], kept[-1]) == (points[0], points[-1])
    for first, last in pairwise(at):
        for point in points[first + 1 : last]:
            assert beside(point, points[first], points[last]) <= TOLERANCE + 1e-6


def test_a_straight_line_is_two_points() -> None:
    assert fewer([(n, 3.0 + n / 7) for n in range(100)]) == [(0, 3.0), (99, 3.0 + 99 / 7)]


def test_a_line_stops_where_nothing_was_told() -> None:
    assert [len(run) for run in runs([(0, 1), (1, 1), (5, 1), (6, 1), (7, 1)], gap=3)] == [2, 3]
    assert line([(0, 1), (1, 2.25), (5, 1)], gap=3) == "M0 1L1 2.2M5 1h0"


def test_no_points_are_no_path() -> None:
    assert (line([], 1), steps([], 10, 20)) == ("", "")


def test_columns_are_one_outline() -> None:
    assert steps([(0, 5), (2, 5), (4, 3)], bottom=10, end=6) == "M0 10V5H4V3H6V10Z"


@pytest.mark.parametrize(("value", "text"), [(1, "1"), (1.04, "1"), (1.25, "1.2"), (-0.5, "-0.5")])
def test_a_coordinate_has_a_tenth_at_most(value: float, text: str) -> None:
    assert number(value) == text
    assert re.fullmatch(r"-?\d+(\.\d)?", number(value))
