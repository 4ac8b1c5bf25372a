"""The TLVs behind an image's payload: cut, hold to their rules, pack."""

import struct
from collections.abc import Iterator, Mapping, Sequence

from lensbus.errors import ImageError
from lensbus.spec.image import ImageFormat, TlvArea, TlvType
from lensbus.value import value

PAIR = struct.Struct("<HH")
"""What each TLV area (magic, size) and each TLV (type, length) begins with."""


@value(frozen=True, slots=True)
class Head:
    """Where a TLV area begins; `size` counts its bytes, these included."""

    at: int
    area: TlvArea
    size: int


@value(frozen=True, slots=True)
class Tlv:
    """One TLV: where it begins, the area it stands in, its type and what it holds."""

    at: int
    area: TlvArea
    type: int
    data: bytes

    def __str__(self) -> str:
        return f"{self.area.name} TLV {self.type:#06x} at {self.at:#x}"


def walk(form: ImageFormat, data: bytes, base: int) -> Iterator[Head | Tlv]:
    """All that stands in the two TLV areas that data begins with; `base` is where in the image.

    Raises:
        ImageError: at the first byte that should be part of a TLV and is none.
    """
    at = 0
    for area in (form.protected, form.unprotected):
        head = read_head(area, data[at:], base + at)
        end = at + head.size
        if end > len(data):
            raise _cut_off(f"{area.name} TLVs at {head.at:#x}", base + len(data), base + end)
        yield head
        yield from _tlvs(area, data[at:end], base + at)
        at = end


def read_head(area: TlvArea, data: bytes, at: int) -> Head:
    """The head of a TLV area that data begins with, at this place of the image.

    Raises:
        ImageError: there is none.
    """
    where = f"{area.name} TLVs at {at:#x}"
    if len(data) < PAIR.size:
        raise _cut_off(where, at + len(data), at + PAIR.size)
    magic, size = PAIR.unpack_from(data)
    if magic != area.magic:
        raise ImageError(f"no {where}: got {magic:#06x}, wanted {area.magic:#06x}")
    if size < PAIR.size:
        raise ImageError(f"{where}: got a size of {size}, wanted at least {PAIR.size}")
    return Head(at, area, size)


def _tlvs(area: TlvArea, data: bytes, base: int) -> Iterator[Tlv]:
    """The TLVs of one area, after its head."""
    at = PAIR.size
    while at < len(data):
        start = at + PAIR.size
        kind, length = PAIR.unpack_from(data, at) if start <= len(data) else (0, 0)
        tlv = Tlv(base + at, area, kind, data[start : start + length])
        at = start + length
        if at > len(data):
            raise _cut_off(str(tlv), base + len(data), base + at)
        yield tlv


def _cut_off(what: str, got: int, wanted: int) -> ImageError:
    return ImageError(f"{what}: cut off at {got:#x}, wanted at least up to {wanted:#x}")


def read_tlvs(form: ImageFormat, data: bytes, base: int, protected_size: int) -> dict[str, bytes]:
    """What the TLVs of an image hold, by name.

    Raises:
        ImageError: a rule is broken: sizes, areas, types, lengths, one of each.
    """
    if len(data) > form.tlv_most:
        raise ImageError(f"{len(data)} bytes of TLVs, wanted at most {form.tlv_most}")
    found = list(walk(form, data, base))
    protected, unprotected = (one for one in found if isinstance(one, Head))
    if protected.size != protected_size:
        raise ImageError(
            f"{protected.size} bytes of protected TLVs, but the header says {protected_size}"
        )
    end = unprotected.at + unprotected.size
    if end != base + len(data):
        raise ImageError(f"{base + len(data) - end} bytes after the TLVs, at {end:#x}, wanted none")
    return _checked(form, [one for one in found if isinstance(one, Tlv)])


def _checked(form: ImageFormat, tlvs: Sequence[Tlv]) -> dict[str, bytes]:
    _refuse(form, tlvs)
    held: dict[str, bytes] = {}
    for tlv in tlvs:
        kind = form.tlvs.get(tlv.type)
        if kind:
            _check(tlv, kind)
            if kind.name in held:
                raise ImageError(f"{tlv}: a second {kind.name}, wanted one")
            held[kind.name] = tlv.data
    for area in (form.protected, form.unprotected):
        for kind in area.tlvs:
            if kind.name not in held:
                what = f"no {kind.name} (TLV {kind.type:#06x}) among the {area.name} TLVs"
                raise ImageError(f"{what}: {kind.words}")
    return held


def _refuse(form: ImageFormat, tlvs: Sequence[Tlv]) -> None:
    """Refuse what means something to MCUboot, and what nobody signed, unless it is known here."""
    first = {tlv.type: tlv for tlv in reversed(tlvs)}
    for kind, words in form.refused.items():
        if kind in first:
            raise ImageError(f"{first[kind]}: {words}")
    for tlv in first.values():
        skipped = tlv.area == form.protected and tlv.type in form.vendors
        if tlv.type not in form.tlvs and not skipped:
            raise ImageError(f"{tlv}: a type that is unknown here")


def _check(tlv: Tlv, kind: TlvType) -> None:
    if kind not in tlv.area.tlvs:
        inside = tlv.area.name == "protected"
        wanted = "unprotected TLVs" if inside else "protected TLVs, which are signed"
        raise ImageError(f"{tlv}: {kind.name} must stand among the {wanted}")
    length = len(tlv.data)
    if not length or length % kind.size or (length > kind.size and not kind.is_list):
        wanted = f"a multiple of {kind.size}" if kind.is_list else str(kind.size)
        raise ImageError(f"{tlv}: {kind.name} of {length} bytes, wanted {wanted}")


def pack_area(form: ImageFormat, area: TlvArea, held: Mapping[str, bytes]) -> bytes:
    """A TLV area whose TLVs hold what is given by name.

    Raises:
        ImageError: it would have more bytes than TLVs may have.
    """
    size = PAIR.size + sum(PAIR.size + len(held[kind.name]) for kind in area.tlvs)
    if size > form.tlv_most:
        raise ImageError(f"{size} bytes of {area.name} TLVs, wanted at most {form.tlv_most}")
    tlvs = (PAIR.pack(kind.type, len(held[kind.name])) + held[kind.name] for kind in area.tlvs)
    return PAIR.pack(area.magic, size) + b"".join(tlvs)


def numbers(kind: TlvType, data: bytes) -> tuple[int, ...]:
    """The numbers that a TLV holds, least byte first."""
    cuts = range(0, len(data), kind.size)
    return tuple(int.from_bytes(data[at : at + kind.size], "little") for at in cuts)


def pack_numbers(kind: TlvType, found: Sequence[int]) -> bytes:
    """Numbers as a TLV holds them.

    Raises:
        ImageError: there are none, or one does not fit.
    """
    most = (1 << 8 * kind.size) - 1
    if not found or not all(0 <= one <= most for one in found):
        got = ", ".join(map(str, found)) or "nothing"
        raise ImageError(f"{kind.name}: got {got}, wanted numbers from 0 to {most}")
    return b"".join(one.to_bytes(kind.size, "little") for one in found)
