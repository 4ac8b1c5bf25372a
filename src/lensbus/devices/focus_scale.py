"""Where a focus position lies in the world: 1/distance goes evenly from near end to far end."""

from math import inf


def distance_mm(position: float, near_mm: float, far_mm: float, focus_range: int) -> float:
    """The distance in focus at a position in counts; `far_mm` 0 is infinity."""
    share = position / focus_range
    per_mm = (1 - share) / near_mm + share * _per_mm(far_mm)
    return 1 / per_mm if per_mm > 0 else inf


def position(distance_mm: float, near_mm: float, far_mm: float, focus_range: int) -> float:
    """The position that has a distance, which may be `inf`, in focus.

    It lies outside of 0 to `focus_range` where the lens does not reach the distance.
    """
    near, far = 1 / near_mm, _per_mm(far_mm)
    return focus_range * (near - 1 / distance_mm) / (near - far)


def _per_mm(far_mm: float) -> float:
    return 1 / far_mm if far_mm else 0.0
