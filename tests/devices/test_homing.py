from math import inf

from lensbus.devices.homing import Homing

BUSY_S = 0.1


def homing() -> Homing:
    return Homing(BUSY_S)


def test_homing_tells_that_it_goes_on_and_that_it_is_over() -> None:
    home = homing()
    told = [home.ask(1.0, 0.25)]
    dues = []
    while home.due is not None:
        dues.append(home.due)
        told.append(bool(home.tick(home.due)))

    assert dues == [1.1, 1.1 + BUSY_S, 1.25]
    assert told == [False, False, False, True]


def test_what_takes_no_time_is_over_at_once() -> None:
    home = homing()

    assert home.ask(1.0, 0.0)
    assert home.due is None


def test_before_it_is_due_there_is_nothing_to_tell() -> None:
    home = homing()

    assert home.tick(1.0) is None
    home.ask(1.0, 0.5)
    assert home.tick(1.05) is None


def test_homing_is_done_once_in_a_life() -> None:
    home = homing()
    home.ask(1.0, 0.5)
    home.tick(1.5)

    assert home.ask(9.0, 0.5)
    home.forget()
    assert not home.ask(9.0, 0.5)


def test_homing_goes_on_while_nobody_waits() -> None:
    home = homing()
    home.ask(1.0, 0.5)
    home.leave()

    assert (home.due, home.tick(1.2)) == (None, None)
    assert not home.ask(1.3, 0.5)
    assert home.ask(1.5, 0.5)


def test_a_motor_that_is_broken_is_busy_for_ever() -> None:
    home = homing()
    home.ask(0.0, inf)
    for _ in range(1000):
        assert home.due is not None
        assert home.tick(home.due) is False


def test_after_a_late_tick_the_next_one_is_yet_to_come() -> None:
    home = homing()
    home.ask(0.0, 0.85)
    home.tick(0.55)

    assert home.due == 0.55 + BUSY_S
