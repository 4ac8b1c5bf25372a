"""Lenses that are plugged in one after the other: each time the link comes up, the next."""

from collections.abc import Iterable

from lensbus.bench.unit import Unit
from lensbus.session.event import Output
from lensbus.session.log import Record


class Swap:
    """A Port that is one of several units at a time; the last one comes again and again."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._later = iter(units)
        self._unit = next(self._later)
        self._fresh = True

    @property
    def state(self) -> str:
        """Where the table of the unit that is plugged in is."""
        return self._unit.state

    def receive(self, data: bytes, now: float) -> None:
        """Pass on."""
        self._unit.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Pass on."""
        self._unit.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Plug in the next one, or unplug this one."""
        if up and not self._fresh:
            self._unit = next(self._later, self._unit)
        self._fresh = self._fresh and not up
        self._unit.link_changed(up, now, lines)

    def tick(self, now: float) -> None:
        """Pass on."""
        self._unit.tick(now)

    def take_output(self) -> list[Output]:
        """That of the unit that is plugged in."""
        return self._unit.take_output()

    def take_records(self) -> list[Record]:
        """Those of the unit that is plugged in."""
        return self._unit.take_records()

    @property
    def deadline(self) -> float | None:
        """That of the unit that is plugged in."""
        return self._unit.deadline
