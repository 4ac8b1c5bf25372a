"""The noise campaign: updates over bad lines, with each frame spoilt, with ends that die.

Without arguments it runs every case and writes docs/campaign-noise.md; `--replay ID` runs one
case again and prints all that happened. A case is its ID and nothing else: `bits/1e-5/7` is the
7th update with that bit error rate, `frame/lines/body/drop/3` one whose host's 3rd frame is
dropped, `death/bare/lens/5` one whose lens loses its power at some moment.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import Pool
from pathlib import Path
from random import Random
from statistics import fmean

import lensbus
from lensbus.bench.unit import Unit
from lensbus.bench.updatable import BODY, LENS, updatable, updater
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.rule import FRAME_KINDS
from tools.drawn import typical
from tools.reborn import Reborn
from tools.wired import (
    KEY,
    LIMIT_S,
    MOUNT,
    NEW,
    OLD,
    PROFILE,
    SMALL,
    Run,
    boots,
    factory,
    image,
    judged,
    run,
)

REPORT = Path(__file__).resolve().parent.parent / "docs" / "campaign-noise.md"
BAUD, BITS_PER_BYTE = 921_600, 10
BIG_SIZE = 512 * 1024
WAYS = (*FRAME_KINDS, "unplug")
RATES, BIT_SEEDS, DEATH_SEEDS = ("1e-5", "1e-4"), range(40), range(250)
STRIPS = {"lines": Strip.of(MOUNT.lens), "bare": Strip(BITS_PER_BYTE, frozenset())}
WELL = {"done", "up_to_date"}
LEAST = {"bits/1e-4": 0.95, "death/lines/lens": 0.0, "death/bare/lens": 0.0}
"""The share of a group's updates that must end well at once; of all other groups: all."""

PARTS = {
    "bits": f"An image of 512 KiB at {BAUD} baud, with bit errors of this rate in both directions.",
    "frame": "Each frame of an update of a small image is spoilt, in a run of its own; who is "
    "unplugged comes back 0.2 s later.",
    "death": "At a random moment the host dies and is started again, or the lens loses its power "
    "for a while; the other one stays. Where a lens lost it before its self-test, it has gone back "
    "to its old image, and the host says that this failed.",
}
LAW = """An update that ends well leaves the new image, confirmed; one that fails leaves the old
one, and, done again without noise, ends well. Nothing is raised, nothing hangs, and no other
image boots, ever. `line` is the share of the line's rate that the image took from the offer to
the last word of it, where flash is not what limits; `resent` is what went more than once."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case; times in virtual seconds, `used` is the share of the line's rate."""

    case: str
    kind: str = ""
    problem: str = ""
    used: float = 0.0
    resent: float = 0.0
    took_s: float = 0.0


def update(case: str) -> tuple[Run, bytes]:
    """Run a case; gives the update and its image."""
    part, *words = case.split("/")
    if part == "bits":
        data = image("1.1.0", BIG_SIZE)
        strip = Strip(BITS_PER_BYTE, STRIPS["lines"].lines, bit_error_rate=float(words[0]))
        flash = factory(OLD, MOUNT)
        return run(flash, judged(data), MOUNT, strip=strip, seed=case, baud=BAUD), data
    strip = STRIPS[words[0]]
    if part == "death":
        return death(words[1], strip, Random(case)), NEW
    side, kind, number = words[1:]
    faults = {side: [typical(kind, side, frame=int(number))]}
    return run(factory(), judged(NEW), strip=strip, faults=faults, seed=case), NEW


def death(side: str, strip: Strip, chance: Random) -> Run:
    """An update whose host or lens dies and begins anew."""
    done, at = Run([], factory()), {side: chance.uniform(0.0, clear(strip).records[-1].t)}
    off_s = chance.choice([0.1, 0.5, 2.0, 7.0])

    def host() -> Unit:
        done.jobs.append(judged(NEW))
        return updater(SMALL, done.job)

    def lens() -> Unit:
        return updatable(SMALL, PROFILE, done.flash, KEY.public)

    near, far = (
        Reborn(host, at=at.get(BODY), off_s=off_s),
        Reborn(lens, at=at.get(LENS), off_s=off_s),
    )
    done.watch(exchange(near, far, strip, LIMIT_S, chance))
    return done


def clear(strip: Strip) -> Run:
    """The same update with nothing spoilt."""
    return run(factory(), judged(NEW), strip=strip)


def judge(done: Run, data: bytes) -> str:
    """Hold an update that is over to the law; gives the breach, or nothing."""
    if done.kind == "no end":
        return "it has no end"
    wanted = data if done.kind in WELL else OLD
    if boots(done.flash, done.mount) != (wanted, True):
        return f"{done.kind}, and {done.runs} boots"
    again = run(done.flash, judged(data), done.mount)
    if again.kind not in WELL or boots(again.flash, again.mount) != (data, True):
        return f"done again: {again.kind}, and {again.runs} boots"
    return ""


def outcome(case: str, *, show: bool = False) -> Result:
    """Run one case and judge it."""
    try:
        done, data = update(case)
        for record in done.records if show else ():
            print(f"{record.t:.6f} {record.side} {record.verb} {record.event} {record.state}")
        if show:
            print(done.job.ending)
        problem = judge(done, data)
    except Exception as error:  # noqa: BLE001 whatever is raised is a finding
        return Result(case, problem=f"raised {error!r}")
    job, used = done.job, 0.0
    if job.sent_bytes and job.began_at is not None and job.ended_at is not None:
        line_s = len(data) * BITS_PER_BYTE / (job.rate or BAUD)
        used = line_s / (job.ended_at - job.began_at)
    return Result(case, done.kind, problem, used, job.resent_bytes / len(data), done.records[-1].t)


def ids(part: str) -> list[str]:
    """Every case of a part."""
    if part == "bits":
        return [f"bits/{rate}/{seed}" for rate in RATES for seed in BIT_SEEDS]
    if part == "death":
        groups = [f"death/{strip}/{side}" for strip in STRIPS for side in (BODY, LENS)]
        return [f"{group}/{seed}" for group in groups for seed in DEATH_SEEDS]
    return [
        f"frame/{name}/{side}/{kind}/{number}"
        for name, strip in STRIPS.items()
        for side in (BODY, LENS)
        for kind in WAYS
        for number in range(1, frames(strip, side) + 1)
    ]


def frames(strip: Strip, side: str) -> int:
    """How many frames a side says when nothing is spoilt."""
    records = [record for record in clear(strip).records if record.side == side]
    return sum(record.verb == "said" and record.raw != b"" for record in records)


def table(results: Sequence[Result], failed: list[str]) -> Iterator[str]:
    """One row for each group of cases; a group that does not reach its share has failed."""
    yield "| cases | updates | well at once | failed cleanly | breaches | line | resent | slowest |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for group, same in groupby(results, lambda result: result.case.rpartition("/")[0]):
        some = list(same)
        well = [one for one in some if one.kind in WELL and not one.problem]
        bad = sum(bool(one.problem) for one in some)
        if len(well) < LEAST.get(group, 1.0) * len(some):
            failed.append(f"{group}: {len(well)} of {len(some)} ended well at once")
        counts = f"{len(some)} | {len(well)} | {len(some) - len(well) - bad} | {bad}"
        used, resent = (fmean(part) for part in zip(*map(speed, well or some), strict=True))
        slowest = max(one.took_s for one in some)
        yield f"| {group} | {counts} | {used:.1%} | {resent:.1%} | {slowest:.1f} s |"


def speed(result: Result) -> tuple[float, float]:
    return result.used, result.resent


def campaign(cases: Mapping[str, Sequence[str]], report: Path) -> int:
    """Run all cases on all cores, tell how it goes, and write the report."""
    began, failed = time.monotonic(), list[str]()
    lines = ["# The noise campaign", "", LAW]
    with Pool() as pool:
        for part, names in cases.items():
            results = list(pool.imap(outcome, names, chunksize=4))
            failed += [
                f"{result.problem}: `python -m tools.noisy --replay {result.case}`"
                for result in results
                if result.problem
            ]
            rows = list(table(results, failed))
            print(*rows[2:], sep="\n", flush=True)
            lines += ["", f"## {part}", "", PARTS[part], "", *rows]
    print(*failed, sep="\n")
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    minutes = f"{(time.monotonic() - began) / 60:.1f} minutes on {os.cpu_count()} cores"
    made = f"Made by `python -m tools.noisy`, not edited: {versions}, {minutes}."
    lines += ["", "## Failed", "", *(failed or ["None."]), "", made, ""]
    report.write_text("\n".join(lines), encoding="utf-8")
    return int(bool(failed))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the noise campaign, or one case of it.")
    parser.add_argument("--replay", metavar="ID", help="run this case and print its records")
    case = parser.parse_args(arguments).replay
    if case is None:
        return campaign({part: ids(part) for part in PARTS}, REPORT)
    result = outcome(case, show=True)
    print(result.problem or "the law is kept")
    return int(bool(result.problem))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
