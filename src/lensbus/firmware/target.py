"""A lens as its bootloader knows it: what it is, what stands in its flash, what it would take."""

from dataclasses import replace

from lensbus.errors import ImageError
from lensbus.firmware.flash import Flash, Geometry
from lensbus.firmware.image import Image, measure, parse
from lensbus.firmware.judge import Target, Verifier, damage, forgery
from lensbus.firmware.slot import Slot, SlotLayout, Word
from lensbus.firmware.slots import Slots
from lensbus.spec.image import ImageFormat
from lensbus.spec.model import Spec

WORDS = ("pending", "tried", "confirmed", "written")


class Memory:
    """A flash with its slots, and the image that runs; made anew whenever the power comes.

    Raises:
        PowerCutError: the flash's power failed as planned.
    """

    def __init__(self, flash: Flash, spec: Spec, form: ImageFormat, key: Verifier) -> None:
        self.flash, self._form, self._key = flash, form, key
        self.slots = Slots(flash, layout_of(spec), self._verify)
        self.slots.boot()
        running = self.slots.running
        self.image = None if running is None else self.read(running)
        """What runs; None in recovery."""

    @property
    def confirmed(self) -> bool:
        """Whether what runs stays."""
        return self.slots.running is not None and self.slots.running.confirmed

    def judged(self, target: Target) -> Target:
        """The target with what it runs filled in."""
        if self.image is None:
            return replace(target, version=None, counter=0)
        offer = self.image.offer
        return replace(target, version=offer.version, counter=offer.counter)

    def read(self, slot: Slot) -> Image | None:
        """The whole, signed image in a slot."""
        data = slot.read(0, slot.size)
        try:
            image = parse(self._form, data[: measure(self._form, data)])
        except ImageError:
            return None
        return None if damage(image) or forgery(image.offer, self._key) else image

    def _verify(self, slot: Slot) -> bytes | None:
        image = self.read(slot)
        return None if image is None else image.offer.digest


def geometry_of(spec: Spec) -> Geometry:
    """The flash that a spec gives a lens."""
    sectors, sector, page = (int(spec.constant(name)) for name in ("sectors", "sector", "page"))
    times = spec.constant("erase_s"), spec.constant("program_s")
    return Geometry(sectors, sector, page, *times)


def layout_of(spec: Spec) -> SlotLayout:
    """What stands where in it."""
    size = {
        name: int(spec.constant(name))
        for name in ("bootloader_sectors", "slot_sectors", "trailer_unit")
    }
    words = {name: _word(spec, name) for name in WORDS}
    return SlotLayout(
        bootloader_sectors=size["bootloader_sectors"],
        slot_sectors=size["slot_sectors"],
        unit=size["trailer_unit"],
        generation=int(spec.constant("trailer_generation")),
        offer=int(spec.constant("trailer_offer")),
        digest_size=32,
        **words,
    )


def _word(spec: Spec, name: str) -> Word:
    magic = int(spec.constant(f"magic_{name}"))
    return Word(int(spec.constant(f"trailer_{name}")), magic.to_bytes(4, "big"))


def provision(flash: Flash, spec: Spec, form: ImageFormat, key: Verifier, image: bytes) -> None:
    """Put a factory image into a blank flash, confirmed.

    Raises:
        ImageError: it cannot boot there.
    """
    memory = Memory(flash, spec, form, key)
    offer = parse(form, image).offer
    for _ in memory.slots.begin(offer.digest, len(image)):
        pass
    for _ in memory.slots.write(0, image):
        pass
    if not memory.slots.finish() or memory.slots.boot() is None:
        raise ImageError("the factory image is damaged, or signed with another key")
    memory.slots.confirm()
