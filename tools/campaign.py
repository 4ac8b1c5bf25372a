"""The long campaign: spoil what both sides say, in every way, and see that both find back.

Without arguments it runs every case and writes docs/campaign.md; `--replay ID` runs one case
again and prints all that happened. A case is its ID and nothing else: all chance in it comes
from generators that are seeded with the ID.
"""

import argparse
import os
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from multiprocessing import Pool
from pathlib import Path

import lensbus
from lensbus.bench.pair import BODY, DEMO, LENS, Pair, pair
from lensbus.cli.setup import load_profile
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step
from lensbus.session.event import LinkUp, Note
from lensbus.session.faults import KINDS, Rule
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.spec.load import load, profile_names
from lensbus.wire.message import Fault

SPEC = load("l_mount")
REPORT = Path(__file__).resolve().parent.parent / "docs" / "campaign.md"
FRAMES_S, NOISE_S, PLAN_S = 3.0, 60.0, 8.0  # how long faults are done
BACK_S = 4.0  # both sides are ready again within this time after the last fault
STAY_S, LIMIT_S = 2.0, 30.0  # and again this much later, more than a nap; after that we give up
NOISE_SEEDS, PLAN_SEEDS = range(20), range(1000)
NOISE = {"flip": Rule("flip", byte_chance=0.001), "drop": Rule("drop", chance=0.01)}
PARTS = {
    "frame": f"Each frame of the first {FRAMES_S:g} s is spoilt, in a run of its own.",
    "noise": f"{NOISE_S:g} s with 0.1 % of bytes flipped, or 1 % of frames dropped, on both sides.",
    "plan": f"1 to 6 random faults in {PLAN_S:g} s; profiles, script, lines, delays are drawn too.",
}
EVERYTHING = (
    Step(0.1, "focus_move", {"mode": "relative", "target": 2000, "speed": 0}),
    Step(0.2, "focus_stop", {}),
    Step(0.3, "get_optics", {}),
    Step(0.6, "enter_bootloader", {}),
    Step(1.0, "sleep", {}),
    Step(1.1, "aperture_set", {"aperture_av256": 0}),
)
RULE = f"A run is well if both sides are ready {BACK_S:g} s after its last fault, and at its end."
READY = ("ready", "ready")
DONE = "fault done: "


class Weather(random.Random):
    """What faults and strip draw from; once calm, faults that are a matter of chance stay away."""

    calm = False
    getrandbits = random.Random.getrandbits  # or randrange would draw 1.0 for ever

    def random(self) -> float:
        return 1.0 if self.calm else super().random()


@dataclass(slots=True)
class Case:
    """A case put together: what talks, what draws, and until when faults are done."""

    pair: Pair
    weather: Weather
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


@cache
def profiles(body: str, lens: str) -> tuple[BodyProfile, LensProfile]:
    return load_profile(BodyProfile, "bodies", body), load_profile(LensProfile, "lenses", lens)


def build(case: str) -> Case:
    """Put a case together from its ID: `frame/LINES/SIDE/KIND/N`, `noise/LINES/KIND/SEED`, ..."""
    (part, *words), weather = case.split("/"), Weather(case)
    if part == "plan":
        return drawn(weather)
    lines = frozenset(SPEC.link.lines if words[0] == "lines" else ())
    strip, faults_s = Strip(SPEC.link.bits_per_byte, lines), NOISE_S
    plan = {side: [NOISE[words[1]]] for side in (BODY, LENS)} if part == "noise" else {}
    if part == "frame":
        side, kind, number = words[1:]
        plan, faults_s = {side: [Rule(kind, frame=int(number), for_s=0.2)]}, FRAMES_S
    body, lens = profiles("panasonic_s1", "panasonic_s_20_60")
    faults = {side: (rules, weather) for side, rules in plan.items()}
    return Case(pair(SPEC, body, lens, strip=strip, faults=faults), weather, faults_s)


def drawn(chance: Weather) -> Case:
    """A random pair of profiles with a script, on a random strip, with random faults."""
    body, lens = profiles(*(chance.choice(profile_names(kind)) for kind in ("bodies", "lenses")))
    every = sorted(SPEC.link.lines)
    lines = frozenset(chance.choice([every, [], [line for line in every if chance.random() < 0.5]]))
    late_s = chance.choice([0.0, 0.002])
    strip = Strip(SPEC.link.bits_per_byte, lines, latency_s=late_s, jitter_s=late_s)
    sides = [chance.choice([BODY, LENS]) for _ in range(chance.randint(1, 6))]
    plan = {side: [drawn_rule(side, chance) for _ in range(sides.count(side))] for side in sides}
    faults = {side: (rules, chance) for side, rules in plan.items()}
    script = chance.choice([DEMO, EVERYTHING])
    return Case(pair(SPEC, body, lens, script=script, strip=strip, faults=faults), chance, PLAN_S)


def drawn_rule(side: str, chance: random.Random) -> Rule:
    """Any kind of fault, on any trigger."""
    kind, for_s = chance.choice(KINDS), chance.choice([0.0, chance.random()])
    message = chance.choice([m for m in SPEC.messages.values() if m.sender == side and m.key])
    nth = chance.randint(1, 300 if message.cyclic else 3)
    triggers = [
        Rule(kind, for_s=for_s, frame=chance.randint(1, 600)),
        Rule(kind, for_s=for_s, byte=chance.randint(1, 9000)),
        Rule(kind, for_s=for_s, message=message.name, nth=nth),
        Rule(kind, for_s=for_s, time=chance.uniform(0.0, PLAN_S)),
        Rule(kind, for_s=for_s, chance=chance.uniform(0.001, 0.1)),
        Rule(kind, for_s=for_s, byte_chance=chance.uniform(0.0001, 0.005)),
    ]
    return chance.choice(triggers)


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
        for kind in KINDS
        for number in range(1, count + 1)
    ]


def frames_said(lines: str) -> Counter[str]:
    """How many frames each side says in the first seconds, when nothing is spoilt."""
    case = build(f"frame/{lines}/{BODY}/drop/0")
    records = case.pair.run(FRAMES_S, case.weather)
    return Counter(record.side for record in records if record.verb == "said" and record.raw)


def watch(case: Case, result: Result) -> Iterator[Record]:
    """Let a case run until it is decided; gives its records."""
    for record in case.pair.run(case.faults_s + LIMIT_S, case.weather):
        case.weather.calm = record.t >= case.faults_s
        yield record
        told = record.event.text if isinstance(record.event, Note) else ""
        result.done += told.startswith(DONE)
        if told.startswith(DONE) or (isinstance(record.event, LinkUp) and record.side == BODY):
            result.last_fault, result.back_at = record.t, None
        elif isinstance(record.event, Fault):
            result.heard[record.event.kind] += 1
        if result.back_at is None and case.states == READY:
            result.back_at = record.t
        if record.t > max(case.faults_s, result.last_fault) + BACK_S + STAY_S:
            return


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
    late = result.back_at is None or result.back_at - result.last_fault > BACK_S
    if late or case.states != READY:
        result.problem = f"back at {result.back_at}, at the end {case.states}"
    return result


def campaign(cases: Mapping[str, Sequence[str]], report: Path) -> int:
    """Run all cases on all cores, tell how it goes, and write the report."""
    began, lines, failed = time.monotonic(), ["# The long campaign", "", RULE], list[str]()
    with Pool() as pool:
        for part, names in cases.items():
            results = []
            for count, result in enumerate(pool.imap(run, names, chunksize=4), 1):
                results.append(result)
                if result.problem:
                    failed.append(f"{result.problem}: `tools/campaign.py --replay {result.case}`")
                    print("FAILED", failed[-1], flush=True)
                if count % 100 == 0 or count == len(names):
                    print(f"{part}: {count} of {len(names)}", flush=True)
            lines += ["", f"## {part}", "", PARTS[part], "", *table(results)]
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    minutes = f"{(time.monotonic() - began) / 60:.1f} minutes on {os.cpu_count()} cores"
    made = f"Made by `python tools/campaign.py`, not edited: {versions}, {minutes}."
    lines += ["", "## Failed", "", *(failed or ["None."]), "", made, ""]
    report.write_text("\n".join(lines), encoding="utf-8")
    return int(bool(failed))


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
