from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.focus_scale import distance_mm, position

nears = st.floats(100.0, 2000.0)
fars = st.one_of(st.just(0.0), st.floats(2100.0, 50_000.0))
ranges = st.integers(1, 65_535)
shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("far", "at", "expected"),
    [
        (0, 0, 500.0),
        (0, 6000, 1000.0),
        (0, 9000, 2000.0),
        (0, 12_000, inf),
        (1000, 0, 500.0),
        (1000, 12_000, 1000.0),
        (1000, 6000, 2000.0 / 3),
    ],
)
def test_one_by_the_distance_goes_evenly_from_end_to_end(
    far: float, at: float, expected: float
) -> None:
    assert expected == pytest.approx(distance_mm(at, 500, far, 12_000))
    assert at == pytest.approx(position(expected, 500, far, 12_000))


@pytest.mark.parametrize(("distance", "expected"), [(250, -24_000), (5000, 21_600)])
def test_what_a_lens_does_not_reach_lies_beyond_its_ends(distance: float, expected: float) -> None:
    assert expected == pytest.approx(position(distance, 500, 1000, 12_000))


def test_nothing_is_farther_than_infinity() -> None:
    assert distance_mm(12_001, 500, 0, 12_000) == inf


@given(nears, fars, ranges, shares)
def test_there_and_back_is_the_same_place(near: float, far: float, span: int, at: float) -> None:
    there = distance_mm(at * span, near, far, span)

    assert at * span == pytest.approx(position(there, near, far, span), abs=1e-6 * span)


@given(nears, fars, ranges, shares, shares)
def test_a_higher_position_is_never_nearer(
    near: float, far: float, span: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))

    assert distance_mm(low * span, near, far, span) <= distance_mm(high * span, near, far, span)


@given(nears, fars, ranges)
def test_the_ends_are_near_and_far(near: float, far: float, span: int) -> None:
    assert distance_mm(0, near, far, span) == pytest.approx(near)
    assert distance_mm(span, near, far, span) == pytest.approx(far or inf)
