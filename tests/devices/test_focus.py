import dataclasses
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.focus import Focus
from lensbus.devices.focus_scale import distance_mm, position
from lensbus.devices.profile import LensProfile
from lensbus.devices.zoom import Zoom
from tests.peers import SPEC, ZOOM
from tests.sampled import sampled

RANGE = 12_000
PLAIN = dataclasses.replace(
    ZOOM,
    focus_range=RANGE,
    focus_speed=24_000.0,
    focus_accel=0.0,
    settle_s=0.0,
    near_mm=(150, 400),
    far_mm=0,
    throw_deg=90,
    limit_mm=(600, 3000),
    controls=("focus_ring", "focus_switch", "focus_clutch", "focus_limiter", "zoom_ring"),
)
SWITCHLESS = dataclasses.replace(PLAIN, controls=("focus_ring", "zoom_ring"))
HEAVY = dataclasses.replace(PLAIN, focus_accel=480_000.0, settle_s=0.01)


def focus(profile: LensProfile = PLAIN, at: int = 0) -> Focus:
    made = Focus(SPEC, profile, Zoom(profile))
    made.move("absolute", at, 0, -10.0)
    return made


def place(made: Focus, now: float = 99.0) -> float:
    return made.motor.place(now)


def in_focus_mm(made: Focus, zoom: Zoom, now: float) -> float:
    """What a body would make of a status."""
    near_mm = zoom.near_mm(zoom.focal_mm(now))
    return distance_mm(place(made, now), near_mm, PLAIN.far_mm, RANGE)


@pytest.mark.parametrize(
    ("mode", "target", "expected"),
    [
        ("absolute", 3000, 3000),
        ("relative", 500, 4500),
        ("relative", -500, 3500),
        ("speed", 1, RANGE),
        ("speed", -1, 0),
    ],
)
def test_a_body_moves_focus_to_a_place_by_a_way_or_to_an_end(
    mode: str, target: int, expected: int
) -> None:
    made = focus(at=4000)
    made.move(mode, target, 6000, 0.0)

    assert expected == place(made)


@pytest.mark.parametrize("taken", ["switched", "clutched", "broken"])
def test_a_body_moves_no_focus_that_is_not_its_own(taken: str) -> None:
    made = focus(at=4000)
    setattr(made, taken, True)
    made.move("absolute", 0, 0, 0.0)

    assert place(made) == 4000


def test_a_body_stops_what_it_moves_and_not_what_a_hand_does() -> None:
    stopped = []
    for clutched in (False, True):
        made = focus()
        made.clutched = clutched
        made.move("absolute", 6000, 12_000, 0.0)
        made.turn(45.0, 0.0, 0.5, awake=True)
        made.stop(0.25)
        stopped.append(place(made))

    assert stopped == [3000, 6000]


@pytest.mark.parametrize(
    ("profile", "switched", "expected"),
    [(PLAIN, False, 4000), (PLAIN, True, 7000), (SWITCHLESS, False, 7000)],
    ids=["auto", "manual", "no switch"],
)
def test_the_ring_moves_focus_where_it_is_manual(
    profile: LensProfile, switched: bool, expected: int
) -> None:
    made = focus(profile, at=4000)
    made.switched = switched
    made.turn(30.0, 0.0, 0.0, awake=True)

    assert expected == place(made)


def test_a_ring_that_is_not_linear_counts_by_its_speed_and_a_clutch_makes_it_linear() -> None:
    """30 of 90 degrees are a third of the range, at whatever speed."""
    ways = []
    for clutched in (False, True):
        for for_s in (0.0, 1.0):
            made = focus()
            made.switched, made.clutched = not clutched, clutched
            made.turn(30.0, 0.0, for_s, awake=True)
            ways.append(place(made))

    assert ways == [3000, 500, 4000, 4000]


def test_a_ring_moves_focus_as_fast_as_it_is_turned() -> None:
    made = focus()
    made.clutched = True
    made.turn(45.0, 0.0, 1.0, awake=True)

    assert [place(made, now) for now in (0.25, 0.5, 1.0)] == [1500, 3000, 6000]


def test_turns_in_quick_succession_add_up() -> None:
    made = focus()
    made.clutched = True
    for now in (0.0, 0.01, 0.02):
        made.turn(15.0, now, 0.5, awake=True)

    assert place(made) == 6000


def test_a_ring_by_wire_turns_no_focus_that_sleeps() -> None:
    made = focus(at=4000)
    made.switched = True
    made.turn(30.0, 0.0, 0.0, awake=False)
    made.zoom(60.0, 0.0, 0.0, awake=False)

    assert place(made) == 4000


def test_a_limiter_narrows_what_is_to_come() -> None:
    made = focus()
    made.limit(on=True)
    stays = place(made, 0.0)
    ends = []
    for target in (0, RANGE):
        made.move("absolute", target, 0, 0.0)
        ends.append((round(distance_mm(place(made), 150, 0, RANGE)), made.state(99.0)))
    made.limit(on=False)
    made.move("absolute", RANGE, 0, 100.0)

    assert stays == 0
    assert ends == [(600, "near_end"), (3000, "far_end")]
    assert place(made, 999.0) == RANGE


def test_a_limiter_to_infinity_and_one_that_nobody_set_end_where_the_lens_ends() -> None:
    ends = []
    for limit_mm in ((600, 0), (0, 0)):
        made = focus(dataclasses.replace(PLAIN, limit_mm=limit_mm))
        made.limit(on=True)
        ends.append((round(made.motor.low), made.motor.high))

    assert ends == [(9000, RANGE), (0, RANGE)]


def test_a_limiter_follows_the_zoom() -> None:
    made = focus()
    made.limit(on=True)
    made.zoom(60.0, 0.0, 0.0, awake=True)

    assert distance_mm(made.motor.low, 400, 0, RANGE) == pytest.approx(600)


@pytest.mark.parametrize("for_s", [0.0, 1.0])
def test_zoomed_a_lens_stays_on_its_subject(for_s: float) -> None:
    zoom = Zoom(PLAIN)
    made = Focus(SPEC, PLAIN, zoom)
    made.move("absolute", round(position(1000, 150, 0, RANGE)), 0, -10.0)
    made.zoom(60.0, 0.0, for_s, awake=True)
    times = [1.0 + at / 10 for at in range(11)] if not for_s else [at / 10 for at in range(21)]

    assert [in_focus_mm(made, zoom, now) for now in times] == pytest.approx([1000] * len(times))


def test_zoomed_a_lens_that_looks_at_infinity_goes_on_doing_so() -> None:
    made = focus(at=RANGE)
    made.zoom(60.0, 0.0, 0.5, awake=True)

    assert place(made) == RANGE


def test_a_subject_that_is_too_near_for_the_longer_end_is_lost_at_the_near_end() -> None:
    made = focus()
    made.zoom(60.0, 0.0, 0.0, awake=True)

    assert (place(made), made.state(99.0)) == (0, "near_end")


@pytest.mark.parametrize(
    ("at", "expected"), [(0, "near_end"), (1, "idle"), (RANGE - 1, "idle"), (RANGE, "far_end")]
)
def test_what_it_does_is_told_by_place(at: int, expected: str) -> None:
    assert expected == focus(at=at).state(0.0)


def test_until_it_has_settled_it_is_moving() -> None:
    made = focus(HEAVY)
    made.move("absolute", 3000, 0, 0.0)
    still = made.motor.place(0.175), made.state(0.175)

    assert still == (3000, "moving")
    assert made.state(0.19) == "idle"


moves = st.lists(
    st.tuples(
        st.sampled_from(["body", "ring", "zoom", "limiter", "manual"]),
        st.floats(0.0, 0.5),
        st.floats(-1.0, 1.0),
        st.floats(0.0, 0.3),
    ),
    max_size=10,
)


def moved(made: Focus, what: str, share: float, now: float, for_s: float) -> None:
    if what == "body":
        made.move("absolute", round(share * 2 * RANGE), 0, now)
    elif what == "ring":
        made.turn(share * 200, now, for_s, awake=True)
    elif what == "zoom":
        made.zoom(40 + 30 * share, now, for_s, awake=True)
    elif what == "limiter":
        made.limit(on=share > 0)
    else:
        made.switched = share > 0


@sampled(400)
@given(moves)
def test_whoever_moves_it_focus_never_jumps_nor_passes_an_end(
    asked: list[tuple[str, float, float, float]],
) -> None:
    made, now = focus(HEAVY), 0.0
    for what, after_s, share, for_s in asked:
        before = place(made, now)
        moved(made, what, share, now, for_s)

        assert before == pytest.approx(place(made, now), abs=1e-6)
        for at in range(11):
            then = now + after_s * at / 10
            assert 0 <= place(made, then) <= RANGE
            assert abs(place(made, then) - before) <= HEAVY.focus_speed * (then - now) + 1e-6
        now += after_s


def test_a_lens_that_ends_before_infinity_has_its_scale() -> None:
    """As behind an extension tube."""
    profile = dataclasses.replace(PLAIN, near_mm=(100, 100), far_mm=500)
    made = focus(profile)
    made.limit(on=True)

    assert made.motor.high == RANGE
    assert position(inf, 100, 500, RANGE) > RANGE
