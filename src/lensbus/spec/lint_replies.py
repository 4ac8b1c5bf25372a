"""Lint what answers what: replies that nobody sends or awaits, refusals that cannot be said."""

from lensbus.spec.behaviour import ANY, KEY, SAME, Reply, Role
from lensbus.spec.fields import Field
from lensbus.spec.hints import hint
from lensbus.spec.lint_messages import field_names
from lensbus.spec.lint_names import somewhere
from lensbus.spec.lint_tables import lost
from lensbus.spec.model import Found, Spec


def replies(spec: Spec) -> Found:
    refusing = {role.name for role in spec.roles.values() if role.refusal}
    for reply in spec.replies.values():
        request = spec.messages.get(reply.request)
        if request is None:
            known = hint(reply.request, spec.messages)
            yield reply.where, f"replies: unknown request {reply.request!r} ({known})"
            continue
        if not request.key and refusing - {request.sender}:
            yield request.where, f"{request.name}: can be refused, so it needs a key"
        for name in sorted(reply.answers | reply.interim):
            answer = spec.messages.get(name)
            if answer is None:
                text = f"unknown message {name!r} ({hint(name, spec.messages)})"
                yield reply.where, f"replies.{reply.request}: {text}"
            elif answer.sender == request.sender:
                yield reply.where, f"replies.{reply.request}: {name} comes from the same side"


def answers(spec: Spec) -> Found:
    """A state that waits for an answer hears it or gives up, or the conversation is dead."""
    for role in spec.roles.values():
        known = {(row.state, row.verb, row.message) for row in role.rows}
        vague = lost(spec, role) | {  # complained of
            row.state
            for row in role.rows
            if row.verb == "recv" and row.message not in spec.messages
        }
        for row in role.rows:
            reply = spec.replies.get(row.message)
            state = row.state if row.next == SAME else row.next
            if row.verb != "send" or reply is None or state == ANY or state in vague:
                continue
            ends = [("recv", name) for name in sorted(_from_other_side(spec, role, reply))]
            for verb, name in (*ends, ("timeout", reply.request)):
                if known.isdisjoint({(state, verb, name), (ANY, verb, name)}):
                    text = f"after {row.message}, state {state} has no row for {verb} {name}"
                    yield row.where, f"{role.name} table: {text}"


def _from_other_side(spec: Spec, role: Role, reply: Reply) -> set[str]:
    kinds = [spec.messages[name] for name in reply.answers if name in spec.messages]
    return {kind.name for kind in kinds if kind.sender != role.name}


def refusals(spec: Spec) -> Found:
    for role in spec.roles.values():
        if role.refusal is None:
            continue
        place, name = f"roles.{role.name}.on_illegal", role.refusal.message
        message = spec.messages.get(name)
        if message is None or message.sender != role.name:
            known = [kind.name for kind in spec.messages.values() if kind.sender == role.name]
            yield somewhere(spec), f"{place}: it has no message {name!r} ({hint(name, known)})"
        elif set(role.refusal.fields) != set(field_names(message)):
            yield message.where, f"{place}: {name} has the fields {', '.join(field_names(message))}"
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
    if field.flags or field.kind not in {"int", "ascii"}:
        return False
    if field.enum:
        return value in field.enum and value != KEY
    if field.kind == "ascii":
        text = value if isinstance(value, str) and value != KEY else "\0"
        return text.isascii() and "\0" not in text and len(text) <= (field.size or len(text))
    values = [number for key in keys for number in key] if value == KEY else [value]
    return all(type(number) is int and field.low <= number <= field.high for number in values)
