"""Serial ports, the only module that knows pyserial: by descriptor on POSIX, else by thread."""

import asyncio
import contextlib
import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import serial
from serial.tools import list_ports

from lensbus.aio.contract import Events
from lensbus.aio.fd import Descriptor
from lensbus.aio.threads import Blocking, Threads
from lensbus.aio.words import why
from lensbus.errors import LinkError, LinkLostError

DRAIN_S = 0.001
"""How often to ask whether the system has sent everything."""

MODEM_S = 0.005
"""How often modem inputs are read; over USB they are milliseconds old anyway."""

HOLD_S = 0.02
"""How long a line that was driven stays so, for a peer that looks every MODEM_S over USB."""

FAILURES: tuple[type[Exception], ...] = (OSError, ValueError, TypeError, AttributeError)
"""What pyserial lets through when a port is gone, was closed, or cannot do what it is asked."""

with contextlib.suppress(ImportError):  # there is none on Windows
    import termios

    FAILURES += (termios.error,)

GONE = ("EIO", "ENXIO", "ENODEV", "EBADF", "EPIPE", "ECONNRESET")
LOST = {(getattr(errno, name),) for name in GONE}
"""How errors of a port that is gone begin; others are of one that cannot."""

READ_S = 0.05
"""How long the reading thread waits, and so how late it notices that it should end."""


@dataclass(frozen=True, slots=True)
class Modem:
    """Which modem signal each line of the spec is on: those we drive and those we hear.

    `idle` are the levels of all these lines before anybody drives them. At the pins of a TTL
    adapter a signal that is set is low, so a high line is one that is not set.
    """

    drives: Mapping[str, str]
    hears: Mapping[str, str]
    idle: Mapping[str, bool]

    @property
    def lines(self) -> frozenset[str]:
        """All lines that are wired."""
        return frozenset([*self.drives, *self.hears])


class SerialLink:
    """A real port (or any device that opens as one), exclusively ours; not a listener."""

    listens = False

    def __init__(self, port: serial.SerialBase, modem: Modem, slack_s: float) -> None:
        self.name, self.lines, self.slack_s = str(port.port), modem.lines, slack_s
        self._port, self._modem, self._levels = port, modem, dict(modem.idle)
        self._loop = asyncio.get_running_loop()
        self._events: Events | None = None
        self._pipe: Descriptor | None = None
        self._threads: Threads | None = None
        self._soon: asyncio.Handle | None = None

    @classmethod
    async def open(cls, url: str, baud: int, modem: Modem, slack_s: float) -> "SerialLink":
        """Open a port, at most in a few seconds.

        Raises:
            LinkError: it cannot be opened, or has no modem signals where lines are wired.
        """
        return cls(await asyncio.to_thread(_open, url, baud, modem), modem, slack_s)

    def start(self, events: Events) -> None:
        """Begin to tell; a port that is open counts as up."""
        self._events = events
        if isinstance(self._port, serial.Serial) and os.name == "posix":
            self._pipe = Descriptor(self._port.fileno(), events.received, self._lost)
        else:
            port = cast("Blocking", self._port)  # its stubs leave out what every port has
            self._threads = Threads(port, events.received, self._lost, self._listen)
        self._soon = self._loop.call_soon(self._begin)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if pipe := self._pipe or self._threads:
            pipe.write(data)

    @property
    def unsent(self) -> int:
        """How many bytes the system has not taken yet."""
        pipe = self._pipe or self._threads
        return pipe.unsent if pipe else 0

    async def drain(self) -> None:
        """Wait until the last bit has left, as far as the adapter tells."""
        if pipe := self._pipe or self._threads:
            await pipe.flushed()
        while self._is_sending():  # noqa: ASYNC110 - no event tells that all is sent
            await asyncio.sleep(DRAIN_S)
        if self._pipe is not None:
            # The system's queue is empty, so this waits for the adapter's FIFO alone.
            with contextlib.suppress(*FAILURES):
                await asyncio.to_thread(self._port.flush)

    async def set_rate(self, baud: int) -> None:
        """Talk at another rate; non-standard ones too, where the system can."""
        await self._set("baudrate", baud)

    async def set_line(self, line: str, high: bool) -> None:
        """Drive a line, if it is one of ours."""
        if line in self._modem.drives:
            await self._set(self._modem.drives[line], not high)
            await asyncio.sleep(HOLD_S)

    def hang_up(self) -> None:
        """A port has nobody to hang up on."""

    def close(self) -> None:
        """Give the port back."""
        self._events = None
        if self._soon is not None:
            self._soon.cancel()
        if self._threads is not None:
            self._threads.stop()
            return
        if self._pipe is not None:
            self._pipe.stop()
            self._pipe = None
        self._port.close()

    async def wait_closed(self) -> None:
        """Wait until threads, if there are any, have closed the port."""
        if self._threads is not None:
            await self._threads.wait_closed()

    async def _set(self, what: str, value: object) -> None:
        """Set something of the port; a thread does it where it may take time."""
        try:
            if self._threads is not None:
                await self._threads.do(lambda: setattr(self._port, what, value))
            else:
                setattr(self._port, what, value)
        except FAILURES as error:
            if any(each.args[:1] in LOST for each in (error, error.__context__) if each):
                raise LinkLostError(f"{self.name}: the link was lost: {error}") from error
            raise LinkError(f"{self.name}: {what} cannot be {value}: {error}") from error

    def _is_sending(self) -> bool:
        try:
            return self._port.is_open and getattr(self._port, "out_waiting", 0) > 0
        except FAILURES:
            return False

    def _lost(self, cause: str) -> None:
        if self._soon is not None:
            self._soon.cancel()
        if self._events is not None:
            self._events.down(cause)

    def _begin(self) -> None:
        if self._events is not None:
            self._events.up()
            if self._pipe is not None and self._modem.hears:
                self._look()

    def _look(self) -> None:
        """Hear lines from the event loop."""
        try:
            changes = self._changes()
        except FAILURES as error:
            self._lost(str(error))
            return
        self._soon = self._loop.call_later(MODEM_S, self._look)
        for line, high in changes:
            self._line_changed(line, high)

    def _listen(self) -> None:
        """Hear lines from the reading thread."""
        for line, high in self._changes():
            if self._threads is not None:
                self._threads.tell(self._line_changed, line, high)

    def _changes(self) -> list[tuple[str, bool]]:
        """The lines whose level is not what it was, and their levels."""
        new = {line: not getattr(self._port, at) for line, at in self._modem.hears.items()}
        changes = [(line, high) for line, high in new.items() if self._levels[line] != high]
        self._levels.update(new)
        return changes

    def _line_changed(self, line: str, high: bool) -> None:
        if self._events is not None:
            self._events.line_changed(line, high)


def _open(url: str, baud: int, modem: Modem) -> serial.SerialBase:
    """Open a port, with the lines that we drive at rest from the first moment on."""
    wait_s = MODEM_S if modem.hears else READ_S
    try:
        port = serial.serial_for_url(url, do_not_open=True, baudrate=baud, timeout=wait_s)
        if "://" not in url:
            port.exclusive = True
        for line, signal in modem.drives.items():
            setattr(port, signal, not modem.idle[line])
        port.open()
    except FAILURES as error:
        raise LinkError(f"{url}: cannot be opened: {why(error)}") from error
    try:
        for signal in [*modem.drives.values(), *modem.hears.values()]:
            getattr(port, signal)
        for line, signal in modem.drives.items():
            setattr(port, signal, not modem.idle[line])
    except FAILURES as error:
        port.close()
        wired = ", ".join(sorted(modem.lines))
        raise LinkError(f"{url}: has no modem signals for {wired}: {error}") from error
    return port


@dataclass(frozen=True, slots=True)
class Found:
    """A serial port of this machine; `identity` is VID:PID:SERIAL where it is a USB adapter."""

    device: str
    identity: str
    description: str


def find_ports() -> list[Found]:
    """Every serial port of this machine, by name."""
    found = []
    for port in sorted(list_ports.comports()):
        numbers = f"{port.vid:04x}:{port.pid:04x}:{port.serial_number or ''}" if port.vid else ""
        found.append(Found(port.device, numbers.rstrip(":"), port.description or ""))
    return found
