"""Check a built spec against itself: names that lead nowhere, keys that clash, dead rows."""

from collections import defaultdict
from collections.abc import Iterator

from lensbus.spec.behaviour import ANY, KEY, SAME, SILENCE, Reply, Role, Row
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.node import Where, listed

ENDS = 2
BOTH = "both"
"""The driver of a line that whoever talks drives."""

Found = Iterator[tuple[Where, str]]


def lint(spec: Spec) -> Found:
    """Every contradiction between the parts of a spec, with its place; a part may be missing."""
    checks = (_messages, _keys, _rows, _reachable, _replies, _answers, _refusals, _ends, _strays)
    for check in checks:
        yield from check(spec)


def _messages(spec: Spec) -> Found:
    for message in spec.messages.values():
        line = spec.link.lines.get(message.on_line.line) if message.on_line else None
        if message.on_line and line is None:
            known = listed(spec.link.lines)
            yield message.where, f"{message.name}: unknown line {message.on_line.line!r} ({known})"
        if line is not None and line.driver not in {message.sender, BOTH}:
            yield message.where, f"{message.name}: the {line.driver} drives the line {line.name}"
        if line is not None and line.absent == "in_band" and not message.key:
            yield message.where, f"{message.name}: goes in band at need, so it needs a key"
        size = sum(field.size or 0 for field in message.fields)
        limit = spec.frames[message.frame].room if message.frame in spec.frames else size
        if size > limit:
            yield message.where, f"{message.name}: {size} bytes of fields, a frame holds {limit}"


def _keys(spec: Spec) -> Found:
    taken: dict[tuple[object, ...], MessageType] = {}
    for message in spec.messages.values():
        if not message.key:
            continue
        key = (message.sender, message.frame, message.key)
        if key in taken:
            yield message.where, f"{message.name}: same key as {taken[key].name}"
        taken.setdefault(key, message)


def _rows(spec: Spec) -> Found:
    for role in spec.roles.values():
        seen: set[tuple[str, str, str]] = set()
        for row in role.rows:
            place = f"{role.name} table, state {row.state}"
            key = (row.state, row.verb, row.message)
            if key in seen:
                yield row.where, f"{place}: a second row for {row.verb} {row.message}"
            seen.add(key)
            yield from ((row.where, f"{place}: {text}") for text in _row(spec, role, row))


def _row(spec: Spec, role: Role, row: Row) -> Iterator[str]:
    if row.next == ANY:
        yield f"the next state cannot be {ANY} ({SAME} stays)"
    if row.verb == "timeout":
        yield from _timeout_row(spec, row)
    elif row.message not in spec.messages:
        yield f"unknown message {row.message!r}"
    else:
        yield from _message_row(spec.messages[row.message], role, row)


def _timeout_row(spec: Spec, row: Row) -> Iterator[str]:
    if row.message != SILENCE and row.message not in spec.replies:
        yield f"timeout {row.message}: nothing is awaited after it (see replies)"
    if row.rate not in {None, "slow"}:
        yield f"a time-out can only set the rate slow, not {row.rate!r}"


def _message_row(message: MessageType, role: Role, row: Row) -> Iterator[str]:
    if (message.sender == role.name) != (row.verb == "send"):
        yield f"{row.verb} {row.message}, but it comes from the {message.sender}"
    if row.rate not in {None, "slow", *_names(message)}:
        yield f"rate {row.rate!r} is neither slow nor a field of {row.message}"
    for field in message.fields:
        if field.name == row.rate and field.low < 1:
            yield f"rate {row.rate!r} could be 0: give the field a low"


def _reachable(spec: Spec) -> Found:
    for role in spec.roles.values():
        leads: defaultdict[str, set[str]] = defaultdict(set)
        for row in role.rows:
            leads[row.state].add(row.next)
        reached, todo = {SAME}, {role.start} | leads[ANY]
        while todo := todo - reached:
            reached |= todo
            todo = set().union(*(leads[state] for state in todo))
        for row in role.rows:
            if row.state not in {*reached, ANY}:
                yield row.where, f"{role.name} table: state {row.state} is never reached"


def _replies(spec: Spec) -> Found:
    ends = {
        (role.name, row.message)
        for role in spec.roles.values()
        for row in role.rows
        if row.verb == "timeout"
    }
    refusing = {role.name for role in spec.roles.values() if role.refusal}
    for reply in spec.replies.values():
        request = spec.messages.get(reply.request)
        if request is None:
            yield reply.where, f"replies: unknown request {reply.request!r}"
            continue
        if request.sender in spec.roles and (request.sender, reply.request) not in ends:
            text = f"the {request.sender} table has no row for its time-out"
            yield reply.where, f"replies.{reply.request}: {text}"
        if not request.key and refusing - {request.sender}:
            yield request.where, f"{request.name}: can be refused, so it needs a key"
        for name in sorted(reply.answers | reply.interim):
            answer = spec.messages.get(name)
            if answer is None:
                yield reply.where, f"replies.{reply.request}: unknown message {name!r}"
            elif answer.sender == request.sender:
                yield reply.where, f"replies.{reply.request}: {name} comes from the same side"


def _answers(spec: Spec) -> Found:
    """A state that waits for an answer hears it, or the conversation is dead."""
    for role in spec.roles.values():
        heard = {(row.state, row.message) for row in role.rows if row.verb == "recv"}
        vague = {state for state, name in heard if name not in spec.messages}  # complained of
        for row in role.rows:
            reply = spec.replies.get(row.message)
            state = row.state if row.next == SAME else row.next
            if row.verb != "send" or reply is None or state == ANY or state in vague:
                continue
            for name in sorted(_from_other_side(spec, role, reply)):
                if (state, name) not in heard and (ANY, name) not in heard:
                    text = f"after {row.message}, state {state} has no row for recv {name}"
                    yield row.where, f"{role.name} table: {text}"


def _from_other_side(spec: Spec, role: Role, reply: Reply) -> set[str]:
    kinds = [spec.messages[name] for name in reply.answers if name in spec.messages]
    return {kind.name for kind in kinds if kind.sender != role.name}


def _ends(spec: Spec) -> Found:
    where = _somewhere(spec)
    if len(spec.roles) != ENDS:
        yield where, f"roles: a link has {ENDS} ends, got {len(spec.roles)} roles"
    if not spec.frames:
        yield where, "frames: needs at least one shape"
    for name in spec.capture:
        if name not in spec.roles:
            yield where, f"capture.{name}: unknown role"
    for role, (message, field) in spec.identifies.items():
        known = spec.messages.get(message)
        if known is None or field not in _names(known):
            yield where, f"identifies.{role}: there is no {message}.{field}"


def _strays(spec: Spec) -> Found:
    """Roles and lines that are named where none is asked to exist."""
    for line in spec.link.lines.values():
        if line.driver not in {*spec.roles, BOTH}:
            yield _somewhere(spec), f"link.lines.{line.name}: unknown driver {line.driver!r}"
    for contact in spec.contacts:
        if contact.line and contact.line not in spec.link.lines:
            yield _somewhere(spec), f"contacts.{contact.number}: unknown line {contact.line!r}"
    for shape in spec.frames.values():
        for name in sorted(set(shape.pad_from) - set(spec.roles)):
            yield _somewhere(spec), f"frames.{shape.name}.pad: unknown role {name!r}"
    for name in sorted(set(spec.identifies) - set(spec.roles)):
        yield _somewhere(spec), f"identifies.{name}: unknown role"


def _refusals(spec: Spec) -> Found:
    for role in spec.roles.values():
        if role.refusal is None:
            continue
        place, name = f"roles.{role.name}.on_illegal", role.refusal.message
        message = spec.messages.get(name)
        if message is None or message.sender != role.name:
            yield _somewhere(spec), f"{place}: it has no message {name!r}"
        elif set(role.refusal.fields) != set(_names(message)):
            yield message.where, f"{place}: {name} has the fields {', '.join(_names(message))}"
        else:
            keys = [
                spec.messages[asked].key[-1:] for asked in spec.replies if asked in spec.messages
            ]
            for field in message.fields:
                value = role.refusal.fields[field.name]
                if not _sayable(field, value, keys):
                    yield message.where, f"{place}.{field.name}: unknown value {value!r}"


def _sayable(field: Field, value: str | int, keys: list[tuple[int, ...]]) -> bool:
    """Whether a refusal's value fits into its field; `keys` are those it may stand for."""
    if field.flags or field.kind == "bytes":
        return False
    if field.enum:
        return value in field.enum and value != KEY
    if field.kind == "ascii":
        text = value if isinstance(value, str) and value != KEY else "\0"
        return text.isascii() and "\0" not in text and len(text) <= (field.size or 0)
    values = [number for key in keys for number in key] if value == KEY else [value]
    return all(type(number) is int and field.low <= number <= field.high for number in values)


def _somewhere(spec: Spec) -> Where:
    return next((kind.where for kind in spec.messages.values()), Where(spec.name, 0, 0))


def _names(message: MessageType) -> list[str]:
    return [field.name for field in message.fields]
