"""What one side puts on the link, and when its last bit leaves."""

from collections.abc import Mapping
from typing import Final

from lensbus.session.event import Output, Raw, Send, SetLine, SetRate
from lensbus.session.log import Journal, Window
from lensbus.session.sequence import Counter
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message

_NONE: Final = Counter(None)


class Speaker:
    """The saying half of an endpoint. `free` is when the line is free again, in seconds."""

    def __init__(self, spec: Spec, codec: Codec, journal: Journal) -> None:
        self._spec, self._codec, self._journal = spec, codec, journal
        self._bits_per_byte = spec.link.bits_per_byte
        self.begin(0.0, frozenset())

    def begin(self, now: float, lines: frozenset[str]) -> None:
        """Begin a life on a link with these lines, at the slow rate; what was not taken is lost."""
        self._by_shape = {name: Counter(each.seq) for name, each in self._spec.frames.items()}
        self.counters: dict[str, Counter] = {}
        self._lines = lines
        select = [name for name in sorted(lines) if self._spec.link.lines[name].frames]
        self._before = [SetLine(name, True) for name in select]
        self._after = [SetLine(name, False) for name in select]
        self.follow(self._spec, self._codec)
        self._rate = int(self._spec.link.slow.value)
        self.free = now
        self._output: list[Output] = [SetRate(self._rate, 0.0)]

    def follow(self, spec: Spec, codec: Codec) -> None:
        """Go on in another version of the spec."""
        self._spec, self._codec = spec, codec
        self.counters.update(_counters(spec, self._by_shape))
        self._edges = {name: self._edge(name) for name in spec.messages if not self._on_wire(name)}

    def say(
        self, message: Message, now: float, reply_to: int | None = None
    ) -> tuple[Message, bytes]:
        """Send a message as a frame, or drive its line; gives it as it was said, and its bytes.

        A frame gets the sequence number of an answer to `reply_to`, else the one that the message
        has, else our next.
        """
        edges = self._edges.get(message.name)
        if edges is not None:
            self._output += edges
            self._journal.add("said", message, now)
            return message, b""
        seq = message.seq
        counter = self.counters.get(message.name, _NONE)
        if reply_to is not None:
            seq = counter.reply_to(reply_to)
        elif seq is None:
            seq = counter.next()
        raw = self._codec.encode(message, seq)
        if seq != message.seq:
            message = Message(message.name, message.fields, seq, message.checked)
        self.transmit(raw, message, now)
        return message, raw

    def transmit(self, raw: bytes, what: Message | Raw, now: float) -> None:
        """Send these bytes, with the select line around them where the link has one."""
        output = self._output
        output += self._before
        output.append(Send(raw, what))
        output += self._after
        start = now if now > self.free else self.free
        self.free = start + len(raw) * self._bits_per_byte / self._rate
        self._journal.add("said", what, now, raw, Window(start, self.free, self._rate))

    def repeat(self, raw: bytes, answer: Message | None, now: float) -> None:
        """Give the same answer again, if there was one."""
        if answer is not None:
            self.transmit(raw, answer, now)

    def change_rate(self, baud: int, now: float) -> None:
        """Talk at another rate once what was sent is out, after the spec's pause."""
        if baud != self._rate:
            pause = self._spec.link.rate_pause_s
            self._output.append(SetRate(baud, pause))
            self.free, self._rate = max(now, self.free) + pause, baud

    def take(self) -> list[Output]:
        """What to put on the link, once, in order."""
        output, self._output = self._output, []
        return output

    def _edge(self, name: str) -> list[SetLine]:
        """What drives the line of a message; nothing, where the link has not that line."""
        edge = self._spec.messages[name].on_line
        if edge is None or edge.line not in self._lines:
            return []
        levels = (edge.high, not edge.high) if edge.line in self._spec.pulses else (edge.high,)
        return [SetLine(edge.line, high) for high in levels]

    def _on_wire(self, name: str) -> bool:
        """Whether a message goes as a frame, and not as the edge of a line, on this link."""
        edge = self._spec.messages[name].on_line
        if edge is None:
            return True
        return edge.line not in self._lines and self._spec.link.lines[edge.line].absent == "in_band"


def _counters(spec: Spec, by_shape: Mapping[str, Counter]) -> dict[str, Counter]:
    """What numbers each message that a frame carries; all frames of a shape count together."""
    kinds = [kind for kind in spec.messages.values() if kind.key]
    numbered = {kind.name: spec.frames[kind.frame].seq_of(kind.key) for kind in kinds}
    return {k.name: by_shape[k.frame] if numbered[k.name] else _NONE for k in kinds}
