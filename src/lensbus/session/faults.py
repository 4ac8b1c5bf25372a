"""A filter around a port that does faults to it, and to what it says, by a plan."""

from collections import deque
from collections.abc import Iterable

from lensbus.session.contract import Chance, Port
from lensbus.session.event import Note, Output, Send, SetLink
from lensbus.session.log import Record
from lensbus.session.rule import FRAME_KINDS, Rule
from lensbus.session.spoiling import flicker, spoil
from lensbus.session.triggers import Triggers
from lensbus.session.wires import Wires
from lensbus.wire.message import Message

DONE, OVER = "fault done", "fault over"  # what its notes are about

_LINK, _POWER, _SPEED = "the link", "the power", "the speed"
"""What faults that last are done to, beside wires: one at a time."""

_SUFFERS = {"brownout": _POWER, "slow": _SPEED}
_SUFFERS |= dict.fromkeys(("unplug", "bounce", "shake"), _LINK)


class Filter:
    """A Port that does faults to its inner port and to its output; all else passes untouched.

    Where a plan leaves something open (which bit, which moment), it is drawn from `chance`.
    """

    def __init__(self, port: Port, side: str, plan: Iterable[Rule], chance: Chance) -> None:
        self._port, self._side, self._chance = port, side, chance
        self._triggers, self._wires = Triggers(plan, chance), Wires()
        self._records: list[Record] = []
        self._levels: dict[str, bool] = {}
        self._lines: frozenset[str] = frozenset()
        self._linked, self._plugged, self._renewed = False, True, False
        self._toggles: deque[float] = deque()
        self._ends: dict[str, tuple[float, Rule]] = {}
        self._now = 0.0

    def switch(self, plan: Iterable[Rule], chance: Chance, now: float) -> None:
        """Do this plan from now on, and no other; what is done to the side just now is over."""
        self._now = now
        for what in list(self._ends):
            self._end(what)
        self._wires.hurry(now)
        self._triggers, self._chance = Triggers(plan, chance, now), chance

    def plug(self, up: bool, now: float) -> None:
        """Plug the link in, or unplug it until it is plugged in."""
        self._now = now
        self._toggles.clear()
        self._ends.pop(_LINK, None)
        self._join(up=up)

    def receive(self, data: bytes, now: float) -> None:
        """Pass on, unless nobody is awake."""
        self._now = now
        if self._alive:
            self._port.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Pass on, now or to who begins anew."""
        self._now, self._levels[line] = now, high
        if self._alive:
            self._port.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Pass on, now or to who begins anew."""
        self._now, self._linked, self._lines = now, up, lines
        self._levels.clear()
        self._wires.begin(up=up)
        if self._alive:
            self._port.link_changed(up, now, lines)
        self._strike()

    def tick(self, now: float) -> None:
        """Do the faults that are due, end those that are over, and pass on."""
        self._now = now
        self._settle()
        self._strike()
        self._port.tick(now)

    def take_output(self) -> list[Output]:
        """The inner port's output, and what faults make of it."""
        self._renewed = False
        self._convey()
        if self._renewed:  # what it says first in its new life
            self._convey()
        self._settle()
        return self._wires.take(self._now)

    def take_records(self) -> list[Record]:
        """The inner port's records, and a note for each fault that was done, or is over."""
        records, self._records = self._records, []
        return records + self._port.take_records()

    @property
    def deadline(self) -> float | None:
        """The inner port's, or when a fault begins or is over, or a held frame leaves."""
        dues = [self._port.deadline, self._wires.deadline]
        dues += [until for until, _ in self._ends.values()]
        if self._toggles:
            dues.append(self._toggles[0])
        if self._linked and self._alive:
            dues.append(self._triggers.deadline)
        return min((due for due in dues if due is not None), default=None)

    @property
    def _alive(self) -> bool:
        return _POWER not in self._ends

    def _strike(self) -> None:
        """Do what waited for no frame, but for its time, and for somebody to suffer it."""
        for rule in self._triggers.due(self._now) if self._linked and self._alive else ():
            self._note(DONE, rule.words)
            self._befall(rule)

    def _convey(self) -> None:
        for output in self._port.take_output():
            if isinstance(output, Send):
                if not self._spoil(output):
                    return  # with the link or the unit, the rest is lost too
            elif self._plugged:
                self._wires.add(output, self._now)

    def _spoil(self, send: Send) -> bool:
        """Do to a frame what strikes it; gives whether the side can still speak."""
        pieces, delay_s = [send.data], 0.0
        for rule, at in self._triggers.strikes(send, self._now):
            if not pieces:
                continue
            name = send.what.name if isinstance(send.what, Message) else "raw bytes"
            self._note(DONE, f"{rule.words} frame {self._triggers.frames} ({name})")
            if rule.kind in FRAME_KINDS:
                spoilt = [spoil(rule, piece, send, at, self._chance) for piece in pieces]
                pieces = [piece for some in spoilt for piece in some]
                delay_s += rule.for_s if rule.kind == "delay" else 0.0
            elif not self._befall(rule):
                return False
        for piece in pieces if self._plugged else ():
            self._wires.add(Send(piece, send.what), self._now, delay_s)
        return True

    def _befall(self, rule: Rule) -> bool:
        """Do to the side what befalls it; gives whether it can still speak."""
        if rule.kind == "reset":
            self._renew()
            return False
        what = _SUFFERS.get(rule.kind, rule.line)
        self._ends[what] = self._now + rule.for_s, rule
        if what == _LINK:
            toggles = flicker(rule, self._chance)[0 if self._plugged else 1 :]
            self._toggles = deque(self._now + at for at in toggles)
            self._settle()
        elif what == _POWER:
            self._wires.lose()
            self._port.link_changed(False, self._now)
        elif what == _SPEED:
            self._wires.late_s = rule.by_s
        else:
            self._wires.stick(rule.line, high=rule.high, idle=rule.idle)
        return what not in {_LINK, _POWER}

    def _settle(self) -> None:
        """Open and close the contact where that is due, and end what is over."""
        while self._toggles and self._toggles[0] <= self._now:
            self._toggles.popleft()
            self._join(up=not self._plugged)
        for what, (until, _) in list(self._ends.items()):
            if until <= self._now:
                self._end(what)

    def _end(self, what: str) -> None:
        _, rule = self._ends.pop(what)
        self._note(OVER, rule.words)
        if what == _LINK:
            self._toggles.clear()
            self._join(up=True)
        elif what == _POWER:
            self._renew()
        elif what == _SPEED:
            self._wires.late_s = 0.0
        else:
            self._wires.free(what)

    def _join(self, *, up: bool) -> None:
        if up != self._plugged:
            self._plugged = up
            self._wires.lose()
            self._wires.put(SetLink(up))

    def _renew(self) -> None:
        """Let the inner port begin anew on the link that is there, at the levels that are."""
        self._wires.lose()
        self._renewed = True
        if self._linked and self._alive:
            self._port.link_changed(True, self._now, self._lines)
            for line, high in self._levels.items():
                self._port.line_changed(line, high, self._now)

    def _note(self, about: str, words: str) -> None:
        """Tell of a fault, after all that came before it."""
        self._records += self._port.take_records()
        note = Note(f"{about}: {words}", about)
        self._records.append(Record(self._now, self._side, "noted", note))
