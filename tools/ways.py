"""The ways of an update that the power-cut campaign cuts: by slots alone, and over the link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from lensbus.firmware.flash import Flash
from lensbus.firmware.slot import Slot
from lensbus.firmware.slots import Slots
from lensbus.firmware.target import Memory, provision
from tools import updates
from tools.wired import KEY, NEW, OLD, SMALL, blank, image, judged, run

Start = Callable[[Flash], None]
OLDER = image("0.9.0", 3000)


@dataclass(frozen=True, slots=True)
class Way:
    """What a flash can begin with, how it boots, how it is updated, and what a slot then holds."""

    starts: Mapping[str, Start]
    base: Callable[[str], Flash]
    power_up: Callable[[Flash], Slots]
    update: Callable[[Flash], object]
    holds_new: Callable[[Slot], bool]


def over_link(flash: Flash) -> None:
    """A real host and a real bootloader, on a strip, until the host says how it ended."""
    run(flash, judged(NEW))


def link(flash: Flash) -> None:
    """One image runs, and a host sends its successor over the link."""
    provision(flash, SMALL.update, SMALL.image, KEY.public, OLD)


def link_older(flash: Flash) -> None:
    """Over the link: two images are confirmed; the older one is to go."""
    provision(flash, SMALL.update, SMALL.image, KEY.public, OLDER)
    run(flash, judged(OLD))


def link_recovery(_flash: Flash) -> None:
    """Over the link: no image is there."""


@cache
def link_base(start: str) -> Flash:
    """Make the flash that the cases of a start begin with; it is to be copied."""
    flash, geometry = blank(), blank().geometry
    for page in range(0, geometry.sector_size, geometry.page_size):
        flash.program(page, Random(page).randbytes(geometry.page_size))
    LINK_STARTS[start](flash)
    return flash.copy()


def _power_up(flash: Flash) -> Slots:
    return Memory(flash, SMALL.update, SMALL.image, KEY.public).slots


LINK_STARTS: dict[str, Start] = {
    start.__name__: start for start in (link, link_older, link_recovery)
}
SLOTS = Way(
    updates.STARTS,
    updates.base,
    updates.power_up,
    lambda flash: updates.update(flash, updates.NEW),
    lambda slot: updates.whole(slot) == updates.digest(updates.NEW),
)
LINK = Way(
    LINK_STARTS,
    link_base,
    _power_up,
    over_link,
    lambda slot: slot.read(0, len(NEW)) == NEW,
)
WAYS = {start: way for way in (SLOTS, LINK) for start in way.starts}
