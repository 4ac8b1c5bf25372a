import pytest

from lensbus.spec.fields import INTS, Bits, Int
from tests.zoo import zoo

ZOO = zoo().messages


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


def test_whole_numbers_are_named_by_sign_bits_and_order() -> None:
    assert len(INTS) == 2 * (1 + 7 * 2)
    assert INTS["u8"].size == INTS["i8"].size == 1
    assert INTS["i40be"] == Int(5, "big", signed=True)


def test_a_part_carries_what_its_bits_hold() -> None:
    assert (Bits(3, 1).high, Bits(0, 20).high, Bits(5, 4).low) == (1, 2**20 - 1, 0)


@pytest.mark.parametrize(
    ("name", "sizes", "least"),
    [
        ("texts", [3, 2, 1, 2], [3, 2, 1, 2]),
        ("words", [2, 3, 1], [2, 3, 1]),
        ("counted", [3, 1, 2, None, 1, None, None], [3, 1, 2, 0, 1, 0, 0]),
        ("zeros", [None, 2, None], [1, 2, 1]),
        ("deep_arrays", [4, 2, 2, None], [4, 2, 2, 0]),
        ("late_tail", [1, None, None], [1, 0, 1]),
        ("group", [7, 2], [7, 2]),
        ("checked", [5, None], [5, 10]),
    ],
)
def test_a_field_knows_its_size_or_the_least_that_it_can_have(
    name: str, sizes: list[int | None], least: list[int]
) -> None:
    fields = ZOO[name].fields

    assert [field.size for field in fields] == sizes
    assert [field.least for field in fields] == least


def test_what_takes_the_rest_is_greedy() -> None:
    greedy = {
        f"{kind.name}.{field.name}"
        for kind in ZOO.values()
        for field in kind.fields
        if field.greedy
    }

    assert greedy == {
        "everything.rest", "odd_rest.c", "odder_rest.c", "even_rest.c",
        "line.b", "arrays.f", "pixels.a", "deep_arrays.d", "more.rest",
    }  # fmt: skip


def test_a_scale_an_offset_or_a_law_makes_a_physical_value() -> None:
    level = ZOO["words"].fields[0].parts[2]

    assert (level.name, level.scaled, level.unit) == ("level", True, "percent")
    assert not ZOO["words"].fields[0].parts[0].scaled
