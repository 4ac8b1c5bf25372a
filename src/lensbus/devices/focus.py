"""Focus by wire: one motor, and all who move it: the body, the ring, the zoom; and the limiter."""

from math import inf

from lensbus.devices.focus_scale import distance_mm, position
from lensbus.devices.motor import Motor
from lensbus.devices.profile import LensProfile
from lensbus.devices.rings import FocusRing
from lensbus.devices.zoom import Zoom
from lensbus.spec.model import Spec


class Focus:
    """The position in counts. While a switch or clutch says manual, only the ring moves it.

    On a lens that has neither, whoever moved it last is right.
    """

    def __init__(self, spec: Spec, profile: LensProfile, zoom: Zoom) -> None:
        self._profile, self._zoom, self.ring = profile, zoom, FocusRing(spec, profile.throw_deg)
        self.motor = Motor(
            0,
            profile.focus_range,
            profile.focus_speed,
            0,
            accel=profile.focus_accel,
            settle_s=profile.settle_s,
        )
        self._switchable = not {"focus_switch", "focus_clutch"}.isdisjoint(profile.controls)
        self.switched = self.clutched = self.limited = self.broken = False

    @property
    def manual(self) -> bool:
        """Whether the switch or the clutch says so."""
        return self.switched or self.clutched

    def move(self, mode: str, target: int, speed: int, now: float) -> None:
        """Go where the body wants it: to a position, by some counts, or on to an end."""
        if self.manual or self.broken:
            return
        to: float = target
        if mode == "relative":
            to += self.motor.place(now)
        elif mode == "speed":
            to = self.motor.high if target > 0 else self.motor.low
        self.motor.go(to, now, speed)

    def stop(self, now: float) -> None:
        """Stay, as the body wants it."""
        if not self.manual:
            self.motor.stop(now)

    def turn(self, angle_deg: float, now: float, for_s: float, *, awake: bool) -> None:
        """A hand turns the ring; by wire, so only what is awake is moved."""
        share = self.ring.turn(angle_deg, now, for_s, linear=self.clutched)
        if self.manual or not self._switchable:
            self._carry(self.motor.target + share * self._profile.focus_range, now, for_s, awake)

    def zoom(self, focal_mm: float, now: float, for_s: float, *, awake: bool) -> None:
        """A hand turns the zoom ring; what is awake stays on its subject."""
        in_focus_mm = distance_mm(self.motor.target, *self._scale)
        self._zoom.turn(focal_mm, now, for_s)
        self.limit(on=self.limited)
        self._carry(position(in_focus_mm, *self._scale), now, for_s, awake)

    def limit(self, *, on: bool) -> None:
        """Switch the limiter: it narrows the range of all moves from now on."""
        self.limited, (near_mm, far_mm) = on, self._profile.limit_mm
        low, high = 0.0, float(self._profile.focus_range)
        if on and near_mm:
            low = max(low, position(near_mm, *self._scale))
            high = min(high, position(far_mm or inf, *self._scale))
        self.motor.confine(low, high)

    def state(self, now: float) -> str:
        """What it does, as the status tells it."""
        if self.motor.moving(now):
            return "moving"
        place = self.motor.place(now)
        if place <= self.motor.low:
            return "near_end"
        return "far_end" if place >= self.motor.high else "idle"

    @property
    def _scale(self) -> tuple[float, float, int]:
        """Near and far end in mm, and the range, at the focal length that a hand has set."""
        near_mm = self._zoom.near_mm(self._zoom.target)
        return near_mm, self._profile.far_mm, self._profile.focus_range

    def _carry(self, target: float, now: float, for_s: float, awake: bool) -> None:
        """Let the motor go along with a hand."""
        if awake and not self.broken:
            way = abs(target - self.motor.place(now))
            self.motor.go(target, now, way / for_s if for_s else 0)
