"""What an exploration plays by: its rules, its moves, and what a message is to it."""

from dataclasses import dataclass
from typing import NamedTuple

from lensbus.spec.behaviour import SAME, Role, Row
from lensbus.spec.model import Spec

LEVELS = {"high": True, "low": False}


@dataclass(frozen=True, slots=True)
class Rules:
    """What is between the tables.

    `flights` frames at most fly one way; with none, what is said is heard at once. `losses`
    times in all, frames are lost: one of them, or all tries of one. `lines` tells whether the link
    has the spec's lines, `apart` whether the agreed rate is another one than the slow one.
    """

    flights: int
    losses: int
    lines: bool = True
    apart: bool = True


class Move(NamedTuple):
    """What happens next: who does what with which message, and the row that is followed.

    A `stray` arrives where no row knows it. What is `forced`, by a hand at a line or by a loss, is
    no way on: nobody may count on it.
    """

    who: int
    verb: str
    name: str
    row: Row | None
    forced: bool = False
    stray: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """A message as it is played: which requests it answers, and how it goes to the other side.

    `by` is `frame`, `edge` of a line, or `level` of a line that the link has not.
    """

    name: str
    asks: bool
    retried: bool
    answers: frozenset[str]
    interim: bool
    numbered: bool
    by: str
    line: str
    pulse: bool
    active: bool
    forced: bool
    told: bool


def played(spec: Spec, rules: Rules, name: str) -> Played:
    """A message as it is played by these rules."""
    kind, reply = spec.messages[name], spec.replies.get(name)
    line = spec.link.lines[kind.on_line.line] if kind.on_line else None
    high = kind.on_line is not None and kind.on_line.high
    pulse = line is not None and (line.name in spec.pulses or _is_idle(spec, line.name))
    told = line is not None and line.name not in spec.pulses and LEVELS.get(line.absent) == high
    by = "frame"
    if line is not None and rules.lines:
        by = "edge"
    elif line is not None and line.absent in LEVELS:
        by = "level"
    refusing = {role.refusal.message for role in spec.roles.values() if role.refusal}
    return Played(
        name=name,
        asks=reply is not None,
        retried=reply is not None and reply.retries > 0,
        answers=frozenset(
            each.request
            for each in spec.replies.values()
            if name in {*refusing, *each.answers, *each.interim}
        ),
        interim=any(name in each.interim for each in spec.replies.values()),
        numbered=spec.frames[kind.frame].seq_of(kind.key) is not None,
        by=by,
        line=line.name if line else "",
        pulse=pulse,
        active=line is not None and high != line.idle,
        forced=line is not None and line.absent in LEVELS and not pulse and not told,
        told=told,
    )


def _is_idle(spec: Spec, line: str) -> bool:
    """Whether no edge of a line leads anywhere, so that its level matters to nobody."""
    names = {
        kind.name for kind in spec.messages.values() if kind.on_line and kind.on_line.line == line
    }
    rows = [row for role in spec.roles.values() for row in role.rows if row.message in names]
    return all(row.next in {SAME, row.state} and row.rate is None for row in rows)


def over(role: Role) -> frozenset[str]:
    """The deaf states that no row of their own leaves: a life ends there, and another begins."""
    left = {row.state for row in role.rows if row.next not in {SAME, row.state}}
    return role.deaf - left - {role.start}
