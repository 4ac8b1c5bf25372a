"""`tcp:`, `unix:` and their listeners: a byte pipe over a socket, without lines or rate."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar, cast

from lensbus.aio.contract import Events
from lensbus.aio.unix import has_left, in_use, inode
from lensbus.aio.words import why
from lensbus.errors import LinkError

LOOPBACK = "127.0.0.1"
T = TypeVar("T")

CALL_S = 10.0
"""How long to wait for a server to answer the call; a system may wait for minutes."""

TURN_S = 0.5
"""How long the next caller waits for a peer whose end is still to be read, before it is shut."""

LEAVE_S = 0.2
"""How long a peer has to take what was sent last."""

UNHEARD = "it was closed before anything was said; perhaps somebody else is connected"

ALIVE_S = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}
"""A silent peer is asked after 5 s whether it is there, and gone after 3 times 2 s more."""


class SocketLink:
    """One peer at a time: the server that we called, or who calls us; a second caller is shut."""

    lines = frozenset[str]()

    def __init__(self, name: str, slack_s: float, *, listens: bool) -> None:
        self.name, self.slack_s, self.listens = name, slack_s, listens
        self._loop = asyncio.get_running_loop()
        self._events: Events | None = None
        self._pipe: Pipe | None = None
        self._next: Pipe | None = None
        self._pipes: set[Pipe] = set()
        self._closed = False
        self._server: asyncio.Server | None = None
        self._file: tuple[Path, int] | None = None

    def start(self, events: Events) -> None:
        """Begin to tell; until now nothing was read."""
        self._events = events
        self._loop.call_soon(self._begin)

    def write(self, data: bytes) -> None:
        """Send bytes to the peer, if there is one."""
        if self._pipe is not None:
            self._pipe.transport.write(data)

    @property
    def unsent(self) -> int:
        """How many bytes wait for the peer to read."""
        return self._pipe.transport.get_write_buffer_size() if self._pipe else 0

    async def drain(self) -> None:
        """Wait until the system has taken everything."""
        if self._pipe is not None:
            await self._pipe.empty.wait()

    async def set_rate(self, baud: int) -> None:
        """A socket has no rate."""

    async def set_line(self, line: str, high: bool) -> None:
        """A socket has no lines."""

    def hang_up(self) -> None:
        """Cut the connection."""
        if self._pipe is not None:
            self._pipe.cause = "we hung up"
            self._pipe.transport.abort()

    def close(self) -> None:
        """Stop listening, send what is left if the peer takes it soon, and leave."""
        self._events, self._pipe, self._next, self._closed = None, None, None, True
        if self._server is not None:
            with contextlib.suppress(NotImplementedError):  # Windows
                for sock in self._server.sockets:
                    self._loop.remove_reader(sock.fileno())
            self._loop.call_soon(self._server.close)  # once who was let in is inside
        if self._file is not None:
            with contextlib.suppress(OSError):
                if inode(self._file[0]) == self._file:
                    self._file[0].unlink()
        for pipe in self._pipes:
            pipe.leave()

    async def wait_closed(self) -> None:
        """Wait until every connection is closed."""
        await asyncio.sleep(0)
        for pipe in list(self._pipes):
            await pipe.gone.wait()

    async def call(self, host: str, port: int) -> None:
        """Be a TCP client."""
        await self._opening(self._loop.create_connection(lambda: Pipe(self), host, port))

    async def call_unix(self, path: str) -> None:
        """Be a client of a Unix socket."""
        await self._opening(self._loop.create_unix_connection(lambda: Pipe(self), path))

    async def listen(self, host: str, port: int) -> None:
        """Be a TCP server; the name tells the port that was got."""
        opening = self._loop.create_server(lambda: Pipe(self), host or LOOPBACK, port)
        self._server = await self._opening(opening)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.name = f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"

    async def listen_unix(self, path: str) -> None:
        """Be the server of a Unix socket, whose file is made and removed."""
        self._server = await self._opening(self._serve_unix(path))
        self.name, self._file = f"unix:{path}", inode(Path(path))

    async def _serve_unix(self, path: str) -> asyncio.Server:
        if in_use(path):
            raise OSError("somebody listens there")
        return await self._loop.create_unix_server(lambda: Pipe(self), path)

    async def _opening(self, opening: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(CALL_S):
                return await opening
        except TimeoutError:
            reason = "nobody answers"
        except (OSError, ValueError, OverflowError) as error:  # no such host, path or port can be
            reason = why(error)
        except NotImplementedError:
            reason = "this system has no Unix sockets"
        raise LinkError(f"{self.name}: cannot be opened: {reason}")

    def opened(self, pipe: "Pipe") -> None:
        """A connection was made."""
        self._pipes.add(pipe)
        pipe.transport.pause_reading()
        if self._closed or self._next is not None:
            pipe.transport.abort()
        elif self._pipe is None:
            self._pipe = pipe
            self._begin()
        else:
            self._next = pipe
            self._loop.call_later(TURN_S, self._refuse, pipe)

    def received(self, pipe: "Pipe", data: bytes) -> None:
        """A connection carried bytes."""
        if pipe is self._pipe and self._events is not None:
            pipe.cause = "the peer closed it"
            self._events.received(data)

    def parted(self, pipe: "Pipe") -> None:
        """A connection has no more to tell; who waits is next."""
        if pipe is self._pipe:
            self._pipe, self._next = self._next, None
            if self._events is not None and pipe.told:
                self._events.down(pipe.cause)
            if self._pipe is not None:
                self._begin()

    def lost(self, pipe: "Pipe") -> None:
        """A connection is closed."""
        self._pipes.discard(pipe)
        self._next = None if pipe is self._next else self._next
        self.parted(pipe)

    def _begin(self) -> None:
        """Tell of the peer, once it and the listener to our events are both there."""
        if self._events is None:
            return
        if self._pipe is None:
            if not self.listens:
                self._events.down("it was closed before it was used")
        elif not self._pipe.told:
            self._pipe.told = self._file is None or not has_left(self._pipe.transport)
            self._pipe.transport.resume_reading()
            if self._pipe.told:
                self._events.up()

    def _refuse(self, pipe: "Pipe") -> None:
        if pipe is self._next:
            self._next = None
            pipe.transport.abort()


class Pipe(asyncio.Protocol):
    """One connection, as asyncio tells of it."""

    transport: asyncio.Transport

    def __init__(self, link: SocketLink) -> None:
        self._link = link
        self.cause, self.told = "the peer closed it" if link.listens else UNHEARD, False
        self.empty, self.gone = asyncio.Event(), asyncio.Event()
        self.empty.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=0)  # so that `resume` means: all is out
        _keep_alive(self.transport.get_extra_info("socket"))
        self._link.opened(self)

    def data_received(self, data: bytes) -> None:
        self._link.received(self, data)

    def eof_received(self) -> None:
        self._link.parted(self)
        self.leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self.cause = why(exc) if exc and self.cause != UNHEARD else self.cause
        self.empty.set()
        self.gone.set()
        self._link.lost(self)

    def pause_writing(self) -> None:
        self.empty.clear()

    def resume_writing(self) -> None:
        self.empty.set()

    def leave(self) -> None:
        """Close, and do not wait long for a peer that does not read."""
        self.transport.close()
        if not self.empty.is_set():
            asyncio.get_running_loop().call_later(LEAVE_S, self.transport.abort)


def _keep_alive(sock: socket.socket) -> None:
    """Let the system find out that a silent peer's machine is gone."""
    if sock.family in {socket.AF_INET, socket.AF_INET6}:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, seconds in ALIVE_S.items():
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
