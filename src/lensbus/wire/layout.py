"""Layouts: what a payload holds, as construct declarations built from the spec.

They are the reference for every other codec: readable, symmetric, and an error names the field.
construct results are dynamic, so this module and `Message.fields` are where `Any` lives.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import construct

from lensbus.spec.fields import Bits, Field, Int
from lensbus.spec.model import MessageType
from lensbus.wire import subcons, text
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
            return Fault(kind, payload, self._name + path, _words(error))
        return _named(self._message.fields, found.fields), found.size

    def build(self, fields: Mapping[str, Any]) -> bytes:
        """The payload of these fields.

        Raises:
            LocalProtocolError: a field is missing, unknown or its value does not fit.
        """
        check(self._message, fields)
        return bytes(self._struct.build(fields))


def _words(error: construct.ConstructError) -> str:
    words = str(error).rpartition("\n")[2]
    if isinstance(error, construct.ConstError):
        return "bits that nothing uses are not zero"
    cut = re.search(r"expected (\d+), found (\d+)", words)
    return f"got {cut[2]} bytes, wanted {cut[1]}" if cut else words


def _named(fields: Sequence[Field], found: Any) -> dict[str, Any]:
    """What construct found, as plain values in the order of the spec."""
    return {f.name: _plain(f, found[f.name]) for f in fields if found[f.name] is not None}


def _plain(field: Field, found: Any) -> Any:
    if field.kind == "array":
        return tuple(_plain(field.parts[0], entry) for entry in found)
    return _named(field.parts, found) if field.parts else found


def _struct(fields: Sequence[Field]) -> Any:
    pieces = [subcons.Optional(_subcon(f)) if f.optional else _subcon(f) for f in fields]
    return construct.Struct(*(f.name / piece for f, piece in zip(fields, pieces, strict=True)))


def _subcon(field: Field) -> Any:
    """The construct of one field."""
    if field.kind == "array":
        return subcons.Array(_subcon(field.parts[0]), _count(field))
    if field.kind == "block":
        block = _struct(field.parts)
        return subcons.Checked(block, field.check) if field.check else block
    if field.integer is None:
        return _text(_bytes(field), field)
    if field.kind == "bits":
        return _bits(field.integer, field.parts)
    return _value(subcons.integer_of(field.integer), field, field.integer)


def _value(number: Any, field: Field, span: Int | Bits) -> Any:
    """A number with its names or its bounds."""
    named = field.flags is not None or field.enum is not None
    bound = (field.low, field.high) != (span.low, span.high)
    return subcons.Number(number, field) if named or bound else number


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
        return subcons.Text(data, text.digits, bytes.fromhex)
    size = field.size or 0
    read = text.padded if size else text.whole
    return subcons.Text(data, read, lambda value: value.encode("ascii").ljust(size, b"\0"))


def _count(field: Field) -> Any:
    """How many, as construct takes it; None for the rest."""
    return construct.this[field.count] if isinstance(field.count, str) else field.count
