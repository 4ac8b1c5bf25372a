from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.picture import Glass, contrast
from tests.sampled import sampled

MM = st.floats(250, 1e6)


@pytest.mark.parametrize(
    ("glass", "subject_mm", "blur_mm"),
    [
        # f^2 / N * |1/focus - 1/subject| / (1 - f/focus), by hand
        pytest.param(Glass(50, 2, 2000), 4000, 0.320513, id="behind"),
        pytest.param(Glass(50, 2, 2000), 1000, 0.641026, id="before"),
        pytest.param(Glass(50, 2, inf), 10_000, 0.125, id="at infinity"),
        pytest.param(Glass(50, 2, 2000), inf, 0.641026, id="of infinity"),
        pytest.param(Glass(50, 2, 2000), 2000, 0.0, id="in focus"),
    ],
)
def test_a_point_out_of_focus_is_a_circle_of_known_size(
    glass: Glass, subject_mm: float, blur_mm: float
) -> None:
    assert glass.blur_mm(subject_mm) == pytest.approx(blur_mm, rel=1e-5)


@given(MM, MM, st.floats(1, 32))
@sampled(200)
def test_stopping_down_by_two_f_numbers_halves_every_circle(
    focus_mm: float, subject_mm: float, f_number: float
) -> None:
    wide, small = Glass(50, f_number, focus_mm), Glass(50, 2 * f_number, focus_mm)

    assert small.blur_mm(subject_mm) == pytest.approx(wide.blur_mm(subject_mm) / 2)


@given(MM, MM, MM)
@sampled(200)
def test_the_farther_from_focus_the_less_contrast(focus_mm: float, a: float, b: float) -> None:
    glass = Glass(50, 2, focus_mm)
    nearer, farther = sorted((a, b), key=lambda d: abs(1 / d - 1 / focus_mm))

    assert contrast(glass.blur_mm(nearer), 0.03) >= contrast(glass.blur_mm(farther), 0.03)


def test_a_circle_that_just_counts_as_sharp_has_half_the_contrast() -> None:
    assert (contrast(0.0, 0.03), contrast(0.03, 0.03)) == (1.0, 0.5)


def test_nothing_is_drawn_bigger_than_life_size() -> None:
    assert Glass(50, 2, 10).spread == Glass(50, 2, 100).spread == 2 * 50**2 / 2
