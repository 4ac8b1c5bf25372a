"""A lens and what stands between it and the body, taken together as one lens."""

import math
from dataclasses import replace
from typing import Any

from lensbus.devices.profile import PASSIVE, AccessoryProfile, LensProfile
from lensbus.errors import LocalProtocolError

MOUNT = "l_mount"
"""Of the bodies; what has another mount needs an adapter."""

TOLD = "accessory"
"""The capability of a lens that tells what stands behind it."""


def fits(lens: LensProfile, accessory: AccessoryProfile | None) -> bool:
    """Whether a lens works on a body by this accessory, or by itself."""
    return not _misfit(lens, accessory)


def compose(lens: LensProfile, accessory: AccessoryProfile | None) -> LensProfile:
    """What a body sees of a lens behind an accessory, or of the lens by itself.

    Raises:
        LocalProtocolError: they do not fit.
    """
    if misfit := _misfit(lens, accessory):
        raise LocalProtocolError(misfit)
    if accessory is None:
        return lens
    grow, numbers = accessory.factor, {row[0]: row[1] for row in accessory.numbers}
    told = (*(one for one in lens.capabilities if one not in accessory.hides), TOLD)
    grown = replace(
        lens,
        mount=MOUNT,
        capabilities=told,
        lens_number=int(numbers.get(lens.lens_number, lens.lens_number)),
        focal_mm=(lens.focal_mm[0] * grow, lens.focal_mm[1] * grow),
        open_f=(lens.open_f[0] * grow, lens.open_f[1] * grow),
        closed_f=lens.closed_f * grow,
        distortion=tuple((focal * grow, *others) for focal, *others in lens.distortion),
    )
    return _extended(grown, accessory.tube_mm) if accessory.tube_mm else grown


def told(accessory: AccessoryProfile | None) -> dict[str, Any] | None:
    """The fields of the message that tells of an accessory; None where there is none."""
    if accessory is None:
        return None
    return {"kind": accessory.kind, "serial": accessory.serial, "name": accessory.name}


def _misfit(lens: LensProfile, accessory: AccessoryProfile | None) -> str:
    """Why they do not fit, or an empty text."""
    if accessory is None:
        return "" if lens.mount == MOUNT else f"{lens.id} is for {lens.mount}: it needs an adapter"
    if accessory.kind == PASSIVE:
        return f"{accessory.id} has no electronics: nothing is heard of a lens on it"
    if lens.mount != accessory.mount:
        return f"{lens.id} is for {lens.mount}, {accessory.id} takes lenses for {accessory.mount}"
    if accessory.fits and lens.id not in accessory.fits:
        return f"{accessory.id} does not fit {lens.id} (it fits {', '.join(accessory.fits)})"
    if accessory.tube_mm and lens.focal_mm[0] != lens.focal_mm[1]:
        return f"{accessory.id} does not fit {lens.id}: how near it is would change with its zoom"
    return ""


def _extended(lens: LensProfile, tube_mm: float) -> LensProfile:
    """A lens further from the sensor: all that was sharp before is nearer, and infinity lost."""

    def between(ends: tuple[int, int]) -> tuple[int, int]:
        # beyond life size the ends change places: what is nearer to the lens is not to the sensor
        near, far = sorted(_nearer(end, lens.focal_mm[0], tube_mm) for end in ends)
        return math.floor(near), math.ceil(far)

    near, far = between((lens.near_mm[0], lens.far_mm))
    limit = between(lens.limit_mm) if any(lens.limit_mm) else lens.limit_mm
    return replace(lens, near_mm=(near, near), far_mm=far, limit_mm=limit)


def _nearer(distance: float, focal: float, tube_mm: float) -> float:
    """Where it is sharp by a thin lens, counted from the sensor in mm; a distance of 0 is infinity.

    A lens that gets nearer than a thin one can has shortened its focal length on the way.
    """
    image = focal
    if distance:
        half = distance / 2
        focal = min(focal, half / 2)
        image = half - math.sqrt(half * (half - 2 * focal))
    image += tube_mm
    return focal * image / (image - focal) + image
