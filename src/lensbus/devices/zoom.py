"""The zoom ring: what focal length a hand has set, and what goes with it."""

from lensbus.devices.profile import LensProfile
from lensbus.devices.ramp import Ramp
from lensbus.errors import LocalProtocolError


class Zoom:
    """The focal length in mm as a function of time; a prime has just one.

    Raises:
        LocalProtocolError: there is no distance that it could be focused to.
    """

    def __init__(self, profile: LensProfile) -> None:
        self._wide, self._tele = profile.focal_mm
        self._near = profile.near_mm
        if min(self._near) <= 0:
            raise LocalProtocolError(f"got near_mm {self._near}, wanted them above 0")
        self._ramp = Ramp(0.0, self._wide, self._wide)

    @property
    def target(self) -> float:
        """Where the hand will have turned it to, in mm."""
        return self._ramp.high

    def turn(self, focal_mm: float, now: float, for_s: float) -> None:
        """Turn it to a focal length, as far as it goes."""
        to = min(max(focal_mm, self._wide), self._tele)
        self._ramp = Ramp(now, self.focal_mm(now), to, for_s)

    def focal_mm(self, now: float) -> float:
        return self._ramp.at(now)

    def share(self, focal_mm: float) -> float:
        """How far a focal length is on the way from wide to tele, 0 to 1."""
        return (focal_mm - self._wide) / ((self._tele - self._wide) or 1)

    def near_mm(self, focal_mm: float) -> float:
        """The nearest distance at a focal length: it goes evenly from wide to tele."""
        wide, tele = self._near
        return wide + (tele - wide) * self.share(focal_mm)
