"""Serial ports, the only module that knows pyserial: by descriptor on POSIX, by thread elsewhere."""

import asyncio
import contextlib
import os
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import serial
from serial.tools import list_ports

from lensbus.aio.contract import Events
from lensbus.aio.fd import Descriptor
from lensbus.errors import LinkError

DRAIN_S = 0.001
"""How often to ask whether the system has sent everything."""

MODEM_S = 0.005
"""How often modem inputs are read; over USB they are milliseconds old anyway."""

READ_S = 0.05
"""How long the reading thread waits, and so how late it notices that it should end."""


@dataclass(frozen=True, slots=True)
class Modem:
    """Which modem signal each line of the spec is on: those we drive and those we hear.

    At the pins of a TTL adapter a signal that is set is low, so a high line is one not set.
    """

    drives: Mapping[str, str]
    hears: Mapping[str, str]

    @property
    def lines(self) -> frozenset[str]:
        """All lines that are wired."""
        return frozenset([*self.drives, *self.hears])


class SerialLink:
    """A real port (or any device that opens as one), exclusively ours; not a listener."""

    listens = False

    def __init__(self, url: str, baud: int, modem: Modem, slack_s: float) -> None:
        self.name, self.lines, self.slack_s = url, modem.lines, slack_s
        self._modem, self._levels = modem, dict[str, bool]()
        self._port = _open(url, baud)
        self._loop = asyncio.get_running_loop()
        self._pipe: Descriptor | _Threads | None = None
        self._timer: asyncio.Handle | None = None

    def start(self, events: Events) -> None:
        """Begin to tell; a port that is open counts as up."""
        self._events = events
        by_descriptor = os.name == "posix" and isinstance(self._port, serial.Serial)
        if by_descriptor:
            self._pipe = Descriptor(self._port.fileno(), events.received, events.down)
        else:
            self._pipe = _Threads(self._port, events.received, events.down)
        self._loop.call_soon(events.up)
        if self._modem.hears:
            self._timer = self._loop.call_soon(self._look)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._pipe is not None:
            self._pipe.write(data)

    @property
    def unsent(self) -> int:
        """How many bytes the system has not taken yet."""
        return self._pipe.unsent if self._pipe else 0

    async def drain(self) -> None:
        """Wait until the port says that nothing waits; its own FIFO may still hold a little."""
        if self._pipe is None:
            return
        await self._pipe.flushed()
        while self._port.is_open and _waiting(self._port):
            await asyncio.sleep(DRAIN_S)

    async def set_rate(self, baud: int) -> None:
        """Talk at another rate; non-standard ones too, where the system can."""
        try:
            self._port.baudrate = baud
        except (ValueError, OSError) as error:
            raise LinkError(f"{self.name}: cannot talk at {baud} baud: {error}") from error

    def set_line(self, line: str, high: bool) -> None:
        """Drive a line, if it is one of ours."""
        if line in self._modem.drives:
            setattr(self._port, self._modem.drives[line], not high)

    def hang_up(self) -> None:
        """A port has nobody to hang up on."""

    def close(self) -> None:
        """Give the port back."""
        if self._timer is not None:
            self._timer.cancel()
        if self._pipe is not None:
            self._pipe.stop()
            self._pipe = None
        self._port.close()

    def _look(self) -> None:
        for line, signal in self._modem.hears.items():
            try:
                high = not getattr(self._port, signal)
            except OSError as error:
                self._events.down(f"{signal} cannot be read: {error}")
                return
            if self._levels.get(line) != high:
                self._levels[line] = high
                self._events.line_changed(line, high)
        self._timer = self._loop.call_later(MODEM_S, self._look)


class _Threads:
    """Two threads around a port that has no descriptor: one reads, one writes."""

    def __init__(
        self,
        port: serial.SerialBase,
        received: Callable[[bytes], None],
        lost: Callable[[str], None],
    ) -> None:
        self._port, self._received, self._lost = port, received, lost
        self._loop = asyncio.get_running_loop()
        self._out: queue.Queue[bytes] = queue.Queue()
        self._empty = asyncio.Event()
        self._empty.set()
        self.unsent, self._open = 0, True
        for target in (self._read, self._write):
            threading.Thread(target=target, name=f"lensbus {port.port}", daemon=True).start()

    def write(self, data: bytes) -> None:
        self.unsent += len(data)
        self._empty.clear()
        self._out.put(data)

    async def flushed(self) -> None:
        await self._empty.wait()

    def stop(self) -> None:
        self._open = False
        self._empty.set()
        self._out.put(b"")

    def _read(self) -> None:
        try:
            while self._open:
                data = self._port.read(max(1, self._port.in_waiting))
                if data:
                    self._tell(self._take, data)
        except (OSError, TypeError, ValueError) as error:  # pyserial's, when closed under it
            self._tell(self._leave, str(error))

    def _write(self) -> None:
        try:
            while self._open:
                data = self._out.get()
                self._port.write(data)
                self._tell(self._sent, len(data))
        except (OSError, TypeError, ValueError) as error:  # as above
            self._tell(self._leave, str(error))

    def _tell(self, what: Callable[[Any], None], about: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed
            self._loop.call_soon_threadsafe(what, about)

    def _take(self, data: bytes) -> None:
        if self._open:
            self._received(data)

    def _sent(self, count: int) -> None:
        self.unsent -= count
        if not self.unsent:
            self._empty.set()

    def _leave(self, cause: str) -> None:
        if self._open:
            self.stop()
            self._lost(cause)


def _open(url: str, baud: int) -> serial.SerialBase:
    try:
        port = serial.serial_for_url(url, do_not_open=True, baudrate=baud, timeout=READ_S)
        if "://" not in url:
            port.exclusive = True
        port.open()
    except (OSError, ValueError) as error:
        text = getattr(error, "strerror", None) or str(error)
        raise LinkError(f"{url}: cannot be opened: {text}") from error
    return port


def _waiting(port: serial.SerialBase) -> int:
    try:
        return int(port.out_waiting)
    except (OSError, AttributeError, NotImplementedError):
        return 0  # this kind of port cannot tell


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


def find_port(identity: str) -> str:
    """The device of a USB adapter by VID:PID[:SERIAL], wherever it is plugged in.

    Raises:
        LinkError: there is none, or more than one.
    """
    wanted = identity.lower()
    ports = find_ports()
    fit = [port for port in ports if f"{port.identity.lower()}:".startswith(f"{wanted}:")]
    if len(fit) == 1:
        return fit[0].device
    there = ", ".join(f"{port.device} {port.identity}" for port in fit or ports) or "none"
    got = "more than one fits" if fit else "no such adapter"
    raise LinkError(f"usb:{identity}: {got}; there is {there}; see lensbus ports")
