"""Lines on paper: from points in pixels to the shortest path that shows the same."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

TOLERANCE = 0.2
"""Pixels that a left out point may lie beside the line."""

Pixels = tuple[float, float]


def runs(points: Iterable[Pixels], gap: float) -> Iterator[list[Pixels]]:
    """The points in pieces, parted where there was nothing for longer than `gap` pixels."""
    run: list[Pixels] = []
    for point in points:
        if run and point[0] - run[-1][0] > gap:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def fewer(points: Sequence[Pixels]) -> list[Pixels]:
    """Some of the points, through which a line passes all others within TOLERANCE."""
    kept, low, high = list(points[:1]), -math.inf, math.inf
    for before, point in pairwise(points):
        if not low <= _slope(kept[-1], point) <= high:
            if before is not kept[-1]:
                kept.append(before)
            low, high = -math.inf, math.inf
        (x, y), upright = point, point[0] <= kept[-1][0]
        low = math.inf if upright else max(low, _slope(kept[-1], (x, y - TOLERANCE)))
        high = min(high, _slope(kept[-1], (x, y + TOLERANCE)))
    return kept + list(points[1:][-1:])


def _slope(start: Pixels, end: Pixels) -> float:
    """Of the line to a later point; upright it is not a number, and no comparison holds."""
    way = end[0] - start[0]
    return (end[1] - start[1]) / way if way > 0 else math.nan


def line(points: Iterable[Pixels], gap: float) -> str:
    """A path through points; one that stands alone is a dot."""
    pieces = []
    for run in runs(points, gap):
        first, *rest = fewer(run)
        tail = "L" + " ".join(map(_pair, rest)) if rest else "h0"
        pieces.append(f"M{_pair(first)}{tail}")
    return "".join(pieces)


def steps(tops: Iterable[Pixels], bottom: float, end: float) -> str:
    """The outline of columns that touch, each from its x to the next one's, up to a y."""
    path, level = "", bottom
    for x, y in [*tops, (end, bottom)]:
        if y != level:
            path += (
                f"H{number(x)}V{number(y)}"
                if path
                else f"M{number(x)} {number(bottom)}V{number(y)}"
            )
            level = y
    return f"{path}Z" if path else ""


def number(value: float) -> str:
    """A pixel coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _pair(point: Pixels) -> str:
    return f"{number(point[0])} {number(point[1])}"
