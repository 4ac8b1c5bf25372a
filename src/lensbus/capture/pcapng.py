"""Recordings as pcapng, which Wireshark opens: a packet is what one side said at once.

A section header; an interface for each bit rate of the link (`if_speed`; none where nobody told
the rate), whose description names both sides; a packet for each frame, with its direction. The
time of a packet is that of its first bit, in nanoseconds; the description tells where time 0 is.
"""

import re
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lensbus import __version__
from lensbus.capture.growing import CutOff, GrowingFile, ignore, one_line_errors
from lensbus.capture.onwire import OnWire
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.log import Record
from lensbus.spec.model import Spec

MAGIC: Final = bytes.fromhex("0a0d0d0a")  # the same in both byte orders
LINKTYPE_USER0: Final = 147
MAX_BLOCK_BYTES: Final = 16 << 20
MAX_INTERFACES: Final = 1000
MAX_EPOCH_S: Final = 1e10  # pcapng ends at 1.8e10, in 2554

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_ORDERS: Final = {bytes.fromhex("4d3c2b1a"): "<", bytes.fromhex("1a2b3c4d"): ">"}
_APPLICATION, _NAME, _DESCRIPTION, _SPEED, _RESOLUTION, _FLAGS = 4, 2, 3, 8, 9, 2  # options
_INBOUND, _OUTBOUND = 1, 2  # the lowest two bits of a packet's flags
_NANO: Final = 1_000_000_000
_ABOUT = re.compile(
    r".*; outbound (?P<out>[^;]+); inbound (?P<into>[^;]+); "
    r"(?P<bits>\d{1,2}) bits a byte; time 0 is (?P<start>\d{1,10}\.\d{9})",
    re.ASCII,
)
_DAMAGE = (struct.error, ValueError, LookupError)
_AGAIN = "record it again"


class PcapngWriter:
    """Writes what the records of `roles` say was on the wire, a packet each, at once.

    Outbound is what the first of `roles` says: the recording side itself, or of two the one that
    the caller names first. `epoch_s` is when time 0 was, in seconds since 1970.

    Raises, in all it does:
        CaptureError: the file cannot be made or written, or a time is not one of pcapng.
    """

    def __init__(
        self, path: Path, spec: Spec, roles: Sequence[str], *, epoch_s: float = 0.0
    ) -> None:
        self._where, self._wire, self._outbound = f"{path}", OnWire(spec, roles), roles[0]
        inbound = next(role for role in spec.roles if role != self._outbound)
        if not 0 <= epoch_s < MAX_EPOCH_S:
            raise _refusal(self._where, f"time 0 at {epoch_s:g} s", f"0 to {MAX_EPOCH_S:g} s")
        self._start = round(epoch_s * _NANO)
        start = f"{self._start // _NANO}.{self._start % _NANO:09}"
        bits = f"{spec.link.bits_per_byte} bits a byte"
        sides = f"outbound {self._outbound}; inbound {inbound}"
        self._about = f"{spec.name}; {sides}; {bits}; time 0 is {start}".encode()
        self._name = spec.name.encode()
        self._interfaces: dict[int | None, int] = {}
        self._file = GrowingFile(path)
        head = struct.pack("<4sHHq", next(iter(_ORDERS)), 1, 0, -1)
        self._write(_SECTION, head, {_APPLICATION: f"lensbus {__version__}".encode()})

    def tell(self, record: Record) -> None:
        """Take the next record."""
        cut = self._wire.cut(record)
        if cut is None:
            return
        time, size = self._start + round(cut.t * _NANO), len(cut.data)
        if not 0 <= time < 1 << 64:
            raise CaptureError(f"{self._where}: got a packet at {cut.t} s: begin at 0 or later")
        interface = self._interface(cut.baud)
        head = struct.pack("<5I", interface, time >> 32, time & 0xFFFFFFFF, size, size)
        direction = _OUTBOUND if cut.side == self._outbound else _INBOUND
        self._write(_PACKET, head + _padded(cut.data), {_FLAGS: struct.pack("<I", direction)})

    def close(self) -> None:
        """End the file; once more is a no-op."""
        self._file.close()

    def _interface(self, baud: int | None) -> int:
        """The number of the interface for a rate, made when it is needed first."""
        if baud not in self._interfaces:
            self._interfaces[baud] = len(self._interfaces)
            options = {_NAME: self._name, _DESCRIPTION: self._about, _RESOLUTION: b"\x09"}
            speed = {} if baud is None else {_SPEED: struct.pack("<Q", baud)}
            self._write(_INTERFACE, struct.pack("<HHI", LINKTYPE_USER0, 0, 0), options | speed)
        return self._interfaces[baud]

    def _write(self, kind: int, body: bytes, options: Mapping[int, bytes]) -> None:
        parts = [
            struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options.items()
        ]
        block = body + b"".join(parts) + bytes(4)  # the end of options is all zeros
        size = struct.pack("<I", len(block) + 12)
        self._file.write(struct.pack("<I", kind) + size + block + size)


def read_pcapng(path: Path, sides: Collection[str], cut_off: CutOff = ignore) -> Iterator[Cut]:
    """Give what `sides` said, in the order of the file; a last block that is cut off is left out.

    Blocks of other kinds are passed over.

    Raises:
        CaptureError: the file cannot be read, is damaged, or is no recording of such sides.
    """
    interfaces: list[_Interface] = []
    with one_line_errors(f"{path}", "name a recording"), path.open("rb") as file:
        for place, kind, order, body in _blocks(f"{path}", file, cut_off):
            try:
                if kind == _SECTION:
                    _check_version(place, order, body)
                    interfaces.clear()
                elif kind == _INTERFACE:
                    interfaces.append(_interface(place, order, body, sides))
                elif kind == _PACKET:
                    yield _cut(place, order, body, interfaces)
            except _DAMAGE as problem:
                got = f"a damaged block of kind {kind}"
                raise _refusal(place, got, "one whose parts fit") from problem
            if len(interfaces) > MAX_INTERFACES:
                raise _refusal(place, f"over {MAX_INTERFACES} interfaces", "fewer")


@dataclass(frozen=True, slots=True)
class _Interface:
    """The sides by direction, the rate, and how to make seconds of a packet's time."""

    sides: Mapping[int, str]
    baud: int | None
    bits_per_byte: int
    ticks_per_s: int
    start_ns: int

    def seconds(self, ticks: int) -> float:
        """From time 0; whole numbers until the end, since a float has too few digits for both."""
        scaled = ticks * _NANO - self.start_ns * self.ticks_per_s
        return scaled / (_NANO * self.ticks_per_s)


def _blocks(where: str, file: BinaryIO, cut_off: CutOff) -> Iterator[tuple[str, int, str, bytes]]:
    """Give place, kind, byte order and body of every whole block."""
    order, at = "", 0
    while head := file.read(12):
        place = f"{where}: byte {at}"
        if not order and not MAGIC.startswith(head[:4]):
            raise _refusal(place, head[:4].hex(), "the section header of a pcapng file")
        if head.startswith(MAGIC) and len(head) == 12:
            order = _order(place, head[8:])
        size = struct.unpack_from(f"{order}I", head, 4)[0] if len(head) == 12 else 12
        if size % 4 or not 12 <= size <= MAX_BLOCK_BYTES:
            raise _refusal(place, f"{size} bytes of block", f"12 to {MAX_BLOCK_BYTES}, by fours")
        block = head + file.read(size - len(head))
        if len(block) < size:
            cut_off(f"{place}: the last block is cut off: left out")
            return
        kind, again = struct.unpack_from(f"{order}I", block)[0], block[-4:]
        if block[4:8] != again:
            raise _refusal(place, f"sizes {block[4:8].hex()} and {again.hex()}", "the same twice")
        yield place, kind, order, block[8:-4]
        at += size


def _order(place: str, magic: bytes) -> str:
    if magic not in _ORDERS:
        raise _refusal(place, f"byte-order magic {magic.hex()}", "1a2b3c4d in either order")
    return _ORDERS[magic]


def _check_version(place: str, order: str, body: bytes) -> None:
    major, minor = struct.unpack_from(f"{order}HH", body, 4)
    if major != 1:
        raise _refusal(place, f"version {major}.{minor}", "1.0", "save it as pcapng again")


def _interface(place: str, order: str, body: bytes, sides: Collection[str]) -> _Interface:
    link_type, _, _ = struct.unpack_from(f"{order}HHI", body)
    if link_type != LINKTYPE_USER0:
        raise _refusal(place, f"link type {link_type}", f"{LINKTYPE_USER0}, as lensbus writes")
    options = _options(order, body[8:])
    text = options.get(_DESCRIPTION, b"").rstrip(b"\0").decode()
    about = _ABOUT.fullmatch(text)
    if about is None or not {about["out"], about["into"]}.issubset(sides):
        wanted = f"the description of a link between {' and '.join(sides)}"
        raise _refusal(place, repr(text[:80]), wanted, "name its spec with --spec")
    resolution = options.get(_RESOLUTION, b"\x06")[0]
    base, exponent = (2, resolution & 0x7F) if resolution & 0x80 else (10, resolution)
    speed = struct.unpack(f"{order}Q", options.get(_SPEED, bytes(8)))[0]
    return _Interface(
        sides={_OUTBOUND: about["out"], _INBOUND: about["into"]},
        baud=speed or None,
        bits_per_byte=int(about["bits"]),
        ticks_per_s=base**exponent,
        start_ns=int(about["start"].replace(".", "")),
    )


def _cut(place: str, order: str, body: bytes, interfaces: Sequence[_Interface]) -> Cut:
    number, high, low, size, _ = struct.unpack_from(f"{order}5I", body)
    if number >= len(interfaces) or size > len(body) - 20:
        got = f"{size} bytes of interface {number}"
        raise _refusal(place, got, f"interfaces below {len(interfaces)}, bytes as in the block")
    interface, data = interfaces[number], body[20 : 20 + size]
    flags = _options(order, body[20 + size + -size % 4 :]).get(_FLAGS, bytes(4))
    side = interface.sides.get(struct.unpack(f"{order}I", flags)[0] & 3)
    if side is None:
        raise _refusal(place, "a packet without direction", "inbound or outbound in epb_flags")
    t = interface.seconds(high << 32 | low)
    lasts = interface.bits_per_byte * size / interface.baud if interface.baud else 0.0
    return Cut(side, t, t + lasts, interface.baud, data, 0)


def _options(order: str, data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        code, size = struct.unpack_from(f"{order}HH", data, at)
        if not code:
            break
        at += 4
        if size > len(data) - at:
            raise ValueError("an option reaches past its block")
        found.setdefault(code, data[at : at + size])
        at += size + -size % 4
    return found


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _refusal(place: str, got: str, wanted: str, remedy: str = _AGAIN) -> CaptureError:
    return CaptureError(f"{place}: got {got}, wanted {wanted}: {remedy}")
