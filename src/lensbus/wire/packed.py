"""Fields as struct formats, compiled once from the spec: the quick way for what is in order.

What is not plainly in order is not judged here: None sends the caller to `layout` or `check`,
which say what is wrong and where.
"""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Any, Final

from lensbus.spec.fields import Field, Int

_LETTERS: Final = {1: "b", 2: "h", 4: "l"}
_ORDERS: Final = {"little": "<", "big": ">"}
_MISFITS: Final = (struct.error, LookupError, ValueError, TypeError)
_COMBINATIONS: Final = 256  # of flags, kept by each field

_Convert = Callable[[Any], Any]


class Packed:
    """The fields of one message, both ways; the last one may take all that is left."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.greedy = bool(fields) and fields[-1].size is None
        self._fields, self._fixed = fields, fields[: len(fields) - self.greedy]
        self._row = row(map(_format, self._fixed))
        self.size = self._row.size

    def unpack(self, payload: bytes, *, exact: bool = True) -> dict[str, Any] | None:
        """The fields of a payload in order; with `exact`, nothing may be left over."""
        if exact and len(payload) != self.size and not self.greedy:
            return None
        try:
            return self._unpack(payload)
        except _MISFITS:
            return None

    @cached_property
    def pack(self) -> Callable[[Mapping[str, Any]], bytes | None]:
        """What gives the payload of fields of exactly these names, types and ranges, or None."""
        converts = [_writer(field) for field in self._fixed]
        values = [f"to{at}(v{at})" if convert else f"v{at}" for at, convert in enumerate(converts)]
        rest = f" + v{len(values)}" if self.greedy else ""
        lines = [f"if len(fields) != {len(self._fields)}: return None", "try:"]
        for at, field in enumerate(self._fields):
            lines += [
                f"    v{at} = fields[{field.name!r}]",
                f"    if v{at}.__class__ is not {_type(field).__name__}: return None",
            ]
        lines += [
            f"    return struct({', '.join(values)}){rest}",
            "except MISFITS: return None",
        ]
        made: Callable[[Mapping[str, Any]], bytes | None]
        made = _made("fields", lines, self._row.pack, converts)
        return made

    @cached_property
    def _unpack(self) -> Callable[[bytes], dict[str, Any]]:
        converts = [_reader(field) for field in self._fixed]
        found = "".join(f"v{at}, " for at in range(len(converts)))
        values = [f"to{at}(v{at})" if convert else f"v{at}" for at, convert in enumerate(converts)]
        values += [f"payload[{self.size}:]"] if self.greedy else []
        named = zip((field.name for field in self._fields), values, strict=True)
        whole = ", ".join(f"{name!r}: {value}" for name, value in named)
        lines = [f"{found} = struct(payload)" if found else "pass", f"return {{{whole}}}"]
        made: Callable[[bytes], dict[str, Any]]
        made = _made("payload", lines, self._row.unpack_from, converts)
        return made


def _made(
    argument: str, lines: Iterable[str], struct: _Convert, converts: Iterable[_Convert | None]
) -> Any:  # noqa: ANN401 what the lines say
    """A function of these lines: a loop over the fields would cost more than what it does."""
    known = {"struct": struct, "MISFITS": _MISFITS}
    known |= {f"to{at}": convert for at, convert in enumerate(converts) if convert}
    text = "".join(f"    {line}\n" for line in lines)
    exec(f"def made({argument}):\n{text}", known)  # noqa: S102 the spec's names go in by repr()
    return known["made"]


def row(formats: Iterable[tuple[str, str]]) -> "struct.Struct | Mixed":
    """One struct of fields in (byte order, letter); an order is empty where it makes no odds."""
    found = list(formats)
    orders = {order for order, _ in found if order} or {"<"}
    if len(orders) > 1:
        return Mixed(found)
    return struct.Struct(orders.pop() + "".join(letter for _, letter in found))


class Mixed:
    """What struct.Struct does, for fields that do not share a byte order."""

    def __init__(self, formats: Iterable[tuple[str, str]]) -> None:
        self._parts = [struct.Struct((order or "<") + letter) for order, letter in formats]
        self.size = sum(part.size for part in self._parts)

    def unpack_from(self, data: bytes, offset: int = 0) -> tuple[Any, ...]:
        """The values of the bytes from `offset` on."""
        values: list[Any] = []
        for part in self._parts:
            values += part.unpack_from(data, offset)
            offset += part.size
        return tuple(values)

    def pack(self, *values: object) -> bytes:
        """The bytes of as many values as there are fields."""
        return b"".join(part.pack(v) for part, v in zip(self._parts, values, strict=True))


def int_format(integer: Int) -> tuple[str, str]:
    """A whole number as `row` takes it."""
    letter = _LETTERS[integer.size]
    order = _ORDERS[integer.order] if integer.size > 1 else ""
    return order, letter if integer.signed else letter.upper()


def _format(field: Field) -> tuple[str, str]:
    return int_format(field.integer) if field.integer else ("", f"{field.size}s")


def _type(field: Field) -> type:
    if field.flags is not None:
        return tuple
    return str if field.enum is not None else {"int": int, "ascii": str, "bytes": bytes}[field.kind]


def _reader(field: Field) -> _Convert | None:
    """What struct's value becomes; None: it stays as it is."""
    if field.flags is not None:
        return lru_cache(_COMBINATIONS)(partial(_flag_names, field.flags))
    if field.enum is not None:
        return {value: name for name, value in field.enum.items()}.__getitem__
    return _text if field.kind == "ascii" else _within(field)


def _writer(field: Field) -> _Convert | None:
    """What becomes struct's value; None: it is that already."""
    if field.flags is not None:
        return lru_cache(_COMBINATIONS)(partial(_flag_bits, field.flags))
    if field.enum is not None:
        return field.enum.__getitem__
    return _within(field) if field.kind == "int" else _fitting(field)


def _flag_names(flags: Mapping[str, int], value: int) -> tuple[str, ...]:
    if value & ~sum(flags.values()):
        raise ValueError
    return tuple(name for name, mask in flags.items() if value & mask)


def _flag_bits(flags: Mapping[str, int], names: tuple[str, ...]) -> int:
    return sum(flags[name] for name in set(names))


def _text(data: bytes) -> str:
    text = data.rstrip(b"\0")
    if b"\0" in text:
        raise ValueError
    return text.decode("ascii")


def _within(field: Field) -> _Convert | None:
    low, high, integer = field.low, field.high, field.integer
    if integer is None or (low, high) == (integer.low, integer.high):
        return None  # struct itself holds to them

    def checked(value: int) -> int:
        if not low <= value <= high:
            raise ValueError
        return value

    return checked


def _fitting(field: Field) -> _Convert:
    """Text or bytes that struct neither cuts nor pads otherwise than the layout does."""
    size = field.size or 0

    def checked(value: str | bytes) -> bytes:
        if isinstance(value, str):
            text = value.encode("ascii")
            if len(text) > size or b"\0" in text:
                raise ValueError
            return text
        if len(value) != size:
            raise ValueError
        return value

    return checked
