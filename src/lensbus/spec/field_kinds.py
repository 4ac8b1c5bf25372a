"""Read what each kind of field has of its own."""

from dataclasses import replace

from lensbus.spec.fields import INTS, Bits, Check, Field, Int
from lensbus.spec.frames import CHECKSUMS, MOST_BYTES, check_width, read_int
from lensbus.spec.laws import LAWS
from lensbus.spec.node import Section, listed

TEXTS = ("ascii", "bytes", "bcd")
TYPES = (*INTS, *TEXTS, "array", "block")
REST, UNTIL_ZERO = "rest", "until_zero"
SIZES = {"ascii": (REST, UNTIL_ZERO), "bytes": (REST,)}  # in words
DEEPEST = 4
MOST_FIELDS = 1000  # of a message, or of a field
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


def _amount(section: Section, key: str) -> int:
    amount = section.integer(key)
    node = section.get(key)
    if node is not None and type(node.value) is int and not 1 <= amount <= MOST_BYTES:
        section.problem(key, f"expected 1 to {MOST_BYTES}, got {amount:.6g}")
        return 1
    return amount
