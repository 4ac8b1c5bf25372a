"""A simulated NOR flash, strict: what a real part lets pass by luck is an error here."""

import hashlib
import struct

from lensbus.errors import FlashError, PowerCutError
from lensbus.value import value

BLANK = b"\xff"
WRITABLE, SPENT = b"\1", b"\0"

# What a flash file begins with: a name, a version, and sectors, their size and that of pages.
# Then come the contents, and for each byte of them whether it is writable.
HEAD = struct.Struct("<16sH3I")
NAME = b"lensbus flash\n\0\0"
VERSION = 1


@value(frozen=True, slots=True)
class Geometry:
    """How a part is made, in bytes, and how long it takes, in seconds; to read takes no time."""

    sectors: int
    sector_size: int
    page_size: int
    erase_s: float  # one sector
    program_s: float  # one page, or less of it

    def __post_init__(self) -> None:
        """Raises: FlashError."""
        if min(self.sectors, self.sector_size, self.page_size) < 1 or (
            self.sector_size % self.page_size
        ):
            raise FlashError(f"no flash has {self}: a sector is a number of whole pages, 1 or more")

    def __str__(self) -> str:
        return f"{self.sectors} sectors of {self.sector_size} bytes, pages of {self.page_size}"

    @property
    def size(self) -> int:
        return self.sectors * self.sector_size


class Flash:
    """Bytes that are erased to 0xFF by the sector, and from then on programmed once.

    It has no clock: an operation gives the seconds that it takes, and the caller lets them pass.
    `operations` counts erases and programs, `busy_s` is what they took in all. The first
    `protected` sectors cannot be changed. With a `store`, which is as `blank` makes it, its state
    lives in there, and what was changed stands there at once: a file that is mapped into memory
    outlives its process.
    """

    def __init__(self, geometry: Geometry, store: bytearray | memoryview | None = None) -> None:
        """Raises: FlashError if the store is no flash's of this geometry."""
        self.geometry = geometry
        self.protected = 0
        self.operations, self.busy_s = 0, 0.0
        self._store = memoryview(bytearray(blank(geometry)) if store is None else store)
        _check(geometry, bytes(self._store[: HEAD.size]), len(self._store))
        self._contents = self._store[HEAD.size : HEAD.size + geometry.size]
        self._writable = self._store[HEAD.size + geometry.size :]
        self._until_cut = self._torn = 0

    def read(self, offset: int, size: int) -> bytes:
        """Raises: FlashError."""
        self._find(offset, size)
        return bytes(self._contents[offset : offset + size])

    def erase(self, sector: int) -> float:
        """Make a sector writable; gives the seconds. Raises: FlashError, PowerCutError."""
        size = self.geometry.sector_size
        start = sector * size
        self._find(start, size, to_change=True)
        done = self._count(size)
        self._contents[start : start + done] = BLANK * done
        # cells that were erased for too short a time read 0xFF, and do not keep what comes next
        self._writable[start : start + size] = SPENT * size
        self._survive(f"erasing sector {sector}", done, size)
        self._writable[start : start + size] = WRITABLE * size
        return self._took(self.geometry.erase_s)

    def program(self, offset: int, data: bytes) -> float:
        """Write within a page what is writable; gives the seconds. Raises: as `erase`."""
        size, page = len(data), self.geometry.page_size
        self._find(offset, size, to_change=True)
        if not data or offset // page != (offset + size - 1) // page:
            raise FlashError(f"flash {offset:#x}: {size} bytes are not within a page of {page}")
        spent = bytes(self._writable[offset : offset + size]).find(SPENT)
        if spent >= 0:
            spent += offset
            sector = spent // self.geometry.sector_size
            raise FlashError(f"flash {spent:#x}: was not erased; erase sector {sector} first")
        done = self._count(size)
        self._contents[offset : offset + done] = data[:done]
        self._writable[offset : offset + done] = SPENT * done
        self._survive(f"programming {offset:#x}", done, size)
        return self._took(self.geometry.program_s)

    def cut(self, operation: int, torn: int) -> None:
        """Let power fail in the nth operation from now, 1 or more, after `torn` of its bytes."""
        self._until_cut, self._torn = operation, torn

    def key(self) -> bytes:
        """Give what only an equal state gives: the same contents, writable in the same places."""
        return hashlib.blake2b(self._store, digest_size=16).digest()

    def copy(self) -> "Flash":
        """Make another one in this state, with nothing counted and no power cut ahead."""
        twin = Flash(self.geometry, bytearray(self._store))
        twin.protected = self.protected
        return twin

    def dump(self) -> bytes:
        """Give the state as a file keeps it; `protected` is not in it."""
        return bytes(self._store)

    def _find(self, offset: int, size: int, *, to_change: bool = False) -> None:
        if not 0 <= offset <= offset + size <= self.geometry.size:
            raise FlashError(f"flash {offset:#x}: {size} bytes are not within {self.geometry}")
        if to_change and offset < self.protected * self.geometry.sector_size:
            raise FlashError(f"flash {offset:#x}: sectors 0 to {self.protected - 1} are protected")

    def _count(self, size: int) -> int:
        """Begin an operation; gives how many of its bytes power lasts for."""
        self.operations += 1
        self._until_cut -= 1
        return min(self._torn, size) if self._until_cut == 0 else size

    def _survive(self, what: str, done: int, size: int) -> None:
        if self._until_cut == 0:
            raise PowerCutError(what, done, size)

    def _took(self, seconds: float) -> float:
        self.busy_s += seconds
        return seconds


def blank(geometry: Geometry) -> bytes:
    """Give the state of a new part, erased everywhere, as a file keeps it."""
    head = HEAD.pack(NAME, VERSION, geometry.sectors, geometry.sector_size, geometry.page_size)
    return head + BLANK * geometry.size + WRITABLE * geometry.size


def _check(geometry: Geometry, head: bytes, size: int) -> None:
    if not head.startswith(NAME) or len(head) < HEAD.size:
        raise FlashError(f"no flash file: begins with {head[:16]!r}; delete it to begin anew")
    _, version, *sizes = HEAD.unpack(head)
    if version != VERSION:
        raise FlashError(f"a flash file of version {version}; this lensbus reads {VERSION}")
    if sizes != [geometry.sectors, geometry.sector_size, geometry.page_size]:
        was = "{} sectors of {} bytes, pages of {}".format(*sizes)
        raise FlashError(f"a file of another flash: {was}; wanted {geometry}")
    wanted = HEAD.size + 2 * geometry.size
    if size != wanted:
        raise FlashError(f"a damaged flash file: {size} bytes, wanted {wanted}; delete it")
