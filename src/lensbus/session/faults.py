"""A filter around a port that spoils what the port says, by a plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from lensbus.session.contract import Chance, Port
from lensbus.session.event import Note, Output, Send, SetLink
from lensbus.session.log import Record
from lensbus.wire.message import Message

KINDS = ("drop", "flip", "truncate", "insert", "unplug")
DONE = "fault done"  # what its notes are about


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault of a plan: what happens (`kind`) and when. Counts begin with 1.

    Exactly one trigger is given: `frame` the Nth frame said; `byte` the frame that holds the
    Nth byte said, at that byte; `message` the `nth` message of that name; `time` the first
    frame said at or after that second; `chance` each frame with this probability;
    `byte_chance` each byte with it. `for_s` is how long an unplugged link stays away.
    """

    kind: str
    frame: int | None = None
    byte: int | None = None
    message: str | None = None
    nth: int = 1
    time: float | None = None
    chance: float | None = None
    byte_chance: float | None = None
    for_s: float = 0.0


class Filter:
    """A Port that spoils its inner port's own output by a plan; all else passes untouched.

    Where no byte is named, the byte and the bit that suffer are drawn from `chance`.
    """

    def __init__(self, port: Port, side: str, plan: Iterable[Rule], chance: Chance) -> None:
        self._port, self._side, self._chance = port, side, chance
        self._plan = list(plan)
        self._notes: list[Record] = []
        self._frames = self._bytes = 0
        self._names: dict[str, int] = {}
        self._replug_at: float | None = None
        self._now = 0.0

    def receive(self, data: bytes, now: float) -> None:
        """Pass on."""
        self._now = now
        self._port.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Pass on."""
        self._now = now
        self._port.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Pass on."""
        self._now = now
        self._port.link_changed(up, now, lines)

    def tick(self, now: float) -> None:
        """Pass on; a link that was unplugged long enough comes back."""
        self._now = now
        self._port.tick(now)

    def take_output(self) -> list[Output]:
        """The inner port's output, spoilt."""
        if self._replug_at is not None and self._replug_at <= self._now:
            self._replug_at = None
            return [SetLink(True)]
        spoilt: list[Output] = []
        for output in self._port.take_output():
            spoilt += self._spoil(output) if isinstance(output, Send) else [output]
        return spoilt

    def take_records(self) -> list[Record]:
        """The inner port's records, and a note for each fault that was done."""
        notes, self._notes = self._notes, []
        return self._port.take_records() + notes

    @property
    def deadline(self) -> float | None:
        """The inner port's, or when to plug in again."""
        dues = (self._port.deadline, self._replug_at)
        return min((due for due in dues if due is not None), default=None)

    def _spoil(self, send: Send) -> list[Output]:
        first, plugged = self._bytes, self._replug_at is None
        self._frames += 1
        self._bytes += len(send.data)
        if isinstance(send.what, Message):
            self._names[send.what.name] = self._names.get(send.what.name, 0) + 1
        data: bytes | None = send.data
        for rule in list(self._plan):
            for at in self._hits(rule, send, first):
                if data is not None:
                    self._note(rule, send)
                    data = self._do(rule, data, at)
        unplug = [SetLink(False)] if plugged and self._replug_at is not None else []
        return [*([] if data is None else [Send(data, send.what)]), *unplug]

    def _hits(self, rule: Rule, send: Send, first: int) -> list[int | None]:
        """Where in this frame a rule strikes; None: anywhere. What counts once is then over."""
        if rule.chance is not None:
            return [None] if self._chance.random() < rule.chance else []
        if rule.byte_chance is not None:
            size = range(len(send.data))
            return [at for at in size if self._chance.random() < rule.byte_chance]
        if not self._due(rule, send, first):
            return []
        self._plan.remove(rule)
        return [None if rule.byte is None else rule.byte - 1 - first]

    def _due(self, rule: Rule, send: Send, first: int) -> bool:
        if rule.frame is not None:
            return rule.frame == self._frames
        if rule.byte is not None:
            return first < rule.byte <= first + len(send.data)
        if rule.message is not None:
            named = isinstance(send.what, Message) and send.what.name == rule.message
            return named and self._names[rule.message] == rule.nth
        return rule.time is not None and rule.time <= self._now

    def _do(self, rule: Rule, data: bytes, at: int | None) -> bytes | None:
        """The frame after one fault; None when nothing of it is left."""
        where = self._chance.randrange(len(data)) if at is None else min(at, len(data) - 1)
        if rule.kind == "flip":
            flipped = data[where] ^ (1 << self._chance.randrange(8))
            return data[:where] + bytes([flipped]) + data[where + 1 :]
        if rule.kind == "truncate":
            return data[:where] or None
        if rule.kind == "insert":
            return data[:where] + self._chance.randbytes(1) + data[where:]
        if rule.kind == "unplug":
            self._replug_at = self._now + rule.for_s
        return None

    def _note(self, rule: Rule, send: Send) -> None:
        name = send.what.name if isinstance(send.what, Message) else "raw bytes"
        text = f"{DONE}: {rule.kind} frame {self._frames} ({name})"
        self._notes.append(Record(self._now, self._side, "noted", Note(text, DONE)))
