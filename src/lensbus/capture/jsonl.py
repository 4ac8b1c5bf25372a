"""Recordings as JSON lines: what one side said at once, when, and at which rate.

    {"t": 0.08, "t_end": 0.081, "baud": 115200, "from": "lens", "raw": "aa0c"}

`baud` is null where nobody told the rate. `flaws`, where there are any, counts bytes with a low
stop bit.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lensbus.capture.growing import CutOff, GrowingFile, ignore, one_line_errors
from lensbus.capture.onwire import OnWire
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.log import Record
from lensbus.spec.model import Spec

MAX_LINE_BYTES: Final = 1 << 20
MAX_SECONDS: Final = 1e10
MAX_COUNT: Final = 1_000_000_000  # baud, flaws

_NAMES: Final = frozenset({"t", "t_end", "baud", "from", "raw"})
_SHOWN: Final = 60  # a hostile line may hold a megabyte where a number should be


class JsonlWriter:
    """Writes what the records of `roles` say was on the wire, a line each, at once.

    Raises, in all it does:
        CaptureError: the file cannot be made or written.
    """

    def __init__(self, path: Path, spec: Spec, roles: Sequence[str]) -> None:
        self._wire, self._file = OnWire(spec, roles), GrowingFile(path)

    def tell(self, record: Record) -> None:
        """Take the next record."""
        cut = self._wire.cut(record)
        if cut is not None:
            self._file.write(_line(cut))

    def close(self) -> None:
        """End the file; once more is a no-op."""
        self._file.close()


def read_jsonl(
    source: Path | BinaryIO, sides: Collection[str], cut_off: CutOff = ignore
) -> Iterator[Cut]:
    """Give what `sides` said, in the order of the file; a last line that is cut off is left out.

    Raises:
        CaptureError: the file cannot be read, or a line is not of a recording.
    """
    where = f"{source}" if isinstance(source, Path) else "standard input"
    with one_line_errors(where, "name a recording"):
        if not isinstance(source, Path):
            yield from _cuts(where, source, sides, cut_off)
            return
        with source.open("rb") as file:
            yield from _cuts(where, file, sides, cut_off)


def _line(cut: Cut) -> bytes:
    flaws = {"flaws": cut.flaws} if cut.flaws else {}
    times = {"t": round(cut.t, 9), "t_end": round(cut.t_end, 9)}
    said = {**times, "baud": cut.baud, "from": cut.side, "raw": cut.data.hex(), **flaws}
    return json.dumps(said).encode() + b"\n"


def _cuts(where: str, file: BinaryIO, sides: Collection[str], cut_off: CutOff) -> Iterator[Cut]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        place = f"{where}:{number}"
        if len(line) > MAX_LINE_BYTES:
            raise CaptureError(f"{place}: got a line of over {MAX_LINE_BYTES} bytes, wanted less")
        try:
            said = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError) as problem:
            # a whole object ends in a brace, so that a part of one never reads as another
            if line.startswith(b"{") and not line.endswith(b"\n"):
                cut_off(f"{place}: the last line is cut off: left out")
                return
            text = line.decode(errors="replace").strip()
            raise _refusal(place, _word(text), "JSON") from problem
        if line.strip():
            yield _Line(place, _values(place, said)).cut(sides)


def _values(place: str, said: object) -> Mapping[str, object]:
    """The values of a line by name: those that are needed, and no unknown ones."""
    if not isinstance(said, dict):
        raise _refusal(place, _word(said), "an object")
    for name in sorted(said.keys() ^ _NAMES):
        if name != "flaws":
            got = f"{'an unknown' if name in said else 'no'} {_word(name)}"
            raise _refusal(place, got, "a line that `--record FILE.jsonl` wrote")
    return {"flaws": 0, **said}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: its names are right, and its values are what JSON gave."""

    place: str
    values: Mapping[str, object]

    def cut(self, sides: Collection[str]) -> Cut:
        side, baud, t = self.values["from"], self.values["baud"], self._seconds("t", 0.0)
        if not isinstance(side, str) or side not in sides:
            got, wanted = _word(side), f"one of {', '.join(sides)}"
            remedy = "is it of another mount? --spec names one"
            raise CaptureError(f"{self.place}: from: got {got}, wanted {wanted}: {remedy}")
        return Cut(
            side=side,
            t=t,
            t_end=self._seconds("t_end", t),
            baud=None if baud is None else self._count("baud", least=1),
            data=self._data(),
            flaws=self._count("flaws", least=0),
        )

    def _seconds(self, name: str, least: float) -> float:
        value = self.values[name]
        wanted = f"seconds from {least:g} to {MAX_SECONDS:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, wanted)
        if not least <= value <= MAX_SECONDS:
            raise self._wrong(name, wanted)
        return float(value)

    def _count(self, name: str, *, least: int) -> int:
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_COUNT:
            raise self._wrong(name, f"a whole number from {least} to {MAX_COUNT}")
        return value

    def _data(self) -> bytes:
        raw = self.values["raw"]
        try:
            return bytes.fromhex(raw if isinstance(raw, str) else "?")
        except ValueError:
            raise self._wrong("raw", "bytes in hex") from None

    def _wrong(self, name: str, wanted: str) -> CaptureError:
        return _refusal(f"{self.place}: {name}", _word(self.values[name]), wanted)


def _word(value: object) -> str:
    """A value in a few letters, without looking into what may be nested deep."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _refusal(place: str, got: str, wanted: str) -> CaptureError:
    return CaptureError(f"{place}: got {got}, wanted {wanted}: record it again")
