"""`loop:`, two ends in one process: bytes and edges reach the other on the next turn of the loop."""

import asyncio

from lensbus.aio.contract import Events


class MemoryEnd:
    """One end; `join` makes two. All lines of the spec are there, and no rate."""

    name, listens, slack_s, unsent = "loop:", False, 0.0, 0

    def __init__(self, lines: frozenset[str]) -> None:
        self.lines = lines
        self._loop = asyncio.get_running_loop()
        self._events: Events | None = None
        self._levels: dict[str, bool] = {}
        self.peer: MemoryEnd | None = None

    def start(self, events: Events) -> None:
        """Begin to tell; both are up once both have begun."""
        self._events = events
        if self.peer is not None and self.peer._events is not None:
            self._loop.call_soon(self._up)
            self._loop.call_soon(self.peer._up)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self.peer is not None:
            self._loop.call_soon(self.peer._received, data)

    async def drain(self) -> None:
        """All is out already."""

    async def set_rate(self, baud: int) -> None:
        """Memory has no rate."""

    def set_line(self, line: str, high: bool) -> None:
        """Drive a line; only an edge is told."""
        if self.peer is not None and self._levels.get(line) != high:
            self._levels[line] = high
            self._loop.call_soon(self.peer._line_changed, line, high)

    def hang_up(self) -> None:
        """Leave; the peer is told."""
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.peer = None
            self._loop.call_soon(peer._down)

    def close(self) -> None:
        """Leave and tell nothing more."""
        self.hang_up()
        self._events = None

    def _up(self) -> None:
        if self._events is not None:
            self._events.up()

    def _received(self, data: bytes) -> None:
        if self._events is not None:
            self._events.received(data)

    def _line_changed(self, line: str, high: bool) -> None:
        if self._events is not None:
            self._events.line_changed(line, high)

    def _down(self) -> None:
        if self._events is not None:
            self._events.down("the other end is gone")


def join(lines: frozenset[str]) -> tuple[MemoryEnd, MemoryEnd]:
    """Two ends of one link; call it from the event loop."""
    a, b = MemoryEnd(lines), MemoryEnd(lines)
    a.peer, b.peer = b, a
    return a, b
