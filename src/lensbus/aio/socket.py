"""`tcp:`, `unix:` and their listeners: a byte pipe over a socket, without lines or rate."""

import asyncio
import contextlib
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar, cast

from lensbus.aio.contract import Events
from lensbus.errors import LinkError

LOOPBACK = "127.0.0.1"
T = TypeVar("T")


class SocketLink:
    """One peer at a time: the server that we called, or who calls us; a second caller is shut."""

    lines = frozenset[str]()

    def __init__(self, name: str, slack_s: float, *, listens: bool) -> None:
        self.name, self.slack_s, self.listens = name, slack_s, listens
        self._events: Events | None = None
        self._pipe: _Pipe | None = None
        self._server: asyncio.Server | None = None
        self._path: Path | None = None

    def start(self, events: Events) -> None:
        """Begin to tell."""
        self._events = events
        if self._pipe is not None:
            asyncio.get_running_loop().call_soon(events.up)

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

    def set_line(self, line: str, high: bool) -> None:
        """A socket has no lines."""

    def hang_up(self) -> None:
        """Cut the connection."""
        if self._pipe is not None:
            self._pipe.transport.abort()

    def close(self) -> None:
        """Stop listening, send what is left if the peer takes it, and leave."""
        self._events = None
        if self._server is not None:
            self._server.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
        if self._pipe is not None:
            self._pipe.transport.close()

    async def call(self, host: str, port: int) -> None:
        """Be a TCP client."""
        loop = asyncio.get_running_loop()
        await self._opening(loop.create_connection(lambda: _Pipe(self), host, port))

    async def call_unix(self, path: str) -> None:
        """Be a client of a Unix socket."""
        loop = asyncio.get_running_loop()
        await self._opening(loop.create_unix_connection(lambda: _Pipe(self), path))

    async def listen(self, host: str, port: int) -> None:
        """Be a TCP server; the name tells the port that was got."""
        loop = asyncio.get_running_loop()
        self._server = await self._opening(
            loop.create_server(lambda: _Pipe(self), host or LOOPBACK, port)
        )
        address = self._server.sockets[0].getsockname()
        self.name = f"tcp://{address[0]}:{address[1]}"

    async def listen_unix(self, path: str) -> None:
        """Be the server of a Unix socket, whose file is made and removed."""
        loop = asyncio.get_running_loop()
        self._server = await self._opening(loop.create_unix_server(lambda: _Pipe(self), path))
        self.name, self._path = path, Path(path)

    async def _opening(self, opening: Awaitable[T]) -> T:
        try:
            return await opening
        except OSError as error:
            raise LinkError(f"{self.name}: cannot be opened: {error.strerror or error}") from error

    def opened(self, pipe: "_Pipe") -> None:
        """A connection was made."""
        if self._pipe is not None:
            pipe.transport.abort()
            return
        self._pipe = pipe
        if self._events is not None:
            self._events.up()

    def received(self, pipe: "_Pipe", data: bytes) -> None:
        """A connection carried bytes."""
        if pipe is self._pipe and self._events is not None:
            self._events.received(data)

    def lost(self, pipe: "_Pipe", cause: str) -> None:
        """A connection ended."""
        if pipe is self._pipe:
            self._pipe = None
            if self._events is not None:
                self._events.down(cause)


class _Pipe(asyncio.Protocol):
    """One connection, as asyncio tells of it."""

    transport: asyncio.Transport

    def __init__(self, link: SocketLink) -> None:
        self._link = link
        self.empty = asyncio.Event()
        self.empty.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=0)  # so that `resume` means: all is out
        self._link.opened(self)

    def data_received(self, data: bytes) -> None:
        self._link.received(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.empty.set()
        self._link.lost(self, str(exc) if exc else "the peer closed it")

    def pause_writing(self) -> None:
        self.empty.clear()

    def resume_writing(self) -> None:
        self.empty.set()
