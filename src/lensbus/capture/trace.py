"""Hold what a logic analyser saw: named lines, each kept as the samples where it changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lensbus.errors import CaptureError

MAX_EDGES: Final = 16 << 20  # a busy real mount makes 35,000 a second: eight minutes of it
BLOCK_BYTES: Final = 1 << 20
NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """One line: its level at sample 0, and the ascending sample indices where it changes."""

    first: bool
    at: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse indices out of order, and take `at` over: nobody may write to it any more."""
        if self.at.size and (self.at[0] < 1 or (np.diff(self.at) < 1).any()):
            raise CaptureError("the changes of a line must be ascending sample indices from 1 on")
        self.at.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        """Compare by value, which the default for a dataclass cannot do with arrays."""
        if not isinstance(other, Edges):
            return NotImplemented
        return self.first == other.first and np.array_equal(self.at, other.at)

    def __hash__(self) -> int:
        return hash((self.first, self.at.tobytes()))

    def pulses(self, level: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the line goes to a level, and where it next leaves it, NEVER if it stays.

        A pulse that was there before the trace is left out.
        """
        to, away = int(level == self.first), 1 + int(level == self.first)
        starts = self.at[to::2]
        return starts, np.append(self.at[away::2], NEVER)[: starts.size]

    def levels(self, samples: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return the level at each of these samples; the last one holds for ever."""
        changes = np.searchsorted(self.at, samples, side="right")
        return np.asarray(changes & 1 != int(self.first))


@dataclass(frozen=True, slots=True)
class Trace:
    """Some lines sampled together: `length` samples, `rate_hz` of them a second."""

    rate_hz: int
    length: int
    lines: Mapping[str, Edges]

    def __post_init__(self) -> None:
        """Refuse a trace without time, and changes that lie outside it."""
        if self.rate_hz < 1 or self.length < 1:
            raise CaptureError(
                f"a trace of {self.length} samples at {self.rate_hz} Hz: want 1 or more of both"
            )
        for name, edges in self.lines.items():
            if edges.at.size and edges.at[-1] >= self.length:
                raise CaptureError(
                    f"line {name!r} changes at sample {edges.at[-1]} of {self.length}"
                )

    def line(self, name: str) -> Edges:
        """Return one line by name.

        Raises:
            CaptureError: there is no such line; the message lists those that there are.

        """
        if name not in self.lines:
            known = ", ".join(self.lines) or "none"
            raise CaptureError(f"the capture has no line {name!r}, only {known}: name one of these")
        return self.lines[name]


def from_steps(
    name: str, first: bool, at: NDArray[np.float64], levels: NDArray[np.bool_], length: int
) -> Edges:
    """Return a line that starts at a level and takes others in turn, at samples to be rounded.

    Of two levels in one sample the later counts; what does not lie before `length` is left out.

    Raises:
        CaptureError: the steps are not in order.

    """
    if not (np.diff(at, prepend=0) >= 0).all():
        raise CaptureError(f"line {name!r}: got times out of order: sort them, from 0 on")
    samples = np.append(0, np.rint(np.minimum(at, length)).astype(np.int64))
    levels = np.append(first, levels)
    last = np.append(samples[1:] != samples[:-1], True) & (samples < length)
    samples, levels = samples[last], levels[last]
    return Edges(bool(levels[0]), samples[1:][levels[1:] != levels[:-1]])


def from_times(name: str, steps: Sequence[tuple[float, bool]], rate_hz: int, length: int) -> Edges:
    """Return a line that takes these levels in turn, (seconds, level), the first from the start on.

    Raises:
        CaptureError: there is no first level, or the steps are not in order.

    """
    if not steps:
        raise CaptureError(f"line {name!r}: got no levels, wanted the one it starts with: add it")
    times, levels = np.array(steps[1:], dtype=np.float64).reshape(-1, 2).T
    return from_steps(name, steps[0][1], times * rate_hz, levels > 0, length)


def from_samples(
    pieces: Iterable[bytes], unit_size: int, rate_hz: int, bits: Mapping[str, int], *, where: str
) -> Trace:
    """Return the edges of samples of `unit_size` bytes, cut anywhere; `bits` numbers the lines.

    `where` names the file in error messages.

    Raises:
        CaptureError: there are no samples, half a sample at the end, or more than MAX_EDGES.

    """
    found: dict[str, list[NDArray[np.int64]]] = {name: [] for name in bits}
    nothing = np.empty(0, dtype=np.int64)
    last, length, first, count = None, 0, 0, 0
    for block in _blocks(pieces, unit_size, where):
        units = _units(block, unit_size)
        if last is None:
            last, first = units[:1], int(units[0])
        if units.min() == units.max() == last[0]:  # a shortcut for long quiet
            length += units.size
            continue
        # The last sample of a block goes before the next: an edge may lie between two.
        count += _find(np.concatenate((last, units)), length, bits, found)
        if count > MAX_EDGES:
            raise CaptureError(
                f"{where}: over {MAX_EDGES} edges: record a shorter time, or fewer lines"
            )
        last, length = units[-1:], length + units.size
    if last is None:
        raise CaptureError(f"{where}: got no samples, wanted 1 or more: record it again")
    lines = {
        name: Edges(first >> bit & 1 == 1, np.concatenate([*found.pop(name), nothing]))
        for name, bit in bits.items()
    }
    return Trace(rate_hz, length, lines)


def to_samples(trace: Trace, unit_size: int, chunk_bytes: int) -> Iterator[bytes]:
    """Give the samples back, the first line in bit 0, in chunks of whole samples.

    `unit_size` is 1, 2, 4 or 8 and has a bit for every line.
    """
    lines, step = list(trace.lines.values()), chunk_bytes // unit_size
    for start in range(0, trace.length, step):
        stop = min(start + step, trace.length)
        inside = [edges.at[slice(*np.searchsorted(edges.at, (start + 1, stop)))] for edges in lines]
        marks = np.unique(np.concatenate([[start], *inside]))
        units = np.zeros(marks.size, dtype=f"<u{unit_size}")
        for bit, edges in enumerate(lines):
            units |= edges.levels(marks).astype(units.dtype) << bit
        yield np.repeat(units, np.diff(marks, append=stop)).tobytes()


def _blocks(pieces: Iterable[bytes], unit_size: int, where: str) -> Iterator[bytes]:
    """Join small pieces, so that many tiny ones cost no more than few large ones."""
    kept = bytearray()
    for piece in pieces:
        if not kept and len(piece) >= BLOCK_BYTES and len(piece) % unit_size == 0:
            yield piece
            continue
        kept += piece
        if len(kept) >= BLOCK_BYTES:
            whole = len(kept) - len(kept) % unit_size
            yield bytes(kept[:whole])
            del kept[:whole]
    if len(kept) % unit_size:
        got = f"{len(kept) % unit_size} bytes of a last sample, wanted {unit_size}"
        raise CaptureError(f"{where}: got {got}: record it again")
    if kept:
        yield bytes(kept)


def _units(block: bytes, unit_size: int) -> NDArray[np.unsignedinteger]:
    """Return one number a sample; odd sizes are widened to the next that numpy has."""
    width = 1 << (unit_size - 1).bit_length()
    if width == unit_size:
        return np.frombuffer(block, dtype=f"<u{width}")
    padded = np.zeros((len(block) // unit_size, width), dtype=np.uint8)
    padded[:, :unit_size] = np.frombuffer(block, dtype=np.uint8).reshape(-1, unit_size)
    return padded.view(f"<u{width}").ravel()


def _find(
    units: NDArray[np.unsignedinteger],
    start: int,
    bits: Mapping[str, int],
    found: Mapping[str, list[NDArray[np.int64]]],
) -> int:
    """Add the changes of each line to `found`, and return how many there were."""
    at = np.flatnonzero(units[1:] != units[:-1])
    flips = units[at + 1] ^ units[at]
    for name, bit in bits.items():
        found[name].append(at[flips >> bit & 1 == 1] + start)
    return sum(changes[-1].size for changes in found.values())
