"""The rings that tell the body what a hand wants: aperture, and focus by wire."""

from collections.abc import Collection
from math import degrees, floor, tau

from lensbus.devices.ramp import Ramp
from lensbus.spec.model import Spec

TURN_DEG = degrees(tau)


class ApertureRing:
    """Its A position, its stops in 1/256 stop, click and lock. The body reads it, and commands.

    The lock keeps it at A, or off it, as Sigma's does; it clicks unless a hand takes that off.
    """

    def __init__(self, spec: Spec, controls: Collection[str], ends: tuple[int, int]) -> None:
        self._click = spec.constant("counts_per_stop") / spec.constant("clicks_per_stop")
        self._low, self._high = ends
        self._there = "aperture_ring" in controls
        self._av: int | None = None
        self.locked, self.clicks = False, True

    @property
    def auto(self) -> bool:
        """Whether it is there, and at A."""
        return self._there and self._av is None

    @property
    def av256(self) -> int:
        """What it is set to; 0 at A."""
        return self._av or 0

    def turn(self, av256: float | None) -> None:
        """Turn it to an aperture, or to A (None); it stops at its ends, and clicks."""
        if self.locked and self.auto != (av256 is None):
            return
        if av256 is not None and self.clicks:
            av256 = round(av256 / self._click) * self._click
        self._av = None if av256 is None else round(min(max(av256, self._low), self._high))


class FocusRing:
    """A ring without ends: it counts its turns, and says how far each moves the focus.

    Non-linear: a turn goes the farther, the faster it is; linear: by its angle alone.
    """

    def __init__(self, spec: Spec, throw_deg: int) -> None:
        self._per_degree = spec.constant("ring_counts_per_turn") / TURN_DEG
        self._fast_deg_s = spec.constant("ring_fast_deg_s")
        self._fast_throw_deg, self._own_throw_deg = spec.constant("ring_throw_deg"), throw_deg
        self._turns: list[Ramp] = []
        self._turned_deg, self._told = 0.0, 0
        self.set_linear(None)

    def set_linear(self, throw_deg: int | None) -> None:
        """Let focus go from end to end within so many degrees, 0: its own; None: non-linear."""
        self._throw_deg = 0 if throw_deg is None else throw_deg or self._own_throw_deg

    def turn(self, angle_deg: float, now: float, for_s: float, *, linear: bool = False) -> float:
        """Turn it, towards far if above 0; gives the share of its range that focus is to go."""
        self._turns.append(Ramp(now, 0.0, angle_deg, for_s))
        throw_deg = self._throw_deg or (self._own_throw_deg if linear else 0)
        if throw_deg:
            return angle_deg / throw_deg
        fast_s = abs(angle_deg) / self._fast_deg_s
        return angle_deg / self._fast_throw_deg * min(fast_s / (for_s or fast_s or 1), 1)

    def counts(self, now: float, most: int) -> int:
        """What it was turned since this was asked last, at most so many; the rest comes later."""
        if not self._turns:
            return 0
        turned_deg = self._turned_deg + sum(turn.at(now) for turn in self._turns)
        whole = floor(turned_deg * self._per_degree)
        counts = min(max(whole - self._told, -most), most)
        self._told += counts
        if self._told == whole and all(turn.over(now) for turn in self._turns):
            self._turned_deg, self._turns = turned_deg, []
        return counts
