import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.follow import Track, concluded, follow, told
from lensbus.devices.search import SHARP
from tests.devices.sights import PERIOD_S, Rail, sight
from tests.sampled import sampled

KINDS = ("contrast", "depth_from_defocus", "phase")


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
@sampled(80)
def test_a_track_learns_an_even_speed(place: float, speed: float) -> None:
    track = Track(place, 0.0)
    for n in range(1, 201):
        track.see(place + speed * n * PERIOD_S, n * PERIOD_S)

    assert track.at(4.0) == pytest.approx(place + speed * 4.0, abs=1.0)


def test_a_track_takes_no_second_look_at_one_time() -> None:
    track = Track(5.0, 1.0)
    track.see(9.0, 1.0)

    assert track.at(1.0) == 5.0


@given(st.integers(0, 12_000), st.floats(-30, 30))
@sampled(80)
def test_two_pictures_at_different_places_tell_which_way(subject: int, aside: float) -> None:
    before, now = sight(subject + aside + 30, subject), sight(subject + aside, subject)

    assert concluded(before, now, subject) == pytest.approx(subject, abs=0.5 + 1e-6)
    assert told(before, now, 0.0) == pytest.approx(subject, abs=0.5)


@pytest.mark.parametrize("kind", KINDS)
@given(drift=st.floats(-40, 40))
@sampled(80)
def test_a_subject_that_goes_evenly_stays_sharp(kind: str, drift: float) -> None:
    rail = Rail(6000, 6000, drift=drift, ends=(-1e6, 1e6))
    search = follow(rail.see(), 2 * PERIOD_S, kind)
    rail.go(next(search))
    contrasts = []
    for _ in range(200):
        picture = rail.see()
        contrasts.append(picture.contrast)
        rail.go(search.send(picture))

    assert min(contrasts[60:]) > SHARP


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_that_is_gone_is_given_up(kind: str) -> None:
    rail = Rail(6000, 6000)
    search = follow(rail.see(), 2 * PERIOD_S, kind)
    rail.go(next(search))
    rail.subject = 1e7

    with pytest.raises(StopIteration):
        search.send(rail.see())


def test_a_subject_that_jumps_is_followed_from_there() -> None:
    rail = Rail(6000, 6000, fastest=5000)
    search = follow(rail.see(), 2 * PERIOD_S, "phase")
    rail.go(next(search))
    rail.subject = 6750
    for _ in range(30):
        rail.go(search.send(rail.see()))

    assert rail.position == pytest.approx(6750, abs=100)
