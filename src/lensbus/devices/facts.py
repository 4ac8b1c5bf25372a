"""What a lens tells of itself and never changes: messages made once from its profile."""

import math
from collections.abc import Mapping
from typing import Any

from lensbus.devices.correction import Corrections, distortion_at
from lensbus.devices.profile import CAPABILITIES, LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.spec.canon import layout_hash
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary

LATER = {
    "get_accessory": ("accessory",),
    "get_correction": ("correction", "focal_length"),
    "set_focus_ring": ("linear_focus_ring", "mode", "throw"),
}
"""What a spec need not have: requests, the capability that each takes, the fields read of them."""

NAMED = ("home", "focus_move", "focus_stop", "aperture_set", "enter_bootloader", *LATER)
"""What a lens names by key when it answers."""


class Facts:
    """In one version of the spec: what is answered to a question that has but one answer.

    All is said once when it is made, so that nothing fails in mid-run.

    Raises:
        LocalProtocolError: the spec has no place for what the profile says.
    """

    def __init__(
        self,
        say: Vocabulary,
        spec: Spec,
        lens: LensProfile,
        accessory: Mapping[str, Any] | None = None,
    ) -> None:
        self._say, self._lens, self._spec = say, lens, spec
        self._keys = {name: spec.messages[name].key[-1] for name in NAMED if name in say}
        self.attached, self.entering = say("attached"), say("entering_bootloader")
        self.busy = say("busy", opcode=self._keys["home"])
        self.answers = {
            "exchange_capabilities": say(
                "capabilities", mask=able(spec, "capabilities", lens.capabilities)
            ),
            "get_optics": optics(say, lens, spec),
            "sleep": say("asleep"),
            "wake": say("awake"),
        }
        if "get_accessory" in say:
            fields = accessory or {"kind": "none", "serial": "", "name": ""}
            self.answers["get_accessory"] = say("accessory", **fields)
        self._rates = self._rates_of(int(spec.link.slow.value), lens.max_baud)
        if "get_correction" in say:
            self._corrections = Corrections(spec)
            self._per_mm = spec.constant("focal_counts_per_mm")
            for row in lens.distortion:
                self.correction(round(row[0] * self._per_mm))
        for name in self._keys:
            self.accepted(Message(name))
            self.refused(Message(name), "unsupported" if name in LATER else "no_bootloader")

    def accepted(self, request: Message) -> Message:
        """It will be done."""
        return self._say("accepted", opcode=self._keys[request.name], seq=request.seq)

    def refused(self, request: Message, reason: str) -> Message:
        """It will not."""
        opcode = self._keys[request.name]
        return self._say("refused", opcode=opcode, reason=reason, seq=request.seq)

    def rate(self, asked: int) -> Message:
        """The fastest rate up to this one, or else the slowest."""
        fit = [rate for rate in self._rates if rate <= asked]
        return self._rates[max(fit, default=min(self._rates))]

    def correction(self, focal_length: int) -> Message:
        """How pictures are distorted at a focal length in the spec's counts."""
        distortion = distortion_at(self._lens.distortion, focal_length / self._per_mm)
        block = self._corrections.write(distortion)
        return self._say("correction", focal_length=focal_length, block=block)

    def _rates_of(self, slow: int, most: int) -> dict[int, Message]:
        if most < slow:
            raise LocalProtocolError(f"max_baud {most} is below the slow rate {slow}")
        rates = [rate for rate in self._spec.link.rates if slow <= rate <= most]
        return {rate: self._say("rate_set", baud=rate) for rate in rates}


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
        **say.part("optics", far=lens.far_mm, focus_speed=round(lens.focus_speed)),
        **say.part("optics", idle_ma=_idle_ma(lens), drive_ma=lens.focus_ma),
    )


def _idle_ma(lens: LensProfile) -> int:
    """What it draws without focus drive, at most: a body can't see when its iris moves."""
    return lens.idle_ma + lens.iris_ma + lens.stabiliser_ma


def highest(spec: Spec, message: str, field: str) -> int:
    """The highest value of a field; 0, if there is none such."""
    fields = spec.messages[message].fields
    return next((each.high for each in fields if each.name == field), 0)


def words(spec: Spec, message: str, field: str) -> tuple[str, ...]:
    """What the flags of a field are called, in order; none, if there is none such."""
    fields = spec.messages[message].fields
    return next((tuple(each.flags or ()) for each in fields if each.name == field), ())


def able(spec: Spec, message: str, capabilities: tuple[str, ...]) -> tuple[str, ...]:
    """Those capabilities that a spec has words for; what no model knows stays, to be refused."""
    known = words(spec, message, "mask")
    return tuple(one for one in capabilities if one in known or one not in CAPABILITIES)


def av_counts(f_number: float, counts_per_stop: float) -> int:
    """An f-number as aperture value Av = 2 log2 N, in counts.

    Raises:
        LocalProtocolError: it is no f-number.
    """
    if f_number <= 0:
        raise LocalProtocolError(f"got f/{f_number:g}, wanted an f-number above 0")
    return round(2 * math.log2(f_number) * counts_per_stop)
