import dataclasses
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.warmth import Warmth
from tests.peers import ZOOM

COOLING_S = 100.0
BUSY = dataclasses.replace(ZOOM, temperature=20, warming=0.5, hot_c=60)
"""It would become 50 kelvin warmer than the room."""


def driven(warmth: Warmth, begin: float, end: float, share: float = 1.0) -> None:
    """Let its focus go to and fro, in each tenth of a second so far."""
    step = 0.1 * share * BUSY.focus_speed
    for at in range(int(begin * 10), int(end * 10) + 1):
        warmth.feel(step * (at % 2), at / 10)


def test_a_lens_that_does_not_move_is_as_warm_as_its_room() -> None:
    warmth = Warmth(BUSY, COOLING_S)
    warmth.feel(0.0, 1000.0)

    assert (warmth.celsius, warmth.hot, warmth.hottest) == (20, False, 70)


def test_driven_it_gets_warm_and_then_cools_down() -> None:
    warmth = Warmth(BUSY, COOLING_S)
    told = []
    driven(warmth, 0.1, 100.0)
    told.append(warmth.celsius)
    warmth.feel(0.0, 100.0)
    warmth.feel(0.0, 200.0)
    told.append(warmth.celsius)

    assert told == [round(20 + 50 * (1 - exp(-1))), round(20 + 50 * (1 - exp(-1)) * exp(-1))]


def test_half_the_drive_warms_half_as_much() -> None:
    warmth = Warmth(BUSY, COOLING_S)
    driven(warmth, 0.1, 1000.0, 0.5)

    assert warmth.celsius == 45


def test_it_is_hot_from_a_temperature_on_and_not_for_ever() -> None:
    warmth = Warmth(BUSY, COOLING_S)
    driven(warmth, 0.1, 170.0)
    hot = warmth.hot
    warmth.feel(0.0, 300.0)

    assert (hot, warmth.hot) == (True, False)


@pytest.mark.parametrize("change", [{"warming": 0.0}, {"hot_c": 0}])
def test_a_lens_that_does_not_warm_or_does_not_watch_itself_is_never_hot(
    change: dict[str, float],
) -> None:
    warmth = Warmth(dataclasses.replace(BUSY, **change), COOLING_S)  # type: ignore[arg-type] # two of its own
    driven(warmth, 0.1, 500.0)

    assert not warmth.hot


@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 12_000.0)), max_size=20))
def test_it_is_never_colder_than_its_room_nor_hotter_than_it_can_be(
    felt: list[tuple[float, float]],
) -> None:
    warmth, now = Warmth(BUSY, COOLING_S), 0.0
    for after_s, place in felt:
        now += after_s
        warmth.feel(place, now)

        assert BUSY.temperature <= warmth.celsius <= warmth.hottest
