"""A unit that dies and begins anew, while the link and its peer stay as they are."""

from collections.abc import Callable

from lensbus.bench.unit import Unit
from lensbus.errors import PowerCutError
from lensbus.session.event import Output
from lensbus.session.log import Record


class Reborn:
    """A Port around a unit that dies at a time, or as its flash's power fails, and is made anew.

    For `off_s` seconds it says and hears nothing; then it finds the link and its lines as they are.
    """

    def __init__(self, make: Callable[[], Unit], *, at: float | None = None, off_s: float) -> None:
        self._make, self._at, self._off_s = make, at, off_s
        self._unit: Unit | None = make()
        self._back_at: float | None = None
        self._lines = frozenset[str]()
        self._levels: dict[str, bool] = {}

    def receive(self, data: bytes, now: float) -> None:
        self._try(lambda unit: unit.receive(data, now), now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        self._levels[line] = high
        self._try(lambda unit: unit.line_changed(line, high, now), now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        self._lines = lines
        self._levels.clear()
        self._try(lambda unit: unit.link_changed(up, now, lines), now)

    def tick(self, now: float) -> None:
        if self._at is not None and self._at <= now:
            self._at = None
            self._die(now)
        elif self._back_at is not None and self._back_at <= now:
            self._back_at, self._unit = None, self._make()
            self._try(lambda unit: unit.link_changed(True, now, self._lines), now)
            self._try(lambda unit: self._level(unit, now), now)
        else:
            self._try(lambda unit: unit.tick(now), now)

    def take_output(self) -> list[Output]:
        return self._unit.take_output() if self._unit else []

    def take_records(self) -> list[Record]:
        return self._unit.take_records() if self._unit else []

    @property
    def deadline(self) -> float | None:
        dues = (self._at, self._back_at, self._unit.deadline if self._unit else None)
        return min((due for due in dues if due is not None), default=None)

    def _level(self, unit: Unit, now: float) -> None:
        for line, high in self._levels.items():
            unit.line_changed(line, high, now)

    def _try(self, act: Callable[[Unit], None], now: float) -> None:
        if self._unit is not None:
            try:
                act(self._unit)
            except PowerCutError:
                self._die(now)

    def _die(self, now: float) -> None:
        self._unit, self._back_at = None, now + self._off_s
