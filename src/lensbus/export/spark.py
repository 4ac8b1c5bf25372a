"""A run in three lines of text: focus, subject and aperture, each a row of small columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lensbus.export.axis import distances, f_numbers
from lensbus.export.plot import Picture
from lensbus.export.thinning import Point

BLOCKS, PLAIN = "▁▂▃▄▅▆▇█", "_.:-=+*#"
"""Eight levels, the lowest first."""

WIDTH = 60


def sparks(picture: Picture, levels: str = BLOCKS) -> Iterator[str]:
    """A line for each curve there is; behind it stand its lowest and its highest value.

    Focus and subject share a scale, on which far is high; an open aperture is high.
    """
    focus, subject, aperture = (
        curve.columns(4 * WIDTH) for curve in (picture.focus, picture.subject, picture.aperture)
    )
    first_t, last_t = picture.first_t, picture.last_t
    shared = _values([*focus, *subject])
    lengths = _Scale(distances(shared).place, _distance, shared, levels)
    for name, points in (("focus", focus), ("subject", subject)):
        if points:
            yield lengths.line(name, points, first_t, last_t)
    if aperture:
        stops = _values(aperture)
        scale = _Scale(f_numbers(stops).place, _f_number, stops, levels)
        yield scale.line("aperture", aperture, first_t, last_t)


def _values(points: Sequence[Point]) -> list[float]:
    return [point.y for point in points]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to levels, and to words: the greatest value of all is the lowest level."""

    place: Callable[[float], float]
    words: Callable[[float], str]
    values: Sequence[float]
    levels: str

    def line(self, name: str, points: Sequence[Point], first_t: float, last_t: float) -> str:
        row = [" "] * WIDTH
        span = max(last_t - first_t, 1e-9)
        for t, y in points:  # the last of each column stays
            row[min(int((t - first_t) / span * WIDTH), WIDTH - 1)] = self._level(y)
        own = _values(points)
        return f"{name:9}{''.join(row)}  {self.words(max(own))} to {self.words(min(own))}"

    def _level(self, y: float) -> str:
        bottom, top = self.place(max(self.values)), self.place(min(self.values))
        share = (bottom - self.place(y)) / (bottom - top) if bottom > top else 0.0
        return self.levels[round(share * (len(self.levels) - 1))]


def _distance(per_m: float) -> str:
    return f"{1 / per_m:.3g} m" if per_m else "infinity"


def _f_number(stops: float) -> str:
    return f"f/{2 ** (stops / 2):.2g}"
