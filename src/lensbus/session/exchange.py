"""Virtual time: two ports and the strip between them, as a discrete-event loop; exact, seeded."""

import heapq
from collections.abc import Callable, Iterator
from itertools import count

from lensbus.errors import LocalProtocolError
from lensbus.session.contract import Chance, Port
from lensbus.session.event import Send, SetLine, SetLink, SetRate
from lensbus.session.line import Strip, garble
from lensbus.session.log import Record


class _Side:
    """One end of the strip: its port, and what of its output is still on its way."""

    peer: "_Side"

    def __init__(self, port: Port) -> None:
        self.port = port
        self.later: tuple[_Side, ...] = ()  # whose turn comes after it
        self.due: float | None = None  # its deadline since it was called last
        self.plugged = False
        self.clear()

    def clear(self) -> None:
        """Forget what was on its way."""
        self.free = self.last_arrival = self.heard_until = 0.0
        self.said_at = self.heard_at = 0
        self.levels: dict[str, bool] = {}


class _Exchange:
    """The loop. Ports are deaf to each other but for it, so only who was called has news."""

    def __init__(self, a: Port, b: Port, strip: Strip, chance: Chance) -> None:
        self._strip, self._chance = strip, chance
        self._sides = first, second = (_Side(a), _Side(b))
        first.peer, second.peer = second, first
        first.later = (second,)
        self._arrivals: list[tuple[float, int, _Side, Callable[[float], None]]] = []
        self._order = count()
        self._records: list[Record] = []
        self._up = False

    def run(self, until: float) -> Iterator[Record]:
        for side in self._sides:
            self._plug(0.0, side, up=True)
        self._flush(0.0, *self._sides)
        yield from self._take_records()
        now, arrivals = 0.0, self._arrivals
        while (first := self._next()) is not None and first <= until:
            now = max(now, first)  # what came due while a link was away is late, not past
            if arrivals and arrivals[0][0] <= now:
                self._deliver(now)
            else:
                yield from self._tick(now)
            if self._records:
                yield from self._take_records()

    def _deliver(self, now: float) -> None:
        """Let the first arrival be heard, and what comes to the same side at the very same time."""
        at, _, side, arrive = heapq.heappop(self._arrivals)
        arrive(now)
        while self._arrivals and self._arrivals[0][0] == at and self._arrivals[0][2] is side:
            *_, arrive = heapq.heappop(self._arrivals)
            arrive(now)
        self._flush(now, side)

    def _tick(self, now: float) -> Iterator[Record]:
        for side in self._sides:
            if side.due is not None and side.due <= now:
                side.port.tick(now)
                self._flush(now, side)
                yield from self._take_records()
                self._moved(side.due, now)

    def _next(self) -> float | None:
        first, second = self._sides
        due = first.due if second.due is None else second.due
        if first.due is not None and due is not None and first.due < due:
            due = first.due
        if self._arrivals and (due is None or self._arrivals[0][0] < due):
            due = self._arrivals[0][0]
        return due

    @staticmethod
    def _moved(due: float | None, now: float) -> None:
        if due is not None and due <= now:
            raise LocalProtocolError(f"a tick at {now} left a deadline at {due}: time would stop")

    def _take_records(self) -> list[Record]:
        records, self._records = self._records, []
        return records

    def _flush(self, now: float, *sides: _Side) -> None:
        """Carry what ports have to say; after a plug, both have."""
        while sides:
            side, *rest = sides
            for output in side.port.take_output():
                if isinstance(output, SetLink):
                    rest = [*side.later, *self._sides]
                    self._plug(now, side, up=output.up)
                elif self._up:
                    self._carry(output, side, now)
            self._records += side.port.take_records()
            side.due = side.port.deadline
            sides = tuple(rest)

    def _carry(self, output: Send | SetRate | SetLine, side: _Side, now: float) -> None:
        side.free = max(side.free, now)
        if isinstance(output, Send):
            self._send(output.data, side)
        elif isinstance(output, SetRate):
            side.said_at, baud = output.baud, output.baud
            self._at(side.free, side, lambda _now: setattr(side, "heard_at", baud))
            side.free += output.pause_s
        else:
            self._drive(output.line, output.high, side)

    def _send(self, data: bytes, side: _Side) -> None:
        peer, said_at = side.peer, side.said_at
        start = max(side.free, side.heard_until + self._strip.turnaround_s)
        side.free = start + self._strip.duration(data, said_at)
        spoilt = self._strip.spoil(data, self._chance)

        def arrive(now: float) -> None:
            peer.heard_until = now
            same = peer.heard_at == said_at
            heard = spoilt if same else garble(spoilt, said_at, peer.heard_at, self._chance)
            peer.port.receive(heard, now)

        self._arrive(side, arrive)

    def _drive(self, line: str, high: bool, side: _Side) -> None:
        if line in self._strip.lines and side.levels.get(line) != high:
            side.levels[line], port = high, side.peer.port
            self._arrive(side, lambda now: port.line_changed(line, high, now))

    def _arrive(self, side: _Side, arrive: Callable[[float], None]) -> None:
        """Let something arrive after the strip's delay, never before what was sent earlier."""
        at = max(side.free + self._strip.delay(self._chance), side.last_arrival)
        side.last_arrival = at
        self._at(at, side.peer, arrive)

    def _at(self, t: float, side: _Side, action: Callable[[float], None]) -> None:
        heapq.heappush(self._arrivals, (t, next(self._order), side, action))

    def _plug(self, now: float, plugger: _Side, *, up: bool) -> None:
        """Join ports that are both plugged in, or part them; what was on its way is lost."""
        plugger.plugged = up
        up = all(side.plugged for side in self._sides)
        if up == self._up:
            return
        self._arrivals.clear()
        self._up = up
        for side in self._sides:
            side.clear()
        for side in self._sides:
            side.port.link_changed(up, now, self._strip.lines if up else frozenset())
            self._records += side.port.take_records()


def exchange(a: Port, b: Port, strip: Strip, until: float, chance: Chance) -> Iterator[Record]:
    """Plug two ports together at time 0 and let them talk until `until` seconds; gives records.

    At equal times: arrivals in order of sending, then a's tick, then b's.

    Raises:
        LocalProtocolError: a port's tick left a deadline that is not later than now.
    """
    return _Exchange(a, b, strip, chance).run(until)
