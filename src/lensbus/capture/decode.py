"""Recorded windows to messages: the same framer and codec that a live link uses."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lensbus.capture.uart import Cut
from lensbus.session.event import Note
from lensbus.session.log import Record, Window
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, tellers, versions
from lensbus.wire.codec import Codec
from lensbus.wire.framing import Frame, Framer
from lensbus.wire.message import Fault, Message, identity_label


class Decoder:
    """Decodes what both sides of a capture said, window by window, and counts it."""

    def __init__(self, spec: Spec) -> None:
        self._spec, self._codec = spec, Codec(spec)
        self._codecs = {spec.version: self._codec}
        self._tellers, self._newest = tellers(spec), dict[str, int]()
        shape = next(iter(spec.frames.values()))
        self._framers = {role: Framer(shape, role) for role in spec.roles}
        self.windows = self.frames = self.faults = self.no_data = self.unknown = 0
        self.messages: Counter[str] = Counter()
        self.identified: dict[str, str] = {}

    def decode(self, cuts: Iterable[Cut]) -> Iterator[Record]:
        """A record for each message and fault, as said by its side, and for each empty window."""
        for cut in cuts:
            self.windows += 1
            window = Window(cut.t, cut.t_end, cut.baud)
            if not cut.data:
                self.no_data += 1
                yield Record(cut.t, cut.side, "noted", Note("no data"), window=window)
            for event, raw in self._events(cut):
                self._count(event, cut.side)
                yield Record(cut.t, cut.side, "said", event, raw, window)

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

    def _events(self, cut: Cut) -> Iterator[tuple[Message | Fault, bytes]]:
        if cut.flaws:
            yield Fault("framing error", cut.data, detail=f"{cut.flaws} low stop bits"), cut.data
        framer = self._framers[cut.side]
        framer.feed(cut.data)
        framer.end()
        for item in framer.take():
            if isinstance(item, Frame):
                self.frames += 1
                for event in self._codec.decode(item, cut.side):
                    yield event, item.raw
                    self._meet(event, cut.side)
            else:
                yield item, item.raw

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
