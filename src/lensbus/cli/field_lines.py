"""The lines of a field in a spec's sheet: its type, what it stands for, and what is within it."""

from collections.abc import Iterator

from lensbus.spec.fields import Default, Field
from lensbus.spec.laws import law_of
from lensbus.spec.span import ALWAYS


def lines(field: Field, indent: str) -> Iterator[str]:
    """A field, and what is within it; an array is told by what it is an array of."""
    times, inner = "", field
    while inner.kind == "array":
        times, inner = f"{times}{inner.count or 'rest'} x ", inner.parts[0]
    words = [times + _kind(inner), *_values(inner), *["optional"][: field.optional]]
    if field.default is not None:
        words.append(f"else {_word(field.default)}")
    told = f"{', '.join(words)}{since(field.versions)}"
    yield f"{indent}{field.name}: {told}  ({field.basis.kind})"
    for part in inner.parts:
        yield from lines(part, f"{indent}  ")


def since(span: range) -> str:
    """In which versions something is there, unless in all."""
    first = f"  since {span[0]}" if span[0] > ALWAYS[0] else ""
    return first + (f"  until {span[-1]}" if span[-1] < ALWAYS[-1] else "")


def _kind(field: Field) -> str:
    if field.place:
        last = field.place.at + field.place.width - 1
        return f"bit {last}" if field.place.width == 1 else f"bits {field.place.at} to {last}"
    if field.integer:
        return field.integer.name
    if field.kind == "block":
        check = field.check
        return f"block, then {check.integer.name}, {check.kind} over it" if check else "block"
    return f"{field.kind}, {_size(field)}"


def _size(field: Field) -> str:
    if field.size is not None:
        return f"{field.size} byte{'s'[: field.size > 1]}"
    if field.until_zero:
        return "until a zero"
    return f"{field.count} bytes" if field.count else "rest"


def _values(field: Field) -> Iterator[str]:
    """What the numbers of a field stand for."""
    law = law_of(field)
    unit = law.unit if law else field.unit
    if unit:
        yield unit
    if law:
        yield law.words
    span = field.place or field.integer
    if span and not field.parts and (field.low, field.high) != (span.low, span.high):
        yield f"{field.low} to {field.high}"
    if field.enum or field.flags:
        between = " | " if field.enum else " + "
        named = {**(field.enum or {}), **(field.flags or {})}
        yield between.join(f"{name}={value}" for name, value in named.items())


def _word(default: Default) -> str:
    return " + ".join(default) or "none" if isinstance(default, tuple) else str(default)
