"""The long campaign: spoil what both sides say, in every way, and see that both find back.

Without arguments it runs every case and writes docs/campaign.md; `--replay ID` runs one case
again and prints all that happened. A case is its ID and nothing else: all chance in it comes
from generators that are seeded with the ID.
"""

import argparse
import gc
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing import Pool
from multiprocessing import TimeoutError as TooLateError
from multiprocessing.pool import IMapIterator
from pathlib import Path
from random import Random
from types import FunctionType, ModuleType

import lensbus
from lensbus.bench.pair import BODY, LENS, Pair, pair
from lensbus.session.event import LinkUp, Note
from lensbus.session.faults import DONE, OVER
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import FRAME_KINDS, Rule
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.message import Fault
from tools.drawn import SPEC, drawn, profiles, typical

REPORT = Path(__file__).resolve().parent.parent / "docs" / "campaign.md"
FRAMES_S, NOISE_S, PLAN_S = 3.0, 60.0, 30.0  # how long faults are done
BACK_S = 2.0  # both sides are ready again within this time after the last fault
RESET_S = 0.25  # and this more where a side resets itself, which the other sees by time-outs alone
STAY_S, LIMIT_S = 3.0, 30.0  # and again this much later, more than a nap; after that we give up
HANG_S = 300.0  # of real time, that no case takes
MOST_KEPT = 2000  # objects that a run may keep beyond those of its first second
WAYS = (*FRAME_KINDS, "reset", "unplug")
NOISE_SEEDS, PLAN_SEEDS = range(20), range(1000)
NOISE = {
    "flip": Rule("flip", byte_chance=0.001, until=NOISE_S),
    "drop": Rule("drop", chance=0.01, until=NOISE_S),
}
PARTS = {
    "frame": f"Each frame of the first {FRAMES_S:g} s is spoilt, in a run of its own.",
    "noise": f"{NOISE_S:g} s with 0.1 % of bytes flipped, or 1 % of frames dropped, on both sides.",
    "plan": f"1 to 6 random faults in {PLAN_S:g} s; profiles, script, lines, delays are drawn too.",
}
RULE = f"""A run is well if both sides are ready {BACK_S:g} s after its last fault, and at its end,
and if it does not keep more and more. Where one side resets itself it is {BACK_S + RESET_S:g} s,
since the other sees that by its time-outs alone: two tries, a pause, and the lens homes again."""
READY = ("ready", "ready")


@dataclass(slots=True)
class Case:
    """A case put together: what talks, what draws, and until when faults are done."""

    pair: Pair
    chance: Random
    faults_s: float

    @property
    def states(self) -> tuple[str, str]:
        return self.pair.body.state, self.pair.lens.state


@dataclass(slots=True)
class Result:
    """What became of a case; it went well if there is no problem. Times are virtual seconds."""

    case: str
    problem: str = ""
    done: int = 0
    heard: Counter[str] = field(default_factory=Counter)
    last_fault: float = 0.0
    back_at: float | None = None
    kept: int = 0


def build(case: str) -> Case:
    """Put a case together from its ID: `frame/LINES/SIDE/KIND/N`, `noise/LINES/KIND/SEED`, ..."""
    (part, *words), chance = case.split("/"), Random(case)
    if part == "plan":
        return Case(drawn(chance, PLAN_S), chance, PLAN_S)
    lines = frozenset(SPEC.link.lines if words[0] == "lines" else ())
    strip, faults_s = Strip(SPEC.link.bits_per_byte, lines), NOISE_S
    plan = {side: [NOISE[words[1]]] for side in (BODY, LENS)} if part == "noise" else {}
    if part == "frame":
        side, kind, number = words[1:]
        plan, faults_s = {side: [typical(kind, side, frame=int(number))]}, FRAMES_S
    body, lens = profiles("panasonic_s1", "panasonic_s_20_60")
    faults = {side: (rules, chance) for side, rules in plan.items()}
    return Case(pair(SPEC, body, lens, strip=strip, faults=faults), chance, faults_s)


def ids(part: str) -> list[str]:
    """Every case of a part."""
    if part == "plan":
        return [f"plan/{seed}" for seed in PLAN_SEEDS]
    if part == "noise":
        groups = [f"noise/{lines}/{kind}" for lines in ("lines", "bare") for kind in NOISE]
        return [f"{group}/{seed}" for group in groups for seed in NOISE_SEEDS]
    return [
        f"frame/{lines}/{side}/{kind}/{number}"
        for lines in ("lines", "bare")
        for side, count in frames_said(lines).items()
        for kind in WAYS
        for number in range(1, count + 1)
    ]


def frames_said(lines: str) -> Counter[str]:
    """How many frames each side says in the first seconds, when nothing is spoilt."""
    case = build(f"frame/{lines}/{BODY}/drop/0")
    records = case.pair.run(FRAMES_S, case.chance)
    return Counter(record.side for record in records if record.verb == "said" and record.raw)


def watch(case: Case, result: Result) -> Iterator[Record]:
    """Let a case run until it is decided; gives its records."""
    ran, first = case.pair.run(case.faults_s + LIMIT_S, case.chance), 0
    for record in ran:
        yield record
        about = record.event.about if isinstance(record.event, Note) else ""
        result.done += about == DONE
        if about in {DONE, OVER} or (isinstance(record.event, LinkUp) and record.side == BODY):
            result.last_fault, result.back_at = record.t, None
        elif isinstance(record.event, Fault):
            result.heard[record.event.kind] += 1
        if result.back_at is None and case.states == READY:
            result.back_at = record.t
        if first == 0 and record.t > 1:
            first = kept(ran, case.pair)
        if record.t > max(case.faults_s, result.last_fault) + BACK_S + STAY_S:
            result.kept = kept(ran, case.pair) - first
            return


def kept(*roots: object) -> int:
    """How many objects hang on these, specs and code aside."""
    seen, todo = set[int](), [*roots]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | Spec | Codec):
            continue
        seen.add(id(one))
        todo += (one.__closure__ or ()) if isinstance(one, FunctionType) else gc.get_referents(one)
    return len(seen)


def run(name: str, *, show: bool = False) -> Result:
    """Run one case and judge it."""
    case, result = build(name), Result(name)
    try:
        for record in watch(case, result):
            if show:
                print(f"{record.t:.6f} {record.side} {record.verb} {record.event} {record.state}")
    except Exception as error:  # noqa: BLE001 whatever is raised is a finding
        result.problem = f"raised {error!r}"
        return result
    allowed_s = BACK_S + (RESET_S if "/reset/" in name else 0)
    late = result.back_at is None or result.back_at - result.last_fault > allowed_s
    if late or case.states != READY:
        result.problem = f"back at {result.back_at}, at the end {case.states}"
    if result.kept > MOST_KEPT:
        result.problem = f"{result.kept} objects more were kept than after its first second"
    return result


def campaign(cases: Mapping[str, Sequence[str]], report: Path) -> int:
    """Run all cases on all cores, tell how it goes, and write the report."""
    began, lines, failed = time.monotonic(), ["# The long campaign", "", RULE], list[str]()
    with Pool() as pool:
        for part, names in cases.items():
            results = []
            for count, result in enumerate(ended(pool.imap(run, names), names), 1):
                results.append(result)
                if result.problem:
                    failed.append(
                        f"{result.problem}: `python -m tools.campaign --replay {result.case}`"
                    )
                    print("FAILED", failed[-1], flush=True)
                if count % 100 == 0 or count == len(names):
                    print(f"{part}: {count} of {len(names)}", flush=True)
            lines += ["", f"## {part}", "", PARTS[part], "", *table(results)]
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    minutes = f"{(time.monotonic() - began) / 60:.1f} minutes on {os.cpu_count()} cores"
    made = f"Made by `python -m tools.campaign`, not edited: {versions}, {minutes}."
    lines += ["", "## Failed", "", *(failed or ["None."]), "", made, ""]
    report.write_text("\n".join(lines), encoding="utf-8")
    return int(bool(failed))


def ended(ran: "IMapIterator[Result]", names: Sequence[str]) -> Iterator[Result]:
    """What becomes of cases, in order; one that hangs is the last."""
    for name in names:
        try:
            yield ran.next(HANG_S)
        except TooLateError:
            yield Result(name, f"no end after {HANG_S:g} s")
            return


def table(found: Sequence[Result]) -> Iterator[str]:
    """One row for each group of cases."""
    yield "| cases | runs | ready/ready | faults done | slowest way back | faults heard |"
    yield "|---|---:|---:|---:|---:|---|"
    for group, same in groupby(found, lambda result: result.case.rpartition("/")[0]):
        some = list(same)
        done = sum(result.done for result in some)
        well = sum(not result.problem for result in some)
        back = max((r.back_at - r.last_fault for r in some if r.back_at is not None), default=0.0)
        heard = sum((result.heard for result in some), Counter[str]())
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(heard.items()))
        yield f"| {group} | {len(some)} | {well} | {done} | {back:.2f} s | {kinds} |"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the campaign, or one case of it.")
    parser.add_argument("--replay", metavar="ID", help="run this case and print its records")
    name = parser.parse_args(arguments).replay
    if name is None:
        return campaign({part: ids(part) for part in PARTS}, REPORT)
    problem = run(name, show=True).problem
    print(problem or "well")
    return int(bool(problem))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
