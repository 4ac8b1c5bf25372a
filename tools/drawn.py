"""Random pairs with random faults, and a fault of each kind as testers meet it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from lensbus.bench.pair import BODY, DEMO, LENS, Pair, pair
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step
from lensbus.front.named import load_profile
from lensbus.session.event import Raw
from lensbus.session.line import Strip
from lensbus.session.rule import FRAME_KINDS, KINDS, Instead, Rule
from lensbus.spec.load import load, profile_names
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message, Vocabulary

SPEC = load("l_mount")
MOST_S = 1.0  # how long a drawn fault lasts at most
BUSY_S = 2.5  # how often a script that goes on moves something
EVERYTHING = (
    Step(0.1, "focus_move", {"mode": "relative", "target": 2000, "speed": 0}),
    Step(0.2, "focus_stop", {}),
    Step(0.3, "get_optics", {}),
    Step(0.6, "enter_bootloader", {}),
    Step(1.0, "sleep", {}),
    Step(1.1, "aperture_set", {"aperture_av256": 0}),
)
WRONG = {
    BODY: Vocabulary(SPEC)("focus_stop"),
    LENS: Vocabulary(SPEC)("refused", opcode=0, reason="illegal_state"),
}
TYPICAL: Mapping[str, Mapping[str, Any]] = {
    "delay": {"for_s": 0.02},
    "slow": {"for_s": 0.3, "by_s": 0.01},
    "stuck": {"for_s": 0.1},
    "brownout": {"for_s": 0.2},
    "unplug": {"for_s": 0.2},
    "bounce": {"for_s": 0.02, "times": 4},
    "shake": {"for_s": 0.3, "times": 4, "by_s": 0.02},
}
"""What kinds take beside a trigger."""


def typical(kind: str, side: str = LENS, spec: Spec = SPEC, **when: Any) -> Rule:  # noqa: ANN401 any trigger of a Rule
    """A fault of a kind as testers meet it; in place of a frame comes a refusal, or a stop."""
    rule = Rule(kind, **when)
    if kind == "replace":
        return replace(rule, instead=Instead(WRONG[side], codec(spec)))
    return replace(rule, **TYPICAL.get(kind, {}))


@cache
def codec(spec: Spec) -> Codec:
    return Codec(spec)


@cache
def profiles(body: str, lens: str) -> tuple[BodyProfile, LensProfile]:
    return load_profile(BodyProfile, "bodies", body), load_profile(LensProfile, "lenses", lens)


def drawn(chance: Random, faults_s: float) -> Pair:
    """A random pair of profiles with a script, on a random strip, with faults for so long."""
    body, lens = profiles(*(chance.choice(profile_names(kind)) for kind in ("bodies", "lenses")))
    every = sorted(SPEC.link.lines)
    lines = frozenset(chance.choice([every, [], [line for line in every if chance.random() < 0.5]]))
    late_s = chance.choice([0.0, 0.002])
    strip = Strip(SPEC.link.bits_per_byte, lines, latency_s=late_s, jitter_s=late_s)
    sides = [chance.choice([BODY, LENS]) for _ in range(chance.randint(1, 6))]
    plan = {
        side: [drawn_rule(side, chance, faults_s) for _ in range(sides.count(side))]
        for side in sides
    }
    faults = {side: (rules, chance) for side, rules in plan.items()}
    script = (*chance.choice([DEMO, EVERYTHING]), *busy(chance, faults_s))
    return pair(SPEC, body, lens, script=script, strip=strip, faults=faults)


def busy(chance: Random, until_s: float) -> list[Step]:
    """Something to move, again and again; who moves is not asleep."""
    count = int(until_s / BUSY_S)
    return [
        Step(number * BUSY_S + chance.uniform(0.5, BUSY_S), "focus_move", move(chance))
        for number in range(1, count)
    ]


def move(chance: Random) -> dict[str, Any]:
    return {"mode": "absolute", "target": chance.randrange(6000), "speed": 0}


def drawn_rule(side: str, chance: Random, faults_s: float) -> Rule:
    """Any kind of fault, on any trigger."""
    rule = drawn_kind(side, chance)
    message = chance.choice([m for m in SPEC.messages.values() if m.sender == side and m.key])
    nth = chance.randint(1, round(40 * faults_s) if message.cyclic else 3)
    often = 0.1 if rule.kind in FRAME_KINDS else 0.005
    triggers = [
        replace(rule, frame=chance.randint(1, round(80 * faults_s))),
        replace(rule, byte=chance.randint(1, round(1200 * faults_s))),
        replace(rule, message=message.name, nth=nth),
        replace(rule, time=chance.uniform(0.0, faults_s)),
        replace(rule, chance=chance.uniform(0.0, often), until=faults_s),
        replace(rule, byte_chance=chance.uniform(0.0, often / 20), until=faults_s),
    ]
    return chance.choice(triggers)


def drawn_kind(side: str, chance: Random) -> Rule:
    """Any kind of fault, without a trigger yet."""
    kind = chance.choice(KINDS)
    if kind == "replace":
        return Rule(kind, instead=Instead(drawn_frame(side, chance), codec(SPEC)))
    if kind == "stuck":
        lines = [line for line in SPEC.link.lines.values() if line.driver in {side, "both"}]
        line, high, for_s = chance.choice([None, *lines]), chance.random() < 0.5, chance.random()
        name, idle = (line.name, line.idle) if line else ("", False)
        return Rule(kind, for_s=for_s * MOST_S, line=name, idle=idle, high=high)
    if kind not in TYPICAL:
        return Rule(kind)
    by_s, times = chance.uniform(0.001, 0.05), chance.randint(1, 9)
    for_s = by_s if kind == "delay" else chance.uniform(0.001, MOST_S)
    return Rule(kind, for_s=for_s, by_s=by_s, times=times)


def drawn_frame(side: str, chance: Random) -> Message | Raw:
    """What a side might say in place of what it should."""
    noise = Raw(chance.randbytes(chance.randint(1, 20)))
    return noise if chance.random() < 0.5 else WRONG[side]
