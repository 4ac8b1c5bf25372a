"""The tester's end of a link: it is where the table of the device is, and refuses nothing."""

from collections.abc import Iterable

from lensbus.session.contract import NEVER, Device
from lensbus.session.ear import Ear
from lensbus.session.event import Act, LinkDown, LinkUp, Note, Output, Raw
from lensbus.session.log import Journal, Record
from lensbus.session.machine import Machine
from lensbus.session.requests import Asked
from lensbus.session.sequence import Gaps
from lensbus.session.speaker import Speaker
from lensbus.spec.behaviour import SILENCE, SLOW, Row
from lensbus.spec.model import Spec
from lensbus.spec.versions import at
from lensbus.wire.codec import codec
from lensbus.wire.message import Fault, Message

STARTED = "started"
"""What the note of a tester is about whose device is in another state than its frames tell."""


SPOKEN = "spoken"
"""What the note of a tester is about that speaks another version from here on."""


class End:
    """A Port around a tester of the role `tested`.

    An endpoint follows its own table; this one follows the other side's, so that it hears and
    talks at the device's rate whatever it says. Everything that is heard is told, also twice.
    """

    def __init__(self, spec: Spec, tested: str, tester: Device, slack_s: float = 0.0) -> None:
        self.role = next(name for name in spec.roles if name != tested)
        self._newest = self._spec = spec
        self._tested, self._tester, self._slack_s = tested, tester, slack_s
        self._edges, self._machine = spec.edges(tested), Machine(spec.roles[tested])
        self._closing = {line.name for line in spec.link.lines.values() if line.frames}
        self._watched = self._machine.states_of("timeout", SILENCE)
        self._gap_s = spec.constant("gap_s")
        # a little later than the device, whose last frame at the old rate may be on its way
        self._silence_s = spec.roles[tested].silence_s + self._gap_s
        self._ear, self._journal = Ear(spec, tested), Journal(self.role, self._machine)
        self._codec = codec(spec)
        self._speaker = Speaker(spec, self._codec, self._journal)
        self._begin(0.0, frozenset())

    def _begin(self, now: float, lines: frozenset[str]) -> None:
        self._up = False
        self._gap_at: float | None = None
        self._machine.reset()
        self._ear.begin(self._codec)
        self._speaker.begin(now, lines)
        self._asked = Asked(self._spec, self._speaker.counters, self._slack_s)
        self._gaps = Gaps(self._ear.seq)
        self._said_at = now
        self._illegal = set[str]()  # requests that the device's table refuses by itself
        self._follow(self._newest)

    def _follow(self, spec: Spec) -> None:
        """Go on in a version of the spec."""
        self._spec, self._codec = spec, codec(spec)
        self._machine.follow(Machine(spec.roles[self._tested]))
        self._ear.follow(self._codec)
        self._speaker.follow(spec, self._codec)
        self._asked.follow(spec)

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes."""
        if self._up:
            self._ear.feed(data)
            self._drain(now)
            self._gap_at = now + self._gap_s + self._slack_s if self._ear.pending else None

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Take an edge that the device made."""
        if line in self._closing:
            if not high:
                self._end_frame(now)
        elif self._up and (line, high) in self._edges:
            self._hear(Message(self._edges[line, high]), b"", now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Start afresh."""
        self._begin(now, lines)
        self._up = up
        levels = told_levels(self._spec, lines) if up else {}
        for (line, high), name in self._spec.edges(self.role).items():
            if levels.get(line) == high:
                self._machine.step("recv", name)
        event = LinkUp(lines, "tester") if up else LinkDown()
        self._journal.add("noted", event, now)
        self._act(self._tester.on_event(event, now), now)
        for line, high in levels.items():
            self.line_changed(line, high, now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._gap_at is not None and self._gap_at <= now:
            self._end_frame(now)
        for waiting in self._asked.overdue(now) if self._asked.waiting else ():
            self._tell(Fault("no reply", waiting.raw, waiting.message.name), now)
        if self._machine.state in self._watched and self._said_at + self._silence_s <= now:
            self._effects(self._machine.step("timeout", SILENCE), None, now)
            self._said_at = now
            self._tell(Fault(SILENCE, detail="the device has heard no frame for so long"), now)
        due = self._tester.deadline
        if self._up and due is not None and due <= now:
            self._act(self._tester.on_deadline(now), now)

    def take_output(self) -> list[Output]:
        """What to put on the link, once."""
        return self._speaker.take()

    def take_records(self) -> list[Record]:
        """What was heard, said and noted, once; the state of a record is the device's."""
        return self._journal.take()

    @property
    def deadline(self) -> float | None:
        """When to call `tick`."""
        if not self._up:
            return None
        dues = [self._tester.deadline, self._gap_at, self._asked.deadline]
        if self._machine.state in self._watched:
            dues.append(self._said_at + self._silence_s)
        return min([due for due in dues if due is not None and due < NEVER], default=None)

    def _end_frame(self, now: float) -> None:
        self._gap_at = None
        self._ear.end()
        self._drain(now)

    def _drain(self, now: float) -> None:
        while (found := self._ear.next()) is not None:
            heard, raw, whole = found
            if not whole:
                self._gaps.forget()
            self._hear(heard, raw, now)

    def _hear(self, message: Message | Fault, raw: bytes, now: float) -> None:
        if isinstance(message, Fault):
            self._tell(message, now)
            return
        waiting = self._asked.match(message) if message.name in self._asked.answers else None
        if waiting is None and message.name in self._asked.answers:
            self._tell(Fault("unexpected reply", raw, message.name), now)
            return
        if waiting is not None:
            self._asked.settle(waiting, message.name, now)
        else:
            self._count(message, raw, now)
        if waiting is None or waiting.message.name not in self._illegal:
            self._effects(self._machine.step("send", message.name), message, now)
        self._journal.add("heard", message, now, raw)
        self._act(self._tester.on_event(message, now), now)

    def _count(self, message: Message, raw: bytes, now: float) -> None:
        """See that numbers count on; only what is asked for may be said again with its number."""
        kind = self._spec.messages.get(message.name)
        if kind is not None and kind.cyclic and self._gaps.is_late(message.seq):
            self._tell(Fault("old number", raw, message.name, f"{message.seq} again"), now)
        elif missing := self._gaps.missing(message.seq):
            self._tell(Fault("missing frame", detail=f"{missing} before {message.name}"), now)

    def _tell(self, fault: Fault, now: float) -> None:
        self._journal.add("heard", fault, now, fault.raw)
        self._act(self._tester.on_event(fault, now), now)

    def _act(self, acts: Iterable[Act], now: float) -> None:
        for act in acts:
            if isinstance(act, Message):
                self._say(act, now)
            elif isinstance(act, Raw):
                self._speaker.transmit(act.data, act, now)
            else:
                if isinstance(act, Note):
                    self._heed(act)
                self._journal.add("noted", act, now)

    def _heed(self, note: Note) -> None:
        if note.about == STARTED:
            self._machine.state = str(note.facts["state"])
        elif note.about == SPOKEN:
            self._follow(at(self._newest, int(note.facts["version"])))

    def _say(self, message: Message, now: float) -> None:
        row = self._machine.step("recv", message.name)
        (self._illegal.discard if row else self._illegal.add)(message.name)
        message, raw = self._speaker.say(message, now)
        if raw:
            self._said_at = self._speaker.free
        self._effects(row, message, now)
        self._asked.add(message, raw, self._speaker.free)

    def _effects(self, row: Row | None, message: Message | None, now: float) -> None:
        """Go to the rate to which the device goes."""
        if self._machine.moved:
            self._said_at = max(self._said_at, now)
        if row is not None and row.rate:
            baud = row.baud(message.fields if message else {}, self._spec.link)
            self._speaker.change_rate(baud, now)
            self._gaps.forget()
            if row.rate == SLOW:
                self._asked.forget()


def told_levels(spec: Spec, lines: frozenset[str]) -> dict[str, bool]:
    """The levels that stand for the lines which a link lacks, as both sides are told them."""
    absent = [line for line in spec.link.lines.values() if line.name not in lines]
    return {line.name: line.absent == "high" for line in absent if line.absent in {"high", "low"}}
