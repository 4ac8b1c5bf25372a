import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.power import BROWN_OUT, Power
from lensbus.session.event import Note

INSTANT_S = 0.005


def power(limit_ma: int = 300) -> Power:
    return Power(limit_ma, INSTANT_S)


def test_too_much_for_longer_than_an_instant_is_a_brown_out() -> None:
    supply = power()
    told = [supply.drawn(301.4, now) for now in (1.0, 1.004, 1.006)]
    text = "brown-out: it draws 301 mA, the body gives 300 mA"
    note = Note(text, BROWN_OUT, {"draws_ma": 301, "supply_ma": 300})

    assert [None, None, note] == told
    assert supply.low


def test_too_much_for_an_instant_is_none() -> None:
    supply = power()
    drawn = ((400.0, 1.0), (300.0, 1.004), (400.0, 1.006), (400.0, 1.010))

    assert [supply.drawn(*one) for one in drawn] == [None] * 4
    assert not supply.low


def test_it_was_low_until_the_power_was_off() -> None:
    supply = power()
    supply.drawn(400.0, 1.0)
    supply.drawn(400.0, 2.0)
    supply.drawn(100.0, 3.0)
    low = supply.low
    supply.restore()

    assert (low, supply.low) == (True, False)
    assert supply.drawn(400.0, 4.0) is None


@given(st.lists(st.tuples(st.floats(0.0, 5000.0), st.floats(0.0, 9.0)), max_size=9))
def test_a_supply_without_a_limit_gives_all(drawn: list[tuple[float, float]]) -> None:
    supply = power(0)

    assert not any(supply.drawn(draws_ma, now) for draws_ma, now in drawn)


@pytest.mark.parametrize("draws_ma", [0.0, 299.0, 300.0])
def test_what_the_supply_gives_may_be_drawn_for_ever(draws_ma: float) -> None:
    supply = power()

    assert [supply.drawn(draws_ma, float(now)) for now in range(9)] == [None] * 9
