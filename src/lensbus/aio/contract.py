"""What a link is to a pump: bytes, rate and lines out; bytes, edges and peers in."""

from typing import Protocol


class Events(Protocol):
    """What a link tells, always from the event loop. Nothing is told after `close`."""

    def up(self) -> None:
        """A peer is there; all before is gone."""

    def down(self, cause: str) -> None:
        """The peer is gone; a listener waits for the next, any other link is lost."""

    def received(self, data: bytes) -> None:
        """Bytes came, in order."""

    def line_changed(self, line: str, high: bool) -> None:
        """The peer drove a line."""


class Link(Protocol):
    """One byte pipe, opened by its URL. `lines` are those of the spec that it has.

    `listens` links outlive their peers. `slack_s` is what a time-out must allow for on top,
    in seconds: timers of USB adapters, sockets, other processes.
    """

    name: str
    listens: bool
    lines: frozenset[str]
    slack_s: float

    def start(self, events: Events) -> None:
        """Begin to tell; the first `up` may come at once."""

    def write(self, data: bytes) -> None:
        """Send bytes, in order; never waits. What cannot be sent yet is kept."""

    @property
    def unsent(self) -> int:
        """How many bytes are kept."""

    async def drain(self) -> None:
        """Wait until the last bit has left."""

    async def set_rate(self, baud: int) -> None:
        """Talk at another rate, where the link has one; to be drained first."""

    async def set_line(self, line: str, high: bool) -> None:
        """Drive a line that the link has, for as long as it takes to be heard; drain first."""

    def hang_up(self) -> None:
        """Make a listener's peer leave; the next may come."""

    def close(self) -> None:
        """Begin to give back everything; a second time does nothing."""

    async def wait_closed(self) -> None:
        """Wait until everything is given back, after `close`; never for long."""
