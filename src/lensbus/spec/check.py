"""Check a spec that loads: what is no contradiction, and yet no good."""

from dataclasses import dataclass, replace

from lensbus.errors import Problem
from lensbus.spec.cycle import overload
from lensbus.spec.explore import MOST, Explored, explore
from lensbus.spec.model import Found, Spec
from lensbus.spec.versions import behaving, differing

OLDEST = 2  # older versions that are explored beside the newest: what ships may be old


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, sorted by place, and what it explored."""

    problems: tuple[Problem, ...]
    explored: Explored


def check(spec: Spec) -> Checked:
    """All that is wrong with a spec beyond what keeps it from being loaded."""
    explored, stuck = explore(spec)
    found = {*spec.unused, *stuck}
    for one in differing(spec):
        found |= {*_unspoken(one), *_unsaid(one), *overload(one)}
    left = MOST.less(explored.extent)
    for old in behaving(spec)[:-1][:OLDEST]:
        again, stuck = explore(old, left)
        left = left.less(again.extent)
        found |= {*stuck}
        explored = replace(explored, stopped=explored.stopped or again.stopped)
    problems = {Problem(at.file, at.line, at.column, text) for at, text in found}
    return Checked(tuple(sorted(problems)), explored)


def _unspoken(spec: Spec) -> Found:
    """Messages without a row; what is known of an opaque spec may be no more than how one looks."""
    named = {row.message for role in spec.roles.values() for row in role.rows}
    for kind in spec.messages.values():
        if kind.name not in named and not spec.opaque:
            yield kind.where, f"{kind.name}: no row of a table says or hears it"


def _unsaid(spec: Spec) -> Found:
    """Answers that nobody sends."""
    sent = {row.message for role in spec.roles.values() for row in role.rows if row.verb == "send"}
    for reply in spec.replies.values():
        for name in sorted((reply.answers | reply.interim) - sent):
            sender = spec.messages[name].sender
            text = f"no row of the {sender} table sends {name}"
            yield reply.where, f"replies.{reply.request}: {text}"
