"""What a lens draws of a subject, by thin-lens optics; lengths in mm."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glass:
    """How a lens stands: its focal length, its f-number and the distance that is in focus."""

    focal_mm: float
    f_number: float
    focus_mm: float

    @property
    def spread(self) -> float:
        """How big a circle a point is drawn as, for each 1/mm that it is nearer or farther."""
        nearest = max(self.focus_mm, 2 * self.focal_mm)  # no lens here draws more than life size
        return self.focal_mm**2 / self.f_number / (1 - self.focal_mm / nearest)

    def blur_mm(self, subject_mm: float) -> float:
        """The circle that a point is drawn as."""
        return self.spread * abs(1 / self.focus_mm - 1 / subject_mm)


def contrast(blur_mm: float, sharp_mm: float) -> float:
    """From 1, in focus, towards 0; 1/2 where a point is drawn as big as still counts as sharp."""
    return 1 / (1 + (blur_mm / sharp_mm) ** 2)
