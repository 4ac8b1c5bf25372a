"""Read a plan of faults: what goes wrong on whose side, and when, as data."""

from lensbus.errors import SpecError
from lensbus.session.faults import KINDS, Rule
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section

ROLES = ("body", "lens")
AWAY_S = 0.1  # unless told; a hand is hardly faster
TRIGGERS = ("frame", "byte", "message", "time", "chance", "byte_chance")


def read_plan(root: Node, problems: Problems, spec: Spec) -> dict[str, list[Rule]]:
    """The rules by role, of a file `faults: [{side, do, and one trigger}, ...]`.

    A rule that could never strike, since its side says no frame of that name, is a mistake.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    plan: dict[str, list[Rule]] = {}
    top = Section(root, "plan", problems)
    for number, node in enumerate(top.need("faults").items(), 1):
        section = Section(node, f"faults.{number}", problems)
        side = section.choice("side", ROLES)
        rule = _rule(section)
        _fits(section, side, rule, spec)
        plan.setdefault(side, []).append(rule)
        section.done()
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return plan


def _rule(section: Section) -> Rule:
    given = [name for name in TRIGGERS if name in section]
    if len(given) != 1:
        section.problem("do", f"needs one trigger out of {', '.join(TRIGGERS)}, got {len(given)}")
    kind = section.choice("do", KINDS)
    return Rule(
        kind=kind,
        frame=_count(section, "frame"),
        byte=_count(section, "byte"),
        message=section.text("message") if "message" in section else None,
        nth=_count(section, "nth") or 1,
        time=section.number("time") if "time" in section else None,
        chance=_chance(section, "chance"),
        byte_chance=_chance(section, "byte_chance"),
        for_s=section.number("for_s", AWAY_S if kind == "unplug" else 0.0),
    )


def _fits(section: Section, side: str, rule: Rule, spec: Spec) -> None:
    """Complain of what would be ignored."""
    said = [kind.name for kind in spec.messages.values() if kind.sender == side and kind.key]
    if rule.message and rule.message not in said:
        known = ", ".join(said)
        section.problem("message", f"{side} says no frame {rule.message!r} (it says {known})")
    if rule.message is None and "nth" in section:
        section.problem("nth", "counts messages: name one with `message`")
    if rule.kind != "unplug" and "for_s" in section:
        section.problem("for_s", "only `do: unplug` takes time")
    if rule.kind == "unplug" and not rule.for_s:
        section.problem("for_s", "expected more than 0 s: nobody unplugs in no time")


def _count(section: Section, key: str) -> int | None:
    if key not in section:
        return None
    count = section.integer(key, 1)  # what is no number was complained of
    if count < 1:
        section.problem(key, f"counts begin with 1, got {count}")
    return count


def _chance(section: Section, key: str) -> float | None:
    if key not in section:
        return None
    chance = section.number(key)
    if chance > 1:
        section.problem(key, f"expected a chance from 0 to 1, got {chance}")
    return chance
