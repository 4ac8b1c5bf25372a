"""Read the behaviour of a spec: one state table per role, and what answers what."""

import math
from dataclasses import replace

from lensbus.spec.basis import Bases
from lensbus.spec.behaviour import ANY, SAME, SILENCE, VERBS, Refusal, Reply, Role, Row, Terms
from lensbus.spec.names import misnamed
from lensbus.spec.node import Node, Section
from lensbus.spec.span import read_span

MOST_ANSWERS = 64
"""That one request can have; each is looked for in every state that asks."""

MOST_KNOWN = 250_000
"""Rows that a table's rows for any state stand for; a thousand of them in a hundred states do."""


def read_roles(top: Section, bases: Bases) -> dict[str, Role]:
    """Every role by name."""
    return {name: _role(name, section, bases) for name, section in top.sections("roles")}


def _role(name: str, section: Section, bases: Bases) -> Role:
    table = section.need("table")
    rows = tuple(row for node in table.items() for row in _rows(node, section))
    states = dict.fromkeys(row.state for row in rows)
    states |= dict.fromkeys(row.next for row in rows)
    watches = any((row.verb, row.message) == ("timeout", SILENCE) for row in rows)
    bases.read(section)
    role = Role(
        name=name,
        start=section.text("start"),
        states=tuple(state for state in states if state not in {ANY, SAME}),
        deaf=frozenset(section.texts("deaf")),
        refusal=_refusal(section.section("on_illegal")),
        silence_s=_silence_s(section, bases, needed=watches),
        rows=rows,
    )
    known = len(role.states) * sum(row.state == ANY for row in rows)
    if known > MOST_KNOWN:
        text = f"expected at most {MOST_KNOWN} rows for any state, times the states, got {known}"
        section.problem("table", text)
        role = replace(role, rows=())
    for state in (role.start, *role.deaf):
        if state not in role.states:
            section.problem("table", f"no row leads from or to state {state!r}")
    for row in rows:
        for state in {row.state, row.next} - {ANY, SAME}:
            if words := misnamed(state):
                section.problems.add(row.where, f"{section.path}.table: {words}")
    section.done()
    return role


def _silence_s(section: Section, bases: Bases, *, needed: bool) -> float:
    """For ever, where nobody minds silence."""
    if not needed and "silence_s" not in section:
        return math.inf
    return bases.constant(section.section("silence_s", needed=True)).value


def _refusal(section: Section) -> Refusal | None:
    """What `on_illegal: {say: message, fields: {...}}` tells; nothing where it is not given."""
    if not section.node.value:
        return None
    fields: dict[str, str | int] = {}
    for name, node in section.section("fields").nodes():
        if isinstance(node.value, str | int):
            fields[name] = node.value
        else:
            section.problem("fields", f"{name}: expected a name or a number, got {node.kind}")
    say = section.text("say")
    section.done()
    return Refusal(say, fields) if say else None


def _rows(node: Node, section: Section) -> list[Row]:
    """One entry `[state or states, verb message, next]`, or with a fourth, its effects."""
    match [entry.value for entry in node.items()]:
        case [str() | list(), str(words), str(after), *rest] if len(rest) <= 1:
            verb, _, message = words.partition(" ")
            states = _states(node.items()[0], section)
        case _:
            text = (
                "a row is [state, send|recv|timeout message, next] or with {rate: ..., frame: ...}"
            )
            section.problems.add(node.where, f"{section.path}.table: {text}")
            return []
    if verb not in VERBS or not message:
        text = f"expected send, recv or timeout and a message, got {words!r}"
        section.problems.add(node.items()[1].where, f"{section.path}.table: {text}")
    effects = Section(node.items()[3] if rest else Node(node.where, None), "row", section.problems)
    rate, frame = _rate(effects), effects.text("frame", "") or None
    more = frame, _terms(effects), read_span(effects)
    effects.done()
    return [Row(state, verb, message, after, rate, node.where, *more) for state in states]


def _rate(effects: Section) -> str | int | None:
    """A rate in baud, `slow`, or the name of a field."""
    node = effects.get("rate")
    if node is not None and type(node.value) is int:
        return node.value
    return effects.text("rate", "") or None


def _terms(effects: Section) -> Terms | None:
    if "version" not in effects:
        return None
    return Terms(effects.text("version"), effects.text("least", ""), effects.text("layout", ""))


def _states(node: Node, section: Section) -> list[str]:
    for state in node.items():
        if not isinstance(state.value, str):
            text = f"{section.path}.table: expected a state, got {state.kind}"
            section.problems.add(state.where, text)
    return [state.value for state in node.items() if isinstance(state.value, str)]


def read_replies(top: Section, bases: Bases) -> dict[str, Reply]:
    """Every request that has an answer, by the request's name."""
    replies = {}
    for name, section in top.sections("replies"):
        replies[name] = Reply(
            request=name,
            answers=frozenset(section.texts("with")),
            interim=frozenset(section.texts("interim")),
            timeout_s=section.number("timeout_s"),
            retries=section.integer("retries"),
            basis=bases.read(section),
            where=section.node.where,
            versions=read_span(section),
        )
        if section.need("with").value == [] or len(replies[name].answers) > MOST_ANSWERS:
            section.problem("with", f"expected 1 to {MOST_ANSWERS} messages")
        if (timeout := section.get("timeout_s")) and timeout.value == 0:
            section.problem("timeout_s", "expected more than 0")
        if replies[name].retries < 0:
            section.problem("retries", "expected at least 0")
        section.done()
    return replies
