"""Recorded windows to messages: the same framer and codec that a live link uses."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lensbus.capture.uart import Cut
from lensbus.session.event import Note
from lensbus.session.log import Record, Window
from lensbus.session.machine import Machine
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, tellers, versions
from lensbus.wire.codec import Codec
from lensbus.wire.link import link_of
from lensbus.wire.message import Fault, Message, identity_label


class Decoder:
    """Decodes what both sides of a capture said, window by window, and counts it."""

    def __init__(self, spec: Spec) -> None:
        self._spec, self._codec, self._link = spec, Codec(spec), link_of(spec)
        self._codecs = {spec.version: self._codec}
        self._tellers, self._newest = tellers(spec), dict[str, int]()
        self._follow = _Follower(spec) if spec.switches else None
        self._windows: dict[str, Window] = {}  # the last one of each side
        self.windows = self.frames = self.faults = self.no_data = self.unknown = 0
        self.messages: Counter[str] = Counter()
        self.identified: dict[str, str] = {}

    def decode(self, cuts: Iterable[Cut]) -> Iterator[Record]:
        """A record for each message and fault, as said by its side, and for each empty window."""
        for cut in cuts:
            self.windows += 1
            window = self._windows[cut.side] = Window(cut.t, cut.t_end, cut.baud)
            if not cut.data:
                self.no_data += 1
                yield Record(cut.t, cut.side, "noted", Note("no data"), window=window)
            if cut.flaws:
                detail = f"{cut.flaws} low stop bits"
                fault = Fault("framing error", cut.data, detail=detail)
                yield self._said(cut.side, fault, cut.data)
            self._link.feed(cut.side, cut.data, cut.t)
            self._link.end(cut.side, cut.t)
            yield from self._take()
        self._link.close()
        yield from self._take()

    def summary(self) -> dict[str, Any]:
        """All counts; messages by name, and the names that devices told of themselves."""
        return {
            "summary": True,
            "windows": self.windows,
            "frames": self.frames,
            "faults": self.faults,
            "no_data": self.no_data,
            "unknown": self.unknown,
            "messages": dict(self.messages),
            "identified": self.identified,
        }

    def _take(self) -> Iterator[Record]:
        while (found := self._link.next()) is not None:
            side, item = found
            if isinstance(item, Fault):
                yield self._said(side, item, item.raw)
                continue
            self.frames += 1
            for event in self._codec.decode(item, side):
                yield self._said(side, event, item.raw)
                self._meet(event, side)
                if self._follow is not None and (frame := self._follow(side, event)):
                    self._link.use(frame)

    def _said(self, side: str, event: Message | Fault, raw: bytes) -> Record:
        self._count(event, side)
        window = self._windows[side]
        return Record(window.start, side, "said", event, raw, window)

    def _meet(self, event: Message | Fault, side: str) -> None:
        """Go on in the version that both sides speak, as far as they have told."""
        if isinstance(event, Fault) or event.name not in self._tellers:
            return
        self._newest[side] = event.fields[self._tellers[event.name]]
        version = min(self._newest.values())
        if version in versions(self._spec) and version not in self._codecs:
            self._codecs[version] = Codec(at(self._spec, version))
        self._codec = self._codecs.get(version, self._codecs[self._spec.version])

    def _count(self, event: Message | Fault, side: str) -> None:
        if isinstance(event, Fault):
            self.faults += 1
            return
        self.messages[event.name] += 1
        kind = self._spec.messages.get(event.name)
        if kind is None:
            self.unknown += 1
            return
        name, field = self._spec.identifies.get(side, ("", ""))
        if event.name == name:
            self.identified[side] = identity_label(kind, field, event)


class _Follower:
    """Follows one role's table to know which frame the link speaks; a capture begins anywhere."""

    def __init__(self, spec: Spec) -> None:
        self._role = next(iter(spec.roles))
        self._machine = Machine(spec.roles[self._role])

    def __call__(self, side: str, event: Message | Fault) -> str | None:
        """The frame that both sides speak after this, if that is another."""
        if isinstance(event, Fault):
            return None
        verb = "send" if side == self._role else "recv"
        self._machine.find(verb, event.name)
        row = self._machine.step(verb, event.name)
        return row.frame if row else None
