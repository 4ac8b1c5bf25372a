"""Read a plan of faults: what goes wrong on whose side, and when, as data."""

from collections.abc import Mapping
from math import inf
from typing import Any

from lensbus.errors import LocalProtocolError, SpecError
from lensbus.session.event import Raw
from lensbus.session.rule import KINDS, Instead, Rule
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section, listed
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message, Vocabulary

ROLES = ("body", "lens")
TRIGGERS = ("frame", "byte", "message", "time", "chance", "byte_chance")
MOST_TIMES = 1000  # of a contact that opens

TAKES: Mapping[str, Mapping[str, float | None]] = {
    "for_s": {
        "delay": None,
        "slow": None,
        "stuck": None,
        "brownout": 0.1,
        "unplug": 0.1,  # a hand is hardly faster
        "bounce": 0.02,
        "shake": None,
    },
    "by_s": {"slow": None, "shake": 0.01},
    "times": {"bounce": 5, "shake": 5},
    "line": {"stuck": None},
    "level": {"stuck": None},
    "with": {"replace": None},
}
"""Which kinds take what beside a trigger, and what that is unless told; None: it must be told."""


def read_plan(root: Node, problems: Problems, spec: Spec) -> dict[str, list[Rule]]:
    """The rules by role, of a file `{title, faults: [{side, do, and one trigger}, ...]}`.

    A rule that could never strike, since its side says no frame of that name, is a mistake, and
    so is what would be ignored.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    plan: dict[str, list[Rule]] = {}
    top = Section(root, "plan", problems)
    top.text("title", "")
    for number, node in enumerate(top.need("faults").items(), 1):
        section = Section(node, f"faults.{number}", problems)
        side = section.choice("side", ROLES)
        plan.setdefault(side, []).append(_rule(section, side, spec))
        section.done()
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return plan


def _rule(section: Section, side: str, spec: Spec) -> Rule:
    kind, when = section.choice("do", KINDS), _trigger(section, side, spec)
    do = section.get("do")
    known = do is not None and do.value == kind
    for key, kinds in TAKES.items():
        if key in section and known and kind not in kinds:
            section.problem(key, f"`do: {kind}` takes none (what does: {', '.join(kinds)})")
    if not known:
        return Rule(kind)
    times = int(TAKES["times"].get(kind) or 1)
    return Rule(
        kind,
        **when,
        for_s=_seconds(section, kind, "for_s"),
        by_s=_seconds(section, kind, "by_s"),
        times=_count(section, "times", times, MOST_TIMES) if kind in TAKES["times"] else times,
        **(_stuck(section, side, spec) if kind == "stuck" else {}),
        instead=_instead(section.section("with", needed=True), spec) if kind == "replace" else None,
    )


def _trigger(section: Section, side: str, spec: Spec) -> dict[str, Any]:
    """When a rule strikes."""
    given = [name for name in TRIGGERS if name in section]
    if len(given) != 1:
        section.problem("do", f"needs one trigger out of {', '.join(TRIGGERS)}, got {len(given)}")
    when: dict[str, Any] = {key: _count(section, key) for key in ("frame", "byte") if key in given}
    if "message" in given:
        when["message"] = _said(section, side, spec)
    if "nth" in section:
        when["nth"] = _count(section, "nth")
        if "message" not in given:
            section.problem("nth", "counts messages: name one with `message`")
    when |= {key: _chance(section, key) for key in ("chance", "byte_chance") if key in given}
    if "time" in given:
        when["time"] = section.number("time")
    if "until" in section:
        when["until"] = section.number("until")
        if not {"chance", "byte_chance"}.intersection(given):
            section.problem("until", "ends a chance: give `chance` or `byte_chance`")
    return when


def _said(section: Section, side: str, spec: Spec) -> str:
    message = section.text("message")
    said = [kind.name for kind in spec.messages.values() if kind.sender == side and kind.key]
    if message and message not in said:
        known = ", ".join(said)
        section.problem("message", f"{side} says no frame {message!r} (it says {known})")
    return message


def _seconds(section: Section, kind: str, key: str) -> float:
    if kind not in TAKES[key]:
        return 0.0
    seconds = section.number(key, TAKES[key][kind])
    if key in section and seconds == 0:
        section.problem(key, "expected more than 0 s: what takes no time is no fault")
    return seconds


def _stuck(section: Section, side: str, spec: Spec) -> dict[str, Any]:
    """Which wire is stuck, and at which level."""
    level = {"high": section.choice("level", ("low", "high")) == "high"}
    if "line" not in section:
        return level
    driven = {k: v for k, v in spec.link.lines.items() if v.driver in {side, "both"}}
    line = driven.get(section.text("line"))
    if line is None:
        section.problem("line", f"no line that {side} drives (it drives {listed(driven)})")
        return level
    return {**level, "line": line.name, "idle": line.idle}


def _instead(section: Section, spec: Spec) -> Instead:
    """What is said in place of a frame."""
    if ("message" in section) == ("hex" in section):
        section.problem("message", "needs either a message with its fields, or hex")
    what: Message | Raw = Raw(b"")
    if "hex" in section:
        what = _raw(section)
    elif "message" in section:
        name = section.text("message")
        fields: dict[str, Any] = {k: _plain(v) for k, v in section.nodes() if k != "message"}
        if "seq" in fields:
            section.problem("seq", "what is said in place of a frame keeps its number")
        try:
            what = Vocabulary(spec)(name, **fields)
        except LocalProtocolError as error:
            section.problem("message", str(error))
        if name in spec.messages and not spec.messages[name].key:
            section.problem("message", f"no frame can carry {name!r}")
    section.done()
    return Instead(what, Codec(spec))


def _raw(section: Section) -> Raw:
    try:
        return Raw(bytes.fromhex(section.text("hex")))
    except ValueError as error:
        section.problem("hex", f'expected bytes as "e0 05 00": {error}')
        return Raw(b"")


def _plain(node: Node) -> object:
    """A field's value; flags and arrays are tuples."""
    value = node.plain
    return tuple(value) if isinstance(value, list) else value


def _count(section: Section, key: str, default: int = 1, most: float = inf) -> int:
    count = section.integer(key, default)  # what is no number was complained of
    if count < 1:
        section.problem(key, f"counts begin with 1, got {count}")
    if count > most:
        section.problem(key, f"expected at most {most:g}, got {count}")
    return count


def _chance(section: Section, key: str) -> float:
    chance = section.number(key)
    if chance > 1:
        section.problem(key, f"expected a chance from 0 to 1, got {chance}")
    return chance
