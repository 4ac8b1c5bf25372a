"""Lint the messages of a spec: their lines, their sizes, their keys."""

from lensbus.spec.hints import hint
from lensbus.spec.model import Found, MessageType, Spec

BOTH = "both"
"""The driver of a line that whoever talks drives."""


def messages(spec: Spec) -> Found:
    for message in spec.messages.values():
        line = spec.link.lines.get(message.on_line.line) if message.on_line else None
        if message.on_line and line is None:
            known = hint(message.on_line.line, spec.link.lines)
            yield message.where, f"{message.name}: unknown line {message.on_line.line!r} ({known})"
        if line is not None and line.driver not in {message.sender, BOTH}:
            yield message.where, f"{message.name}: the {line.driver} drives the line {line.name}"
        if line is not None and line.absent == "in_band" and not message.key:
            yield message.where, f"{message.name}: goes in band at need, so it needs a key"


def keys(spec: Spec) -> Found:
    taken: dict[tuple[object, ...], MessageType] = {}
    for message in spec.messages.values():
        if not message.key:
            continue
        key = (message.sender, message.frame, message.key)
        if key in taken:
            yield message.where, f"{message.name}: same key as {taken[key].name}"
        taken.setdefault(key, message)


def field_names(message: MessageType) -> list[str]:
    return [field.name for field in message.fields]
