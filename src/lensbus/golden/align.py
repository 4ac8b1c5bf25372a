"""Lay what was said beside what was wanted: which is which, what is missing, what is too much."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lensbus.golden.said import PLACES, Said

Skipped = tuple[int, int]
"""How many are missing, and how many are too much."""

FAR: Final = 128
"""Of one stream, how many may be missing, or too much, in a row, before one that fits is found."""

LATE: Final = 30
"""By so many messages of a stream one may be late, or early: half a second of cycles."""


@dataclass(frozen=True, slots=True)
class Both:
    """What was wanted and what came of it; one of them may be none.

    `shifted` tells that it came too late or too soon, and not just as much as the one before.
    """

    wanted: Said | None
    got: Said | None
    shifted: bool = False

    @property
    def t(self) -> float:
        """When a person would look there: as soon as either is due."""
        return min(each.t for each in (self.wanted, self.got) if each)

    @property
    def is_fault(self) -> bool:
        """Whether it is something that could not be taken: at one time, the cause of all else."""
        return any(each.fault is not None for each in (self.wanted, self.got) if each)


def aligned(wanted: Iterable[Said], got: Iterable[Said], tolerance_s: float) -> list[Both]:
    """Each stream by itself, all in order of time."""
    streams: dict[tuple[str, str], tuple[list[Said], list[Said]]] = {}
    for which, every in enumerate((wanted, got)):
        for said in every:
            streams.setdefault(said.stream, ([], []))[which].append(said)
    found = [both for pair in streams.values() for both in _Stream(*pair, tolerance_s).align()]
    return sorted(found, key=lambda both: (both.t, not both.is_fault))


class _Stream:
    """One stream. What comes late makes all that follows late: that is told once."""

    def __init__(self, wanted: Sequence[Said], got: Sequence[Said], tolerance_s: float) -> None:
        self._wanted, self._got, self._tolerance_s = wanted, got, tolerance_s
        self._shift_s = 0.0

    def align(self) -> Iterator[Both]:
        at, new = 0, 0
        while at < len(self._wanted) and new < len(self._got):
            missing, more = self._skipped(at, new)
            yield from (Both(each, None) for each in self._wanted[at : at + missing])
            yield from (Both(None, each) for each in self._got[new : new + more])
            at, new = at + missing, new + more
            if not missing and not more:
                yield self._both(self._wanted[at], self._got[new])
                at, new = at + 1, new + 1
        yield from (Both(each, None) for each in self._wanted[at:])
        yield from (Both(None, each) for each in self._got[new:])

    def _skipped(self, at: int, new: int) -> Skipped:
        """How many are missing, or too much, before the next two may belong together.

        One of each: nothing that follows tells what became of them.
        """
        first, other = self._wanted[at], self._got[new]
        if self._fits(first, other):
            return 0, 0
        if skipped := self._far(at, new, self._fits):
            return skipped
        if _alike(first, other):
            return self._late(at, new)
        return self._far(at, new, _alike) or (1, 1)

    def _far(self, at: int, new: int, fits: Callable[[Said, Said], bool]) -> Skipped | None:
        """How many, until two fit each other."""
        for far in range(1, FAR):
            if at + far < len(self._wanted) and fits(self._wanted[at + far], self._got[new]):
                return far, 0
            if new + far < len(self._got) and fits(self._wanted[at], self._got[new + far]):
                return 0, far
        return None

    def _late(self, at: int, new: int) -> Skipped:
        """Late or early; but by too many of its kind, it is another one."""
        first, other = self._wanted[at], self._got[new]
        if other.t > first.t:
            return (1, 0) if _passed(self._wanted, at + LATE, other) else (0, 0)
        return (0, 1) if _passed(self._got, new + LATE, first) else (0, 0)

    def _fits(self, wanted: Said, got: Said) -> bool:
        """Whether this is the one that was wanted then, or as much later as the last one was."""
        in_time = self._in_time(wanted, got) or self._in_time(wanted, got, self._shift_s)
        return in_time and _alike(wanted, got)

    def _in_time(self, wanted: Said, got: Said, later_s: float = 0.0) -> bool:
        return abs(round(got.t - wanted.t - later_s, PLACES)) <= self._tolerance_s

    def _both(self, wanted: Said, got: Said) -> Both:
        if self._in_time(wanted, got):
            self._shift_s = 0.0
            return Both(wanted, got)
        shifted = not self._in_time(wanted, got, self._shift_s)
        if shifted:
            self._shift_s = got.t - wanted.t
        return Both(wanted, got, shifted)


def _passed(every: Sequence[Said], at: int, said: Said) -> bool:
    """Whether the one that stands there is like it, and was before it."""
    return at < len(every) and _alike(every[at], said) and every[at].t <= said.t


def _alike(wanted: Said, got: Said) -> bool:
    return wanted.name == got.name
