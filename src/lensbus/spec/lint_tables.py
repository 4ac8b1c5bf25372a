"""Lint the state tables of a spec, each for itself: rows that lead nowhere, dead states."""

from collections import defaultdict
from collections.abc import Iterator

from lensbus.spec.behaviour import ANY, SAME, SILENCE, SLOW, Role, Row
from lensbus.spec.hints import hint, near
from lensbus.spec.lint_messages import field_names
from lensbus.spec.model import Found, MessageType, Spec
from lensbus.spec.node import MOST


def rows(spec: Spec) -> Found:
    for role in spec.roles.values():
        seen: set[tuple[str, str, str]] = set()
        known = sorted({row.state for row in role.rows} - {ANY})
        nowhere = lost(spec, role)
        for row in role.rows:
            place = f"{role.name} table, state {row.state}"
            key = (row.state, row.verb, row.message)
            if key in seen:
                yield row.where, f"{place}: a second row for {row.verb} {row.message}"
            seen.add(key)
            if row.next in nowhere:
                text = f"no row leads from state {row.next!r} ({hint(row.next, known)})"
                yield row.where, f"{place}: {text}"
            yield from ((row.where, f"{place}: {text}") for text in _row(spec, role, row))


def lost(spec: Spec, role: Role) -> set[str]:
    """Next states without a row, that can be no end: a deaf one, or one with the rows of any."""
    known = {row.state for row in role.rows}
    found = {row.next for row in role.rows} - known - role.deaf - {ANY, SAME}
    if spec.opaque or ANY in known:
        return {state for state in found if near(state, known)}
    return found


def _row(spec: Spec, role: Role, row: Row) -> Iterator[str]:
    if isinstance(row.rate, int) and row.rate not in spec.link.rates:
        yield f"rate {row.rate} is not one of the link's rates"
    if row.rate == spec.link.slow.value:
        yield f"rate {row.rate} is the slow one: say {SLOW}"
    if row.next == ANY:
        yield f"the next state cannot be {ANY} ({SAME} stays)"
    if row.verb == "timeout":
        yield from _timeout_row(spec, row)
    elif row.message not in spec.messages:
        yield f"unknown message {row.message!r} ({hint(row.message, spec.messages)})"
    else:
        yield from _message_row(spec.messages[row.message], role, row)
        yield from _rate(spec, spec.messages[row.message], row)


def _timeout_row(spec: Spec, row: Row) -> Iterator[str]:
    if row.message != SILENCE and row.message not in spec.replies:
        yield f"timeout {row.message}: nothing is awaited after it (see replies)"
    if isinstance(row.rate, str) and row.rate != SLOW:
        yield f"a time-out can only set the rate slow or a number, not {row.rate!r}"


def _message_row(message: MessageType, role: Role, row: Row) -> Iterator[str]:
    if (message.sender == role.name) != (row.verb == "send"):
        yield f"{row.verb} {row.message}, but it comes from the {message.sender}"
    if isinstance(row.rate, str) and row.rate not in {SLOW, *field_names(message)}:
        known = hint(row.rate, [SLOW, *field_names(message)])
        yield f"rate {row.rate!r} is neither slow nor a field of {row.message} ({known})"


def _rate(spec: Spec, message: MessageType, row: Row) -> Iterator[str]:
    """A peer must not be able to ask for a rate that the link cannot have."""
    least, most = min(spec.link.rates, default=1), max(spec.link.rates, default=MOST)
    for field in message.fields:
        if field.name != row.rate:
            continue
        if field.kind != "int" or field.enum or field.flags:
            yield f"rate {row.rate!r} is no plain number"
        elif not least <= field.low <= field.high <= most:
            reach = f"link.rates reach from {least} to {most}"
            yield f"rate {row.rate!r} could be {field.low} to {field.high}, {reach}"


def reachable(spec: Spec) -> Found:
    for role in spec.roles.values():
        if lost(spec, role):
            continue  # what a wrong name does not lead to
        leads: defaultdict[str, set[str]] = defaultdict(set)
        for row in role.rows:
            leads[row.state].add(row.next)
        reached, todo = {SAME, ANY}, {role.start} | leads[ANY]
        while todo := todo - reached:
            reached |= todo
            todo = set().union(*(leads[state] for state in todo))
        for row in role.rows:
            if row.state not in reached:
                yield row.where, f"{role.name} table: state {row.state} is never reached"
