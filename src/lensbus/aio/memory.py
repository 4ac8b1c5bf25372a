"""`loop:`, two ends in one process: what one says reaches the other soon, never at once."""

import asyncio
from collections import deque
from collections.abc import Callable

from lensbus.aio.contract import Events

AT_ONCE = 32
"""What is told in one turn of the event loop, so that a quick pair does not keep it from others."""


class MemoryEnd:
    """One end; `join` makes two. All lines of the spec are there, and no rate.

    An end whose peer was closed listens no more, since none will come.
    """

    name, slack_s, unsent = "loop:", 0.0, 0

    def __init__(self, lines: frozenset[str], post: "Post") -> None:
        self.listens, self.lines = True, lines
        self._post = post
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
        if self.peer is not None:
            self._post.add(self.peer, data)

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
            self._post.add(end, tell)


class Post:
    """What both ends of a link are still to be told, in order."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._bag: deque[tuple[MemoryEnd, bytes | Callable[[Events], None]]] = deque()
        self._due = False

    def add(self, end: MemoryEnd, news: bytes | Callable[[Events], None]) -> None:
        """Tell an end bytes, or something else, after all that was added before."""
        self._bag.append((end, news))
        if not self._due:
            self._due = True
            self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        try:
            for _ in range(AT_ONCE):
                if not self._bag:
                    break
                end, news = self._bag.popleft()
                if end.events is None:
                    continue
                if isinstance(news, bytes):
                    end.events.received(news)
                else:
                    news(end.events)
        finally:
            self._due = bool(self._bag)
            if self._due:
                self._loop.call_soon(self._deliver)


def join(lines: frozenset[str]) -> tuple[MemoryEnd, MemoryEnd]:
    """Two ends of one link; call it from the event loop."""
    post = Post()
    a, b = MemoryEnd(lines, post), MemoryEnd(lines, post)
    a.peer, b.peer = b, a
    return a, b
