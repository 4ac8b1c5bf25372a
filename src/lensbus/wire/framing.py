"""Cut a byte stream into frames and resynchronise after noise; build frames."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Delimited
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.message import Fault


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame: its shape's name, header fields, payload, and all its bytes."""

    shape: str
    header: Mapping[str, int]
    payload: bytes
    raw: bytes


class Shape:
    """The arithmetic of a delimited frame: both directions of the same few offsets."""

    def __init__(self, spec: Delimited) -> None:
        self.spec = spec
        sizes = {"sync": len(spec.sync)} | {name: kind.size for name, kind in spec.header}
        self.head = sum(sizes.values())
        foot = {"checksum": spec.checksum_int.size, "tail": len(spec.tail)}
        self.foot = sum(foot.values())
        order = [*sizes, "payload", *foot]
        start = order.index(spec.counts[0])
        before = sum(sizes[part] for part in order[:start])
        after = sum(foot[part] for part in order[order.index(spec.counts[1]) + 1 :])
        self.uncounted = before + after
        self._check_from = sum(sizes[part] for part in order[: order.index(spec.covers[0])])
        self._check_to = sum(foot[part] for part in order[order.index(spec.covers[1]) + 1 :])
        self._checksum = CHECKSUMS[spec.checksum]

    def total(self, head: bytes) -> int:
        """The size of the whole frame that this head announces."""
        return self.header(head)["length"] + self.uncounted

    def header(self, head: bytes) -> dict[str, int]:
        """The header fields of a frame's first `head` bytes."""
        fields, at = {}, len(self.spec.sync)
        for name, kind in self.spec.header:
            part = head[at : at + kind.size]
            fields[name] = int.from_bytes(part, kind.order, signed=kind.signed)
            at += kind.size
        return fields

    def problem(self, raw: bytes) -> str:
        """What is wrong with a frame of the announced size: a fault's kind, or nothing."""
        end = len(raw) - len(self.spec.tail)
        if raw[end:] != self.spec.tail:
            return "bad tail"
        kind = self.spec.checksum_int
        told = int.from_bytes(raw[end - kind.size : end], kind.order)
        return "" if told == self._sum(raw) else "bad checksum"

    def frame(self, raw: bytes) -> Frame:
        """The frame that these whole, checked bytes are."""
        payload = raw[self.head : len(raw) - self.foot]
        return Frame(self.spec.name, self.header(raw), payload, raw)

    def build(self, header: Mapping[str, int], payload: bytes) -> bytes:
        """The bytes of a frame; length, checksum and tail are filled in.

        Raises:
            LocalProtocolError: the frame would be bigger than the shape allows.
        """
        size = self.head + len(payload) + self.foot
        if size > self.spec.max_size:
            raise LocalProtocolError(f"a frame of {size} bytes, at most {self.spec.max_size}")
        fields = {**header, "length": size - self.uncounted}
        raw = bytearray(self.spec.sync)
        for name, kind in self.spec.header:
            raw += fields[name].to_bytes(kind.size, kind.order, signed=kind.signed)
        raw += payload + bytes(self.foot)
        end = len(raw) - len(self.spec.tail)
        raw[end:] = self.spec.tail
        kind = self.spec.checksum_int
        raw[end - kind.size : end] = self._sum(raw).to_bytes(kind.size, kind.order)
        return bytes(raw)

    def _sum(self, raw: bytes | bytearray) -> int:
        return self._checksum(bytes(raw[self._check_from : len(raw) - self._check_to]))


class Framer:
    """Cuts what one side says into frames; give it bytes in any cut, take items one by one.

    Frames come out lazily, so that a caller may change its mind about the rest in between.
    Bytes that belong to no frame become one Fault before the next frame, named after the first
    thing that was wrong with them: `noise`, `bad length`, `bad checksum`, `bad tail` or, at
    `end()`, `truncated`. Work per byte is bounded by the shape's greatest frame size.
    """

    def __init__(self, shape: Delimited, sender: str) -> None:
        self._shape = Shape(shape)
        self._sync, self._max = shape.sync, shape.max_size
        self._pad_to = shape.pad_to if sender in shape.pad_from else 1
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._buffer, self._at, self._padding = bytearray(), 0, 0
        self._skipped, self._wrong = bytearray(), ""
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes; after `end()`, only once everything was taken."""
        del self._buffer[: self._at]
        self._at, self._ended = 0, False
        self._buffer += data

    def end(self) -> None:
        """Nothing that is to come belongs to what came: a window closed, or a gap passed."""
        self._ended = True

    @property
    def pending(self) -> bool:
        """Whether bytes wait for more, or skipped bytes wait to be told."""
        return self._at < len(self._buffer) or bool(self._skipped) or self._padding > 0

    def take(self) -> Iterator[Frame | Fault]:
        """Every frame and fault that is certain by now, in order, each when asked for."""
        self._skip_padding()
        while self._at < len(self._buffer):
            found = self._candidate()
            if found is None:
                break
            if self._skipped and (found or len(self._skipped) >= self._max):
                yield self._fault()
            if found:
                yield self._accept(found)
        if self._ended:
            self._padding = 0
            if self._skipped:
                yield self._fault()

    def _accept(self, raw: bytes) -> Frame:
        self._at += len(raw)
        self._padding = -len(raw) % self._pad_to
        self._skip_padding()
        return self._shape.frame(raw)

    def _fault(self) -> Fault:
        fault = Fault(self._wrong, bytes(self._skipped))
        self._skipped, self._wrong = bytearray(), ""
        return fault

    def _candidate(self) -> bytes | None:
        """A whole frame here; empty after skipping bytes; None when more bytes must come."""
        have = len(self._buffer) - self._at
        head = bytes(self._buffer[self._at : self._at + self._shape.head])
        if not head.startswith(self._sync[:have]):
            return self._skip_noise()
        if have < self._shape.head:
            return self._skip("truncated") if self._ended else None
        size = self._shape.total(head)
        if not self._shape.head + self._shape.foot <= size <= self._max:
            return self._skip("bad length")
        if have < size:
            return self._skip("truncated") if self._ended else None
        raw = bytes(self._buffer[self._at : self._at + size])
        problem = self._shape.problem(raw)
        return self._skip(problem) if problem else raw

    def _skip_noise(self) -> bytes:
        """Pass over what cannot begin a frame, but never past the size of one fault."""
        at = self._buffer.find(self._sync[:1], self._at + 1)
        stop = len(self._buffer) if at < 0 else at
        return self._skip("noise", min(stop - self._at, self._max - len(self._skipped)))

    def _skip(self, why: str, count: int = 1) -> bytes:
        self._skipped += self._buffer[self._at : self._at + count]
        self._at += count
        if self._wrong in {"", "noise"}:
            self._wrong = why
        return b""

    def _skip_padding(self) -> None:
        """Drop the stale bytes after a padded frame."""
        stale = min(self._padding, len(self._buffer) - self._at)
        self._at += stale
        self._padding -= stale
