"""How a body keeps a moving subject in focus: where it was tells where it will be."""

from collections.abc import Callable
from itertools import product
from math import sqrt

from lensbus.devices.eye import Sight
from lensbus.devices.search import CLEAR, STRIDE, Goal, Search

PLACE_GAIN, SPEED_GAIN = 1 / 2, 1 / 8
"""How much of what a prediction was wrong by is believed at once (an alpha-beta filter)."""

WOBBLE = 1 / 8
"""How far, in what counts as sharp, focus swings about a subject that contrast alone tells of."""


class Track:
    """Where a subject is on the focus scale, and how fast it goes, in counts and seconds."""

    def __init__(self, place: float, now: float) -> None:
        self._place, self._speed, self._t = place, 0.0, now

    def at(self, t: float) -> float:
        """Where it is to be expected."""
        return self._place + self._speed * (t - self._t)

    def see(self, place: float, now: float) -> None:
        """Take where it was seen."""
        passed = now - self._t
        if passed > 0:
            wrong = place - self.at(now)
            self._place = self.at(now) + PLACE_GAIN * wrong
            self._speed += SPEED_GAIN * wrong / passed
            self._t = now


Where = Callable[[Sight, Sight, float], float]
"""Where the subject is by the picture before and this one, where it was expected at a place."""


def told(_before: Sight, sight: Sight, _expected: float) -> float:
    """One picture tells it."""
    return sight.position + sight.away


def concluded(before: Sight, sight: Sight, expected: float) -> float:
    """Contrast tells how far, not which way: where two pictures, and the past, agree."""
    return min(
        product(_either(sight), _either(before)),
        key=lambda both: abs(both[0] - both[1]) + abs(both[0] - expected) / STRIDE,
    )[0]


def _either(sight: Sight) -> tuple[float, float]:
    off = sight.sharp * sqrt(max(1 / max(sight.contrast, CLEAR) - 1, 0))
    return sight.position - off, sight.position + off


def follow(sight: Sight, lead_s: float, kind: str) -> Search:
    """Aim at where the subject will be `lead_s` later, picture after picture, until it is lost."""
    where, swing = (concluded, WOBBLE) if kind == "contrast" else (told, 0.0)
    track = Track(where(sight, sight, sight.position), sight.t)
    while sight.contrast > CLEAR:
        before, swing = sight, -swing
        sight = yield Goal(track.at(sight.t + lead_s) + swing * sight.sharp)
        track.see(where(before, sight, track.at(sight.t)), sight.t)
    return sight
