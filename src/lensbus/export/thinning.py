"""Things in time that stay few however long a run is: those of one column are made fewer."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Generic, NamedTuple, Protocol, TypeVar

COLUMNS = 1024
"""Of a whole run: about one a pixel."""

MOST = 8 * COLUMNS
"""Things that are kept before they are made fewer."""

KINDS, OTHERS = 6, "others"
"""Kinds of marks that a column tells apart, and what the rest are called."""


class Timed(Protocol):
    """Something that has a time in seconds."""

    @property
    def t(self) -> float: ...


Thing = TypeVar("Thing", bound=Timed)
Keep = Callable[[Sequence[Thing]], Iterable[Thing]]
time_of = attrgetter("t")


class Point(NamedTuple):
    """A value at a time."""

    t: float
    y: float


class Stay(NamedTuple):
    """A state that begins at a time."""

    t: float
    state: str


class Count(NamedTuple):
    """So many of what is only counted, from a time on."""

    t: float
    n: int


class Mark(NamedTuple):
    """Something that happened, and how often it did in the same column; `y` is where in a lane."""

    t: float
    kind: str
    text: str
    n: int = 1
    y: float = 0.0


class Thinned(Generic[Thing]):
    """Things of a run of any length, in bounded memory; `keep` says what a column keeps."""

    def __init__(self, keep: Keep[Thing]) -> None:
        self._keep, self._things = keep, list[Thing]()
        self._limit = MOST

    def add(self, thing: Thing) -> None:
        """Take the next; times may be a little out of order."""
        self._things.append(thing)
        if len(self._things) > self._limit:
            self._things = self.columns(COLUMNS)
            self._limit = max(MOST, 2 * len(self._things))  # a column may keep several

    def columns(self, count: int) -> list[Thing]:
        """What is left of them in about so many columns, in order of time."""
        if not self._things:
            return []
        things = sorted(self._things, key=time_of)
        width = width_of(things[-1].t - things[0].t, count)
        return [kept for group in columns(things, width) for kept in self._keep(group)]

    def __bool__(self) -> bool:
        return bool(self._things)


def width_of(span: float, count: int) -> float:
    """A column's seconds: a power of two, so that wider columns never part what one holds."""
    return 2.0 ** math.ceil(math.log2(max(span, 2.0**-20) / count))


def columns(things: Iterable[Thing], width: float) -> Iterator[list[Thing]]:
    """The things of each column that has any."""
    for _, group in groupby(things, key=lambda thing: thing.t // width):
        yield list(group)


def extremes(points: Sequence[Point]) -> Iterable[Point]:
    """First, lowest, highest, last: a line through them covers the pixels that all would."""
    if len(points) <= 2:
        return points
    lowest, highest = min(points, key=_value), max(points, key=_value)
    return sorted({points[0], lowest, highest, points[-1]}, key=time_of)


def latest(stays: Sequence[Stay]) -> Iterable[Stay]:
    """Where it was in the end."""
    return stays[-1:]


def total(counts: Sequence[Count]) -> Iterable[Count]:
    """All together."""
    return [Count(counts[0].t, sum(count.n for count in counts))]


def by_kind(marks: Sequence[Mark]) -> Iterable[Mark]:
    """The first of each kind, with how many there are; a few kinds, and all others as one."""
    found: dict[str, Mark] = {}
    for mark in marks:
        kind = mark.kind if mark.kind in found or len(found) < KINDS else OTHERS
        first = found.get(kind, mark._replace(kind=kind, n=0))
        found[kind] = first._replace(n=first.n + mark.n)
    return found.values()


_value = attrgetter("y")
