import pytest

from lensbus.devices.ramp import Ramp


@pytest.mark.parametrize(
    ("now", "expected", "over"),
    [(0.0, 20.0, False), (1.0, 20.0, False), (1.5, 30.0, False), (3.0, 60.0, True)],
)
def test_a_ramp_goes_evenly_and_stays(now: float, expected: float, over: bool) -> None:
    ramp = Ramp(1.0, 20.0, 60.0, 2.0)

    assert (expected, over) == (ramp.at(now), ramp.over(now))


def test_a_ramp_of_no_time_is_at_its_end_at_once() -> None:
    assert Ramp(1.0, 20.0, 60.0).at(1.0) == 60.0
    assert Ramp(1.0, 20.0, 60.0).over(1.0)
