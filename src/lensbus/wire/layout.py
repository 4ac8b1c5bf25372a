"""Layouts: what a payload holds, as construct declarations built from the spec.

They are the reference for every other codec: readable, symmetric, and an error names the field.
construct results are dynamic, so this module and `Message.fields` are where `Any` lives.
"""

from collections.abc import Callable, Mapping
from typing import Any

import construct

from lensbus.spec.fields import Field, Int
from lensbus.spec.model import MessageType
from lensbus.wire.message import Fault, check

_FAULTS: dict[type[construct.ConstructError], str] = {
    construct.StreamError: "truncated",
    construct.MappingError: "unknown value",
    construct.ValidationError: "out of range",
    construct.StringError: "bad text",
}


class Layout:
    """The payload of one message, both ways; a greedy one takes all bytes there are."""

    def __init__(self, message: MessageType) -> None:
        self._message, self._name = message, message.name
        self._struct = construct.Struct(*(entry.name / _subcon(entry) for entry in message.fields))
        self._exact = construct.Struct(*self._struct.subcons, construct.Terminated)
        self.size = sum(entry.size or 0 for entry in message.fields)
        self.greedy = any(entry.size is None for entry in message.fields)

    def parse(self, payload: bytes, *, exact: bool = True) -> dict[str, Any] | Fault:
        """The fields of a payload, or the fault with its kind and field path.

        With `exact`, bytes that are left over are a fault too.
        """
        try:
            found = (self._exact if exact else self._struct).parse(payload)
        except construct.TerminatedError:
            return Fault("trailing bytes", payload, self._name, f"wanted {self.size} bytes")
        except construct.ConstructError as error:
            kind = next((_FAULTS[t] for t in _FAULTS if isinstance(error, t)), "bad field")
            return Fault(kind, payload, self._path(error), _detail(error))
        del found["_io"]
        return dict(found)

    def build(self, fields: Mapping[str, Any]) -> bytes:
        """The payload of these fields.

        Raises:
            LocalProtocolError: a field is missing, unknown or its value does not fit.
        """
        check(self._message, fields)
        return bytes(self._struct.build(fields))

    def _path(self, error: construct.ConstructError) -> str:
        steps = (error.path or "").partition(") -> ")[2]
        return f"{self._name}.{steps}" if steps else self._name


def _detail(error: Exception) -> str:
    return str(error).rpartition("\n")[2]


def _subcon(field: Field) -> Any:
    """The construct of one field."""
    if field.kind == "ascii":
        return _Ascii(construct.Bytes(field.size))
    if field.integer is None:
        return construct.GreedyBytes if field.size is None else construct.Bytes(field.size)
    number = _integer(field.integer)
    if field.flags is not None:
        return _Flags(number, field.flags)
    if field.enum is not None:
        return construct.Mapping(number, dict(field.enum))
    if (field.low, field.high) != (field.integer.low, field.integer.high):
        return construct.ExprValidator(number, _within(field.low, field.high))
    return number


def _within(low: int, high: int) -> Callable[[int, Any], bool]:
    return lambda value, _context: low <= value <= high


def _integer(integer: Int) -> Any:
    letter = {1: "b", 2: "h", 4: "l"}[integer.size]
    order = {"little": "<", "big": ">"}[integer.order]
    return construct.FormatField(order, letter if integer.signed else letter.upper())


class _Flags(construct.Adapter):  # type: ignore[misc]  # construct has no types
    """Bits by name; a bit without a name is an unknown value."""

    def __init__(self, subcon: Any, flags: Mapping[str, int]) -> None:
        super().__init__(subcon)
        self._flags = flags

    def _decode(self, value: int, _context: Any, path: str) -> tuple[str, ...]:
        left = value
        for mask in self._flags.values():
            left &= ~mask
        if left:
            raise construct.MappingError(f"no names for bits {left:#x}", path=path)
        return tuple(name for name, mask in self._flags.items() if value & mask)

    def _encode(self, names: tuple[str, ...], _context: Any, path: str) -> int:
        return sum(self._flags[name] for name in set(names))


class _Ascii(construct.Adapter):  # type: ignore[misc]  # construct has no types
    """ASCII text, padded with zeros; a zero inside, or a byte past 127, is bad text."""

    def _decode(self, data: bytes, _context: Any, path: str) -> str:
        text = data.rstrip(b"\0")
        if b"\0" in text or not text.isascii():
            raise construct.StringError(f"not zero-padded ASCII: {data!r}", path=path)
        return text.decode("ascii")

    def _encode(self, text: str, _context: Any, path: str) -> bytes:
        return text.encode("ascii").ljust(self.subcon.length, b"\0")
