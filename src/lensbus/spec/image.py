"""Read the format of firmware images: header fields, TLVs, limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lensbus.spec.basis import Bases, Basis
from lensbus.spec.fields import INTS, Int
from lensbus.spec.frames import read_int
from lensbus.spec.node import Node, Problems, Section

NUMBERS = (
    *("magic", "header_size", "protected_size", "payload_size"),
    *("major", "minor", "revision", "build"),
)
"""What every header holds, among others."""

AREAS = {
    "protected": ("security_counter", "lens_numbers", "hardware", "protocol_least"),
    "unprotected": ("digest", "key_hash", "signature"),
}
FACTS = ("lens_numbers", "hardware", "protocol_least")
LISTS = ("lens_numbers", "hardware")
SIZES = {"digest": (32,), "key_hash": (32,), "signature": (64,)}
"""What SHA-256 and Ed25519 make; all else is a whole number."""

WORD = INTS["u16le"]
"""A type, a length, the magic of an area and its size."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One number of the header; `wanted` is the only value it may have, if there is only one."""

    name: str
    offset: int
    integer: Int
    wanted: int | None
    words: str


@dataclass(frozen=True, slots=True)
class TlvType:
    """One kind of TLV; `size` is that of what it holds, or of each entry of a list."""

    name: str
    type: int
    size: int
    is_list: bool
    words: str


@dataclass(frozen=True, slots=True)
class TlvArea:
    """One of the two TLV areas, and what stands in it, once each."""

    name: str
    magic: int
    tlvs: tuple[TlvType, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ImageFormat:
    """What a firmware image is made of, in the order of its bytes; sizes in bytes.

    `refused` gives words for TLV types that no image may have. Other protected ones are
    skipped if they are of `vendors`.
    """

    name: str
    title: str
    header: tuple[HeaderField, ...]
    protected: TlvArea
    unprotected: TlvArea
    refused: Mapping[int, str]
    vendors: range
    payload_most: int
    tlv_most: int
    items: Mapping[str, Basis]

    @property
    def header_size(self) -> int:
        """Bytes before the payload."""
        return sum(field.integer.size for field in self.header)

    @property
    def most(self) -> int:
        """The most bytes that an image can have."""
        return self.header_size + self.payload_most + self.tlv_most

    @property
    def tlvs(self) -> Mapping[int, TlvType]:
        """What may stand in an image, by type."""
        return {kind.type: kind for kind in (*self.protected.tlvs, *self.unprotected.tlvs)}


def read_image_format(root: Node, problems: Problems) -> ImageFormat:
    """The format of a file's root node; only one without problems may be used."""
    top = Section(root, "image", problems)
    bases = Bases(top)
    limits, vendors = top.section("limits", needed=True), top.section("vendors", needed=True)
    areas = top.section("areas", needed=True)
    first, last = (_constant(vendors, key, bases, WORD.high) for key in ("first", "last"))
    reader = _Reader(bases, range(first, last + 1))
    form = ImageFormat(
        name=top.text("image"),
        title=top.text("title"),
        header=tuple(reader.header(top.section("header", needed=True))),
        protected=reader.area(areas, "protected"),
        unprotected=reader.area(areas, "unprotected"),
        refused=dict(reader.refused(entry) for _, entry in top.sections("refused")),
        vendors=reader.vendors,
        payload_most=_constant(limits, "payload", bases, INTS["u32le"].high),
        tlv_most=_constant(limits, "tlv_area", bases, WORD.high),
        items=bases.items,
    )
    for section in (limits, vendors, areas, top):
        section.done()
    return form


def _constant(section: Section, key: str, bases: Bases, most: int) -> int:
    part = section.section(key, needed=True)
    value = part.integer("value")
    if not 1 <= value <= most:
        part.problem("value", f"expected 1 to {most}, got {value}")
    part.text("unit", "")
    bases.read(part)
    part.done()
    return value


@dataclass(frozen=True, slots=True)
class _Reader:
    bases: Bases
    vendors: range
    types: set[int] = field(default_factory=set)

    def header(self, section: Section) -> Iterator[HeaderField]:
        offset = 0
        stated: dict[str, int | None] = {}
        for name, part in section.entries():
            integer = read_int(part, "type")
            wanted = stated[name] = part.integer("is") if "is" in part else None
            if wanted is not None and not integer.low <= wanted <= integer.high:
                part.problem("is", f"{wanted} does not fit into {integer.size} byte(s)")
            yield HeaderField(name, offset, integer, wanted, part.text("words"))
            offset += integer.size
            self.bases.read(part)
            part.done()
        for name in NUMBERS:
            section.need(name)
        if stated.get("header_size", offset) != offset:
            section.problem("header_size", f"expected is: {offset}, the bytes of all fields")

    def area(self, areas: Section, name: str) -> TlvArea:
        section = areas.section(name, needed=True)
        tlvs = section.section("tlvs", needed=True)
        kinds = tuple(self.tlv(tlvs, kind) for kind in AREAS[name])
        magic = section.integer("magic")
        if not 0 <= magic <= WORD.high:
            section.problem("magic", f"expected 0 to {WORD.high:#x}, got {magic}")
        self.bases.read(section)
        tlvs.done()
        section.done()
        return TlvArea(name, magic, kinds)

    def tlv(self, tlvs: Section, name: str) -> TlvType:
        section = tlvs.section(name, needed=True)
        kind = TlvType(
            name=name,
            type=self.type(section),
            size=section.integer("size"),
            is_list=section.flag("list"),
            words=section.text("words"),
        )
        if name in FACTS and kind.type not in self.vendors:
            section.problem("type", f"{kind.type:#06x} is not among those for vendors")
        sizes = SIZES.get(name, (1, 2, 4))
        if kind.size not in sizes:
            section.problem("size", f"expected {' or '.join(map(str, sizes))}, got {kind.size}")
        if kind.is_list and name not in LISTS:
            section.problem("list", f"{name} is one value")
        self.bases.read(section)
        section.done()
        return kind

    def refused(self, section: Section) -> tuple[int, str]:
        entry = self.type(section), section.text("words")
        self.bases.read(section)
        section.done()
        return entry

    def type(self, section: Section) -> int:
        value = section.integer("type")
        if not 0 <= value <= WORD.high:
            section.problem("type", f"expected 0 to {WORD.high:#x}, got {value}")
        elif value in self.types:
            section.problem("type", f"{value:#06x} stands twice")
        self.types.add(value)
        return value
