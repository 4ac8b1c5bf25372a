"""`pty:PATH`, a listener: a pseudo-terminal that any program opens as it would a serial port."""

import asyncio
import contextlib
import os
import select
import tempfile
import termios
import tty
from pathlib import Path

from lensbus.aio.contract import Events
from lensbus.aio.fd import Descriptor
from lensbus.errors import LinkError

LOOK_S = 0.01
"""How often to look for a new peer: no event tells that a pty was opened."""


class PtyListener:
    """A pty behind a symbolic link of its own, which is made at `start` and removed at `close`.

    Peers come and go one after the other. A pty has no modem lines and no bit rate.
    """

    listens, lines = True, frozenset[str]()

    def __init__(self, path: str, slack_s: float) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not path:
            self._folder = tempfile.TemporaryDirectory(prefix="lensbus-")
            path = f"{self._folder.name}/pty"
        self.name, self.slack_s, self._path = path, slack_s, Path(path)
        self._loop = asyncio.get_running_loop()
        self._descriptor: Descriptor | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._master = -1
        self._open()

    def start(self, events: Events) -> None:
        """Begin to look for peers."""
        self._events = events
        self._look()

    def write(self, data: bytes) -> None:
        """Send bytes to the peer, if there is one."""
        if self._descriptor is not None:
            self._descriptor.write(data)

    @property
    def unsent(self) -> int:
        """How many bytes wait for the peer to read."""
        return self._descriptor.unsent if self._descriptor else 0

    async def drain(self) -> None:
        """Wait until the pty has taken everything."""
        if self._descriptor is not None:
            await self._descriptor.flushed()

    async def set_rate(self, baud: int) -> None:
        """A pty has no rate."""

    def set_line(self, line: str, high: bool) -> None:
        """A pty has no lines."""

    def hang_up(self) -> None:
        """Close the pty, which is what its peer sees as a hang-up, and make a new one."""
        self._shut()
        self._open()
        self._loop.call_soon(self._events.down, "we hung up")
        self._look()

    def close(self) -> None:
        """Give back everything; the link is removed if it is still ours."""
        self._shut()
        with contextlib.suppress(OSError):
            if os.readlink(self._path) == self._device:
                self._path.unlink()
        if self._folder is not None:
            self._folder.cleanup()

    def _open(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._device = os.ttyname(slave)
        os.close(slave)  # from now on, hung up means that no peer is there
        os.set_blocking(self._master, False)
        try:
            if self._path.is_symlink():
                self._path.unlink()
            self._path.symlink_to(self._device)
        except OSError as error:
            self._shut()
            text = f"{self._path}: the link to the pty cannot be made: {error.strerror}"
            raise LinkError(f"{text}; name another path") from error

    def _shut(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._descriptor is not None:
            self._descriptor.stop()
            self._descriptor = None
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _look(self) -> None:
        poll = select.poll()
        poll.register(self._master, 0)
        if poll.poll(0):  # hung up: nobody has it open
            self._timer = self._loop.call_later(LOOK_S, self._look)
            return
        self._timer = None
        self._descriptor = Descriptor(self._master, self._events.received, self._lost)
        self._events.up()

    def _lost(self, cause: str) -> None:
        self._descriptor = None
        with contextlib.suppress(termios.error):
            termios.tcflush(self._master, termios.TCIOFLUSH)
        self._events.down(cause)
        self._look()
