"""What a body sees through its lens: a picture for each status, from what the wire tells alone."""

from dataclasses import dataclass
from math import inf
from typing import Protocol

from lensbus.devices import focus_scale
from lensbus.devices.picture import Glass, contrast
from lensbus.session.event import Note
from lensbus.spec.model import Spec
from lensbus.wire.message import Message

READ = (
    *("optics.focal_wide", "optics.focal_tele", "optics.near_wide", "optics.near_tele"),
    *("optics.focus_range", "optics.image_circle"),
    *("status.focus_position", "status.focus_state"),
    *("status.focal_length", "status.aperture_av256"),
)
"""The fields that it reads."""

SCENE = "scene"
"""What its notes are about."""


class View(Protocol):
    """What a body looks at, and what it looks with; lengths in mm."""

    def subject_mm(self, now: float) -> float:
        """How far away the subject is."""

    def sharp_mm(self, image_circle: str) -> float:
        """The biggest circle that counts as a point, on what such a lens fills of the sensor."""

    def grain(self) -> float:
        """By how much the contrast of the next picture is off, for want of light."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture, at `t` seconds; places on the lens's focus scale in counts.

    `away` is how far from here the subject lies, which only some bodies can tell from a picture,
    and `sharp` how far that may be at most for a sharp picture.
    """

    t: float
    position: int
    moving: bool
    contrast: float
    away: float
    sharp: float
    subject_mm: float
    focus_mm: float

    def note(self) -> Note:
        """For programs that draw it; 0 mm is infinity."""
        facts = {"subject_mm": finite(self.subject_mm), "focus_mm": finite(self.focus_mm)}
        text = f"subject at {told(self.subject_mm)}, focus at {told(self.focus_mm)}"
        return Note(text, SCENE, {**facts, "contrast": round(self.contrast, 2)})


class Eye:
    """Looks at a view through the lens whose optics it is told."""

    def __init__(self, spec: Spec, view: View, optics: Message) -> None:
        static = optics.fields
        self._per_stop = spec.constant("counts_per_stop")
        self._per_mm = spec.constant("focal_counts_per_mm")
        self._view, self._sharp_mm = view, view.sharp_mm(static["image_circle"])
        self._wide, self._tele = static["focal_wide"], static["focal_tele"]
        self._near, self._far = (static["near_wide"], static["near_tele"]), static.get("far", 0)
        self._range = static["focus_range"]

    def look(self, status: Message, now: float) -> Sight:
        """The picture at the time of a status."""
        heard, subject_mm = status.fields, self._view.subject_mm(now)
        place, focal = heard["focus_position"], heard["focal_length"]
        scale = (self._nearest(focal), self._far, self._range)
        focus_mm = focus_scale.distance_mm(place, *scale)
        f_number = 2 ** (heard["aperture_av256"] / self._per_stop / 2)
        glass = Glass(focal / self._per_mm, f_number, focus_mm)
        per_mm = focus_scale.position(inf, *scale) - focus_scale.position(1, *scale)
        seen = contrast(glass.blur_mm(subject_mm), self._sharp_mm) + self._view.grain()
        return Sight(
            t=now,
            position=place,
            moving=heard["focus_state"] == "moving",
            contrast=min(max(seen, 0.0), 1.0),
            away=focus_scale.position(subject_mm, *scale) - place,
            sharp=self._sharp_mm / glass.spread * per_mm,
            subject_mm=subject_mm,
            focus_mm=focus_mm,
        )

    def _nearest(self, focal: int) -> float:
        """The nearest distance at a focal length: evenly from that at wide to that at tele."""
        near_wide, near_tele = self._near
        if self._tele == self._wide:
            return float(near_wide)
        share = (focal - self._wide) / (self._tele - self._wide)
        return float(near_wide + share * (near_tele - near_wide))


def finite(distance_mm: float) -> int:
    """A distance for programs; 0 is infinity, as on the wire."""
    return 0 if distance_mm == inf else round(distance_mm)


def told(distance_mm: float) -> str:
    """A distance for people."""
    return "infinity" if distance_mm == inf else f"{distance_mm:.0f} mm"
