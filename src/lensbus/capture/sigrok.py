"""Read and write sigrok session files (.sr), versions 1 and 2.

A session is a zip: `version`, `metadata` (an INI file), and the samples, either as one member
`logic-1` or as `logic-1-1`, `logic-1-2`, ... A file from a stranger may be a trap: every size is
bounded before anything is unpacked, and samples become edges a block at a time.
"""

import configparser
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final

from lensbus.capture.trace import BLOCK_BYTES, Trace, from_samples, to_samples
from lensbus.errors import CaptureError

MAX_SAMPLE_BYTES: Final = 4 << 30  # three minutes at 24 MHz; unpacking them takes some seconds
MAX_MEMBERS: Final = 100_000
MAX_DIRECTORY_BYTES: Final = 16 << 20
MAX_TEXT_BYTES: Final = 64 << 10
CHUNK_BYTES: Final = 4 << 20  # what sigrok itself puts into one member

_AGAIN = "re-save it with sigrok-cli or record it again"
_ENCRYPTED = 1
_SHOWN = 150  # a hostile file may hold 64 KiB where a number should be
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError)
_WRONG = (configparser.Error, OSError, RuntimeError, ValueError, LookupError, OverflowError)
_RATE = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*([kmg]?)(?:hz)?", re.ASCII | re.IGNORECASE)
_HERTZ = ("Hz", "kHz", "MHz", "GHz")


@dataclass(frozen=True, slots=True)
class _Header:
    """What `metadata` says: sample rate, bytes a sample, name of the members, bit of each line."""

    rate_hz: int
    unit_size: int
    members: str
    bits: Mapping[str, int]


def read(path: Path) -> Trace:
    """Return the named logic lines of a session file; analog channels are left out.

    Raises:
        CaptureError: the file is missing, damaged, too big or not a session of version 1 or 2.
    """
    with _one_line_errors(f"{path}"), _open(path) as file, zipfile.ZipFile(file) as archive:
        session = _Session(f"{path}", archive)
        session.check_version()
        head = _header(f"{path}: metadata", session.text("metadata"))
        samples = session.samples(head.members)
        return from_samples(samples, head.unit_size, head.rate_hz, head.bits, where=f"{path}")


def write(path: Path, trace: Trace) -> None:
    """Write a session file of version 2, whole or not at all; the same trace, the same bytes.

    Raises:
        CaptureError: the file cannot be written, or sigrok has no way to say these lines.
    """
    unit_size = _unit_size(f"{path}", list(trace.lines))
    part = path.with_name(f"lensbus-{token_hex(8)}.part")  # a name that nobody has
    with _one_line_errors(f"{path}", "free the disk or name another file"):
        file = part.open("xb")
        try:
            with file:
                _write_members(file, trace, unit_size)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _write_members(file: BinaryIO, trace: Trace, unit_size: int) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_new_member("version"), "2")
        archive.writestr(_new_member("metadata"), _metadata(trace, unit_size))
        for number, chunk in enumerate(to_samples(trace, unit_size, CHUNK_BYTES), 1):
            archive.writestr(_new_member(f"logic-1-{number}"), chunk)


def _new_member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # its time is 1980, so that equal traces make equal files
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    return info


def _header(where: str, text: str) -> _Header:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    with _one_line_errors(where):
        parser.read_string(text)
    devices = [parser[name] for name in parser.sections() if "capturefile" in parser[name]]
    if not devices:
        raise _refusal(where, "no capturefile", "logic lines, not analog alone")
    unit_size = int(_setting(where, devices[0], "unitsize", "[1-8]"))
    members = _setting(where, devices[0], "capturefile", r"[\w.-]{1,99}")
    rate_hz = _rate_hz(where, devices[0].get("samplerate", "nothing"))
    return _Header(rate_hz, unit_size, members, _bits(where, devices[0], 8 * unit_size))


def _metadata(trace: Trace, unit_size: int) -> str:
    power = max(power for power in range(4) if trace.rate_hz % 1000**power == 0)
    lines = ["[global]", "sigrok version=0.5.2", "", "[device 1]", "capturefile=logic-1"]
    lines += [f"total probes={len(trace.lines)}", "total analog=0", f"unitsize={unit_size}"]
    lines += [f"samplerate={trace.rate_hz // 1000**power} {_HERTZ[power]}"]
    lines += [f"probe{number}={line}" for number, line in enumerate(trace.lines, 1)]
    return "\n".join([*lines, ""])


def _setting(where: str, device: Mapping[str, str], key: str, pattern: str) -> str:
    value = device.get(key, "")
    if not re.fullmatch(pattern, value):
        raise _refusal(where, f"{key}={value!r}", pattern)
    return value


def _rate_hz(where: str, text: str) -> int:
    match = _RATE.fullmatch(text)
    power = " kmg".index(match[2].lower() or " ") if match else 0
    rate = Fraction(match[1]) * 1000**power if match else Fraction(0)
    if rate < 1 or rate.denominator != 1:
        raise _refusal(where, repr(text), "a whole number of hertz, as samplerate=6 MHz")
    return int(rate)


def _bits(where: str, device: Mapping[str, str], limit: int) -> dict[str, int]:
    bits: dict[str, int] = {}
    for key, name in device.items():
        if match := re.fullmatch(r"probe(\d{1,4})", key, re.ASCII):
            bit = int(match[1]) - 1
            if not name or not name.isprintable() or name in bits or not 0 <= bit < limit:
                wanted = f"a name of its own for each line, from probe1 to probe{limit}"
                raise _refusal(where, repr(f"{key}={name}"), wanted)
            bits[name] = bit
    if not bits:
        raise _refusal(where, "no named lines", "probe1=NAME")
    return bits


def _unit_size(where: str, names: list[str]) -> int:
    for name in names:
        if name != name.strip() or not name.isprintable() or not name or "\\" in name:
            raise _refusal(where, f"line {name!r}", "printable letters, no backslash", "rename it")
    if not 1 <= len(names) <= 64:
        raise _refusal(where, f"{len(names)} lines", "1 to 64", "write fewer lines")
    return next(size for size in (1, 2, 4, 8) if len(names) <= 8 * size)


@dataclass(frozen=True, slots=True)
class _Session:
    """An open zip, and its name in error messages."""

    where: str
    archive: zipfile.ZipFile

    def check_version(self) -> None:
        """Refuse what is not a session, or one of a later version."""
        if (count := len(self.archive.infolist())) > MAX_MEMBERS:
            raise _refusal(self.where, f"{count} members", f"{MAX_MEMBERS} or fewer")
        version = self.text("version").strip()
        if version not in {"1", "2"}:
            raise _refusal(f"{self.where}: version", repr(version), "1 or 2")

    def text(self, name: str) -> str:
        """Return a small member whole."""
        info = self._member(name)
        if info.file_size > MAX_TEXT_BYTES:
            want = f"{MAX_TEXT_BYTES} or fewer"
            raise _refusal(f"{self.where}: {name}", f"{info.file_size} bytes", want)
        with _one_line_errors(f"{self.where}: {name}"):
            return b"".join(self._pieces(info)).decode()

    def samples(self, name: str) -> Iterator[bytes]:
        """Give the samples: member `name`, or else `name-1`, `name-2`, ... by number."""
        infos = [self._member(member) for member in self._sample_members(name)]
        total = sum(info.file_size for info in infos)
        if total > MAX_SAMPLE_BYTES:
            want = f"{MAX_SAMPLE_BYTES} or fewer"
            raise _refusal(self.where, f"{total} bytes of samples", want, "record a shorter time")
        for info in infos:
            yield from self._pieces(info)

    def _sample_members(self, name: str) -> list[str]:
        if name in (names := self.archive.namelist()):
            return [name]
        matches = (re.fullmatch(rf"{re.escape(name)}-([1-9]\d{{0,8}})", one) for one in names)
        last = max((int(match[1]) for match in matches if match), default=1)
        if last > len(names):  # else a gap is named when its member is looked up
            raise _refusal(self.where, f"{name}-{last}", "numbers without gaps")
        return [f"{name}-{number}" for number in range(1, last + 1)]

    def _member(self, name: str) -> zipfile.ZipInfo:
        where = f"{self.where}: {name}"
        if name not in self.archive.NameToInfo:
            raise _refusal(where, "no such member", "all members of a session")
        info = self.archive.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise _refusal(where, "an encrypted member", "a plain one")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # Other methods unpack without a bound on memory.
            raise _refusal(where, f"compression {info.compress_type}", "stored or deflated")
        return info

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        where = f"{self.where}: {info.filename}"
        with _one_line_errors(where), self.archive.open(info) as member:
            got = 0
            while piece := member.read(BLOCK_BYTES):
                got += len(piece)
                yield piece
        if got != info.file_size:
            raise _refusal(where, f"{got} bytes", f"{info.file_size}")


def _open(path: Path) -> io.FileIO:
    if not path.is_file():
        got = "not a file" if path.exists() else "no such file"
        raise _refusal(f"{path}", got, "a sigrok session", "name a .sr file")
    return _FrugalFile(path)


class _FrugalFile(io.FileIO):
    """A file that refuses to load a huge zip directory at once; all other reads are small."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"got {size} bytes of directory, wanted {MAX_DIRECTORY_BYTES}")
        return super().read(size)


def _refusal(where: str, got: str, wanted: str, remedy: str = _AGAIN) -> CaptureError:
    return CaptureError(f"{where}: got {got[:_SHOWN]}, wanted {wanted}: {remedy}")


@contextmanager
def _one_line_errors(where: str, remedy: str = _AGAIN) -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, *_WRONG) as problem:
        what = " ".join(str(problem).split()) or type(problem).__name__
        raise CaptureError(f"{where}: {what[:_SHOWN]}: {remedy}") from problem
