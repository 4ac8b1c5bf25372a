"""Rows of whole numbers and bytes side by side, each row as one struct where it can be."""

import struct
from collections.abc import Iterable
from typing import Any, Final

from lensbus.spec.fields import Int

NATIVE: Final = {1: "b", 2: "h", 4: "l", 8: "q"}
"""struct's letters by the size of the whole number."""

_ORDERS: Final = {"little": "<", "big": ">"}
_PIECES: Final = {1: (1,), 2: (2,), 3: (2, 1), 4: (4,), 5: (4, 1), 6: (4, 2), 7: (4, 2, 1), 8: (8,)}


def row(formats: Iterable[tuple[str, str]]) -> "struct.Struct | Mixed":
    """One struct of fields in (byte order, letter); an order is empty where it makes no odds."""
    found = list(formats)
    orders = {order for order, _ in found if order} or {"<"}
    if len(orders) > 1:
        return Mixed(found)
    return struct.Struct(orders.pop() + "".join(letter for _, letter in found))


class Mixed:
    """What struct.Struct does, for fields that do not share a byte order."""

    def __init__(self, formats: Iterable[tuple[str, str]]) -> None:
        self._parts = [struct.Struct((order or "<") + letter) for order, letter in formats]
        self.size = sum(part.size for part in self._parts)

    def unpack_from(self, data: bytes, offset: int = 0) -> tuple[Any, ...]:
        """The values of the bytes from `offset` on."""
        values: list[Any] = []
        for part in self._parts:
            values += part.unpack_from(data, offset)
            offset += part.size
        return tuple(values)

    def unpack(self, data: bytes) -> tuple[Any, ...]:
        """The values of bytes that are neither more nor less."""
        if len(data) != self.size:
            raise struct.error
        return self.unpack_from(data)

    def pack(self, *values: object) -> bytes:
        """The bytes of as many values as there are fields."""
        return b"".join(part.pack(v) for part, v in zip(self._parts, values, strict=True))


def int_format(integer: Int) -> tuple[str, str]:
    """A whole number of 1, 2, 4 or 8 bytes as `row` takes it."""
    ((order, letter, _),) = pieces(integer)
    return order, letter


def array_format(integer: Int) -> str:
    """What gives struct's format of as many of these whole numbers as stand after a `%`."""
    order, letter = int_format(integer)
    return f"{order or '<'}%d{letter}"


def pieces(integer: Int) -> list[tuple[str, str, int]]:
    """A whole number of any size, in wire order: each piece as `row` takes it, and its lowest bit.

    struct has no letters for 3, 5, 6 and 7 bytes; the highest piece alone has a sign.
    """
    sizes = _PIECES[integer.size]
    found = []
    for at, size in enumerate(sizes):
        signed = integer.signed and at == len(sizes) - 1
        letter = NATIVE[size] if signed else NATIVE[size].upper()
        found.append((_ORDERS[integer.order] if size > 1 else "", letter, 8 * sum(sizes[:at])))
    return found if integer.order == "little" else found[::-1]
