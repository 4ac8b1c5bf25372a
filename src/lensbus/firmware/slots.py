"""Two slots, each booted where it stands: which one boots, and how the other gets an image.

    blank -> receiving -> pending -> on trial -> confirmed
                  |          |           |
                  +----------+-----------+--> reverted, and written anew some day

Each step is one flash operation, and power may fail in any of them. So what boots is not touched
before its successor has been received whole, booted and confirmed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lensbus.errors import FlashError, LocalProtocolError
from lensbus.firmware.flash import Flash
from lensbus.firmware.slot import NEWEST, Slot, SlotLayout

Verify = Callable[[Slot], bytes | None]  # the digest of the whole, signed image in a slot, if any


@dataclass(slots=True)
class Update:
    """An image on its way into a slot."""

    slot: Slot
    digest: bytes
    size: int
    missing: dict[int, int]  # bytes, by sector
    erased: set[int] = field(default_factory=set)  # sectors that are known to be writable


class Slots:
    """The slots of a flash from power-up to power-down; begins with `boot`.

    `running` is the slot that booted, None in recovery. What gives an iterator does one flash
    operation a step and gives its seconds; one that is not gone through to its end is mended by
    `begin`, as a power cut is. All that changes the flash may raise PowerCutError.
    """

    def __init__(self, flash: Flash, layout: SlotLayout, verify: Verify) -> None:
        """Protects the bootloader. Raises: LocalProtocolError if the flash has not the room."""
        if problem := layout.problem(flash.geometry):
            raise LocalProtocolError(f"slots in {flash.geometry}: {problem}")
        flash.protected = layout.bootloader_sectors
        self.slots = (Slot(flash, layout, 0), Slot(flash, layout, 1))
        self.running: Slot | None = None
        self._booted = False
        self._page_size, self._verify = flash.geometry.page_size, verify
        self._update: Update | None = None

    def boot(self) -> Slot | None:
        """Choose the newest slot that may boot and holds a whole image; on trial only once."""
        self.running, self._update, self._booted = None, None, True
        for slot in sorted(self.slots, key=lambda slot: slot.generation or 0, reverse=True):
            if slot.bootable and self._verify(slot) is not None:
                if not slot.confirmed:
                    slot.mark_tried()
                self.running = slot
                break
        return self.running

    def confirm(self) -> float:
        """Keep the slot that runs; gives the seconds, 0 if it is confirmed already.

        Raises: LocalProtocolError in recovery.
        """
        if self.running is None:
            raise LocalProtocolError("no slot runs that could be confirmed; boot one first")
        return 0.0 if self.running.confirmed else self.running.mark_confirmed()

    def begin(self, digest: bytes, size: int) -> Iterator[float]:
        """Make the other slot ready for an image, or go on with it where it was left.

        Once the steps are done, `written` says what need not be sent again.
        Raises: LocalProtocolError if the image has not the room or the running slot is on trial,
        FlashError if no generation is left.
        """
        self._update, slot = None, self._other()
        if not 0 < size <= slot.size:
            raise LocalProtocolError(f"an image of {size} bytes; a slot takes 1 to {slot.size}")
        return self._begin(slot, self._next_generation(slot), digest, size)

    @property
    def written(self) -> frozenset[int]:
        """The sectors of the image that are whole. Raises: LocalProtocolError, none has begun."""
        update = self._begun()
        return frozenset(_sizes(update)) - update.missing.keys()

    def erase_next(self) -> float | None:
        """Erase a sector that is to be written; gives the seconds, None if all are erased.

        Raises: LocalProtocolError, as `written`.
        """
        update = self._begun()
        sector = next((s for s in update.missing if s not in update.erased), None)
        return None if sector is None else _erase(update, sector)

    def write(self, offset: int, data: bytes) -> Iterator[float]:
        """Write a part of the image, each byte of it once; erases what `erase_next` did not.

        Raises: LocalProtocolError if it is beyond the image or in a sector that is whole,
        FlashError if it was written since `begin`.
        """
        update = self._begun()
        if not 0 <= offset <= offset + len(data) <= update.size:
            raise LocalProtocolError(
                f"{len(data)} bytes at {offset:#x} are not within an image of {update.size}"
            )
        return self._write(update, offset, data)

    def finish(self) -> bool:
        """Make the image pending if it is whole and the one that was begun, else forget it.

        Raises: LocalProtocolError if sectors are missing, or as `written`.
        """
        update = self._begun()
        if update.missing:
            raise LocalProtocolError(f"sectors {sorted(update.missing)} are not written yet")
        self._update = None
        if self._verify(update.slot) != update.digest:
            update.slot.erase_trailer()
            return False
        update.slot.mark_pending()
        return True

    def _other(self) -> Slot:
        """The slot that may be written. What runs on trial needs the other one to fall back on."""
        if not self._booted:
            raise LocalProtocolError("an update before boot: nobody knows which slot to keep")
        if self.running is None:
            return self.slots[0]
        if not self.running.confirmed:
            raise LocalProtocolError(f"slot {self.running.number} is on trial: confirm it first")
        return self.slots[1 - self.running.number]

    def _next_generation(self, slot: Slot) -> int:
        """That of an image in this slot: it is newer than the other one."""
        generation = (self.slots[1 - slot.number].generation or 0) + 1
        if generation > NEWEST:
            raise FlashError(
                f"slot {1 - slot.number} has generation {NEWEST}, and none is newer: no update can "
                "follow; begin anew with another flash"
            )
        return generation

    def _begin(self, slot: Slot, generation: int, digest: bytes, size: int) -> Iterator[float]:
        update = Update(slot, digest, size, {})
        if slot.finished or (slot.generation, slot.offer) != (generation, digest):
            if slot.finished:
                # first its image, so that no half-erased trailer lets it boot again
                yield _erase(update, 0)
            yield slot.erase_trailer()
            yield slot.write_generation(generation)
            yield slot.write_offer(digest)
        written = slot.written
        update.missing |= {s: n for s, n in _sizes(update).items() if s not in written}
        self._update = update

    def _begun(self) -> Update:
        if self._update is None:
            raise LocalProtocolError("no update has begun, or its first steps are not done")
        return self._update

    def _write(self, update: Update, offset: int, data: bytes) -> Iterator[float]:
        while data:
            sector = offset // update.slot.sector_size
            if sector not in update.missing:
                raise LocalProtocolError(f"sector {sector} of the image is whole already")
            if sector not in update.erased:
                yield _erase(update, sector)
            part = data[: self._page_size - offset % self._page_size]
            took_s = update.slot.program(offset, part)
            update.missing[sector] -= len(part)
            yield took_s
            if not update.missing[sector]:
                del update.missing[sector]
                yield update.slot.mark_written(sector)
            offset, data = offset + len(part), data[len(part) :]


def _sizes(update: Update) -> dict[int, int]:
    """How many bytes of the image are in each of its sectors."""
    whole = update.slot.sector_size
    starts = range(0, update.size, whole)
    return {start // whole: min(whole, update.size - start) for start in starts}


def _erase(update: Update, sector: int) -> float:
    update.erased.add(sector)
    return update.slot.erase(sector)
