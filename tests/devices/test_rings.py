import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.rings import ApertureRing, FocusRing
from tests.peers import SPEC

ENDS = (761, 2283)
"""f/2.8 to f/22."""
THROW_DEG = SPEC.constant("ring_throw_deg")
FAST_DEG_S = SPEC.constant("ring_fast_deg_s")
MOST = 127


@pytest.fixture
def aperture() -> ApertureRing:
    return ApertureRing(SPEC, ("aperture_ring",), ENDS)


def focus(throw_deg: int = 0) -> FocusRing:
    return FocusRing(SPEC, throw_deg)


def test_an_aperture_ring_begins_at_a(aperture: ApertureRing) -> None:
    assert (aperture.auto, aperture.av256) == (True, 0)


def test_a_lens_without_a_ring_has_none_at_a() -> None:
    assert not ApertureRing(SPEC, (), ENDS).auto


@pytest.mark.parametrize(
    ("av256", "expected"),
    [(1024, 1024), (1100, 1109), (1060, 1024), (1273, 1280), (0, 761), (9999, 2283)],
)
def test_an_aperture_ring_clicks_at_thirds_of_a_stop(
    aperture: ApertureRing, av256: float, expected: int
) -> None:
    aperture.turn(av256)

    assert (aperture.auto, aperture.av256) == (False, expected)


def test_without_click_an_aperture_ring_stands_where_it_is_left(aperture: ApertureRing) -> None:
    aperture.clicks = False
    aperture.turn(1273)

    assert aperture.av256 == 1273


def test_a_locked_ring_stays_at_a_or_off_it(aperture: ApertureRing) -> None:
    aperture.locked = True
    aperture.turn(1024)
    at_a = aperture.av256
    aperture.locked = False
    aperture.turn(1024)
    aperture.locked = True
    aperture.turn(None)
    aperture.turn(1280)

    assert (at_a, aperture.av256, aperture.auto) == (0, 1280, False)


def test_a_ring_goes_back_to_a(aperture: ApertureRing) -> None:
    aperture.turn(1024)
    aperture.turn(None)

    assert (aperture.auto, aperture.av256) == (True, 0)


@given(st.floats(0.0, 4000.0), st.booleans())
def test_an_aperture_ring_has_ends(av256: float, clicks: bool) -> None:
    ring = ApertureRing(SPEC, ("aperture_ring",), ENDS)
    ring.clicks = clicks
    ring.turn(av256)

    assert ENDS[0] <= ring.av256 <= ENDS[1]


def test_a_turn_of_a_non_linear_ring_goes_the_farther_the_faster_it_is() -> None:
    slow, fast = (focus().turn(THROW_DEG / 2, 0.0, for_s) for for_s in (4.0, 0.0))
    half = focus().turn(FAST_DEG_S / 2, 0.0, 1.0)

    assert fast == 0.5
    assert slow == pytest.approx(0.5 * (THROW_DEG / 2 / 4.0) / FAST_DEG_S)
    assert half == pytest.approx(FAST_DEG_S / 2 / THROW_DEG / 2)


@given(st.floats(-720.0, 720.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_a_slower_turn_never_goes_farther(angle_deg: float, one: float, other: float) -> None:
    quick, slow = (abs(focus().turn(angle_deg, 0.0, for_s)) for for_s in sorted((one, other)))

    assert slow <= quick <= abs(angle_deg) / THROW_DEG * (1 + 1e-9)


@given(st.floats(-720.0, 720.0), st.floats(0.0, 5.0))
def test_a_linear_ring_goes_by_its_angle_alone(angle_deg: float, for_s: float) -> None:
    ring = focus(180)
    ring.set_linear(0)
    own = ring.turn(angle_deg, 0.0, for_s)
    ring.set_linear(360)

    assert own == pytest.approx(angle_deg / 180)
    assert ring.turn(angle_deg, 0.0, for_s) == pytest.approx(angle_deg / 360)


def test_a_clutch_makes_a_ring_linear_and_a_body_makes_it_non_linear_again() -> None:
    ring = focus(90)
    ring.set_linear(360)
    ring.set_linear(None)

    assert ring.turn(45.0, 0.0, 9.0, linear=True) == 0.5
    assert ring.turn(45.0, 0.0, 9.0) < 0.1


def test_a_turn_is_counted_as_it_goes_and_once() -> None:
    ring = focus()
    ring.turn(30.0, 1.0, 0.5)  # 60 counts of half a degree

    assert [ring.counts(now, MOST) for now in (1.0, 1.25, 1.5, 1.6, 9.0)] == [0, 30, 30, 0, 0]


def test_a_turn_back_counts_below_0() -> None:
    ring = focus()
    ring.turn(-30.0, 0.0, 0.0)

    assert ring.counts(0.0, MOST) == -60


def test_what_does_not_fit_into_one_status_comes_with_the_next() -> None:
    ring = focus()
    ring.turn(180.0, 0.0, 0.0)

    assert [ring.counts(0.0, MOST) for _ in range(4)] == [127, 127, 106, 0]


turns = st.lists(
    st.tuples(st.floats(0.0, 1.0), st.floats(-400.0, 400.0), st.floats(0.0, 1.0)), max_size=6
)


@given(turns)
def test_in_the_end_every_turn_was_counted(asked: list[tuple[float, float, float]]) -> None:
    ring, now, told = focus(), 0.0, 0
    for after, angle_deg, for_s in asked:
        ring.turn(angle_deg, now, for_s)
        now += after
        told += ring.counts(now, MOST)
    told += sum(ring.counts(now + 2.0, MOST) for _ in range(60))

    assert abs(told - sum(2 * angle_deg for _, angle_deg, _ in asked)) <= 1
