"""Where the parts of a frame and the fields of a message stand, for many rows of bytes at once."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lensbus.capture.sums import Bytes
from lensbus.spec.fields import Field, Int
from lensbus.spec.model import MessageType
from lensbus.spec.shapes import Delimited

Places = NDArray[np.int64]
Column = NDArray[Any]
Mask = NDArray[np.bool_]

LETTERS = 128  # of ASCII
PLAIN, NATIVE = {"int", "ascii", "bytes"}, {1, 2, 4, 8}  # kinds and sizes that numpy knows


def number(stream: Bytes, at: Places, integer: Int) -> Places:
    """The unsigned whole numbers at some places of a stream."""
    steps = range(integer.size)
    found = np.zeros(len(at), np.int64)
    for step in reversed(steps) if integer.order == "little" else steps:
        found = found << 8 | stream[at + step]
    return found


class Parts:
    """Where the parts of a delimited frame stand, in bytes from its start."""

    def __init__(self, shape: Delimited) -> None:
        self.shape, places = shape, shape.places
        self.header = {name: (places[name], integer) for name, integer in shape.header}
        self.sum, self.foot, self.payload = shape.checksum_int, shape.foot, places["payload"]
        self.length_at, self.length = self.header["length"]
        self.covered, self.uncounted = places[shape.covers[0]], shape.uncounted
        self.least = self.payload + self.foot

    def holds(self, kind: MessageType) -> bool:
        """Whether every frame of a message has the same size, and its fields make columns."""
        keys, packed = dict(zip(self.shape.key, kind.key, strict=True)), self.shape.packed
        alone = packed is None or keys.get(packed[0]) != packed[1]
        return alone and all(_format(field) is not None for field in kind.fields)

    def key(self, kind: MessageType) -> Iterator[tuple[int, int]]:
        """Each byte that is part of a message's key: where it stands, and what it is."""
        for name, value in zip(self.shape.key, kind.key, strict=True):
            at, integer = self.header.get(name, (self.payload, Int(1, "little", signed=False)))
            data = value.to_bytes(integer.size, integer.order, signed=integer.signed)
            yield from enumerate(data, at)


class Kind:
    """One message: which rows of its size hold it, and the columns that they make."""

    def __init__(self, kind: MessageType, parts: Parts) -> None:
        self.name, self._fields, self._key = kind.name, kind.fields, list(parts.key(kind))
        at = parts.payload + ("payload" in parts.shape.key)
        places = [at]
        for field in kind.fields:
            places.append(places[-1] + (field.size or 0))
        self.size = places.pop() + parts.foot
        self._row = np.dtype(
            {
                "names": [field.name for field in kind.fields],
                "formats": [_format(field) for field in kind.fields],
                "offsets": places,
                "itemsize": self.size,
            }
        )
        self._seq = parts.header.get("seq")

    def among(self, rows: Bytes) -> Mask:
        """Which rows have this message's key, and values that fit into its fields."""
        mine = np.ones(len(rows), np.bool_)
        for at, byte in self._key:
            mine &= rows[:, at] == byte
        if mine.any():
            values = self._values(rows)
            for field in self._fields:
                mine &= _fits(field, values[field.name])
        return mine

    def fields(self, rows: Bytes) -> dict[str, Column]:
        """A column for each field."""
        values = self._values(rows)
        return {field.name: _column(field, values[field.name]) for field in self._fields}

    def seq(self, rows: Bytes) -> Column | None:
        """The column of sequence numbers, where frames have them."""
        if self._seq is None:
            return None
        at, integer = self._seq
        return number(rows.reshape(-1), np.arange(len(rows)) * self.size + at, integer)

    def _values(self, rows: Bytes) -> Column:
        return np.ascontiguousarray(rows).view(self._row)[:, 0]


def _format(field: Field) -> tuple[str, tuple[int, ...]] | None:
    """The type and shape of a field in a row as numpy names them; None: it has none."""
    if field.kind not in PLAIN or field.size is None or field.optional:
        return None
    if field.integer is None:
        return "u1", (field.size,)
    if field.size not in NATIVE:
        return None
    order = "<" if field.integer.order == "little" else ">"
    return f"{order}{'i' if field.integer.signed else 'u'}{field.integer.size}", ()


def _column(field: Field, values: Column) -> Column:
    found = np.ascontiguousarray(values)
    return found.view(f"S{field.size}")[:, 0] if field.kind == "ascii" else found


def _fits(field: Field, values: Column) -> Mask | bool:
    """Which values a codec would take; True: all of them."""
    fits: Mask | bool = True
    if field.kind == "ascii":
        zero = values == 0
        fits = (values < LETTERS).all(axis=1) & ~(zero[:, :-1] & ~zero[:, 1:]).any(axis=1)
    elif field.flags is not None:
        fits = (values.astype(np.uint64) & ~np.uint64(sum(field.flags.values()))) == 0
    elif field.enum is not None:
        fits = np.isin(values, np.array([*field.enum.values()], values.dtype))
    elif field.integer and (field.low, field.high) != (field.integer.low, field.integer.high):
        fits = (values >= field.low) & (values <= field.high)
    return fits
