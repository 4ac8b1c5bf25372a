"""Read what a field holds in a message that is made without it."""

from collections.abc import Collection

from lensbus.spec.fields import Default, Field
from lensbus.spec.node import Section, listed


def read_default(section: Section, field: Field) -> Default | None:
    """The value as messages have it; None where it must be said."""
    node = section.get("default")
    if node is None or node.value is None:
        return None
    if field.flags is not None:
        return _names(section, field.flags)
    if field.enum is not None:
        return section.choice("default", tuple(field.enum))
    if field.kind == "int":
        return _number(section, field)
    if field.kind == "ascii":
        return _text(section, field.size)
    section.problem("default", f"only numbers and text have one, not {section.text('type')}")
    return None


def _names(section: Section, flags: Collection[str]) -> tuple[str, ...]:
    names = section.texts("default")
    if unknown := [name for name in names if name not in flags]:
        section.problem("default", f"unknown {listed(unknown)} (known: {listed(flags)})")
    return names


def _number(section: Section, field: Field) -> int:
    value = section.integer("default")
    if not field.low <= value <= field.high:
        section.problem("default", f"expected {field.low} to {field.high}, got {value}")
    return value


def _text(section: Section, size: int | None) -> str:
    text = section.text("default")
    if not text.isascii() or "\0" in text or len(text) > (size or len(text)):
        section.problem("default", f"expected ASCII text of at most {size} characters")
    return text
