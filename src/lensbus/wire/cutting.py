"""What every kind of frame shape has in common: its arithmetic, and what cuts a stream by it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from lensbus.wire.frame import Frame
from lensbus.wire.message import Fault


class Arithmetic(Protocol):
    """Both directions of one frame shape; `framing.Shape` is that of a delimited one.

    `places` names what a frame's head holds, `most` is its greatest size in bytes, and `step` how
    many bytes are skipped where there is none.
    """

    places: tuple[str, ...]
    most: int
    step: int

    def look(self, data: bytes, at: int) -> Frame | str | int:
        """The frame at a place, how many bytes there say nothing, or why there is no frame.

        An empty text is where more must come.
        """

    def start(self, header: Mapping[str, int]) -> list[Any]:
        """What all frames of one message share, for `fill`."""

    def fill(self, start: list[Any], seq: int, payload: bytes) -> bytes:
        """The bytes of a frame.

        Raises:
            LocalProtocolError: the shape cannot hold this.
        """


class Cutting(Protocol):
    """Cuts what one side says into frames; `framing.Framer` does so for delimited ones."""

    def reset(self) -> None: ...

    def rest(self) -> bytes: ...

    def feed(self, data: bytes) -> None: ...

    def end(self) -> None: ...

    @property
    def pending(self) -> bool: ...

    def take(self) -> list[Frame | Fault]: ...

    def next(self) -> Frame | Fault | None: ...


class Cutter:
    """Cuts what one side says into frames of the first shape that fits, as `framing.Framer` does.

    Bytes that belong to no frame become one Fault before the next frame, named after what the
    last shape finds wrong with the first of them. Work per byte is bounded by the greatest frame.
    """

    def __init__(self, shapes: Sequence[Arithmetic]) -> None:
        self._shapes = shapes
        self._most, self._step = max(shape.most for shape in shapes), shapes[-1].step
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._buffer, self._at = b"", 0
        self._skipped, self._wrong = bytearray(), ""
        self._ended = False

    def rest(self) -> bytes:
        """Give back what was not taken, and forget everything."""
        rest = self._buffer[self._at :]
        self.reset()
        return rest

    def feed(self, data: bytes) -> None:
        """Take the next bytes; after `end()`, only once everything was taken."""
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        self._ended = False

    def end(self) -> None:
        """Nothing that is to come belongs to what came: a window closed, or a gap passed."""
        self._ended = True

    @property
    def pending(self) -> bool:
        """Whether bytes wait for more, or skipped bytes wait to be told."""
        return self._at < len(self._buffer) or bool(self._skipped)

    def take(self) -> list[Frame | Fault]:
        """Every frame and fault that is certain by now, in order."""
        return list(iter(self.next, None))

    def next(self) -> Frame | Fault | None:
        """The next frame or fault that is certain by now; None: that was all."""
        while self._at < len(self._buffer):
            found = self._look()
            if not found:
                return None
            if isinstance(found, str):
                self._skip(found)
                if len(self._skipped) < self._most:
                    continue
            if self._skipped:
                return self._fault()
            if isinstance(found, Frame):
                self._at += len(found.raw)
                return found
            self._at += int(found)
        return self._fault() if self._ended and self._skipped else None

    def _look(self) -> Frame | str | int:
        """What the first shape that fits finds; what might still fit is waited for."""
        found: Frame | str | int = ""
        for shape in self._shapes:
            found = shape.look(self._buffer, self._at)
            if not isinstance(found, str) or not (found or self._ended):
                return found
        return found or "truncated"

    def _skip(self, why: str) -> None:
        end = self._at + self._step
        self._skipped += self._buffer[self._at : end]
        self._at = min(end, len(self._buffer))
        self._wrong = self._wrong or why

    def _fault(self) -> Fault:
        fault = Fault(self._wrong, bytes(self._skipped))
        self._skipped, self._wrong = bytearray(), ""
        return fault
