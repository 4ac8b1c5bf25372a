"""The header of a firmware image: its sizes and its version."""

import re
from dataclasses import dataclass

from lensbus.errors import ImageError
from lensbus.spec.image import HeaderField, ImageFormat
from lensbus.value import value

VERSION = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,10})(?:\.([0-9]{1,10})(?:\+([0-9]{1,10}))?)?)?")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version as MCUboot counts, `1.1.0+0`; a later one is greater."""

    major: int
    minor: int = 0
    revision: int = 0
    build: int = 0

    @classmethod
    def parse(cls, text: str) -> "Version":
        """A version from `1`, `1.1`, `1.1.0` or `1.1.0+0`.

        Raises:
            ImageError: the text is none.
        """
        found = VERSION.fullmatch(text)
        if not found:
            raise ImageError(f"version: got {text!r}, wanted one as 1.1.0 or 1.1.0+0")
        return cls(*(int(part or 0) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.revision}+{self.build}"


@value(frozen=True, slots=True)
class Header:
    """What a header says; sizes in bytes."""

    payload_size: int
    protected_size: int
    version: Version


def read_field(field: HeaderField, data: bytes) -> int:
    """The number that stands in a header, or in the beginning of one, at a field's place."""
    part = data[field.offset : field.offset + field.integer.size]
    return int.from_bytes(part, field.integer.order)


def read_header(form: ImageFormat, data: bytes) -> Header:
    """The header that data begins with.

    Raises:
        ImageError: it is none of this format, or its sizes are out of bounds.
    """
    if len(data) < form.header_size:
        raise ImageError(f"cut off at {len(data):#x}, wanted a header up to {form.header_size:#x}")
    parts = {field.name: read_field(field, data) for field in form.header}
    for field in form.header:
        got = parts[field.name]
        if got != (got if field.wanted is None else field.wanted):
            what = f"{field.name} at {field.offset:#x}: got {got:#x}, wanted {field.wanted:#x}"
            raise ImageError(f"{what}: {field.words}")
    version = Version(parts["major"], parts["minor"], parts["revision"], parts["build"])
    return Header(_bounded(form, parts["payload_size"]), parts["protected_size"], version)


def _bounded(form: ImageFormat, payload_size: int) -> int:
    if not 1 <= payload_size <= form.payload_most:
        wanted = f"1 to {form.payload_most}"
        raise ImageError(f"a payload of {payload_size} bytes, wanted {wanted}")
    return payload_size


def pack_header(form: ImageFormat, header: Header) -> bytes:
    """A header as it stands in an image.

    Raises:
        ImageError: a size or a part of the version is out of bounds.
    """
    version = header.version
    parts = {
        "major": version.major,
        "minor": version.minor,
        "revision": version.revision,
        "build": version.build,
        "payload_size": _bounded(form, header.payload_size),
        "protected_size": header.protected_size,
    }
    return b"".join(_pack(field, parts.get(field.name, field.wanted or 0)) for field in form.header)


def _pack(field: HeaderField, number: int) -> bytes:
    if not field.integer.low <= number <= field.integer.high:
        raise ImageError(f"{field.name}: got {number}, wanted at most {field.integer.high}")
    return number.to_bytes(field.integer.size, field.integer.order)
