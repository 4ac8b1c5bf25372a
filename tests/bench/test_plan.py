import re
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lensbus.bench.pair import Tally, pair
from lensbus.bench.plan import read_plan
from lensbus.devices.script import Step
from lensbus.errors import SpecError
from lensbus.session.event import Raw
from lensbus.session.line import Strip
from lensbus.session.rule import KINDS, Instead, Rule
from lensbus.spec.load import find_profile, profile_names, read
from lensbus.spec.node import Problems
from lensbus.wire.codec import Codec
from tests.peers import BARE, BUSY, LINES, S1, SAY, SPEC, ZOOM

ROOT = Path(__file__).parents[2]

SHAKEN = Rule("shake", for_s=1, by_s=2, times=9)
ZOOMS = SAY("capabilities", mask=("zoom", "autofocus"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.yaml"


def plan(path: Path, text: str) -> dict[str, list[Rule]]:
    path.write_text(text)
    problems = Problems()
    root = read(path, problems)
    assert root is not None
    return read_plan(root, problems, SPEC)


def mistakes(path: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan(path, text)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


NEEDS = {
    "delay": "for_s: 0.2",
    "slow": "for_s: 2, by_s: 0.01",
    "stuck": "for_s: 0.2, level: low",
    "shake": "for_s: 2",
    "replace": "with: {hex: '00'}",
}
"""What a kind must be told beside its trigger."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "delay": {"for_s": 0.2},
    "slow": {"for_s": 2, "by_s": 0.01},
    "stuck": {"for_s": 0.2},
    "brownout": {"for_s": 0.1},
    "unplug": {"for_s": 0.1},
    "bounce": {"for_s": 0.02, "times": 5},
    "shake": {"for_s": 2, "by_s": 0.01, "times": 5},
    "replace": {"instead": Instead(Raw(b"\0"), Codec(SPEC))},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_can_be_planned(path: Path, kind: str) -> None:
    more = f", {NEEDS[kind]}" if kind in NEEDS else ""
    found = plan(path, f"faults: [{{side: lens, do: {kind}, frame: 3{more}}}]")

    assert {"lens": [replace(Rule(kind, frame=3), **DEFAULTS.get(kind, {}))]} == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("side: body, do: bounce, for_s: 1, times: 3", Rule("bounce", for_s=1, times=3)),
        ("side: lens, do: shake, for_s: 1, by_s: 2, times: 9", SHAKEN),
        ("side: lens, do: stuck, for_s: 1, level: high", Rule("stuck", for_s=1, high=True)),
        (
            "side: body, do: stuck, for_s: 1, level: low, line: sync",
            Rule("stuck", for_s=1, line="sync", idle=True),
        ),
        (
            "side: lens, do: stuck, for_s: 1, level: high, line: select",
            Rule("stuck", for_s=1, line="select", high=True),
        ),
        (
            "side: lens, do: replace, with: {message: busy, opcode: 5}",
            Rule("replace", instead=Instead(BUSY, Codec(SPEC))),
        ),
        (
            "side: lens, do: replace, with: {message: capabilities, mask: [zoom, autofocus]}",
            Rule("replace", instead=Instead(ZOOMS, Codec(SPEC))),
        ),
        (
            'side: lens, do: replace, with: {hex: "e0 05"}',
            Rule("replace", instead=Instead(Raw(b"\xe0\x05"), Codec(SPEC))),
        ),
    ],
)
def test_what_a_kind_takes_is_read(path: Path, text: str, expected: Rule) -> None:
    (found,) = plan(path, f"faults: [{{{text}, time: 2}}]").values()

    assert found == [replace(expected, time=2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("frame: 3", Rule("flip", frame=3)),
        ("byte: 17", Rule("flip", byte=17)),
        ("message: sleep", Rule("flip", message="sleep")),
        ("message: sleep, nth: 4", Rule("flip", message="sleep", nth=4)),
        ("time: 1.5", Rule("flip", time=1.5)),
        ("time: 0", Rule("flip", time=0)),
        ("chance: 0.25", Rule("flip", chance=0.25)),
        ("chance: 1", Rule("flip", chance=1)),
        ("byte_chance: 0", Rule("flip", byte_chance=0)),
        ("chance: 0.1, until: 5", Rule("flip", chance=0.1, until=5)),
        ("byte_chance: 0.1, until: 0.5", Rule("flip", byte_chance=0.1, until=0.5)),
    ],
)
def test_every_trigger_is_read(path: Path, text: str, expected: Rule) -> None:
    assert {"body": [expected]} == plan(path, f"faults: [{{side: body, do: flip, {text}}}]")


def test_an_unplugged_link_may_stay_away_for_a_time(path: Path) -> None:
    found = plan(path, "faults: [{side: body, do: unplug, byte: 1, for_s: 0.5}]")

    assert found == {"body": [Rule("unplug", byte=1, for_s=0.5)]}


def test_rules_keep_their_order_on_each_side(path: Path) -> None:
    found = plan(
        path,
        """
        faults:
          - {side: lens, do: drop, frame: 2}
          - {side: body, do: flip, byte: 9}
          - {side: lens, do: insert, time: 1}
        """,
    )

    assert [Rule("drop", frame=2), Rule("insert", time=1)] == found["lens"]
    assert [Rule("flip", byte=9)] == found["body"]


def test_a_plan_may_hold_nothing(path: Path) -> None:
    assert plan(path, "faults: []") == {}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("side: lens, do: drop", "1:27: faults.1.do: needs one trigger out of frame, byte, "),
        ("side: lens, do: drop, frame: 1, time: 2", "1:27: faults.1.do: needs one trigger out of "),
        ("side: host, do: drop, frame: 1", "1:17: faults.1.side: unknown 'host' (known: body, "),
        ("side: lens, do: melt, frame: 1", "1:27: faults.1.do: unknown 'melt' (known: drop, "),
        ("side: lens, frame: 1", "1:10: faults.1.do: missing"),
        ("do: drop, frame: 1", "1:10: faults.1.side: missing"),
        ("side: lens, do: drop, frame: 0", "1:40: faults.1.frame: counts begin with 1, got 0"),
        ("side: lens, do: drop, byte: -2", "1:39: faults.1.byte: counts begin with 1, got -2"),
        (
            "side: lens, do: drop, message: awake, nth: 0",
            "1:54: faults.1.nth: counts begin with 1, got 0",
        ),
        ("side: lens, do: drop, frame: x", "1:40: faults.1.frame: expected a whole number, got "),
        ("side: lens, do: drop, frame: 1.5", "1:40: faults.1.frame: expected a whole number, "),
        ("side: lens, do: drop, message: 3", "1:42: faults.1.message: expected a text, got "),
        ("side: lens, do: drop, time: soon", "1:39: faults.1.time: expected a number, got text"),
        ("side: lens, do: drop, chance: 1.5", "1:41: faults.1.chance: expected a chance from 0 to"),
        ("side: lens, do: drop, byte_chance: -1", "1:46: faults.1.byte_chance: expected a number "),
        ("side: lens, do: unplug, frame: 1, for_s: -1", "1:52: faults.1.for_s: expected a number "),
        (
            "side: lens, do: drop, message: wake",
            "1:42: faults.1.message: lens says no frame 'wake' (it says identity, capabilities, ",
        ),
        (
            "side: lens, do: drop, message: attached",
            "1:42: faults.1.message: lens says no frame 'attached' (it says identity, ",
        ),
        (
            "side: lens, do: drop, frame: 1, nth: 2",
            "1:48: faults.1.nth: counts messages: name one with `message`",
        ),
        (
            "side: lens, do: drop, frame: 1, for_s: 2",
            "1:50: faults.1.for_s: `do: drop` takes none (what does: delay, slow, stuck, ",
        ),
        (
            "side: lens, do: unplug, frame: 1, for_s: 0",
            "1:52: faults.1.for_s: expected more than 0 s: what takes no time is no fault",
        ),
        ("side: lens, do: slow, time: 1, for_s: 1", "1:10: faults.1.by_s: missing"),
        ("side: lens, do: delay, time: 1", "1:10: faults.1.for_s: missing"),
        ("side: lens, do: stuck, time: 1, for_s: 1", "1:10: faults.1.level: missing"),
        (
            "side: lens, do: stuck, time: 1, for_s: 1, level: up",
            "1:60: faults.1.level: unknown 'up' (known: low, high)",
        ),
        (
            "side: body, do: stuck, time: 1, for_s: 1, level: low, line: detect",
            "1:71: faults.1.line: no line that body drives (it drives power, reset, sync, select)",
        ),
        (
            "side: lens, do: bounce, time: 1, times: 0",
            "1:51: faults.1.times: counts begin with 1, got 0",
        ),
        (
            "side: lens, do: bounce, time: 1, times: 1001",
            "1:51: faults.1.times: expected at most 1000, got 1001",
        ),
        (
            "side: lens, do: unplug, time: 1, times: 2",
            "1:51: faults.1.times: `do: unplug` takes none (what does: bounce, shake)",
        ),
        (
            "side: lens, do: drop, time: 1, until: 2",
            "1:49: faults.1.until: ends a chance: give `chance` or `byte_chance`",
        ),
        ("side: lens, do: replace, time: 1", "1:10: faults.1.with: missing"),
        (
            "side: lens, do: replace, time: 1, with: {}",
            "1:51: faults.1.with.message: needs either a message with its fields, or hex",
        ),
        (
            "side: lens, do: replace, time: 1, with: {hex: '0x'}",
            "1:57: faults.1.with.hex: expected bytes as",
        ),
        (
            "side: lens, do: replace, time: 1, with: {hex: 17}",
            "1:57: faults.1.with.hex: expected a text, got whole number",
        ),
        (
            "side: lens, do: replace, time: 1, with: {hex: '00', opcode: 5}",
            "1:63: faults.1.with: unknown key 'opcode' (known: hex, message)",
        ),
        (
            "side: lens, do: replace, time: 1, with: {message: bsuy}",
            "1:61: faults.1.with.message: there is no message 'bsuy' in this spec",
        ),
        (
            "side: lens, do: replace, time: 1, with: {message: busy}",
            "1:61: faults.1.with.message: busy: missing opcode",
        ),
        (
            "side: lens, do: replace, time: 1, with: {message: busy, opcode: 500}",
            "1:61: faults.1.with.message: busy.opcode: ",
        ),
        (
            "side: lens, do: replace, time: 1, with: {message: attached}",
            "1:61: faults.1.with.message: no frame can carry 'attached'",
        ),
        (
            "side: lens, do: replace, time: 1, with: {message: busy, opcode: 5, seq: 5}",
            "1:83: faults.1.with.seq: what is said in place of a frame keeps its number",
        ),
        ("side: lens, do: drop, time: 1, with: {hex: '00'}", "1:48: faults.1.with: `do: drop` "),
        ("side: lens, do: drop, frame: 1, fro_s: 1", "1:43: faults.1: unknown key 'fro_s' (known:"),
    ],
)
def test_a_mistake_is_told_once_and_with_its_place(path: Path, rule: str, expected: str) -> None:
    (found,) = mistakes(path, f"faults: [{{{rule}}}]")

    assert found.startswith(expected)


def test_all_mistakes_are_told_at_once_in_order_of_their_places(path: Path) -> None:
    found = mistakes(
        path,
        "faults:\n"
        "  - {side: host, do: drop, frame: 1}\n"
        "  - {side: lens, do: drop, chance: 7}\n"
        "  - {side: lens, do: melt, time: 1, never: true}\n"
        "speed: 3\n",
    )

    assert [":".join(line.split(":")[:2]) for line in found] == [
        "2:12",
        "3:36",
        "4:22",
        "4:37",
        "5:1",
    ]


def test_a_plan_without_faults_is_none(path: Path) -> None:
    found = mistakes(path, "fautls: []")

    assert found == [
        "1:1: plan.faults: missing",
        "1:1: plan: unknown key 'fautls' (known: faults, title)",
    ]


@pytest.mark.parametrize("text", ["faults: 3", "faults: [[]]"])
def test_what_is_no_rule_is_refused(path: Path, text: str) -> None:
    assert any("expected a mapping, got " in line for line in mistakes(path, text))


# The plans that are shipped

FAULTS_S = 4.0
MOVING = (Step(0.5, "focus_move", {"mode": "absolute", "target": 3000, "speed": 6000}),)


def named(name: str) -> dict[str, list[Rule]]:
    """The rules of a shipped plan; what is a matter of chance ends."""
    problems = Problems()
    root = read(find_profile("faults", name), problems)
    assert root is not None
    rules = read_plan(root, problems, SPEC)
    return {role: [ended(rule) for rule in some] for role, some in rules.items()}


def ended(rule: Rule) -> Rule:
    by_chance = rule.chance is not None or rule.byte_chance is not None
    return replace(rule, until=FAULTS_S) if by_chance else rule


@pytest.mark.parametrize("lines", [LINES, BARE], ids=["lines", "bare"])
@pytest.mark.parametrize("name", profile_names("faults"))
def test_after_a_shipped_plan_both_sides_are_ready(name: str, lines: frozenset[str]) -> None:
    faults = {role: (rules, Random(role)) for role, rules in named(name).items()}
    strip = Strip(SPEC.link.bits_per_byte, lines)
    made = pair(SPEC, S1, ZOOM, script=MOVING, faults=faults, strip=strip)
    tally = Tally()
    records = list(tally.watch(made.run(FAULTS_S + 3.0, Random(1))))

    assert tally.done >= len([rule for rules in named(name).values() for rule in rules])
    assert made.states == {"body": "ready", "lens": "ready"}
    assert {r.side for r in records if r.t > FAULTS_S + 2.5} == {"body", "lens"}


@pytest.mark.parametrize("name", profile_names("faults"))
def test_a_shipped_plan_says_what_it_stands_for(name: str) -> None:
    first, *_ = find_profile("faults", name).read_text(encoding="utf-8").splitlines()

    assert re.match(r"# [A-Z][a-z -]+: ", first)
    assert f"| `{name}` |" in (ROOT / "docs/faults.md").read_text(encoding="utf-8")


def test_an_unknown_plan_is_told_with_those_that_are_there() -> None:
    with pytest.raises(SpecError, match=r"unknown plan of faults .near: noisy_line"):
        find_profile("faults", "nosiy_line")
