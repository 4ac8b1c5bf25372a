"""Items of a profile that cannot be, by themselves or beside others."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Items that cannot be, by themselves or beside others that are there, and why."""
    for needs, find in _CONTRADICTIONS.items():
        if all(name in values for name in needs):
            yield from ((needs[0], words) for words in find(*(values[name] for name in needs)))


def _still(sync_hz: tuple[float, ...]) -> Iterator[str]:
    if min(sync_hz, default=1) <= 0:
        yield "is above 0 Hz"


def _zoom(focal_mm: tuple[float, float]) -> Iterator[str]:
    wide, tele = focal_mm
    if wide < 1:
        yield f"is at least 1 mm, got {wide:g}"
    if wide > tele:
        yield f"goes from wide to tele, got {wide:g} to {tele:g}"


def _opening(open_f: tuple[float, float]) -> Iterator[str]:
    if open_f[0] > open_f[1]:
        yield f"opens wider at the wide end, got f/{open_f[0]:g} to f/{open_f[1]:g}"


def _closing(closed_f: float, open_f: tuple[float, float]) -> Iterator[str]:
    if closed_f < max(open_f):
        yield f"is not wider than wide open, f/{max(open_f):g}, got f/{closed_f:g}"


def _reaching(far_mm: int, near_mm: tuple[int, int]) -> Iterator[str]:
    if far_mm and far_mm <= max(near_mm):
        yield f"lies beyond near_mm, {max(near_mm)} mm, got {far_mm} mm (0 is infinity)"


_CONTRADICTIONS: Mapping[tuple[str, ...], Callable[..., Iterator[str]]] = {
    ("sync_hz",): _still,
    ("focal_mm",): _zoom,
    ("open_f",): _opening,
    ("closed_f", "open_f"): _closing,
    ("far_mm", "near_mm"): _reaching,
}
"""What to look at, the item that is told first."""
