"""`pty:PATH`, a listener: a pseudo-terminal that any program opens as it would a serial port."""

import asyncio
import contextlib
import errno
import os
import re
import select
import tempfile
import termios
import tty
from collections.abc import Iterator
from pathlib import Path

from lensbus.aio.claim import Claim
from lensbus.aio.contract import Events
from lensbus.aio.fd import Descriptor
from lensbus.errors import LinkError

LOOK_S = 0.01
"""How often to look for a new peer: no event tells that a pty was opened."""

DEVICE = re.compile(r"/dev/(pts/\d+|ttys\d+)")
"""The end of a pty that programs open; the system takes it away when the other end is closed."""


class PtyListener:
    """A pty behind a symbolic link of its own, which is made at once and removed at `close`.

    A path that another listener holds, and a link to anything that is there, are left alone.
    Peers come and go one after the other. A pty has no modem lines and no bit rate. A peer that
    wrote and left before we looked is served all the same; one that takes the place of another
    within an instant is taken for the same.
    """

    lines = frozenset[str]()

    def __init__(self, path: str, slack_s: float) -> None:
        self.listens = True
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not path:
            self._folder = tempfile.TemporaryDirectory(prefix="lensbus-")
            path = f"{self._folder.name}/pty"
        self.name, self.slack_s, self._path = path, slack_s, Path(path)
        self._loop = asyncio.get_running_loop()
        self._descriptor: Descriptor | None = None
        self._soon: asyncio.Handle | None = None
        self._events: Events | None = None
        with _linking(self._path):
            self._claim = Claim(self._path)
        self._there, self._master, self._device = False, -1, self._claim.made
        try:
            self._renew()
        except LinkError:
            self.close()
            raise

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

    async def set_line(self, line: str, high: bool) -> None:
        """A pty has no lines."""

    def hang_up(self) -> None:
        """Close the pty, which is what its peer sees as a hang-up, after a new one was made."""
        self._renew()
        self._soon = self._loop.call_soon(self._parted, "we hung up")

    def close(self) -> None:
        """Give back everything; the link is removed if it is still ours."""
        self._shut()
        self._events = None
        with contextlib.suppress(OSError):
            if str(self._path.readlink()) == self._device:
                self._path.unlink()
        self._claim.release()
        if self._folder is not None:
            self._folder.cleanup()

    async def wait_closed(self) -> None:
        """All is given back at once."""

    def _renew(self) -> None:
        """Make a pty, point the link at it and close the one before."""
        try:
            master, device = _new()
        except OSError as error:
            raise LinkError(f"{self.name}: no pty can be made: {error.strerror}") from error
        try:
            with _linking(self._path):
                _point(self._path, device, self._device)
                self._claim.made = device
        except LinkError:
            os.close(master)
            raise
        self._shut()
        self._master, self._device = master, device

    def _shut(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
        if self._descriptor is not None:
            self._descriptor.stop()
            self._descriptor = None
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _look(self) -> None:
        """See whether a peer is there, or was there and left something to read."""
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        if poll.poll(0) == [(self._master, select.POLLHUP)] or self._events is None:
            self._soon = self._loop.call_later(LOOK_S, self._look)
            return
        self._there = True
        self._descriptor = Descriptor(self._master, self._events.received, self._lost)
        self._events.up()

    def _lost(self, cause: str) -> None:
        self._descriptor = None
        try:
            _refresh(self._device)
        except OSError:  # the peer has left it locked (TIOCEXCL)
            cause = self._renewed(cause)
        self._parted(cause)

    def _renewed(self, cause: str) -> str:
        """Make a new pty; where that is impossible, nobody will come any more, and why."""
        try:
            self._renew()
        except LinkError as error:
            self.listens = False
            return f"{cause}; {error}"
        return cause

    def _parted(self, cause: str) -> None:
        self._soon = self._loop.call_soon(self._look)
        if self._there and self._events is not None:
            self._there = False
            self._events.down(cause)


def _new() -> tuple[int, str]:
    """A pty whose other end nobody has open; gives our end and the other's device."""
    master, slave = os.openpty()
    device = os.ttyname(slave)
    os.close(slave)  # from now on, hung up means that no peer is there
    _refresh(device)
    return master, device


def _refresh(device: str) -> None:
    """Make it as new: raw, and without what we said and a peer that left has not read.

    It is done from the peer's side, as from ours the bytes that have arrived stay there.
    """
    slave = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(slave, termios.TCSANOW)
        termios.tcflow(slave, termios.TCOON)  # the peer may have left its output stopped
        termios.tcflush(slave, termios.TCIFLUSH)
    finally:
        os.close(slave)


@contextlib.contextmanager
def _linking(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = f"{path}: the link to the pty cannot be made: {error.strerror}"
        raise LinkError(f"{text}; name another path") from error


def _point(path: Path, device: str, ours: str) -> None:
    """Make a symbolic link, or turn one that is `ours` or leads to a pty that is gone."""
    if os.path.lexists(path):
        there = str(path.readlink()) if path.is_symlink() else ""
        if not DEVICE.fullmatch(there):
            raise FileExistsError(errno.EEXIST, "something else is there")
        if there not in {ours, device} and os.path.lexists(there):
            raise FileExistsError(errno.EEXIST, "somebody listens there")
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(device)
    new.replace(path)
