"""What an exploration plays by: its rules, its moves, and what a message is to it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from lensbus.spec.behaviour import SAME, Line, Role, Row, Rows
from lensbus.spec.model import OnLine, Spec

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
    by: str = "frame"
    line: str = ""
    pulse: bool = False
    active: bool = False
    forced: bool = False
    told: bool = False

    @property
    def is_said(self) -> bool:
        """Whether a side can say it at all: of a level that its link has not, it is told."""
        return self.told or self.by != "level"


Said = tuple[Row, Played]


@dataclass(frozen=True, slots=True)
class Own:
    """What a side can say by itself in a state: its requests, and what is no answer either.

    `speaks` tells whether a frame is among them.
    """

    asks: tuple[Said, ...]
    rest: tuple[Said, ...]
    speaks: bool


class Voice:
    """What a side can say by itself, state by state; only there it looks at each row, and once."""

    def __init__(self, table: Mapping[str, Rows], words: Mapping[str, Played]) -> None:
        self._table, self._words = table, words
        self._known: dict[tuple[str, bool], Own] = {}

    def own(self, state: str, *, bare: bool) -> Own:
        """What the state lets it say; only what needs no frame, where that is `bare`."""
        if (state, bare) not in self._known:
            self._known[state, bare] = self._own(self._table[state]["send"], bare=bare)
        return self._known[state, bare]

    def _own(self, rows: Mapping[str, Row], *, bare: bool) -> Own:
        said = [(row, self._words[name]) for name, row in rows.items()]
        said = [(row, word) for row, word in said if not word.answers]
        if bare:
            said = [(row, word) for row, word in said if word.by != "frame"]
        asks = tuple((row, word) for row, word in said if word.asks)
        rest = tuple((row, word) for row, word in said if not word.asks and word.is_said)
        return Own(asks, rest, any(word.by == "frame" for _, word in said))


def played(spec: Spec, rules: Rules) -> dict[str, Played]:
    """Every message as it is played by these rules, by name."""
    answered, idle = _answered(spec), _idle(spec)
    interim = {name for reply in spec.replies.values() for name in reply.interim}
    words = {}
    for name, kind in spec.messages.items():
        reply = spec.replies.get(name)
        word = Played(
            name=name,
            asks=reply is not None,
            retried=reply is not None and reply.retries > 0,
            answers=frozenset(answered[name]),
            interim=name in interim,
            numbered=spec.frames[kind.frame].seq_of(kind.key) is not None,
        )
        edge = kind.on_line
        words[name] = _edge(word, edge, spec.link.lines[edge.line], rules, idle) if edge else word
    return words


def _answered(spec: Spec) -> defaultdict[str, set[str]]:
    """The requests that each message answers; a refusal answers all of them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for reply in spec.replies.values():
        for name in reply.answers | reply.interim:
            found[name].add(reply.request)
    for role in spec.roles.values():
        if role.refusal:
            found[role.refusal.message] |= spec.replies.keys()
    return found


def _idle(spec: Spec) -> dict[str, bool]:
    """The lines whose level matters to nobody, and whether each has no other level at all."""
    leading = {
        row.message
        for role in spec.roles.values()
        for row in role.rows
        if row.next not in {SAME, row.state} or row.rate is not None
    }
    edges = [kind.on_line for name, kind in spec.messages.items() if name in leading]
    led = {edge.line for edge in edges if edge}
    pulses = spec.pulses
    return {name: name in pulses for name in spec.link.lines if name in pulses or name not in led}


def _edge(word: Played, edge: OnLine, line: Line, rules: Rules, idle: Mapping[str, bool]) -> Played:
    pulse = line.name in idle
    told = not idle.get(line.name) and LEVELS.get(line.absent) == edge.high
    level = line.absent in LEVELS
    return replace(
        word,
        by="edge" if rules.lines else "level" if level else "frame",
        line=line.name,
        pulse=pulse,
        active=edge.high != line.idle,
        forced=level and not pulse and not told,
        told=told,
    )


def over(role: Role) -> frozenset[str]:
    """The deaf states that no row of their own leaves: a life ends there, and another begins."""
    left = {row.state for row in role.rows if row.next not in {SAME, row.state}}
    return role.deaf - left - {role.start}
