"""How a lens gets warm from its focus drive, and cools down again."""

from math import exp

from lensbus.devices.profile import LensProfile


class Warmth:
    """A temperature that goes evenly towards what the drive makes it, with one time constant.

    It is told where the focus is, now and then, and feels how much that moved since.
    """

    def __init__(self, profile: LensProfile, cooling_s: float) -> None:
        self._ambient, self._hot_c = profile.temperature, profile.hot_c
        self._most, self._cooling_s = profile.warming * cooling_s, cooling_s
        self._fastest = profile.focus_speed
        self._excess = self._felt_at = self._place = 0.0
        self._tell()

    @property
    def hottest(self) -> int:
        """What it would be if the focus never stood still."""
        return round(self._ambient + self._most)

    def feel(self, place: float, now: float) -> None:
        """The focus is there now."""
        if not self._most or now <= self._felt_at:
            return
        after_s = now - self._felt_at
        towards = self._most * min(abs(place - self._place) / self._fastest / after_s, 1)
        self._excess = towards + (self._excess - towards) * exp(-after_s / self._cooling_s)
        self._felt_at, self._place = now, place
        self._tell()

    def _tell(self) -> None:
        is_now = self._ambient + self._excess
        self.celsius = round(is_now)
        self.hot = 0 < self._hot_c <= is_now
        """Whether it is too warm to go on as before."""
