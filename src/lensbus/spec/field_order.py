"""Hold the fields of a message to each other: what cannot stand where it stands among them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lensbus.spec.field_kinds import Fields
from lensbus.spec.fields import Field
from lensbus.spec.hints import hint
from lensbus.spec.node import Section
from lensbus.spec.span import ALWAYS

COUNT_SIZE = 4
KEPT = 64  # spans of versions that need not be computed again


def check_group(section: Section, kind: str, inner: Fields) -> None:
    """Note an element without an end or a byte of its own, and what cannot stand in a block."""
    if kind == "block":
        check_fields(inner, inner=True)
        return
    for element, _ in inner:
        ends = not (element.greedy or isinstance(element.count, str))
        if not (ends and element.least):
            section.problem("of", "an element needs an end of its own and at least one byte")
        for _, text in _misplaced(element, inner=True):
            section.problem("of", text)


def check_fields(fields: Fields, *, inner: bool) -> None:
    """Note what cannot stand where it stands among the fields of a message or a block."""
    after = dict(_after(fields))
    before: dict[str, Field] = {}
    for field, section in fields:
        if field.greedy and (inner or field.name in after):
            section.problem("type", "only the last field of a message can take the rest")
        if field.optional and not inner and after.get(field.name):
            text = f"only the last fields can be, and {after[field.name]} after it is not"
            section.problem("optional", f"{text}: make that optional too, or put this one last")
        for key, text in (*_misplaced(field, inner=inner), *_miscounted(field, before)):
            section.problem(key, text)
        before[field.name] = field


def _after(fields: Fields) -> Iterator[tuple[str, str]]:
    """What is last and yet has a field after it that some version has as well, each with that.

    After one that takes the rest nothing may come, after an optional one nothing that is not.
    """
    taken, needed = 0, 0
    musts: list[Field] = []
    for field, _ in reversed(fields):
        those = _those(field.versions)
        if field.optional and needed & those:
            yield field.name, next(must.name for must in reversed(musts) if _meet(must, field))
        elif field.greedy and taken & those:
            yield field.name, ""
        taken |= those
        if not field.optional:
            needed |= those
            musts.append(field)


@lru_cache(KEPT)
def _those(versions: range) -> int:
    """A set of versions as one number, a bit each: so many fields are held to each other."""
    return (1 << versions.stop) - (1 << versions.start)


def _meet(one: Field, other: Field) -> bool:
    """Whether a version has both."""
    return bool(_those(one.versions) & _those(other.versions))


def _misplaced(field: Field, *, inner: bool) -> Iterator[tuple[str, str]]:
    if inner and field.versions != ALWAYS:
        yield "since", "only the fields of a message come and go with versions"
    if field.optional and (inner or not field.least):
        text = "only the last fields of a message" if inner else "only what has at least a byte"
        yield "optional", f"{text} can be"
    if field.optional and field.default is not None:
        yield "default", "what is optional is left out instead"


def _miscounted(field: Field, before: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    if not isinstance(field.count, str):
        return
    count = before.get(field.count)
    if count is None or not _meet(count, field):
        known = [name for name, other in before.items() if _meet(other, field)]
        yield "count", f"no field {field.count!r} before this one ({hint(field.count, known)})"
    elif not _counts(count):
        yield "count", f"{count.name} is no plain u8 to u{8 * COUNT_SIZE}, so it cannot count"
    elif not count.versions[0] <= field.versions[0] <= field.versions[-1] <= count.versions[-1]:
        yield "count", f"{count.name} is not in every version that has this"


def _counts(field: Field) -> bool:
    integer = field.integer
    if integer is None or integer.signed or integer.size > COUNT_SIZE or field.optional:
        return False
    return field.kind == "int" and not (field.enum or field.flags or field.scaled)
