"""What a person does with ports before anything talks: find one, and test its wire."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from lensbus.aio.serial import Found, Modem, SerialLink, find_ports
from lensbus.errors import LinkError, LinkLostError

RATES = (9600, 115200, 230400, 460800, 921600, 1500000, 3000000)
"""What a loopback test tries unless told: what adapters can, and the model's rates."""

PATTERN = bytes(range(256)) + b"\x00\xff\x55\xaa" * 32
"""Each byte once, and then the longest and the shortest runs of equal bits."""

WAIT_S = 0.3
"""How long an echo may take beyond its time on the wire; a USB adapter's timer is 16 ms."""

BITS_PER_BYTE = 10


@dataclass(frozen=True, slots=True)
class Echo:
    """What came back at one rate; `error` tells why the port cannot talk at it."""

    baud: int
    said: bytes
    heard: bytes
    error: str = ""

    @property
    def verdict(self) -> str:
        """In a word or two: `whole`, `nothing`, `spoilt` or `no such rate`."""
        if self.error:
            return "no such rate"
        if self.heard == self.said:
            return "whole"
        return "spoilt" if self.heard else "nothing"


async def loopback(place: str, rates: Sequence[int] = RATES) -> list[Echo]:
    """Say a pattern at each rate and hear what comes back over a wire from TX to RX.

    Raises:
        LinkError: the port cannot be opened.
        LinkLostError: it was lost while testing.
    """
    link = await SerialLink.open(place, rates[0], Modem({}, {}, {}), 0.0)
    listener = _Listener(link.name)
    try:
        link.start(listener)
        return [await _echo(link, listener, baud) for baud in rates]
    finally:
        link.close()
        await link.wait_closed()


def is_wired(echoes: Sequence[Echo]) -> bool:
    """Whether there is a wire: something came back whole."""
    return any(echo.verdict == "whole" for echo in echoes)


def find_port(identity: str) -> str:
    """The device of a USB adapter by VID:PID[:SERIAL], wherever it is plugged in.

    Raises:
        LinkError: there is none, or more than one.
    """
    return choose(identity, find_ports()).device


def choose(identity: str, ports: Sequence[Found]) -> Found:
    """The one port of several that has an identity.

    Raises:
        LinkError: there is none, or more than one.
    """
    wanted = f"{identity.lower().rstrip(':')}:"
    known = [port for port in ports if port.identity]
    fit = [port for port in known if f"{port.identity.lower()}:".startswith(wanted)]
    if len(fit) == 1:
        return fit[0]
    there = ", ".join(f"{port.device} {port.identity}".strip() for port in fit or ports) or "none"
    got = "more than one fits" if fit else "no such adapter"
    raise LinkError(f"usb:{identity}: {got}; there is {there}; see lensbus ports")


async def _echo(link: SerialLink, listener: "_Listener", baud: int) -> Echo:
    try:
        await link.set_rate(baud)
    except LinkLostError:
        raise
    except LinkError as error:
        return Echo(baud, PATTERN, b"", str(error))
    listener.expect(len(PATTERN))
    link.write(PATTERN)
    await listener.wait(len(PATTERN) * BITS_PER_BYTE / baud + WAIT_S)
    return Echo(baud, PATTERN, bytes(listener.heard))


class _Listener:
    """Events of a port under test: what it hears, until it is enough or the port is lost."""

    def __init__(self, name: str) -> None:
        self._name, self._wanted, self._cause = name, 0, ""
        self._enough = asyncio.Event()
        self.heard = bytearray()

    def expect(self, count: int) -> None:
        """Begin anew."""
        self._wanted = count
        self.heard.clear()
        if not self._cause:
            self._enough.clear()

    async def wait(self, seconds: float) -> None:
        """Wait until as much as expected was heard, or for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._enough.wait()
        except TimeoutError:
            return
        if self._cause:
            raise LinkLostError(f"{self._name}: the link was lost: {self._cause}")

    def up(self) -> None:
        """It is open."""

    def down(self, cause: str) -> None:
        self._cause = cause
        self._enough.set()

    def received(self, data: bytes) -> None:
        self.heard += data
        if len(self.heard) >= self._wanted:
            self._enough.set()

    def line_changed(self, line: str, high: bool) -> None:
        """No line is wired for the test."""
