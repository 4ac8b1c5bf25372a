"""What a lens tells of itself and never changes: messages made once from its profile."""

import math

from lensbus.devices.profile import LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.spec.canon import layout_hash
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary


def identity(say: Vocabulary, lens: LensProfile, spec: Spec, speaks: range) -> Message:
    """Who it is, and which versions of the spec it speaks."""
    major, minor, patch = lens.firmware
    return say(
        "identity",
        lens_number=lens.lens_number,
        vendor=lens.vendor,
        protocol=speaks[-1],
        protocol_least=speaks[0],
        hardware=lens.hardware,
        firmware_major=major,
        firmware_minor=minor,
        firmware_patch=patch,
        serial=lens.serial,
        name=lens.name,
        **layout(say, "identity", spec, speaks[-1]),
    )


def layout(say: Vocabulary, name: str, spec: Spec, version: int) -> dict[str, int]:
    """The layout hash of a version, as a field of a message, if that has it."""
    return say.part(name, layout_hash=layout_hash(spec, version))


def optics(say: Vocabulary, lens: LensProfile, spec: Spec) -> Message:
    """What it can do; lengths and apertures in the spec's counts."""
    per_stop, per_mm = spec.constant("counts_per_stop"), spec.constant("focal_counts_per_mm")
    return say(
        "optics",
        focal_wide=round(lens.focal_mm[0] * per_mm),
        focal_tele=round(lens.focal_mm[1] * per_mm),
        open_wide_av256=av_counts(lens.open_f[0], per_stop),
        open_tele_av256=av_counts(lens.open_f[1], per_stop),
        closed_av256=av_counts(lens.closed_f, per_stop),
        near_wide=lens.near_mm[0],
        near_tele=lens.near_mm[1],
        focus_range=lens.focus_range,
        image_circle=lens.image_circle,
        power_class=lens.power_class,
        **say.part(
            "optics",
            far=lens.far_mm,
            idle_ma=lens.idle_ma,
            drive_ma=lens.focus_ma,
            focus_speed=round(lens.focus_speed),
        ),
    )


def av_counts(f_number: float, counts_per_stop: float) -> int:
    """An f-number as aperture value Av = 2 log2 N, in counts.

    Raises:
        LocalProtocolError: it is no f-number.
    """
    if f_number <= 0:
        raise LocalProtocolError(f"got f/{f_number:g}, wanted an f-number above 0")
    return round(2 * math.log2(f_number) * counts_per_stop)
