"""Something that takes time to move: a focus motor in counts, an iris in 1/256 stop."""


class Motor:
    """Moves between two ends at a speed in counts per second; its place is a function of time."""

    def __init__(self, low: float, high: float, speed: float, at: float) -> None:
        self.low, self.high, self._fastest = low, high, speed
        self._from = self._to = at
        self._since, self._speed = 0.0, speed

    def go(self, target: float, now: float, speed: float = 0.0) -> None:
        """Leave for a target, which is moved inside the ends; speed 0 is the fastest."""
        self._from, self._since = self.place(now), now
        self._to = min(max(target, self.low), self.high)
        self._speed = min(speed or self._fastest, self._fastest)

    def stop(self, now: float) -> None:
        """Stay where it is."""
        self.go(self.place(now), now)

    def place(self, now: float) -> float:
        """Where it is."""
        way = self._to - self._from
        gone = (now - self._since) * self._speed
        if gone >= abs(way):
            return self._to  # from + way may miss it by a rounding
        return self._from + (gone if way > 0 else -gone)

    def moving(self, now: float) -> bool:
        """Whether it is on its way."""
        return self.place(now) != self._to
