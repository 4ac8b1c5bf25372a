import dataclasses

import pytest

from lensbus.devices.pace import ROOM, periods, sync_hz
from lensbus.errors import LocalProtocolError
from lensbus.spec.cycle import loads
from tests.peers import S1, SPEC

BUSY = dataclasses.replace(S1, sync_hz=(24.0, 25.0, 30.0, 50.0, 60.0, 120.0))


def test_a_body_runs_at_the_rate_of_the_spec_unless_another_one_is_wanted() -> None:
    usual = SPEC.constant("sync_hz")

    assert usual == sync_hz(SPEC, BUSY, None) == sync_hz(SPEC, BUSY, usual)
    assert sync_hz(SPEC, BUSY, 120.0) == 120.0


def test_a_rate_that_a_body_does_not_offer_is_refused_with_those_that_it_does() -> None:
    with pytest.raises(LocalProtocolError, match=r"panasonic_s1 offers 24, .*120 Hz, got 48"):
        sync_hz(SPEC, BUSY, 48.0)


@pytest.mark.parametrize("hz", [24.0, 60.0, 120.0])
@pytest.mark.parametrize("baud", SPEC.link.rates)
def test_at_every_rate_of_the_model_a_cycle_fits_every_period(hz: float, baud: int) -> None:
    assert periods(SPEC, hz, baud) == 1


@pytest.mark.parametrize("baud", [1200, 4800, 9600, 38_400])
def test_on_a_slow_wire_a_cycle_takes_as_many_periods_as_its_bytes_and_their_room(
    baud: int,
) -> None:
    size = max(load.size for load in loads(SPEC))
    count = periods(SPEC, 120.0, baud)
    bytes_a_period = baud / SPEC.link.bits_per_byte / 120.0

    assert ROOM * size <= count * bytes_a_period
    assert count == 1 or ROOM * size > (count - 1) * bytes_a_period
