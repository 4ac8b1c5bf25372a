"""Cut a byte stream into frames and resynchronise after noise; build frames."""

import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from lensbus.errors import LocalProtocolError
from lensbus.spec.shapes import Delimited
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.frame import Frame, Parts
from lensbus.wire.message import Fault
from lensbus.wire.row import int_format, row
from lensbus.wire.sound import Sound, sound_frames


class Shape:
    """The arithmetic of a delimited frame: both directions of the same few offsets."""

    def __init__(self, spec: Delimited) -> None:
        self._name, self._sync, self._tail = spec.name, spec.sync, spec.tail
        self.places = ("sync", *(name for name, _ in spec.header))
        self.most, self.step = spec.max_size, 1
        self._names = [name for name, _ in spec.header]
        self._header = row(
            [("", f"{len(spec.sync)}s"), *(int_format(kind) for _, kind in spec.header)]
        )
        self._footer = row(
            [int_format(replace(spec.checksum_int, signed=False)), ("", f"{len(spec.tail)}s")]
        )
        self._checksum, self._begin = CHECKSUMS[spec.checksum]
        self._head, self._foot = self._header.size, self._footer.size
        self._least, self._most = self._head + self._foot, spec.max_size
        self._length_at = 1 + self._names.index("length")
        self._seq_at = 1 + self._names.index("seq") if "seq" in self._names else self._length_at
        self._uncounted, self._covered = spec.uncounted, spec.places[spec.covers[0]]

    def look(self, data: bytes, at: int) -> Frame | str:
        """The frame at a place, or why there is none; an empty text where more must come."""
        have = len(data) - at
        if have < self._head:
            return "" if data.startswith(self._sync[:have], at) else "noise"
        head = self._header.unpack_from(data, at)
        if head[0] != self._sync:
            return "noise"
        size = head[self._length_at] + self._uncounted
        if not self._least <= size <= self._most:
            return "bad length"
        if size > have:
            return ""
        raw = data[at : at + size]  # no copy where it is all there is
        end = size - self._foot
        told, tail = self._footer.unpack_from(raw, end)
        if tail != self._tail or told != self._checksum(raw[self._covered : end], self._begin):
            return "bad tail" if tail != self._tail else "bad checksum"
        return Frame(self._name, raw, (head, raw[self._head : end]))

    def apart(self, raw: bytes) -> Parts:
        """Head and payload of a whole frame."""
        return self._header.unpack_from(raw), raw[self._head : len(raw) - self._foot]

    def build(self, header: Mapping[str, int], payload: bytes) -> bytes:
        """The bytes of a frame; length, checksum and tail are filled in.

        Raises:
            LocalProtocolError: the frame would be too big, or a header field does not fit.
        """
        return self.fill(self.start(header), header.get("seq", 0), payload)

    def start(self, header: Mapping[str, int]) -> list[Any]:
        """What `fill` completes: sync and header, without length and sequence number."""
        return [self._sync, *(header.get(name, 0) for name in self._names)]

    def fill(self, start: list[Any], seq: int, payload: bytes) -> bytes:
        """As `build`, from a start that is kept."""
        size = self._least + len(payload)
        if size > self._most:
            raise LocalProtocolError(f"a frame of {size} bytes, at most {self._most}")
        values = start.copy()
        values[self._seq_at] = seq
        values[self._length_at] = size - self._uncounted  # the later one, if there is no number
        try:
            raw = self._header.pack(*values) + payload
        except struct.error as error:
            fields = dict(zip(self._names, values[1:], strict=True))
            raise LocalProtocolError(f"no frame has the header {fields}: {error}") from None
        told = self._checksum(raw[self._covered :], self._begin)
        return raw + self._footer.pack(told, self._tail)


class Framer:
    """Cuts what one side says into frames; give it bytes in any cut.

    `next` gives one item, so that a caller may change its mind about the rest; `take` gives all.
    Bytes that belong to no frame become one Fault before the next frame, named after the first
    thing that was wrong with them: `noise`, `bad length`, `bad checksum`, `bad tail` or, at
    `end()`, `truncated`. Work per byte is bounded by the shape's greatest frame size.
    """

    def __init__(self, shape: Delimited, sender: str) -> None:
        self._shape, self._arithmetic = shape, Shape(shape)
        self._sync, self._max = shape.sync, shape.max_size
        self._pad_to = shape.pad_to if sender in shape.pad_from else 1
        self.reset()

    @cached_property
    def _sound(self) -> Sound:
        return sound_frames(self._shape, self._arithmetic.apart, self._pad_to)  # once it is needed

    def reset(self) -> None:
        """Forget everything."""
        self._buffer, self._size = b"", 0
        self._at = 0  # what comes next; beyond the buffer while padding is still to come
        self._skipped, self._wrong = bytearray(), ""
        self._ended = False

    def rest(self) -> bytes:
        """Give back what was not taken, and forget everything."""
        rest = self._buffer[self._at :]
        self.reset()
        return rest

    def feed(self, data: bytes) -> None:
        """Take the next bytes; after `end()`, only once everything was taken."""
        self._buffer = self._buffer[self._at :] + data
        self._at = self._at - self._size if self._at > self._size else 0
        self._size, self._ended = len(self._buffer), False

    def end(self) -> None:
        """Nothing that is to come belongs to what came: a window closed, or a gap passed."""
        self._ended = True

    @property
    def pending(self) -> bool:
        """Whether bytes wait for more, or skipped bytes wait to be told."""
        return self._at != self._size or bool(self._skipped)

    def take(self) -> list[Frame | Fault]:
        """Every frame and fault that is certain by now, in order."""
        items: list[Frame | Fault] = []
        while True:
            waits = False
            if not self._skipped:
                self._at, waits = self._sound(self._buffer, self._at, self._size, items.append)
            if (waits and not self._ended) or (item := self._misfit()) is None:
                return items
            items.append(item)

    def next(self) -> Frame | Fault | None:
        """The next frame or fault that is certain by now; None: that was all."""
        frames: list[Frame] = []
        if not self._skipped and self._at < self._size:
            self._at, waits = self._sound(self._buffer, self._at, self._at + 1, frames.append)
            if frames:
                return frames[0]
            if waits and not self._ended:
                return None
        return self._misfit()

    def _misfit(self) -> Fault | None:
        """The fault of the bytes that stand before the next frame, if it is certain by now."""
        while self._at < self._size:
            found = self._arithmetic.look(self._buffer, self._at)
            if isinstance(found, Frame):
                break
            if not found and not self._ended:
                return None
            self._skip(found or "truncated")
            if len(self._skipped) >= self._max:
                break
        else:
            if not self._ended:
                return None
            self._at = self._size  # padding ends too
        return self._fault() if self._skipped else None

    def _fault(self) -> Fault:
        fault = Fault(self._wrong, bytes(self._skipped))
        self._skipped, self._wrong = bytearray(), ""
        return fault

    def _skip(self, why: str) -> None:
        count = self._noise() if why == "noise" else 1
        self._skipped += self._buffer[self._at : self._at + count]
        self._at += count
        if self._wrong in {"", "noise"}:
            self._wrong = why

    def _noise(self) -> int:
        """How many bytes cannot begin a frame, but never more than one fault has room for."""
        at = self._buffer.find(self._sync[:1], self._at + 1)
        stop = self._size if at < 0 else at
        return min(stop - self._at, self._max - len(self._skipped))
