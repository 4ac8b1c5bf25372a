"""`loop:`, two ends in one process: what one says reaches the other on the loop's next turn."""

import asyncio
from collections.abc import Callable

from lensbus.aio.contract import Events


class MemoryEnd:
    """One end; `join` makes two. All lines of the spec are there, and no rate.

    An end whose peer was closed listens no more, since none will come.
    """

    name, slack_s, unsent = "loop:", 0.0, 0

    def __init__(self, lines: frozenset[str]) -> None:
        self.listens, self.lines = True, lines
        self._loop = asyncio.get_running_loop()
        self._levels: dict[str, bool] = {}
        self.events: Events | None = None
        self.peer: MemoryEnd | None = None

    def start(self, events: Events) -> None:
        """Begin to tell; both are up once both have begun."""
        self.events = events
        if self.peer is None:
            self._soon(self, lambda told: told.down("the other end is closed"))
        elif self.peer.events is not None:
            self._meet(self.peer)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self._soon(self.peer, lambda told: told.received(data))

    async def drain(self) -> None:
        """All is out already."""

    async def set_rate(self, baud: int) -> None:
        """Memory has no rate."""

    async def set_line(self, line: str, high: bool) -> None:
        """Drive a line; only an edge is told."""
        if self._levels.get(line) != high:
            self._levels[line] = high
            self._soon(self.peer, lambda told: told.line_changed(line, high))

    def hang_up(self) -> None:
        """Part, and meet again."""
        if self.peer is not None:
            self._soon(self, lambda told: told.down("we hung up"))
            self._soon(self.peer, lambda told: told.down("the other end hung up"))
            self._meet(self.peer)

    def close(self) -> None:
        """Leave and tell nothing more; the other end is lost."""
        peer, self.peer, self.events = self.peer, None, None
        if peer is not None:
            peer.peer, peer.listens = None, False
            if peer.events is not None:
                self._soon(peer, lambda told: told.down("the other end was closed"))

    async def wait_closed(self) -> None:
        """There is nothing to give back."""

    def forget(self) -> None:
        """No line is driven yet."""
        self._levels.clear()

    def _meet(self, peer: "MemoryEnd") -> None:
        for end in (self, peer):
            end.forget()
            self._soon(end, lambda told: told.up())

    def _soon(self, end: "MemoryEnd | None", tell: Callable[[Events], None]) -> None:
        if end is not None:
            self._loop.call_soon(_tell, end, tell)


def _tell(end: MemoryEnd, tell: Callable[[Events], None]) -> None:
    if end.events is not None:
        tell(end.events)


def join(lines: frozenset[str]) -> tuple[MemoryEnd, MemoryEnd]:
    """Two ends of one link; call it from the event loop."""
    a, b = MemoryEnd(lines), MemoryEnd(lines)
    a.peer, b.peer = b, a
    return a, b
