"""The two contracts: a Device acts, a Port takes bytes in and gives bytes out."""

from collections.abc import Iterable
from typing import Final, Protocol

from lensbus.session.event import Act, Event, Output
from lensbus.session.log import Record

NEVER: Final = float("inf")
"""When something is due that is not, so that times can be compared."""


class Device(Protocol):
    """Behaviour: lens, body, bootloader, uploader, tester. It knows no bytes and no clock."""

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard; LinkUp means that all before it is gone."""

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Do everything due; afterwards `deadline` is None or later than now."""

    @property
    def deadline(self) -> float | None:
        """None until LinkUp; the next time counts from the last deadline, not from now."""


class Port(Protocol):
    """Bytes in, bytes out: an endpoint, a unit, a filter. No I/O, no clock; times in seconds."""

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes; any cut of one stream gives the same records."""

    def line_changed(self, line: str, high: bool, now: float) -> None:
        """Take an edge that the peer made."""

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Start afresh; `lines` are those that this link has."""

    def tick(self, now: float) -> None:
        """Do what is due; too early is a no-op."""

    def take_output(self) -> list[Output]:
        """What to put on the link, once, in order."""

    def take_records(self) -> list[Record]:
        """What was heard, said and noted, once, in order."""

    @property
    def deadline(self) -> float | None:
        """When to call `tick`; None: not before something is received."""


class Chance(Protocol):
    """A seeded source of chance; `random.Random` is one."""

    def random(self) -> float:
        """A number from 0 up to, but not including, 1."""

    def randrange(self, stop: int, /) -> int:
        """A whole number from 0 up to, but not including, stop."""

    def randbytes(self, n: int, /) -> bytes:
        """That many bytes."""
