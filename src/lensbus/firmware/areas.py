"""Tell what each byte of a firmware image is for, in a damaged one as far as it goes."""

from collections.abc import Iterator

from lensbus.errors import ImageError
from lensbus.firmware.header import read_field
from lensbus.firmware.tlv import PAIR, Head, Tlv, numbers, walk
from lensbus.spec.image import HeaderField, ImageFormat, TlvType
from lensbus.value import value

DIGITS = 64  # of a value that is no number


@value(frozen=True, slots=True)
class Area:
    """Some bytes of an image: where, how many, what they are, and in words."""

    offset: int
    size: int
    name: str
    words: str


def areas(form: ImageFormat, data: bytes) -> Iterator[Area]:
    """Every byte of the data once, in order; whatever they are, this is no verdict."""
    payload_size = 0
    for field in form.header:
        size = field.integer.size
        part = data[field.offset : field.offset + size]
        if part:
            words = _field(field, data) if len(part) == size else "cut off"
            yield Area(field.offset, len(part), field.name, words)
        if field.name == "payload_size":
            payload_size = read_field(field, data)
    start = form.header_size
    if payload := data[start : start + payload_size]:
        missing = payload_size - len(payload)
        words = f"the firmware, cut off: {missing} bytes are missing" if missing else "the firmware"
        yield Area(start, len(payload), "payload", words)
    yield from _tlvs(form, data, start + len(payload))


def _field(field: HeaderField, data: bytes) -> str:
    got = read_field(field, data)
    if field.wanted is None:
        return f"{got}: {field.words}"
    wanted = "" if got == field.wanted else f", wanted {field.wanted:#x}"
    return f"{got:#x}{wanted}: {field.words}"


def _tlvs(form: ImageFormat, data: bytes, at: int) -> Iterator[Area]:
    start, name, why = at, "trailing", "no part of the image"
    try:
        for one in walk(form, data[start:], start):
            area = _area(form, one)
            yield area
            at = area.offset + area.size
    except ImageError as error:
        name, why = "unreadable", str(error)
    if at < len(data):
        yield Area(at, len(data) - at, name, why)


def _area(form: ImageFormat, one: Head | Tlv) -> Area:
    if isinstance(one, Head):
        name = f"{one.area.name} TLVs"
        return Area(one.at, PAIR.size, name, f"{one.area.magic:#06x}: {one.size} bytes from here")
    kind, size = form.tlvs.get(one.type), PAIR.size + len(one.data)
    if kind is None:
        words = form.refused.get(one.type, "unknown here")
        return Area(one.at, size, f"TLV {one.type:#06x}", f"{_hex(one.data)}: {words}")
    return Area(one.at, size, kind.name, f"{_told(form, kind, one.data)}: {kind.words}")


def _told(form: ImageFormat, kind: TlvType, data: bytes) -> str:
    if kind in form.protected.tlvs and len(data) % kind.size == 0:
        width = "#06x" if kind.name == "lens_numbers" else "d"
        return ", ".join(format(number, width) for number in numbers(kind, data))
    return _hex(data)


def _hex(data: bytes) -> str:
    text = data.hex()
    return text if len(text) <= DIGITS else f"{text[:DIGITS]}... ({len(data)} bytes)"
