import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.spec.fields import INTS, Int
from lensbus.wire.row import array_format, int_format, pieces, row
from tests.sampled import sampled

few = sampled(15)


def test_fields_of_one_order_are_one_struct_and_single_bytes_go_with_either() -> None:
    big = row([("", "B"), (">", "H"), ("", "3s"), (">", "i")])

    assert isinstance(big, struct.Struct)
    assert big.format == ">BH3si"
    assert row([("", "b")]).size == 1
    assert row([]).pack() == b""


@few
@given(values=st.tuples(*[st.integers(0, 255), *[st.integers(-(2**31), 2**31 - 1)] * 2]))
def test_fields_of_both_orders_are_told_apart(values: tuple[int, int, int]) -> None:
    mixed = row([("", "B"), (">", "l"), ("<", "l")])
    data = mixed.pack(*values)

    assert data == struct.pack("B", values[0]) + struct.pack(">l", values[1]) + struct.pack(
        "<l", values[2]
    )
    assert mixed.size == len(data)
    assert mixed.unpack_from(b"ab" + data, 2) == values


@pytest.mark.parametrize(
    ("integer", "expected"),
    [
        (Int(1, "little", signed=False), ("", "B")),
        (Int(2, "big", signed=True), (">", "h")),
        (Int(4, "little", signed=False), ("<", "L")),
    ],
)
def test_a_whole_number_has_an_order_and_a_letter(integer: Int, expected: tuple[str, str]) -> None:
    assert int_format(integer) == expected


@pytest.mark.parametrize("integer", INTS.values(), ids=INTS)
def test_the_pieces_of_a_whole_number_are_its_bytes(integer: Int) -> None:
    found = pieces(integer)
    whole = row((order, letter) for order, letter, _ in found)

    for value in (integer.low, integer.high, 0x0102030405060708 & integer.high):
        data = value.to_bytes(integer.size, integer.order, signed=integer.signed)
        numbers = whole.unpack_from(data)
        shifted = (number << at for number, (_, _, at) in zip(numbers, found, strict=True))
        assert sum(shifted) == value


def test_an_array_has_a_format_of_its_count() -> None:
    assert array_format(INTS["u16be"]) % 3 == ">3H"
    assert array_format(INTS["i8"]) % 0 == "<0b"
