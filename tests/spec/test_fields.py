import pytest

from lensbus.spec.fields import Int


@pytest.mark.parametrize(
    ("integer", "low", "high"),
    [
        (Int(1, "little", signed=False), 0, 255),
        (Int(1, "little", signed=True), -128, 127),
        (Int(2, "big", signed=False), 0, 65_535),
        (Int(4, "little", signed=True), -2_147_483_648, 2_147_483_647),
    ],
)
def test_a_whole_number_knows_what_fits_into_its_bytes(integer: Int, low: int, high: int) -> None:
    assert (integer.low, integer.high) == (low, high)
    for value in (low, high):
        value.to_bytes(integer.size, integer.order, signed=integer.signed)
