"""A whole frame of fixed size in one go, both ways: the quickest way for what is in order."""

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TypeGuard

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import MessageType
from lensbus.spec.shapes import Delimited, Shape
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.message import Checked, Message
from lensbus.wire.reading import read_row
from lensbus.wire.row import int_format, row
from lensbus.wire.source import Source, is_fixed

Read = Callable[[bytes], Message | None]


def is_whole(shape: Shape, kind: MessageType) -> TypeGuard[Delimited]:
    """Whether all frames of a message are alike, but for number, fields and checksum."""
    if not isinstance(shape, Delimited) or shape.packed is not None or len(shape.key) != 1:
        return False
    seq = dict(shape.header).get("seq")
    numbered = seq is not None and seq.size == 1 and not seq.signed
    return numbered and shape.key != ("payload",) and is_fixed(kind.fields)


def key_at(shape: Delimited) -> int | slice:
    """Where the key stands in a frame: at one byte, or at several."""
    at, size = shape.places[shape.key[0]], dict(shape.header)[shape.key[0]].size
    return at if size == 1 else slice(at, at + size)


class Whole:
    """The frames of one message for which `is_whole` holds; `blank` is one of them."""

    def __init__(self, shape: Delimited, kind: MessageType, heard: Checked, blank: bytes) -> None:
        self._shape, self._kind, self._heard, self.blank = shape, kind, heard, blank

    @property
    def read(self) -> Read:
        """What gives the message of bytes that are one sound frame of it, else None."""
        source, shape, blank = Source("payload"), self._shape, self.blank
        head, end, seq = shape.places["payload"], len(blank) - shape.foot, shape.places["seq"]
        alike = {"start": blank[:seq], "middle": blank[seq + 1 : head], "tail": shape.tail}
        row = {part: ("", f"{len(data)}s") for part, data in alike.items() if data}
        row |= {"number": ("", "B"), "total": int_format(replace(shape.checksum_int, signed=False))}
        order: tuple[tuple[str, ...], ...] = ("start", "number", "middle"), ("total", "tail")
        before, after = ({part: row[part] for part in parts if part in row} for parts in order)
        names, fields = read_row(source, before, self._kind.fields, after)
        for part, data in alike.items():
            if data:
                source.refuse_if(f"{names[part]} != {data!r}")
        function, begin = CHECKSUMS[shape.checksum]
        covered = source.keep(slice(shape.places[shape.covers[0]], end))
        check = f"{source.keep(function)}(payload[{covered}], {begin})"
        source.refuse_if(f"{check} != {names['total']}")
        self._give(source, names["number"], fields)
        made: Read = source.made()
        return made

    def _give(self, source: Source, number: str, fields: str) -> None:
        """Give the message, slot by slot: its own `__init__` takes as long as all the rest."""
        source.add(f"m = {source.keep(object.__new__)}({source.keep(Message)})")
        for slot, value in (
            ("name", repr(self._kind.name)),
            ("fields", fields),
            ("seq", number),
            ("checked", source.keep(self._heard)),
        ):
            source.add(f"m.{slot} = {value}")
        source.add("return m")

    @property
    def write(self) -> Callable[[int, bytes], bytes]:
        """What gives the frame with a number and a payload, which has the right size.

        Raises:
            LocalProtocolError: no frame has that number.
        """
        shape, blank = self._shape, self.blank
        head, seq, covered = (shape.places[part] for part in ("payload", "seq", shape.covers[0]))
        before, after, tail = blank[:seq], blank[seq + 1 : head], shape.tail
        opened = struct.Struct(f"{len(before)}sB{len(after)}s").pack
        total = int_format(replace(shape.checksum_int, signed=False))
        closed = row([total, ("", f"{len(tail)}s")]).pack
        summed, (function, begin) = slice(covered, None), CHECKSUMS[shape.checksum]

        def write(number: int, payload: bytes) -> bytes:
            try:
                data = opened(before, number, after) + payload
            except struct.error:
                raise LocalProtocolError(f"no frame has the number {number}") from None
            return data + closed(function(data[summed], begin), tail)

        return write
