"""Scales of a plot: where a value lies in its lane, and which values are labelled."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

APART = 11.0
"""Pixels between two labels, at least, from one baseline to the next."""

PAD = 0.06
"""Of a lane, that stays empty above and below."""

BEND = 0.1
"""Distances beyond 1/this, 10 m, are crowded: a scale of logarithms has no infinity."""

METRES = ((1, 10, 0.1, 100), (2, 0.5, 5, 0.2, 20, 50), (0.3, 3, 30), (1.5, 0.7, 0.15, 0.4, 7))
F_NUMBERS = (
    (1, 1.4, 2, 2.8, 4, 5.6, 8, 11, 16, 22, 32, 45),
    (1.2, 1.8, 2.5, 3.5, 4.5, 6.3, 7.1, 9, 13, 18, 25),
)
"""As engraved; the welcome ones first."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Values of a lane: `place` is 0 at the top and 1 at the bottom; labels are by value."""

    place: Callable[[float], float]
    labels: tuple[tuple[float, str], ...]

    def chosen(self, height: float) -> Iterator[tuple[float, str]]:
        """Place and text of the labels that have room, in the order of their welcome."""
        taken: list[float] = []
        for value, text in self.labels:
            place = self.place(value)
            if 0 <= place <= 1 and all(abs(place - one) * height >= APART for one in taken):
                taken.append(place)
                yield place, text


def distances(values: Iterable[float]) -> Axis:
    """Of 1/distance: infinity at the top, near things in logarithms of their distance."""
    bottom = math.log1p(max(chain(values, (1.0,))) / BEND)
    metres = ((1 / metre, f"{metre:g}") for metre in chain(*METRES))
    return Axis(lambda y: _padded(math.log1p(y / BEND) / bottom), ((0.0, "∞"), *metres))


def f_numbers(values: Iterable[float]) -> Axis:
    """Of stops from f/1: open at the top; at least two stops are shown."""
    known = list(values)
    low, high = _at_least(min(known), max(known), 2.0)
    labels = ((2 * math.log2(number), f"f/{number:g}") for number in chain(*F_NUMBERS))
    return Axis(lambda y: _padded((y - low) / (high - low)), tuple(labels))


def shares() -> Axis:
    """Of shares of one, which is at the top."""
    return Axis(lambda y: _padded(1 - y), ((0, "0"), (1, "1"), (0.5, "0.5")))


def counts(values: Iterable[float]) -> Axis:
    """Of plain numbers, the greatest at the top."""
    known = list(values)
    low, high = _at_least(min(known), max(known), 2.0)
    step = max(step_of(high - low, 4), 1)
    first = math.ceil(low / step)
    marks = [(first + n) * step for n in range(int(high / step) - first + 1)]
    return Axis(lambda y: _padded((high - y) / (high - low)), tuple((y, f"{y:g}") for y in marks))


def _at_least(low: float, high: float, least: float) -> tuple[float, float]:
    more = max(least - (high - low), 0.0) / 2
    return low - more, high + more


def _padded(place: float) -> float:
    return PAD + (1 - 2 * PAD) * place


def step_of(span: float, count: int) -> float:
    """The round step that fits about so often: 1, 2 or 5 of a power of ten."""
    power = 10.0 ** math.floor(math.log10(span / count))
    return next(nice * power for nice in (1, 2, 5, 10) if nice * power * count >= span * 0.999)


TIMES = 12
"""Labels across, about."""

LONG_STEPS = (60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


def times(start: float, end: float) -> tuple[list[tuple[float, str]], str]:
    """Round times from start to end with their labels, and the labels' unit."""
    span, count = end - start, TIMES
    if span <= LONG_STEPS[0] * count / 2:
        step = step_of(span, count)
        return [(t, f"{t:g}") for t in _steps(start, end, step)], "seconds"
    step = next((each for each in LONG_STEPS if each * count >= span), step_of(span, count))
    unit, words = (3600, "hours") if step >= 3600 else (60, "minutes")
    return [(t, f"{t / unit:g}") for t in _steps(start, end, step)], words


def _steps(start: float, end: float, step: float) -> Sequence[float]:
    first, last = math.ceil(start / step - 1e-9), math.floor(end / step + 1e-9)
    return [round(n * step, 9) for n in range(first, last + 1)]
