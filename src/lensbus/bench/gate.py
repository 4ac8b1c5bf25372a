"""A port at which virtual time halts, so that somebody can look and act before it goes on."""

from collections.abc import Callable, Iterator
from math import inf, nextafter

from lensbus.session.contract import Port
from lensbus.session.event import Note, Output
from lensbus.session.log import Record

HALT = "halt"
"""What the note is about with which it halts."""


Watch = Callable[[Record], bool]


class Gate:
    """A Port around another, for an `exchange` that is run by `steps`.

    Time halts at a second, or at a record of the inner port that is watched for. When it goes on,
    the inner port is ticked at once, so that it may do what it was told meanwhile.
    """

    def __init__(self, port: Port, side: str) -> None:
        self._port, self._side = port, side
        self.now, self._until = 0.0, 0.0
        self._watched: Watch | None = None
        self._halts: list[Record] = []

    def steps(
        self, records: Iterator[Record], until: float, watched: Watch | None = None
    ) -> Iterator[Record]:
        """Give the records of an exchange up to the next halt, the one that is watched for too."""
        self._until, self._watched = until, watched
        for record in records:
            mine = record.side == self._side
            if mine and isinstance(record.event, Note) and record.event.about == HALT:
                return
            yield record
            if mine and watched and watched(record):
                return

    def receive(self, data: bytes, now: float) -> None:
        """Pass on."""
        self.now = now
        self._port.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Pass on."""
        self.now = now
        self._port.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Pass on."""
        self.now = now
        self._port.link_changed(up, now, lines)

    def tick(self, now: float) -> None:
        """Pass on; halt, if it is time to."""
        self.now = now
        self._port.tick(now)
        if self._until <= now:
            self._halts.append(Record(now, self._side, "noted", Note("time halts", HALT)))

    def take_output(self) -> list[Output]:
        """That of the inner port."""
        return self._port.take_output()

    def take_records(self) -> list[Record]:
        """Those of the inner port, and the halts."""
        records = self._port.take_records()
        if self._watched and any(map(self._watched, records)):
            self._until = self.now
        halts, self._halts = self._halts, []
        return records + halts

    @property
    def deadline(self) -> float | None:
        """The inner port's, or when it halts; after that, the next moment that a float can tell."""
        due, halt = self._port.deadline, max(self._until, nextafter(self.now, inf))
        return halt if due is None else min(due, halt)
