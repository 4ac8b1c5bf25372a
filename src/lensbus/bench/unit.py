"""One whole lens or body: its programs, one running at a time, and the levels of its lines."""

from collections.abc import Callable

from lensbus.session.endpoint import Endpoint
from lensbus.session.event import APPLICATION, Output
from lensbus.session.log import Record


class Unit:
    """A Port that runs one of several programs at a time, each an endpoint.

    `start` gives the program that begins when another one, or the power, asks for one by name:
    what it gives may be another, as a bootloader decides. On a restart the unit is deaf for
    `restart_s`, at the slow rate, and then gives the next program its LinkUp; the lines keep
    their levels. A link that comes up is the power coming, but for the one of its making.
    """

    def __init__(self, start: Callable[[str], Endpoint], restart_s: float) -> None:
        self._start, self._restart_s = start, restart_s
        self._running, self._fresh = start(APPLICATION), True
        self._levels: dict[str, bool] = {}
        self._lines: frozenset[str] = frozenset()
        self._wake_at: float | None = None
        self._next = APPLICATION
        self._records: list[Record] = []
        self._output: list[Output] = []

    @property
    def state(self) -> str:
        """Where the running program's table is."""
        return self._running.state

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes; none are heard during a restart."""
        if self._wake_at is None:
            self._running.receive(data, now)
            if self._running.restart is not None:
                self._leave(now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Take an edge that the peer made; levels are kept, pulses pass."""
        self._levels[line] = high
        if self._wake_at is None:
            self._running.line_changed(line, high, now)
            if self._running.restart is not None:
                self._leave(now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Start afresh; a link that goes down is told to the program that runs."""
        self._lines, self._wake_at = lines, None
        self._levels.clear()
        self._output.clear()
        if up:
            self._running = self._running if self._fresh else self._start(APPLICATION)
            self._fresh = False
        self._running.link_changed(up, now, lines)
        if self._running.restart is not None:
            self._leave(now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._wake_at is None:
            self._running.tick(now)
        elif self._wake_at <= now:
            self._wake(now)
        if self._wake_at is None and self._running.restart is not None:
            self._leave(now)

    def take_output(self) -> list[Output]:
        """What to put on the link, once, in order."""
        if not self._output:
            return self._running.take_output()
        output, self._output = self._output, []
        return output + self._running.take_output()

    def take_records(self) -> list[Record]:
        """What was heard, said and noted, once, in order."""
        if not self._records:
            return self._running.take_records()
        records, self._records = self._records, []
        return records + self._running.take_records()

    @property
    def deadline(self) -> float | None:
        """The running program's, or the end of a restart."""
        return self._running.deadline if self._wake_at is None else self._wake_at

    def _leave(self, now: float) -> None:
        """Leave the running program, which asked for that."""
        self._next = self._running.restart or APPLICATION
        self._output += self._running.take_output()
        self._records += self._running.take_records()
        self._wake_at = now + self._restart_s

    def _wake(self, now: float) -> None:
        self._wake_at = None
        self._running = self._start(self._next)
        self._running.link_changed(True, now, self._lines)
        for line, high in list(self._levels.items()):
            self._running.line_changed(line, high, now)
