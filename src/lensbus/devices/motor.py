"""Something that takes time to move: a focus motor in counts, an iris in 1/256 stop."""

from collections.abc import Iterable, Iterator
from math import copysign, inf, sqrt
from typing import NamedTuple

from lensbus.errors import LocalProtocolError

Pace = tuple[float, float, float]
"""For so many seconds, from one speed to another."""


class Leg(NamedTuple):
    """A part of a move: when and where it begins, how long and how far it goes, how fast."""

    begin: float
    for_s: float
    place: float
    end: float
    speed: float
    last: float


class Motor:
    """Moves between two ends; its place is a function of time.

    `speed` is the fastest in counts/s, `accel` in counts/s² (0: at its speed at once); after a
    move it is not still before `settle_s`. A new target in mid-move changes the speed evenly too:
    it brakes first where it has to. So it never needs more room than its last target left it.

    Raises:
        LocalProtocolError: it would never arrive.
    """

    def __init__(
        self,
        low: float,
        high: float,
        speed: float,
        at: float,
        *,
        accel: float = 0.0,
        settle_s: float = 0.0,
    ) -> None:
        if speed <= 0:
            raise LocalProtocolError(f"got a motor's speed of {speed:g}, wanted one above 0")
        self._ends = low, high
        self.fastest, self._accel, self._settle_s = speed, accel, settle_s
        self.confine(low, high)
        self._rest(at, 0.0)

    def confine(self, low: float, high: float) -> None:
        """Let targets from now on be within these."""
        self.low, self.high = low, high
        self._order: tuple[float, float] | None = None

    def go(self, target: float, now: float, speed: float = 0.0) -> None:
        """Leave for a target, which is moved inside the ends; speed 0 is the fastest."""
        target = min(max(target, self.low), self.high)
        speed = min(speed or self.fastest, self.fastest)
        if (target, speed) != self._order:  # a body repeats its orders in each cycle
            self._order = target, speed
            self._run(self._paces(target - self.place(now), self.speed(now), speed), target, now)

    def stop(self, now: float) -> None:
        """Brake, and stay there."""
        speed, self._order = self.speed(now), None
        if speed:
            target = self._inside(self.place(now) + self._braking(speed))
            self._run(self._brake(speed), target, now)

    def halt(self, now: float) -> None:
        """Stand still at once, as without power."""
        self._order = None
        self._rest(self.place(now), now)

    def place(self, now: float) -> float:
        """Where it is."""
        rest = self._legs[-1]
        if rest.begin <= now:  # as nearly always
            return rest.place
        leg = self._leg(now)
        gone = now - leg.begin
        place = leg.place + (leg.speed + (leg.last - leg.speed) * gone / leg.for_s / 2) * gone
        # what rounding adds would pass an end
        return min(place, leg.end) if leg.end > leg.place else max(place, leg.end)

    def speed(self, now: float) -> float:
        """How fast it goes, below 0 on its way down."""
        if self._legs[-1].begin <= now:
            return 0.0
        leg = self._leg(now)
        return leg.speed + (leg.last - leg.speed) * (now - leg.begin) / leg.for_s

    def moving(self, now: float) -> bool:
        """Whether it is on its way, or has not settled yet."""
        return now < self._still_at

    def _leg(self, now: float) -> Leg:
        for leg in reversed(self._legs):
            if leg.begin <= now:
                return leg
        return self._legs[0]

    def _rest(self, at: float, now: float) -> None:
        self.target, self._still_at = at, now
        self._legs = [Leg(now, inf, at, at, 0.0, 0.0)]

    def _run(self, paces: Iterable[Pace], target: float, now: float) -> None:
        """Go at these paces, which end at the target."""
        place, begin, moved = self.place(now), now, self.speed(now) != 0
        legs = []
        for for_s, speed, last in paces:
            if for_s > 0:
                end = self._inside(place + (speed + last) / 2 * for_s)
                legs.append(Leg(begin, for_s, place, end, speed, last))
                place, begin = end, begin + for_s
        if legs:
            legs[-1] = legs[-1]._replace(end=target)  # it is there, whatever rounding says
        if legs or moved:
            self._rest(target, begin)
            self._legs, self._still_at = legs + self._legs, begin + self._settle_s
        self.target = target

    def _paces(self, way: float, speed: float, limit: float) -> Iterator[Pace]:
        """Brake if it must; then speed up, go on evenly, and brake for the end of the way."""
        if self._accel and (way * speed < 0 or abs(self._braking(speed)) > abs(way)):
            yield from self._brake(speed)
            way, speed = way - self._braking(speed), 0.0
        sign, way, accel = copysign(1, way), abs(way), self._accel
        if not accel:
            yield way / limit, sign * limit, sign * limit
            return
        pace = abs(speed)
        peak = min(limit, sqrt(accel * way + pace * pace / 2))
        changing = (abs(peak * peak - pace * pace) + peak * peak) / accel / 2
        yield abs(peak - pace) / accel, sign * pace, sign * peak
        yield (way - changing) / (peak or 1), sign * peak, sign * peak
        yield peak / accel, sign * peak, 0.0

    def _brake(self, speed: float) -> Iterator[Pace]:
        if self._accel:
            yield abs(speed) / self._accel, speed, 0.0

    def _inside(self, place: float) -> float:
        return min(max(place, self._ends[0]), self._ends[1])

    def _braking(self, speed: float) -> float:
        """How far it goes until it stands."""
        return speed * abs(speed) / self._accel / 2 if self._accel else 0.0
