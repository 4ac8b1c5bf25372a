"""What of a profile goes over the wire, and whether a spec has words and room for it."""

from collections.abc import Callable, Iterator, Mapping

from lensbus.devices.profile import (
    CAPABILITIES,
    AccessoryProfile,
    BodyProfile,
    LensProfile,
    Profile,
)
from lensbus.devices.stabiliser import MODES
from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Field
from lensbus.spec.model import Spec
from lensbus.spec.versions import spoken
from lensbus.wire.fitting import misfits

SAID: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    LensProfile: {
        "name": ("identity.name",),
        "vendor": ("identity.vendor",),
        "lens_number": ("identity.lens_number",),
        "serial": ("identity.serial",),
        "firmware": tuple(f"identity.firmware_{part}" for part in ("major", "minor", "patch")),
        "hardware": ("identity.hardware",),
        "capabilities": ("capabilities.mask",),
        "near_mm": ("optics.near_wide", "optics.near_tele"),
        "far_mm": ("optics.far",),
        "image_circle": ("optics.image_circle",),
        "power_class": ("optics.power_class",),
        "focus_range": ("optics.focus_range",),
        "focus_ma": ("optics.drive_ma",),
        "temperature": ("status.temperature",),
    },
    BodyProfile: {
        "vendor": ("identity.vendor",),
        "image_circle": ("optics.image_circle",),
        "max_baud": ("set_rate.baud",),
        "stabiliser": ("command.stabiliser",),
        "capabilities": ("exchange_capabilities.mask",),
    },
    AccessoryProfile: {"name": ("accessory.name",), "serial": ("accessory.serial",)},
}
"""Which fields of messages the items of a profile fill, each part of one its own.

What the model knows a stabiliser or a lens to do, no spec needs a word for: it is left unsaid.
"""


def room(spec: Spec, kind: type[Profile]) -> Callable[[str, object], Iterator[str]]:
    """What tells why a spec cannot say an item of such a profile, by its name and value."""

    def unfit(item: str, value: object) -> Iterator[str]:
        places = SAID[kind].get(item, ())
        parts = value if isinstance(value, tuple) and len(places) > 1 else (value,)
        for place, part in zip(places, parts, strict=False):  # what lacks parts was complained of
            if (field := _field(spec, place)) is not None and part not in MODES:
                yield from (text.partition(": ")[2] for text in misfits("", field, _own(part)))
        if item == "protocol":
            yield from _unspoken(spec, value)

    return unfit


def _field(spec: Spec, place: str) -> Field | None:
    """The field of a message, if the spec has both."""
    message, _, name = place.partition(".")
    kind = spec.messages.get(message)
    return next((one for one in kind.fields if one.name == name), None) if kind else None


def _own(value: object) -> object:
    """The value; of capabilities those that the model does not know."""
    if isinstance(value, tuple):
        return tuple(word for word in value if word not in CAPABILITIES)
    return value


def _unspoken(spec: Spec, protocol: object) -> Iterator[str]:
    match protocol:
        case (int() as oldest, int() as newest):
            try:
                spoken(spec, (oldest, newest))
            except LocalProtocolError as error:
                yield str(error)
