"""Layouts: what a payload holds, as construct declarations built from the spec.

They are the reference for every other codec: readable, symmetric, and an error names the field.
construct results are dynamic, so this module and `Message.fields` are where `Any` lives.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import construct

from lensbus.spec.fields import Bits, Check, Field, Int
from lensbus.spec.model import MessageType
from lensbus.wire import text
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.fitting import check
from lensbus.wire.message import Fault

_FAULTS: dict[type[construct.ConstructError], str] = {
    construct.StreamError: "truncated",
    construct.MappingError: "unknown value",
    construct.ConstError: "unknown value",
    construct.ValidationError: "out of range",
    construct.StringError: "bad text",
    construct.ChecksumError: "bad checksum",
}


class Layout:
    """The payload of one message, both ways."""

    def __init__(self, message: MessageType) -> None:
        self._message, self._name = message, message.name
        self._struct = _struct(message.fields)
        self._measured = construct.Struct("fields" / self._struct, "size" / construct.Tell)

    def parse(self, payload: bytes) -> dict[str, Any] | Fault:
        """The fields of a payload, or the fault with its kind and field path."""
        found = self.take(payload)
        if isinstance(found, Fault):
            return found
        fields, size = found
        if size < len(payload):
            return Fault("trailing bytes", payload, self._name, f"wanted {size} bytes")
        return fields

    def take(self, payload: bytes) -> tuple[dict[str, Any], int] | Fault:
        """As `parse`, and how many bytes it took; more may follow."""
        try:
            found = self._measured.parse(payload)
        except construct.ConstructError as error:
            kind = next((_FAULTS[t] for t in _FAULTS if isinstance(error, t)), "bad field")
            path = (error.path or "").partition(" -> fields")[2].replace(" -> ", ".")
            return Fault(kind, payload, self._name + path, str(error).rpartition("\n")[2])
        return _named(self._message.fields, found.fields), found.size

    def build(self, fields: Mapping[str, Any]) -> bytes:
        """The payload of these fields.

        Raises:
            LocalProtocolError: a field is missing, unknown or its value does not fit.
        """
        check(self._message, fields)
        return bytes(self._struct.build(fields))


def _named(fields: Sequence[Field], found: Any) -> dict[str, Any]:
    """What construct found, as plain values in the order of the spec."""
    return {f.name: _plain(f, found[f.name]) for f in fields if found[f.name] is not None}


def _plain(field: Field, found: Any) -> Any:
    if field.kind == "array":
        return tuple(_plain(field.parts[0], entry) for entry in found)
    return _named(field.parts, found) if field.parts else found


def _struct(fields: Sequence[Field]) -> Any:
    subcons = [_Optional(_subcon(f)) if f.optional else _subcon(f) for f in fields]
    return construct.Struct(*(f.name / subcon for f, subcon in zip(fields, subcons, strict=True)))


def _subcon(field: Field) -> Any:
    """The construct of one field."""
    if field.kind == "array":
        return _Array(_subcon(field.parts[0]), _count(field))
    if field.kind == "block":
        block = _struct(field.parts)
        return _Checked(block, field.check) if field.check else block
    if field.integer is None:
        return _text(_bytes(field), field)
    if field.kind == "bits":
        return _bits(field.integer, field.parts)
    return _value(_integer(field.integer), field, field.integer)


def _value(number: Any, field: Field, span: Int | Bits) -> Any:
    """A number with its names or its bounds."""
    if field.flags is not None:
        return _Flags(number, field.flags)
    if field.enum is not None:
        return construct.Mapping(number, dict(field.enum))
    if (field.low, field.high) != (span.low, span.high):
        return construct.ExprValidator(number, lambda value, _: field.low <= value <= field.high)
    return number


def _integer(integer: Int) -> Any:
    letter = {1: "b", 2: "h", 4: "l", 8: "q"}.get(integer.size)
    little = integer.order == "little"
    if letter is None:
        return construct.BytesInteger(integer.size, signed=integer.signed, swapped=little)
    return construct.FormatField(
        "<" if little else ">", letter if integer.signed else letter.upper()
    )


def _bits(integer: Int, parts: Sequence[Field]) -> Any:
    """The parts from the highest bit down; what lies between them is zero."""
    entries, top = [], 8 * integer.size
    for part in sorted(parts, key=lambda part: part.place.at if part.place else 0, reverse=True):
        place = part.place or Bits(0, 0)
        entries += _gap(top - place.at - place.width)
        entries.append(part.name / _value(construct.BitsInteger(place.width), part, place))
        top = place.at
    word = construct.BitStruct(*entries, *_gap(top))
    return construct.ByteSwapped(word) if integer.order == "little" else word


def _gap(width: int) -> list[Any]:
    return [construct.Const(0, construct.BitsInteger(width))] if width else []


def _bytes(field: Field) -> Any:
    """As many bytes as the spec, a field or a zero says; else all that are left."""
    if field.until_zero:
        return construct.NullTerminated(construct.GreedyBytes)
    if field.greedy:
        return construct.GreedyBytes
    return construct.Bytes(field.size if field.size is not None else _count(field))


def _text(data: Any, field: Field) -> Any:
    if field.kind == "bytes":
        return data
    if field.kind == "bcd":
        return _Text(data, text.digits, bytes.fromhex)
    size = field.size or 0
    read = text.padded if size else text.whole
    return _Text(data, read, lambda value: value.encode("ascii").ljust(size, b"\0"))


def _count(field: Field) -> Any:
    """How many, as construct takes it; None for the rest."""
    return construct.this[field.count] if isinstance(field.count, str) else field.count


class _Optional(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
    """What may be absent where the payload ends; None then."""

    def __init__(self, subcon: Any) -> None:
        super().__init__(subcon)
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        if construct.stream_iseof(stream):
            return None
        return self.subcon._parsereport(stream, context, path)

    def _build(self, value: Any, stream: Any, context: Any, path: str) -> Any:
        return None if value is None else self.subcon._build(value, stream, context, path)


class _Array(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
    """A counted array, or one that takes the rest; the path of a fault has the index."""

    def __init__(self, subcon: Any, count: Any) -> None:
        super().__init__(subcon)
        self._count = count

    def _parse(self, stream: Any, context: Any, path: str) -> tuple[Any, ...]:
        count, found = construct.evaluate(self._count, context), list[Any]()
        while not construct.stream_iseof(stream) if count is None else len(found) < count:
            place = f"{path}[{len(found)}]"
            found.append(self.subcon._parsereport(stream, context, place))
        return tuple(found)

    def _build(self, values: Any, stream: Any, context: Any, path: str) -> Any:
        for value in values:
            self.subcon._build(value, stream, context, path)


class _Checked(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
    """A block, and the checksum of its bytes."""

    def __init__(self, subcon: Any, check: Check) -> None:
        super().__init__(subcon)
        self._number = _integer(check.integer)
        self._sum, self._begin = CHECKSUMS[check.kind]

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        start = construct.stream_tell(stream, path)
        found = self.subcon._parsereport(stream, context, path)
        size = construct.stream_tell(stream, path) - start
        construct.stream_seek(stream, start, 0, path)
        wanted = self._sum(construct.stream_read(stream, size, path), self._begin)
        told = self._number._parsereport(stream, context, path)
        if told != wanted:
            raise construct.ChecksumError(f"got {told:#x}, wanted {wanted:#x}", path=path)
        return found

    def _build(self, value: Any, stream: Any, context: Any, path: str) -> Any:
        data = self.subcon.build(value)
        whole = data + self._number.build(self._sum(data, self._begin))
        construct.stream_write(stream, whole, len(whole), path)


class _Flags(construct.Adapter):  # type: ignore[misc]  # construct has no types
    """Bits by name; a bit without a name is an unknown value."""

    def __init__(self, subcon: Any, flags: Mapping[str, int]) -> None:
        super().__init__(subcon)
        self._flags = flags

    def _decode(self, value: int, _context: Any, path: str) -> tuple[str, ...]:
        if left := value & ~sum(self._flags.values()):
            raise construct.MappingError(f"no names for bits {left:#x}", path=path)
        return tuple(name for name, mask in self._flags.items() if value & mask)

    def _encode(self, names: tuple[str, ...], _context: Any, path: str) -> int:
        return sum(self._flags[name] for name in set(names))


class _Text(construct.Adapter):  # type: ignore[misc]  # construct has no types
    """Bytes that are text."""

    def __init__(
        self, subcon: Any, read: Callable[[bytes], str], write: Callable[[str], bytes]
    ) -> None:
        super().__init__(subcon)
        self._read, self._write = read, write

    def _decode(self, data: bytes, _context: Any, path: str) -> str:
        try:
            return self._read(data)
        except ValueError:
            raise construct.StringError(f"got {data!r}", path=path) from None

    def _encode(self, value: str, _context: Any, _path: str) -> bytes:
        return self._write(value)
