"""Open a link by its URL: one string names any of them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lensbus.aio.contract import Link
from lensbus.errors import LinkError
from lensbus.spec.model import Spec

if TYPE_CHECKING:
    from lensbus.aio.serial import Modem

SLACK_S = {"pty": 0.02, "tcp": 0.02, "unix": 0.02, "serial": 0.02, "rfc2217": 0.05}
"""What each kind adds to every time-out unless told: a USB adapter's timer is 16 ms (FTDI's
default), other processes wait for a turn of the processor; our choice, on the safe side."""

FORMS = (
    "loop:, pty:[PATH], tcp://HOST:PORT, tcp-listen://[HOST]:PORT, unix:PATH, unix-listen:PATH, "
    "rfc2217://HOST:PORT, usb:VID:PID[:SERIAL], serial:PORT, a path like /dev/ttyUSB0, or COM3"
)

MAX_PORT = 65535

LONGEST_S = 60.0
"""More than this on top of each time-out would only hide that nobody answers; our choice."""

SCHEMES = ("loop://", "rfc2217://")
"""Those of pyserial that `serial:` takes: the first for tests, the second as a link of its own."""

PORTS = {"serial", "usb", "rfc2217"}
"""Kinds with a rate and modem lines."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart: its kind, where it leads, and what stands behind the question mark."""

    url: str
    kind: str
    rest: str
    slack_s: float
    baud: int | None
    lines: frozenset[str]


def parse(url: str) -> Address:
    """Take a URL apart.

    Raises:
        LinkError: it is none of FORMS, or an option is unknown or wrong.
    """
    place, _, question = url.partition("?")
    match = re.fullmatch(
        r"(loop|pty|tcp|tcp-listen|unix|unix-listen|rfc2217|usb|serial):(?://)?(.*)",
        place,
        re.DOTALL,
    )
    kind, rest = match.groups() if match else ("serial", place)
    if not match and not (place.startswith(("/", ".")) or re.fullmatch(r"(?i)com\d+", place)):
        raise LinkError(f"{url!r} names no link; links are {FORMS}")
    if not rest and kind in {"serial", "unix", "unix-listen"}:
        raise LinkError(f"{url}: nothing follows the colon; links are {FORMS}")
    if kind == "serial" and "://" in rest and not rest.startswith(SCHEMES):
        raise LinkError(f"{url}: leads to no port; wanted a device or one of {', '.join(SCHEMES)}")
    options = dict(parse_qsl(question, keep_blank_values=True))
    slack = options.pop("slack", None)
    baud = options.pop("baud", None)
    lines = options.pop("lines", "")
    if options:
        raise LinkError(f"{url}: unknown option {next(iter(options))!r} (slack, baud, lines)")
    if (baud or lines) and kind not in PORTS:
        raise LinkError(f"{url}: {kind}: has neither baud nor lines; ports have")
    return Address(
        url,
        kind,
        rest,
        _seconds(url, slack) if slack else SLACK_S.get(kind.partition("-")[0], 0.0),
        _baud(url, baud),
        frozenset(part for part in lines.split(",") if part),
    )


def is_hardware(address: Address) -> bool:
    """Whether a real device may be at the other end; a pty can lead to one as well."""
    return address.kind in PORTS


def port_of(address: Address) -> str:
    """The name under which a serial port is opened; an adapter's is where it is plugged in now.

    Raises:
        LinkError: there is no such adapter, or the link is no serial port.
    """
    if address.kind not in PORTS:
        raise LinkError(f"{address.url}: {address.kind}: is no serial port")
    if address.kind == "usb":
        from lensbus.aio.ports import find_port

        return find_port(address.rest)
    if address.kind == "rfc2217":
        _host(address)
        return f"rfc2217://{address.rest}"
    return address.rest


async def open_link(address: Address, spec: Spec, role: str) -> Link:
    """Open the link of an address for one role of a spec.

    Raises:
        LinkError: it cannot be opened.
    """
    match address.kind:
        case "pty":
            return _pty(address)
        case "tcp" | "tcp-listen" | "unix" | "unix-listen":
            return await _socket(address)
        case "serial" | "usb" | "rfc2217":
            return await _serial(address, spec, role)
        case _:
            raise LinkError(f"{address.url}: both ends of loop: are in one process: use sim")


def _pty(address: Address) -> Link:
    try:
        from lensbus.aio.pty import PtyListener
    except ImportError:
        raise LinkError(f"{address.url}: this system has no pseudo-terminals") from None
    return PtyListener(address.rest, address.slack_s)


async def _socket(address: Address) -> Link:
    from lensbus.aio.socket import SocketLink

    listens = address.kind.endswith("-listen")
    link = SocketLink(address.url.partition("?")[0], address.slack_s, listens=listens)
    if address.kind.startswith("unix"):
        await (link.listen_unix if listens else link.call_unix)(address.rest)
    else:
        host, port = _host(address)
        await (link.listen if listens else link.call)(host, port)
    return link


async def _serial(address: Address, spec: Spec, role: str) -> Link:
    from lensbus.aio.serial import SerialLink

    _refuse_what_is_abandoned(address)
    baud, modem = address.baud or int(spec.link.slow.value), _modem(address, spec, role)
    return await SerialLink.open(port_of(address), baud, modem, address.slack_s)


def _refuse_what_is_abandoned(address: Address) -> None:
    """A link to a pty whose listener was killed may lead to another lens, or somebody's terminal.

    Raises:
        LinkError: it is one.
    """
    try:
        from lensbus.aio.claim import is_abandoned
    except ImportError:  # a system without locks has no pseudo-terminals
        return
    if address.kind == "serial" and is_abandoned(Path(address.rest)):
        text = "who listened there was killed, and it may lead anywhere; start that again"
        raise LinkError(f"{address.url}: cannot be opened: {text}")


def _modem(address: Address, spec: Spec, role: str) -> "Modem":
    """The modem signals of the lines that the URL says are wired."""
    from lensbus.aio.serial import Modem

    known = {name for name, line in spec.link.lines.items() if line.modem_out}
    if not address.lines <= known:
        unknown = ", ".join(sorted(address.lines - known))
        can = ", ".join(sorted(known)) or "none"
        raise LinkError(f"{address.url}: {unknown} cannot be wired; lines that can: {can}")
    chosen = [spec.link.lines[name] for name in sorted(address.lines)]
    return Modem(
        {line.name: line.modem_out for line in chosen if line.driver == role},
        {line.name: line.modem_in for line in chosen if line.driver != role},
        {line.name: line.idle for line in chosen},
    )


def _host(address: Address) -> tuple[str, int]:
    host, _, port = address.rest.rpartition(":")
    if not re.fullmatch(r"\d{1,5}", port) or int(port) > MAX_PORT:
        raise LinkError(f"{address.url}: expected HOST:PORT, got {address.rest!r}")
    return host.strip("[]"), int(port)


def _seconds(url: str, text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", text)
    if not match:
        raise LinkError(f"{url}: slack is a time like 20ms or 0.5s, got {text!r}")
    seconds = float(match[1]) * (0.001 if match[2] == "ms" else 1.0)
    if seconds > LONGEST_S:
        raise LinkError(f"{url}: slack is at most {LONGEST_S:g}s, got {text!r}")
    return seconds


def _baud(url: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,7}", text):
        raise LinkError(f"{url}: baud is a whole number above 0, got {text!r}")
    return int(text)
