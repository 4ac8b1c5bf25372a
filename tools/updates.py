"""A small flash, images for it, and updates as host and lens do them, for tests and campaigns."""

import struct
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from random import Random

from lensbus.firmware.flash import Flash, Geometry
from lensbus.firmware.slot import Slot, SlotLayout, Word
from lensbus.firmware.slots import Slots

GEOMETRY = Geometry(sectors=11, sector_size=1024, page_size=128, erase_s=0.05, program_s=0.001)
LAYOUT = SlotLayout(
    bootloader_sectors=1,
    slot_sectors=5,
    unit=16,
    generation=0,
    offer=16,
    digest_size=32,
    written=Word(48, b"sector is whole!"),
    pending=Word(112, b"image is pending"),
    tried=Word(128, b"image was tried!"),
    confirmed=Word(144, b"image confirmed!"),
)
SIZE = struct.Struct("<I")
DIGEST_SIZE = LAYOUT.digest_size


def image(seed: int, size: int) -> bytes:
    """Make an image that begins with its size and ends with its digest."""
    body = SIZE.pack(size) + Random(seed).randbytes(size - SIZE.size - DIGEST_SIZE)
    return body + sha256(body).digest()


def digest(data: bytes) -> bytes:
    return data[-DIGEST_SIZE:]


def whole(slot: Slot) -> bytes | None:
    """Give the digest of the image in a slot, None if it is not whole."""
    (size,) = SIZE.unpack(slot.read(0, SIZE.size))
    if not SIZE.size + DIGEST_SIZE <= size <= slot.size:
        return None
    data = slot.read(0, size)
    return digest(data) if digest(data) == sha256(data[:-DIGEST_SIZE]).digest() else None


OLDER, OLD, NEW = image(1, 3000), image(2, 2222), image(3, 3589)


def power_up(flash: Flash) -> Slots:
    slots = Slots(flash, LAYOUT, whole)
    slots.boot()
    return slots


def runs(slots: Slots, data: bytes) -> bool:
    """Whether this is the image that booted."""
    return slots.running is not None and whole(slots.running) == digest(data)


def send(slots: Slots, data: bytes, stop: int | None = None) -> None:
    """Write what is missing of an image, as far as `stop`, sector by sector."""
    for _ in slots.begin(digest(data), len(data)):
        pass
    for start in range(0, len(data), GEOMETRY.sector_size):
        if start // GEOMETRY.sector_size not in slots.written:
            for _ in slots.write(start, data[:stop][start : start + GEOMETRY.sector_size]):
                pass


def try_out(flash: Flash, data: bytes) -> Slots:
    """From power-up until this image runs; another one on trial is given up."""
    slots = power_up(flash)
    while slots.running and not (slots.running.confirmed or runs(slots, data)):
        slots.boot()
    if not runs(slots, data):
        send(slots, data)
        slots.finish()
        slots.boot()
    return slots


def update(flash: Flash, data: bytes) -> Slots:
    """From power-up until this image runs and is confirmed."""
    slots = try_out(flash, data)
    slots.confirm()
    return slots


def new(flash: Flash) -> None:
    """One image runs; the other slot is as it left the factory."""
    update(flash, OLD)


def older(flash: Flash) -> None:
    """Two images are confirmed; the older one is to go."""
    update(flash, OLDER)
    update(flash, OLD)


def reverted(flash: Flash) -> None:
    """The very image that is to come was tried and not confirmed."""
    update(flash, OLD)
    try_out(flash, NEW)


def pending(flash: Flash) -> None:
    """Another image was received and not yet tried."""
    slots = update(flash, OLD)
    send(slots, OLDER)
    slots.finish()


def half(flash: Flash) -> None:
    """Another image was received in part."""
    send(update(flash, OLD), OLDER, 2500)


def resumed(flash: Flash) -> None:
    """The image that is to come was received in part."""
    send(update(flash, OLD), NEW, 2500)


def stale(flash: Flash) -> None:
    """The image that is to come was received in part before the slot that runs was written."""
    resumed(flash)
    Slot(flash, LAYOUT, 0).erase(0)
    update(flash, OLDER)


def recovery(flash: Flash) -> None:
    """No image is whole."""
    update(flash, OLD)
    Slot(flash, LAYOUT, 0).erase(0)


STARTS: dict[str, Callable[[Flash], None]] = {
    start.__name__: start
    for start in (new, older, reverted, pending, half, resumed, stale, recovery)
}


@cache
def base(start: str) -> Flash:
    """Make the flash that the cases of a start begin with; it is to be copied."""
    flash = Flash(GEOMETRY)
    for page in range(0, LAYOUT.bootloader_sectors * GEOMETRY.sector_size, GEOMETRY.page_size):
        flash.program(page, Random(page).randbytes(GEOMETRY.page_size))
    STARTS[start](flash)
    return flash
