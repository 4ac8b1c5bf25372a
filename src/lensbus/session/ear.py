"""What the peer's bytes say, one message or fault at a time, in whichever frame is spoken."""

from collections import deque

from lensbus.spec.model import Spec
from lensbus.spec.shapes import Seq
from lensbus.wire.codec import Codec
from lensbus.wire.kinds import framers
from lensbus.wire.message import Fault, Message

Heard = tuple[Message | Fault, bytes, bool]
"""What was heard, its bytes, and whether these were a whole frame."""


class Ear:
    """Cuts and decodes what `peer` says, lazily: the frame or codec may change in between."""

    def __init__(self, spec: Spec, peer: str) -> None:
        self._spec, self._peer = spec, peer
        self._framers = framers(spec, peer)
        self._first = next(iter(self._framers))
        self._decoded = deque[Heard]()

    def begin(self, codec: Codec) -> None:
        """Forget everything, and hear the first frame."""
        self._frame, self._framer = self._first, self._framers[self._first]
        self.follow(codec)
        self.forget()

    def follow(self, codec: Codec) -> None:
        """Go on with another codec."""
        self._codec, self._read = codec, codec.reader(self._peer)

    def use(self, frame: str) -> None:
        """Hear this frame from here on, in what was fed already too."""
        rest, self._frame, self._framer = self._framer.rest(), frame, self._framers[frame]
        self._framer.feed(rest)

    @property
    def seq(self) -> Seq | None:
        """How the frames that are heard are numbered."""
        return self._spec.frames[self._frame].seq

    def whole(self, data: bytes) -> Message | None:
        """The message of bytes that are one sound frame, if nothing came before; else feed them."""
        return None if self._framer.pending else self._read(data)

    def feed(self, data: bytes) -> None:
        """Take bytes, in any cut of one stream."""
        self._framer.feed(data)

    def end(self) -> None:
        """Nothing that is to come belongs to what came."""
        if self._framer.pending:
            self._framer.end()

    def forget(self) -> None:
        """Forget what was fed."""
        self._framer.reset()
        self._decoded.clear()

    @property
    def pending(self) -> bool:
        """Whether bytes wait for more."""
        return self._framer.pending

    def next(self) -> Heard | None:
        """What was heard next; None: that was all."""
        if self._decoded:
            return self._decoded.popleft()
        item = self._framer.next()
        if item is None:
            return None
        if isinstance(item, Fault):
            return item, item.raw, False
        self._decoded += [(each, item.raw, True) for each in self._codec.decode(item, self._peer)]
        return self._decoded.popleft()
