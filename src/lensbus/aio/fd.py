"""A file descriptor on the event loop: read when there is something, write when there is room."""

import asyncio
import errno
import os
from collections.abc import Callable

CHUNK = 65536
GONE = "it was closed at the other end, or unplugged"


class Descriptor:
    """Reads and writes one descriptor, without owning it.

    `received` gets bytes; `lost` gets a cause, once, when the other side is gone. Neither is
    called after `stop`, nor from within `write`.
    """

    def __init__(
        self, fd: int, received: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> None:
        self._fd, self._received, self._lost = fd, received, lost
        self._loop = asyncio.get_running_loop()
        self._kept = bytearray()
        self._empty = asyncio.Event()
        self._empty.set()
        self._leaving: asyncio.Handle | None = None
        os.set_blocking(fd, False)
        self._loop.add_reader(fd, self._readable)
        self._open = True

    @property
    def unsent(self) -> int:
        """How many bytes wait for room."""
        return len(self._kept)

    def write(self, data: bytes) -> None:
        """Write what there is room for and keep the rest."""
        if not self._open:
            return
        if not self._kept:
            data = data[self._write(data) :]
        if data and self._open:
            if not self._kept:
                self._loop.add_writer(self._fd, self._writable)
                self._empty.clear()
            self._kept += data

    async def flushed(self) -> None:
        """Wait until nothing is kept, or nobody will take it."""
        await self._empty.wait()

    def stop(self) -> None:
        """Leave the descriptor alone."""
        if self._leaving is not None:
            self._leaving.cancel()
        if self._open:
            self._open = False
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)
            self._kept.clear()
            self._empty.set()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._leave(error)
            return
        if data:
            self._received(data)
        else:
            self._leave(None)

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._fd, data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            self._leave(error)
            return 0

    def _writable(self) -> None:
        del self._kept[: self._write(bytes(self._kept[:CHUNK]))]
        if not self._kept and self._open:
            self._loop.remove_writer(self._fd)
            self._empty.set()

    def _leave(self, error: OSError | None) -> None:
        """Stop, and tell why on the next turn; EIO is how a terminal tells of a hang-up."""
        self.stop()
        cause = GONE if error is None or error.errno == errno.EIO else str(error.strerror)
        self._leaving = self._loop.call_soon(self._lost, cause)
