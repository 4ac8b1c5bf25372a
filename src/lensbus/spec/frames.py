"""Read delimited frame shapes, and what they share with others."""

from lensbus.spec.basis import Bases
from lensbus.spec.fields import INTS, Int
from lensbus.spec.node import Section
from lensbus.spec.shapes import Delimited, Seq

SUMS = {"sum8": 1, "zero8": 1, "sum16": 2, "panasonic73": 2}
CHECKSUMS = {**SUMS, "crc16_ibm3740": 2, "crc16_xmodem": 2, "crc32": 4}
"""Each by its name, and its size in bytes."""

MOST_BYTES = 0x100000
"""No frame is longer: whoever reads one keeps it until its end."""

PARTS = frozenset({"sync", "payload", "checksum", "tail"})
NATIVE = tuple(name for name, integer in INTS.items() if integer.size in {1, 2, 4, 8})
"""The whole numbers that can stand around a payload."""


def read_int(section: Section, key: str) -> Int:
    """A whole-number type by name, as `u16le`."""
    return INTS[section.choice(key, NATIVE) or "u8"]


def read_delimited(name: str, section: Section, bases: Bases) -> Delimited:
    """Sync, header, payload, checksum and tail, where a header field tells the length."""
    fields = section.section("header", needed=True)
    header = tuple((key, read_int(fields, key)) for key in fields.names())
    parts = ("sync", *(key for key, _ in header), "payload", "checksum", "tail")
    length = section.section("length", needed=True)
    check = section.section("checksum", needed=True)
    pad = section.section("pad")
    section.need("sync")  # a frame without says so: []
    if "length" not in dict(header):
        section.problem("header", "needs a field named length")
    for clash in sorted(PARTS.intersection(dict(header))):
        section.problem("header", f"{clash} is a part of the frame already")
    shape = Delimited(
        name=name,
        sync=_bytes(section, "sync"),
        header=header,
        counts=read_span(length, "counts", parts),
        max_size=length.integer("max_size"),
        key=_key(section, header),
        checksum=check.choice("name", tuple(CHECKSUMS)),
        checksum_int=read_int(check, "type"),
        covers=read_span(check, "covers", parts[:-2]),
        tail=_bytes(section, "tail"),
        seq=read_seq(section, header),
        packed=_packed(section, header),
        pad_to=pad.integer("to", 1) if "pad" in section else 1,
        pad_from=pad.texts("from"),
        basis=bases.read(section),
    )
    _check_sizes(section, shape)
    for part in (length, check, pad):
        part.done()
    return shape


def _bytes(section: Section, key: str) -> bytes:
    values = section.integers(key)
    if any(not 0 <= value <= Int(1, "little", signed=False).high for value in values):
        section.problem(key, "expected bytes from 0 to 255")
        return b""
    return bytes(values)


def read_span(section: Section, key: str, parts: tuple[str, ...]) -> tuple[str, str]:
    """Two part names, first and last included, in wire order, with the payload in between."""
    named = section.texts(key)
    if len(named) != 2 or not set(named) <= set(parts):
        section.problem(key, f"expected [first, last] out of {', '.join(parts)}")
        return parts[0], parts[-1]
    first, last = named
    if not parts.index(first) <= parts.index("payload") <= parts.index(last):
        section.problem(key, f"{first} to {last} does not hold the payload")
    return first, last


def _key(section: Section, header: tuple[tuple[str, Int], ...]) -> tuple[str, ...]:
    allowed = [name for name, _ in header if name not in {"length", "seq"}] + ["payload"]
    key = section.texts("key")
    if not key or not set(key) <= set(allowed):
        section.problem("key", f"expected some of {', '.join(allowed)}")
    elif "payload" in key[:-1]:
        section.problem("key", "payload comes last, since a message's key may go on there")
    return key


def read_seq(section: Section, header: tuple[tuple[str, Int], ...]) -> Seq | None:
    """How the header field `seq` counts; None where there is none."""
    if "seq" not in dict(header):
        return None
    part = section.section("seq", needed=True)
    laps, high = [], dict(header)["seq"].high
    node = part.need("laps")
    for entry in node.items():
        ends = [end.value for end in entry.items()]
        match ends:
            case [int(first), int(last)] if _is_lap(first, last, high):
                laps.append((first, last))
            case _:
                part.problem("laps", f"each lap is [first, last] within 0 to {high}")
    seq = Seq(tuple(laps), part.choice("reply", ("same", "next")))
    if not laps:
        part.problem("laps", "needs at least one lap [first, last]")
    part.done()
    return seq


def _is_lap(first: int, last: int, high: int) -> bool:
    return type(first) is type(last) is int and 0 <= first <= last <= high  # true is no number


def _packed(section: Section, header: tuple[tuple[str, Int], ...]) -> tuple[str, int] | None:
    packed = section.section("packed")
    for name, _ in packed.nodes():
        if name not in dict(header):
            section.problem("packed", f"unknown header field {name!r}")
        return name, packed.integer(name)
    return None


def _check_sizes(section: Section, shape: Delimited) -> None:
    high = dict(shape.header).get("length", Int(1, "little", signed=False)).high
    high = min(high, MOST_BYTES)
    if not 0 < shape.max_size <= high:
        section.problem("length", f"max_size must be from 1 to {high}, got {shape.max_size}")
    check_width(section, shape.checksum, shape.checksum_int)
    if shape.packed and "payload" not in shape.key:
        section.problem("packed", "the key must stand in the payload to tell messages apart")
    if not 1 <= shape.pad_to <= MOST_BYTES:
        section.problem("pad", f"expected a multiple of 1 to {MOST_BYTES}, got {shape.pad_to}")


def check_width(section: Section, checksum: str, integer: Int) -> None:
    """Note a checksum that does not fit into its type."""
    wanted = CHECKSUMS.get(checksum, 0)
    if integer.size < wanted:
        section.problem("checksum", f"{checksum} needs a type of {wanted} bytes")
