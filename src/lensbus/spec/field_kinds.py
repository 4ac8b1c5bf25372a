"""Read what each kind of field has of its own, and hold the fields of a message to each other."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from lensbus.spec.fields import INTS, Bits, Check, Field, Int
from lensbus.spec.frames import CHECKSUMS, MOST_BYTES, check_width, read_int
from lensbus.spec.hints import hint
from lensbus.spec.laws import LAWS
from lensbus.spec.node import Section, listed
from lensbus.spec.span import ALWAYS

TEXTS = ("ascii", "bytes", "bcd")
TYPES = (*INTS, *TEXTS, "array", "block")
REST, UNTIL_ZERO = "rest", "until_zero"
SIZES = {"ascii": (REST, UNTIL_ZERO), "bytes": (REST,)}  # in words
DEEPEST = 4
MOST_FIELDS = 1000  # of a message, or of a field
KEPT = 64  # spans of versions that need not be computed again
COUNT_SIZE = 4
NUMERIC = ("bits", "enum", "flags", "names", "low", "high", "law", "scale", "offset")

PLACED = ("at", "width")
VALUED = ("type", "enum", "flags", "low", "high", *PLACED)
"""What tells a field's values: where it is wrong, nobody knows which fit."""

Fields = list[tuple[Field, Section]]


def read_size(section: Section, kind: str) -> int | None:
    """The bytes of text or bytes; None where they vary."""
    if kind not in TEXTS:
        return None
    node = section.get("size")
    if kind in SIZES and "count" in section:
        if "size" in section:
            section.problem("size", "the count tells it already")
        return None
    return None if node and node.value in SIZES.get(kind, ()) else _amount(section, "size")


def is_until_zero(section: Section, kind: str) -> bool:
    node = section.get("size") if kind == "ascii" else None
    return node is not None and node.value == UNTIL_ZERO


def read_count(section: Section, kind: str) -> int | str | None:
    """How many elements, or the field that tells how many elements or bytes; None for the rest."""
    if kind in SIZES:
        return section.text("count") if "count" in section else None
    if kind != "array":
        return None
    node = section.get("count")
    if node is None or not isinstance(node.value, str):
        return _amount(section, "count")
    return None if node.value == REST else node.value


def read_bits(section: Section, within: Int) -> Bits:
    """The place of a part."""
    place = Bits(section.integer("at"), section.integer("width", 1))
    if not 0 <= place.at < place.at + place.width <= 8 * within.size:
        if not section.wrong("at", "width"):
            section.problem("at", f"bits of 0 to {8 * within.size - 1}, at least one of them")
        return Bits(0, 1)
    return place


def read_check(section: Section) -> Check | None:
    """The checksum of a block, if it has one."""
    if "checksum" not in section:
        return None
    part = section.section("checksum")
    name = part.choice("name", tuple(CHECKSUMS))
    check = Check(name, replace(read_int(part, "type"), signed=False))
    check_width(section, name, check.integer)
    part.done()
    return check


def read_law(section: Section) -> tuple[str, float, float]:
    """Law, scale and offset of a number's physical value."""
    law = section.choice("law", tuple(LAWS)) if "law" in section else ""
    scale = section.number("scale", 1.0, signed=True)
    offset = section.number("offset", 0.0, signed=True)
    if not scale:
        section.problem("scale", "0 leaves nothing to tell")
    if law and ("scale" in section or "offset" in section):
        section.problem("law", "takes no scale or offset")
    if law and "unit" in section:
        section.problem("unit", f"the law {law} has its own: {LAWS[law].unit}")
    return law, float(scale) or 1.0, float(offset)


def within(section: Section, key: str, depth: int) -> list[tuple[str, Section]]:
    """The sections within a field by name, at least one; an element has the name `of`."""
    inner = section.section(key, needed=True)
    if depth == DEEPEST:
        section.problem(key, f"nests deeper than {DEEPEST}")
        return []
    entries = [(key, inner)] if key == "of" else few(section, key)
    if inner.node.value == {}:
        section.problem(key, "needs at least one entry")
    return entries if inner.node.value else []


def few(section: Section, key: str) -> list[tuple[str, Section]]:
    """The sections of fields by name; none where there are too many of them."""
    entries = list(section.sections(key))
    if len(entries) > MOST_FIELDS:
        section.problem(key, f"expected at most {MOST_FIELDS}, got {len(entries)}")
        return []
    return entries


def group_size(field: Field) -> int | None:
    """The bytes of an array or a block; None where they vary."""
    sizes = [part.size for part in field.parts if part.size is not None]
    if len(sizes) < len(field.parts):
        return None
    if field.kind == "array":
        return sum(sizes) * field.count if isinstance(field.count, int) else None
    return sum(sizes) + (field.check.integer.size if field.check else 0)


def check_field(section: Section, field: Field) -> None:
    """Note what is wrong with a field by itself."""
    number = field.place or field.integer
    if field.name == "seq":
        section.problem("type", "seq is the sequence number's name, no field can have it")
    if number is None:
        for key in [key for key in NUMERIC if key in section]:
            section.problem(key, "only whole numbers have this")
        return
    tables = {"bits": field.parts, "enum": field.enum, "flags": field.flags, "names": field.names}
    values = [key for key, table in tables.items() if table]
    if len(values) > 1:
        section.problem("type", f"takes one of {', '.join(values)}")
    if field.scaled and set(values) - {"names"}:
        section.problem("type", "only plain numbers have a law or a scale")
    if not section.wrong(*PLACED):
        _check_bounds(section, field, number)


def _check_bounds(section: Section, field: Field, number: Int | Bits) -> None:
    name = section.text("type") if field.integer else f"{number.high.bit_length()} bit(s)"
    for bound in (field.low, field.high, *(field.enum or field.flags or {}).values()):
        if not number.low <= bound <= number.high:
            section.problem("type", f"{bound} does not fit into {name}")
    if field.low > field.high:
        section.problem("low", f"{field.low} is above high {field.high}")


def check_parts(section: Section, integer: Int, parts: Fields) -> None:
    """Note parts of bits that overlap, and bits of what has none."""
    taken: dict[int, str] = {}
    for part, place in parts:
        bits = range(part.place.at, part.place.at + part.place.width) if part.place else ()
        clashes = {taken[bit] for bit in bits if bit in taken}
        if clashes and not place.wrong(*PLACED):
            place.problem("at", f"overlaps {listed(sorted(clashes))}")
        taken |= dict.fromkeys(bits, part.name)
    if integer.signed:
        section.problem("type", "only an unsigned type has bits")


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


def _amount(section: Section, key: str) -> int:
    amount = section.integer(key)
    node = section.get(key)
    if node is not None and type(node.value) is int and not 1 <= amount <= MOST_BYTES:
        section.problem(key, f"expected 1 to {MOST_BYTES}, got {amount:.6g}")
        return 1
    return amount
