"""The power-cut campaign: cut an update in each flash operation, at each byte, and again.

Without arguments it runs every case and writes docs/campaign-cuts.md; `--replay ID` runs one
case again and prints what is done. `older/7-100` cuts the 7th flash operation of an update that
begins in state `older` after 100 bytes; `older/7-100-2-0` cuts what follows in its 2nd, too.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from multiprocessing import Pool
from pathlib import Path

import lensbus
from lensbus.errors import LensbusError, PowerCutError
from lensbus.firmware.flash import Flash
from tools.updates import GEOMETRY, LAYOUT, NEW, STARTS, base, digest, power_up, update, whole

REPORT = Path(__file__).resolve().parent.parent / "docs" / "campaign-cuts.md"
LAW = """After a cut a whole image boots, also when the first that boots is not confirmed; the
bootloader and the slot to fall back on are as they were; and the update, done again, ends with
the new image confirmed. Each flash operation of an update is cut at each byte; and from none,
half, all but one and all of its bytes each operation of what follows, in the same four places.
Without a whole image (`recovery`) nothing needs to boot before the update is done again."""


@cache
def kept(start: str) -> dict[int, bytes]:
    """Give by offset what no cut may change: the bootloader, and the slot to fall back on."""
    flash = base(start).copy()
    slot = [power_up(flash).running for _ in range(2)][-1]  # the second power-up ends a trial
    spans = [(0, LAYOUT.bootloader_sectors)]
    if slot is not None:
        first = LAYOUT.bootloader_sectors + slot.number * LAYOUT.slot_sectors
        spans.append((first, LAYOUT.slot_sectors))
    size = GEOMETRY.sector_size
    return {at * size: flash.read(at * size, sectors * size) for at, sectors in spans}


def cut(flash: Flash, operation: int, torn: int) -> PowerCutError | None:
    """Update and cut it; None if it ends before that operation."""
    flash.cut(operation, torn)
    try:
        update(flash, NEW)
    except PowerCutError as failed:
        return failed
    return None


def judge(start: str, flash: Flash) -> str:
    """Hold a flash that has lost its power to the law; gives the breach, or nothing."""
    twin, keep = flash.copy(), kept(start)
    try:
        if len(keep) > 1 and None in [power_up(twin).running for _ in range(2)]:
            return "nothing boots"
        update(flash, NEW)
        running = power_up(flash).running
    except LensbusError as error:
        return f"raised {error!r}"
    if running is None or not running.confirmed or whole(running) != digest(NEW):
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
    flash = base(start).copy()
    update(flash, NEW)
    return flash.operations


def some(size: int) -> set[int]:
    return {0, size // 2, size - 1, size}


def strike(job: tuple[str, int]) -> Tally:
    """Cut one operation of an update at each byte, and from some of them all that follows."""
    start, operation = job
    tally, size, torn = Tally(), 0, 0
    while torn <= size:
        flash, case = base(start).copy(), f"{start}/{operation}-{torn}"
        failed = cut(flash, operation, torn)
        size = failed.size if failed else size
        tally.add(case, flash)
        if torn in some(size):
            strike_again(case, flash, tally)
        torn += 1
    return tally


def strike_again(case: str, flash: Flash, tally: Tally) -> None:
    """Cut each operation of what follows a cut."""
    for operation in count(1):
        failed = cut(flash.copy(), operation, 0)
        if failed is None:
            return
        for torn in some(failed.size):
            twin = flash.copy()
            cut(twin, operation, torn)
            tally.add(f"{case}-{operation}-{torn}", twin)


def run(case: str, kind: type[Flash] = Flash) -> str:
    """Run one case by its ID; gives the breach of the law, or nothing."""
    start, _, numbers = case.partition("/")
    flash = kind(GEOMETRY, bytearray(base(start).dump()))
    cuts = [int(number) for number in numbers.split("-")]
    for operation, torn in zip(cuts[::2], cuts[1::2], strict=True):
        print(cut(flash, operation, torn))
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
            title = f"`{start}`: {STARTS[start].__doc__}"
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
        return campaign(list(STARTS), REPORT)
    breach = run(case, Told)
    print(breach or "well")
    return int(bool(breach))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
