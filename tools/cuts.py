"""The power-cut campaign: cut an update in each flash operation, at each byte, and again.

Without arguments it runs every case and writes docs/campaign-cuts.md; `--replay ID` runs one
case again and prints what is done. `older/7-100` cuts the 7th flash operation of an update that
begins in state `older` after 100 bytes; `older/7-100-2-0` cuts what follows in its 2nd, too.
States whose names begin with `link` are updated by a host over a strip, with signed images.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import lensbus
from lensbus.errors import LensbusError, PowerCutError
from lensbus.firmware.flash import Flash
from tools.updates import GEOMETRY, LAYOUT
from tools.ways import WAYS

REPORT = Path(__file__).resolve().parent.parent / "docs" / "campaign-cuts.md"
LAW = """After a cut a whole image boots, also when the first that boots is not confirmed; the
bootloader and the slot to fall back on are as they were; and the update, done again, ends with
the new image confirmed. Each flash operation of an update is cut at each byte; and from none,
half, all but one and all of its bytes each operation of what follows, in the same four places.
Without a whole image (`recovery`) nothing needs to boot before the update is done again. What
begins with `link` is updated as a real lens is: a host sends a signed image over a strip to the
bootloader, in virtual time; what does not, by the slots alone."""


@cache
def kept(start: str) -> dict[int, bytes]:
    """Give by offset what no cut may change: the bootloader, and the slot to fall back on."""
    way = WAYS[start]
    flash = way.base(start).copy()
    slot = [way.power_up(flash).running for _ in range(2)][-1]  # the second one ends a trial
    spans = [(0, LAYOUT.bootloader_sectors)]
    if slot is not None:
        first = LAYOUT.bootloader_sectors + slot.number * LAYOUT.slot_sectors
        spans.append((first, LAYOUT.slot_sectors))
    size = GEOMETRY.sector_size
    return {at * size: flash.read(at * size, sectors * size) for at, sectors in spans}


@dataclass(frozen=True, slots=True)
class Step:
    """An operation of a flash, and the flash before it."""

    before: Flash
    size: int
    act: Callable[[Flash], object]

    def torn(self, torn: int) -> Flash:
        """Give the flash whose power fails in it after some bytes."""
        flash = self.before.copy()
        flash.cut(1, torn)
        with suppress(PowerCutError):
            self.act(flash)
        return flash


class Watched(Flash):
    """A flash that keeps all that is done to it."""

    def __init__(self, flash: Flash) -> None:
        super().__init__(flash.geometry, bytearray(flash.dump()))
        self.steps: list[Step] = []

    def erase(self, sector: int) -> float:
        size = self.geometry.sector_size
        self.steps.append(Step(self.copy(), size, lambda flash: flash.erase(sector)))
        return super().erase(sector)

    def program(self, offset: int, data: bytes) -> float:
        step = Step(self.copy(), len(data), lambda flash: flash.program(offset, data))
        self.steps.append(step)
        return super().program(offset, data)


def steps(start: str, flash: Flash) -> list[Step]:
    """Every operation of an update; whatever it raises is for `judge` to find."""
    watched = Watched(flash)
    with suppress(LensbusError):
        WAYS[start].update(watched)
    return watched.steps


def cut(start: str, flash: Flash, operation: int, torn: int) -> PowerCutError | None:
    """Update and cut it; None if it ends before that operation."""
    flash.cut(operation, torn)
    try:
        WAYS[start].update(flash)
    except PowerCutError as failed:
        return failed
    return None


def judge(start: str, flash: Flash) -> str:
    """Hold a flash that has lost its power to the law; gives the breach, or nothing."""
    twin, keep, way = flash.copy(), kept(start), WAYS[start]
    try:
        if len(keep) > 1 and None in [way.power_up(twin).running for _ in range(2)]:
            return "nothing boots"
        way.update(flash)
        running = way.power_up(flash).running
    except LensbusError as error:
        return f"raised {error!r}"
    if running is None or not running.confirmed or not way.holds_new(running):
        return "the update does not end well"
    changed = any(flash.read(at, len(data)) != data for at, data in keep.items())
    return "what was to stay has changed" if changed else ""


VERDICTS: dict[tuple[str, bytes], str] = {}


@dataclass(slots=True)
class Tally:
    """What became of cases; equal states of a flash are judged once by each process."""

    cases: int = 0
    judged: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, case: str, flash: Flash) -> None:
        start = case.partition("/")[0]
        key = start, flash.key()
        if key not in VERDICTS:
            self.judged += 1
            VERDICTS[key] = judge(start, flash.copy())
        self.cases += 1
        if VERDICTS[key]:
            self.failed.append(f"{VERDICTS[key]}: `python -m tools.cuts --replay {case}`")

    def __add__(self, other: "Tally") -> "Tally":
        failed = self.failed + other.failed
        return Tally(self.cases + other.cases, self.judged + other.judged, failed)


def operations(start: str) -> int:
    """How many flash operations an undisturbed update has."""
    return len(steps(start, WAYS[start].base(start)))


def some(size: int) -> set[int]:
    return {0, size // 2, size - 1, size}


def strike(job: tuple[str, int]) -> Tally:
    """Cut one operation of an update at each byte, and from some of them all that follows."""
    start, operation = job
    tally, step = Tally(), steps(start, WAYS[start].base(start))[operation - 1]
    for torn in range(step.size + 1):
        flash, case = step.torn(torn), f"{start}/{operation}-{torn}"
        tally.add(case, flash)
        if torn in some(step.size):
            strike_again(case, flash, tally)
    return tally


def strike_again(case: str, flash: Flash, tally: Tally) -> None:
    """Cut each operation of what follows a cut."""
    for operation, step in enumerate(steps(case.partition("/")[0], flash), 1):
        for torn in some(step.size):
            tally.add(f"{case}-{operation}-{torn}", step.torn(torn))


def run(case: str, kind: type[Flash] = Flash) -> str:
    """Run one case by its ID; gives the breach of the law, or nothing."""
    start, _, numbers = case.partition("/")
    flash = kind(GEOMETRY, bytearray(WAYS[start].base(start).dump()))
    cuts = [int(number) for number in numbers.split("-")]
    for operation, torn in zip(cuts[::2], cuts[1::2], strict=True):
        print(cut(start, flash, operation, torn))
    return judge(start, flash)


class Told(Flash):
    """A flash that prints what is done to it."""

    def erase(self, sector: int) -> float:
        print(f"erase sector {sector}")
        return super().erase(sector)

    def program(self, offset: int, data: bytes) -> float:
        print(f"program {len(data)} bytes at {offset:#x}")
        return super().program(offset, data)


def campaign(starts: Sequence[str], report: Path) -> int:
    """Run all cases on all cores, tell how it goes, and write the report."""
    began, everything = time.monotonic(), Tally()
    lines = ["# The power-cut campaign", "", LAW, ""]
    lines += ["| the update begins when | flash operations | cases | judged | well |"]
    lines += ["|---|---:|---:|---:|---:|"]
    with Pool() as pool:
        for start in starts:
            jobs = [(start, operation) for operation in range(1, operations(start) + 1)]
            tally = sum(pool.imap_unordered(strike, jobs), Tally())
            everything += tally
            well = tally.cases - len(tally.failed)
            row = [len(jobs), tally.cases, tally.judged, well]
            print(start, *row, *tally.failed, flush=True)
            title = f"`{start}`: {WAYS[start].starts[start].__doc__}"
            lines.append(f"| {' | '.join(map(str, [title, *row]))} |")
    minutes = f"{(time.monotonic() - began) / 60:.1f} minutes on {os.cpu_count()} cores"
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    total = f"{everything.cases} cases, {len(everything.failed)} failed, {minutes}"
    print(total)
    lines += ["", "## Failed", "", *(everything.failed or ["None."]), ""]
    lines += [f"Made by `python -m tools.cuts`, not edited: {versions}, {total}.", ""]
    report.write_text("\n".join(lines), encoding="utf-8")
    return int(bool(everything.failed))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the power-cut campaign, or one case of it.")
    parser.add_argument("--replay", metavar="ID", help="run this case and print what is done")
    case = parser.parse_args(arguments).replay
    if case is None:
        return campaign(list(WAYS), REPORT)
    breach = run(case, Told)
    print(breach or "well")
    return int(bool(breach))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
