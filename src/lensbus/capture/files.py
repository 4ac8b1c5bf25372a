"""Which file is read or written how: recordings that grow by suffix, captures by their content."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from lensbus.capture.growing import CutOff, ignore, one_line_errors
from lensbus.capture.jsonl import JsonlWriter, read_jsonl
from lensbus.capture.pcapng import MAGIC, PcapngWriter, read_pcapng
from lensbus.capture.sigrok import read
from lensbus.capture.uart import SAMPLES_PER_BIT, Cut, cut
from lensbus.errors import CaptureError
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited

STDIN: Final = Path("-")

_ZIP: Final = b"PK"
_WANTED = "a sigrok session (.sr), pcapng, or JSON lines"


class Writer(Protocol):
    """Takes every record of a running link and writes what was on the wire, at once."""

    def tell(self, record: Record) -> None: ...

    def close(self) -> None: ...


def open_writer(path: Path, spec: Spec, roles: Sequence[str], *, epoch_s: float = 0.0) -> Writer:
    """A writer for the suffix of a path, .jsonl or .pcapng; what was there is replaced.

    `roles` are those whose records come: one side's own, with what it hears from its peer, or
    both. `epoch_s` is when time 0 was, in seconds since 1970, where the format can say it.

    Raises:
        CaptureError: the suffix is another, or the file cannot be made.
    """
    match path.suffix.lower():
        case ".jsonl":
            return JsonlWriter(path, spec, roles)
        case ".pcapng":
            return PcapngWriter(path, spec, roles, epoch_s=epoch_s)
        case suffix:
            known = "wanted .jsonl or .pcapng, or .sr for `sim --virtual` alone"
            raise CaptureError(f"{path}: got suffix {suffix!r}, {known}: name another file")


def read_cuts(path: Path, spec: Spec, cut_off: CutOff = ignore) -> Iterable[Cut]:
    """What each side said, of any capture; `-` is JSON lines on standard input.

    `cut_off` is told where the file ends in the middle of something, or lacks a select line.

    Raises:
        CaptureError: the file is missing, damaged or of no known format; perhaps only on the way.
    """
    if path == STDIN:
        return read_jsonl(sys.stdin.buffer, spec.roles, cut_off)
    head = _head(path)
    if head.startswith(_ZIP):
        return _sigrok(path, spec, cut_off)
    if head == MAGIC:
        return read_pcapng(path, spec.roles, cut_off)
    if head.strip()[:1] == b"{" or (not head and path.suffix != ".sr"):
        return read_jsonl(path, spec.roles, cut_off)
    raise CaptureError(f"{path}: got {head!r} at its start, wanted {_WANTED}: name another file")


def _head(path: Path) -> bytes:
    """The first bytes; of a pipe, which gives them once, those that JSON lines begin with."""
    with one_line_errors(f"{path}", "name a capture"):
        if path.exists() and not path.is_file() and not path.is_dir():
            return b"{"
        with path.open("rb") as file:
            return file.read(len(MAGIC))


def _sigrok(path: Path, spec: Spec, warn: CutOff) -> Iterable[Cut]:
    shapes = [shape for shape in spec.frames.values() if isinstance(shape, Delimited)]
    sync = next((shape.sync[0] for shape in shapes if shape.sync), None)
    if sync is None:
        got = f"got lines of {spec.name}, wanted a mount whose frames begin with a sync byte"
        raise CaptureError(f"{path}: {got}, which tells the bit rate: give JSON lines or pcapng")
    gap_s = spec.constant("gap_s")
    trace = read(path)
    selects = dict.fromkeys(wires.select for wires in spec.capture.values() if wires.select)
    for name in [name for name in selects if name not in trace.lines]:
        warn(f"{path}: has no select line {name} (it has {', '.join(trace.lines)}): cut by silence")
    fast = [rate for rate in spec.link.rates if rate * SAMPLES_PER_BIT > trace.rate_hz]
    if 0 < len(fast) < len(spec.link.rates):
        names = ", ".join(map(str, fast))
        warn(f"{path}: sampled at {trace.rate_hz} Hz, too slow for {names} baud: left out")
    try:
        return cut(trace, spec.capture, sync=sync, rates=spec.link.rates, gap_s=gap_s)
    except CaptureError as problem:
        raise CaptureError(f"{path}: {problem}") from problem
