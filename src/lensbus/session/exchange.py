"""Virtual time: two ports and the strip between them, as a discrete-event loop; exact, seeded."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import count

from lensbus.errors import LocalProtocolError
from lensbus.session.contract import NEVER, Chance, Port
from lensbus.session.event import Output, Send, SetLine, SetLink, SetRate
from lensbus.session.line import Strip, garble
from lensbus.session.log import Record

News = SetLine | SetRate | tuple[bytes, int]
"""What comes to a side: an edge, a rate to hear at from now on, or bytes and the rate of saying."""


class _Side:
    """One end of the strip: its port, and what of its output is still on its way."""

    peer: "_Side"

    def __init__(self, port: Port) -> None:
        self.port = port
        self.later: tuple[_Side, ...] = ()  # whose turn comes after it
        self.due = NEVER  # its deadline since it was called last
        self.plugged = False
        self.clear(0.0)

    def clear(self, now: float) -> None:
        """Forget what was on its way."""
        self.free = self.last_arrival = now
        self.heard_until = 0.0
        self.said_at = self.heard_at = 0
        self.levels: dict[str, bool | None] = {}  # of the lines that there are; None: not driven


Arrival = tuple[float, int, _Side, list[News]]
"""When news come, the how manieth this is, to whom, and all that comes together."""


class _Exchange:
    """The loop. Ports are deaf to each other but for it, so only who was called has news."""

    def __init__(self, a: Port, b: Port, strip: Strip, chance: Chance) -> None:
        self._strip, self._chance = strip, chance
        self._sides = first, second = (_Side(a), _Side(b))
        first.peer, second.peer = second, first
        first.later = (second,)
        self._arrivals: list[Arrival] = []
        self._order = count()
        self._latest: Arrival | None = None  # what was sent last, if that is on its way
        self._records: list[Record] = []
        self._up = False

    def run(self, until: float) -> Iterator[Record]:
        self._begin()
        yield from self._take_records()
        now, arrivals, (a, b) = 0.0, self._arrivals, self._sides
        while True:
            due = a.due if a.due < b.due else b.due
            comes = arrivals[0][0] if arrivals else NEVER
            first = comes if comes < due else due
            if first > until or first == NEVER:
                return
            if first > now:  # what came due while a link was away is late, not past
                now = first
            stays = None
            if comes <= now:
                self._deliver(now)
            else:
                stays = self._tick(now)
            if self._records:
                yield from self._take_records()
            if stays is not None:
                text = f"a tick at {now} left a deadline at {stays}: time would stop"
                raise LocalProtocolError(text)

    def _begin(self) -> None:
        for side in self._sides:
            self._plug(0.0, side, up=True)
        for side in self._sides:
            self._flush(0.0, side)

    def _deliver(self, now: float) -> None:
        """Let the first arrival be heard, and what comes to the same side at the very same time."""
        arrivals, self._latest = self._arrivals, None
        at, _, side, _ = arrivals[0]
        while arrivals and arrivals[0][0] == at and arrivals[0][2] is side:
            _, _, _, together = heappop(arrivals)
            for news in together:
                if isinstance(news, SetLine):
                    side.port.line_changed(news.line, news.high, now)
                elif isinstance(news, tuple):
                    self._hear(side, news, now)
                else:
                    side.heard_at = news.baud
        self._flush(now, side)

    def _hear(self, side: _Side, said: tuple[bytes, int], now: float) -> None:
        """Let bytes be heard, as noise by who listens at another rate."""
        data, said_at = said
        side.heard_until = now
        if said_at != side.heard_at:
            data = garble(data, said_at, side.heard_at, self._chance)
        side.port.receive(data, now)

    def _tick(self, now: float) -> float | None:
        """Let each side do what is due; gives a deadline that stays, if one does."""
        for side in self._sides:
            if side.due <= now:
                side.port.tick(now)
                # what came due while a link was away is late
                if not self._flush(now, side) and side.due <= now:
                    return side.due
        return None

    def _take_records(self) -> list[Record]:
        records, self._records = self._records, []
        return records

    def _flush(self, now: float, side: _Side) -> bool:
        """Carry what a port has to say; after a plug, both have; gives whether there was one."""
        port = side.port
        outputs = port.take_output()
        plugged = self._carry(outputs, side, now) if outputs else False
        self._records += port.take_records()
        due = port.deadline
        side.due = NEVER if due is None else due
        if plugged:
            for each in (*side.later, *self._sides):
                self._flush(now, each)
        return plugged

    def _carry(self, outputs: Sequence[Output], side: _Side, now: float) -> bool:
        """Put outputs on the strip, in order; gives whether the link was plugged or unplugged."""
        plugged = False
        if side.free < now:
            side.free = now
        for output in outputs:
            if isinstance(output, SetLine):
                self._drive(output, side)
            elif isinstance(output, Send):
                if side.said_at:  # there is no rate while the link is away
                    self._send(output.data, side)
            elif isinstance(output, SetLink):
                plugged = True
                self._plug(now, side, up=output.up)
            elif self._up:
                side.said_at = output.baud
                self._latest = None
                change: Arrival = side.free, next(self._order), side, [output]
                heappush(self._arrivals, change)
                side.free += output.pause_s
        return plugged

    def _drive(self, edge: SetLine, side: _Side) -> None:
        line, high = edge.line, edge.high
        if side.levels.get(line, high) != high:
            side.levels[line] = high
            if not (high and line in self._strip.marks):
                self._arrive(side, edge)

    def _send(self, data: bytes, side: _Side) -> None:
        strip = self._strip
        heard = side.heard_until + strip.turnaround_s
        start = side.free if side.free > heard else heard
        side.free = start + strip.duration(data, side.said_at)
        self._arrive(side, (strip.spoil(data, self._chance), side.said_at))

    def _arrive(self, side: _Side, news: News) -> None:
        """Let something arrive after the strip's delay, never before what was sent earlier.

        What was sent just before and comes to the same side at the same time comes with it.
        """
        strip = self._strip
        at = side.free + (strip.delay(self._chance) if strip.jitter_s else strip.latency_s)
        if at <= side.last_arrival:
            at = side.last_arrival
            if self._latest is not None:
                _, _, to, together = self._latest
                if to is side.peer:
                    together.append(news)
                    return
        side.last_arrival = at
        self._latest = latest = at, next(self._order), side.peer, [news]
        heappush(self._arrivals, latest)

    def _plug(self, now: float, plugger: _Side, *, up: bool) -> None:
        """Join ports that are both plugged in, or part them; what was on its way is lost."""
        plugger.plugged = up
        up = all(side.plugged for side in self._sides)
        if up == self._up:
            return
        self._arrivals.clear()
        self._latest = None
        self._up, lines = up, self._strip.lines if up else frozenset()
        for side in self._sides:
            side.clear(now)
            side.levels = dict.fromkeys(lines)
        for side in self._sides:
            side.port.link_changed(up, now, lines)
            self._records += side.port.take_records()


def exchange(a: Port, b: Port, strip: Strip, until: float, chance: Chance) -> Iterator[Record]:
    """Plug two ports together at time 0 and let them talk until `until` seconds; gives records.

    At equal times: arrivals in order of sending, then a's tick, then b's.

    Raises:
        LocalProtocolError: a port's tick left a deadline that is not later than now.
    """
    return _Exchange(a, b, strip, chance).run(until)
