"""One slot of a flash: sectors for an image, then a trailer that says how far it has come.

The words of a trailer are written once, each in one operation. A word counts only if it is
whole and right; one that is neither that nor blank was torn by a power cut.
"""

import struct
from itertools import pairwise

from lensbus.errors import LocalProtocolError
from lensbus.firmware.flash import BLANK, Flash, Geometry
from lensbus.value import value

GENERATION = struct.Struct("<II")  # and its complement
NEWEST = 0xFFFF_FFFF  # generation there can be


@value(frozen=True, slots=True)
class Word:
    """A word of a trailer that says one thing: where it stands, and what it reads then."""

    offset: int
    magic: bytes


@value(frozen=True, slots=True)
class SlotLayout:
    """What stands where in a flash; offsets are in bytes from the start of a trailer."""

    bootloader_sectors: int  # before the first slot
    slot_sectors: int  # of which the last is the trailer
    unit: int  # what can be programmed at once: no two words share one
    generation: int
    offer: int
    digest_size: int
    written: Word  # of the first sector, the next ones follow by whole units
    pending: Word
    tried: Word
    confirmed: Word

    def marks(self) -> list[Word]:
        """Give the word of each sector that says that it is written."""
        step = -(-len(self.written.magic) // self.unit) * self.unit
        offsets = (self.written.offset + step * sector for sector in range(self.slot_sectors - 1))
        return [Word(offset, self.written.magic) for offset in offsets]

    def problem(self, geometry: Geometry) -> str:
        """Say why this cannot work in a flash like that, or nothing."""
        if min(self.unit, self.digest_size, self.slot_sectors - 1, self.bootloader_sectors + 1) < 1:
            return "a size is too small"
        magics = [*self.marks(), self.pending, self.tried, self.confirmed]
        words = [(word.offset, len(word.magic)) for word in magics]
        words += [(self.generation, GENERATION.size), (self.offer, self.digest_size)]
        words.sort()
        sectors, page = self.bootloader_sectors + 2 * self.slot_sectors, geometry.page_size
        end = sum(words[-1])
        checks = {
            "two slots do not fit": sectors <= geometry.sectors,
            "a word is empty": all(word.magic for word in magics),
            "a word can be taken for blank": all(BLANK not in word.magic for word in magics),
            "a word does not begin with a unit": all(at % self.unit == 0 for at, _ in words),
            "two words share a byte": all(a + size <= b for (a, size), (b, _) in pairwise(words)),
            "a word crosses a page": all(at // page == (at + n - 1) // page for at, n in words),
            "a word is beyond the sector": words[0][0] >= 0 and end <= geometry.sector_size,
            # an erase that is cut takes it first, so what a whole one stands before is its own
            "the generation is not first": words[0][0] == self.generation,
        }
        return next((problem for problem, well in checks.items() if not well), "")


class Slot:
    """A slot, number 0 or 1: reads and changes nothing but its own sectors."""

    def __init__(self, flash: Flash, layout: SlotLayout, number: int) -> None:
        self.number = number
        self.sectors = layout.slot_sectors - 1
        self.sector_size = flash.geometry.sector_size
        self._flash, self._layout = flash, layout
        self._first = layout.bootloader_sectors + number * layout.slot_sectors

    @property
    def size(self) -> int:
        """Bytes that an image may have."""
        return self.sectors * self.sector_size

    def read(self, offset: int, size: int) -> bytes:
        """Raises: LocalProtocolError."""
        return self._flash.read(self._place(offset, size), size)

    def erase(self, sector: int) -> float:
        """Gives the seconds. Raises: LocalProtocolError, PowerCutError."""
        self._place(sector * self.sector_size, self.sector_size)
        return self._flash.erase(self._first + sector)

    def program(self, offset: int, data: bytes) -> float:
        """Write within a page; gives the seconds. Raises: as `erase`, FlashError."""
        return self._flash.program(self._place(offset, len(data)), data)

    def erase_trailer(self) -> float:
        """Forget all about the image; gives the seconds. Raises: PowerCutError."""
        return self._flash.erase(self._first + self.sectors)

    def write_generation(self, generation: int) -> float:
        """Gives the seconds, as all that writes a word. Raises: FlashError, PowerCutError."""
        word = GENERATION.pack(generation, generation ^ NEWEST)
        return self._program_word(self._layout.generation, word)

    def write_offer(self, digest: bytes) -> float:
        """Name the image that this slot is to receive. Raises: as `write_generation`."""
        return self._program_word(self._layout.offer, digest)

    def mark_written(self, sector: int) -> float:
        """Say that a sector is whole, unless a torn mark stands there already.

        Raises: as `write_generation`.
        """
        mark = self._layout.marks()[sector]
        return self._write(mark) if self._is_blank(mark) else 0.0

    def mark_pending(self) -> float:
        """Raises: as `write_generation`."""
        return self._write(self._layout.pending)

    def mark_tried(self) -> float:
        """Raises: as `write_generation`."""
        return self._write(self._layout.tried)

    def mark_confirmed(self) -> float:
        """Raises: as `write_generation`."""
        return self._write(self._layout.confirmed)

    @property
    def generation(self) -> int | None:
        """How late this slot was written: the higher, the newer; None: not or not whole."""
        word = self._read_word(self._layout.generation, GENERATION.size)
        number, complement = GENERATION.unpack(word)
        return int(number) if number ^ complement == NEWEST else None

    @property
    def offer(self) -> bytes:
        """Whatever stands where the digest of the image belongs."""
        return self._read_word(self._layout.offer, self._layout.digest_size)

    @property
    def written(self) -> frozenset[int]:
        """The sectors that are whole."""
        marks = enumerate(self._layout.marks())
        return frozenset(sector for sector, mark in marks if self._is_right(mark))

    @property
    def confirmed(self) -> bool:
        return self._is_right(self._layout.confirmed)

    @property
    def finished(self) -> bool:
        """Whether its image was received to the end; from then on it is not gone on with."""
        return not self._is_blank(self._layout.pending)

    @property
    def bootable(self) -> bool:
        """Whether its trailer lets it boot: for good, or on trial and for the first time."""
        first = self._is_right(self._layout.pending) and self._is_blank(self._layout.tried)
        return self.generation is not None and (self.confirmed or first)

    def _place(self, offset: int, size: int) -> int:
        if offset < 0 or offset + size > self.size:
            raise LocalProtocolError(
                f"slot {self.number}, {offset:#x}: {size} bytes are not within its {self.size}"
            )
        return self._first * self.sector_size + offset

    def _is_right(self, word: Word) -> bool:
        return self._read_word(word.offset, len(word.magic)) == word.magic

    def _is_blank(self, word: Word) -> bool:
        size = len(word.magic)
        return self._read_word(word.offset, size) == BLANK * size

    def _read_word(self, offset: int, size: int) -> bytes:
        return self._flash.read(self._trailer + offset, size)

    def _write(self, word: Word) -> float:
        return self._program_word(word.offset, word.magic)

    def _program_word(self, offset: int, data: bytes) -> float:
        return self._flash.program(self._trailer + offset, data)

    @property
    def _trailer(self) -> int:
        return (self._first + self.sectors) * self.sector_size
