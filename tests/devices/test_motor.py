from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.motor import Motor
from tests.sampled import sampled

LOW, HIGH, SPEED = 0.0, 12_000.0, 24_000.0

places = st.floats(LOW, HIGH)
targets = st.floats(-2 * HIGH, 2 * HIGH)
speeds = st.floats(1.0, 2 * SPEED)
times = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=20).map(sorted)


def motor(at: float = LOW) -> Motor:
    return Motor(LOW, HIGH, SPEED, at)


def inside(target: float) -> float:
    return min(max(target, LOW), HIGH)


def test_a_motor_begins_where_it_is_put_and_stays() -> None:
    focus = motor(7.0)

    assert [focus.place(0.0), focus.place(100.0)] == [7.0, 7.0]
    assert not focus.moving(0.0)


@pytest.mark.parametrize(
    ("now", "place", "moving"),
    [(1.0, 0.0, True), (1.25, 1500.0, True), (1.5, 3000.0, False), (9.0, 3000.0, False)],
)
def test_a_move_takes_the_time_that_its_speed_says(now: float, place: float, moving: bool) -> None:
    focus = motor()
    focus.go(3000.0, 1.0, 6000.0)

    assert (place, moving) == (focus.place(now), focus.moving(now))


def test_a_motor_goes_down_as_it_goes_up() -> None:
    focus = motor(9000.0)
    focus.go(3000.0, 0.0, 6000.0)

    assert [focus.place(now) for now in (0.0, 0.5, 1.0)] == [9000.0, 6000.0, 3000.0]


@pytest.mark.parametrize("speed", [0.0, SPEED, 2 * SPEED])
def test_no_speed_and_too_high_a_speed_mean_the_fastest(speed: float) -> None:
    focus = motor()
    focus.go(HIGH, 0.0, speed)

    assert focus.place(HIGH / 2 / SPEED) == HIGH / 2


@pytest.mark.parametrize(("target", "end"), [(-1.0, LOW), (1e9, HIGH)])
def test_a_target_beyond_an_end_is_that_end(target: float, end: float) -> None:
    focus = motor(6000.0)
    focus.go(target, 0.0)

    assert end == focus.place(1.0)
    assert not focus.moving(1.0)


def test_a_speed_counts_for_one_move_only() -> None:
    focus = motor()
    focus.go(3000.0, 0.0, 100.0)
    focus.go(3000.0, 0.0)

    assert focus.place(0.125) == 3000.0


def test_a_motor_that_is_stopped_stays_where_it_was() -> None:
    focus = motor()
    focus.go(3000.0, 0.0, 6000.0)
    focus.stop(0.25)

    assert [focus.place(0.25), focus.place(9.0)] == [1500.0, 1500.0]
    assert not focus.moving(0.25)


def test_a_new_target_counts_from_where_the_motor_is() -> None:
    focus = motor()
    focus.go(3000.0, 0.0, 6000.0)
    focus.go(0.0, 0.25, 6000.0)

    assert [focus.place(now) for now in (0.25, 0.375, 0.5)] == [1500.0, 750.0, 0.0]


@given(places, targets, speeds, times)
def test_a_motor_never_passes_its_target_nor_an_end_and_never_turns_back(
    start: float, target: float, speed: float, when: list[float]
) -> None:
    focus = motor(start)
    focus.go(target, 0.0, speed)
    way = [start, *(focus.place(now) for now in when), inside(target)]

    assert way == sorted(way, reverse=target < start)


@given(places, targets, speeds, st.floats(0.0, 1000.0))
def test_a_motor_is_there_after_way_by_speed_and_not_before(
    start: float, target: float, speed: float, now: float
) -> None:
    focus = motor(start)
    focus.go(target, now, speed)
    way_s = abs(inside(target) - start) / min(speed, SPEED)

    assert focus.place(now + way_s * 1.000001 + 1e-9) == pytest.approx(inside(target), abs=1e-9)
    if way_s > 0.001:
        assert focus.moving(now + way_s * 0.999)


@given(places, targets, speeds, times)
def test_to_ask_where_a_motor_is_does_not_move_it(
    start: float, target: float, speed: float, when: list[float]
) -> None:
    asked, left_alone = motor(start), motor(start)
    for one in (asked, left_alone):
        one.go(target, 0.0, speed)
    for now in when:
        asked.place(now)
        asked.moving(now)

    assert left_alone.place(when[-1]) == asked.place(when[-1])


@given(places, targets, speeds, times)
def test_the_same_target_again_at_any_times_changes_nothing(
    start: float, target: float, speed: float, when: list[float]
) -> None:
    """A body repeats the aperture in each cycle."""
    told_often, told_once = motor(start), motor(start)
    told_once.go(target, 0.0, speed)
    for now in [0.0, *when]:
        told_often.go(target, now, speed)

    assert told_often.place(when[-1]) == pytest.approx(told_once.place(when[-1]), abs=1e-6)


ACCEL, SETTLE_S = 48_000.0, 0.02
"""At this acceleration it needs half a second, and half of its way, to its fastest."""

orders = st.lists(
    st.tuples(
        st.floats(0.0, 1.0),
        st.sampled_from(["go", "go", "go", "stop", "confine"]),
        targets,
        st.one_of(st.just(0.0), speeds),
    ),
    min_size=1,
    max_size=12,
)


def heavy(at: float = LOW) -> Motor:
    return Motor(LOW, HIGH, SPEED, at, accel=ACCEL, settle_s=SETTLE_S)


def ordered(focus: Motor, order: str, target: float, now: float, speed: float) -> None:
    if order == "go":
        focus.go(target, now, speed)
    elif order == "stop":
        focus.stop(now)
    else:
        focus.confine(*sorted((inside(target), HIGH / 2)))


@pytest.mark.parametrize(
    ("now", "place", "speed"),
    [
        (0.0, 0.0, 0.0),
        (0.25, 1500.0, 12_000.0),
        (0.5, 6000.0, 24_000.0),
        (0.75, 10_500.0, 12_000.0),
        (1.0, 12_000.0, 0.0),
        (2.0, 12_000.0, 0.0),
    ],
)
def test_a_heavy_motor_speeds_up_and_brakes_evenly(now: float, place: float, speed: float) -> None:
    focus = heavy()
    focus.go(HIGH, 0.0)

    assert (place, speed) == (focus.place(now), focus.speed(now))


def test_at_its_speed_a_heavy_motor_goes_on_evenly() -> None:
    focus = heavy()
    focus.go(HIGH, 0.0, 12_000.0)  # 1,500 counts to speed up, as many to brake

    assert [focus.speed(now) for now in (0.25, 0.5, 1.0)] == [12_000.0] * 3
    assert (focus.place(1.0), focus.place(1.25)) == (10_500.0, 12_000.0)


def test_a_motor_is_still_only_once_it_has_settled() -> None:
    focus = heavy()
    focus.go(HIGH, 0.0)

    assert [focus.moving(now) for now in (0.0, 1.0, 1.019, 1.021)] == [True, True, True, False]


def test_a_motor_that_is_where_it_shall_be_does_not_move() -> None:
    focus = heavy(3000.0)
    focus.go(3000.0, 1.0)
    focus.stop(2.0)

    assert not focus.moving(1.0)
    assert focus.place(9.0) == 3000.0


def test_a_motor_brakes_before_it_turns_round() -> None:
    focus = heavy()
    focus.go(HIGH, 0.0)
    focus.go(LOW, 0.25)  # at 1,500 counts and 12,000 counts/s, which take another 1,500 to brake

    assert (focus.place(0.5), focus.speed(0.5)) == (3000.0, 0.0)
    assert focus.place(9.0) == LOW


def test_a_motor_that_is_stopped_brakes() -> None:
    focus = heavy()
    focus.go(HIGH, 0.0)
    focus.stop(0.25)

    assert (focus.target, focus.place(0.5), focus.place(9.0)) == (3000.0, 3000.0, 3000.0)
    assert focus.moving(0.51)


def test_a_motor_without_power_stands_at_once() -> None:
    focus = heavy()
    focus.go(HIGH, 0.0)
    focus.halt(0.25)

    assert (focus.place(9.0), focus.speed(0.25), focus.moving(0.25)) == (1500.0, 0.0, False)


def test_a_motor_that_is_confined_ends_its_moves_there() -> None:
    focus = heavy()
    focus.confine(3000.0, 9000.0)
    focus.go(HIGH, 0.0)
    there = focus.place(9.0)
    focus.go(LOW, 9.0)

    assert (there, focus.place(19.0)) == (9000.0, 3000.0)


@sampled(400)
@given(places, orders)
def test_whatever_is_ordered_place_and_speed_never_jump_and_no_end_is_passed(
    start: float, asked: list[tuple[float, str, float, float]]
) -> None:
    focus, now, step = heavy(start), 0.0, 0.02
    for after, order, target, speed in asked:
        ordered(focus, order, target, now, speed)
        times = [now + at * step for at in range(int(after / step) + 1)] + [now + after]
        for early, late in pairwise(times):
            way, pace = focus.place(late) - focus.place(early), focus.speed(late)

            assert LOW <= focus.place(late) <= HIGH
            assert abs(way) <= SPEED * (late - early) + 1e-6
            assert abs(pace) <= SPEED * (1 + 1e-9)
            assert abs(pace - focus.speed(early)) <= ACCEL * (late - early) + 1e-6
            assert abs(way - focus.speed(early) * (late - early)) <= ACCEL * 0.02**2
        before = focus.place(now + after), focus.speed(now + after)
        now += after
        ordered(focus, "go", target, now, speed)

        assert before == pytest.approx((focus.place(now), focus.speed(now)), abs=1e-6)


@sampled(400)
@given(places, orders)
def test_in_the_end_a_motor_is_where_it_was_last_sent(
    start: float, asked: list[tuple[float, str, float, float]]
) -> None:
    focus, now = heavy(start), 0.0
    for after, order, target, speed in asked:
        ordered(focus, order, target, now, speed)
        now += after
    focus.go(asked[-1][2], now, 1000.0)

    assert focus.place(now + 60.0) == min(max(asked[-1][2], focus.low), focus.high)
    assert not focus.moving(now + 60.0)
    assert focus.speed(now + 60.0) == 0.0
