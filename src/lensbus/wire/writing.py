"""Make the function that writes the fields of a message into its payload."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import starmap
from typing import Any, cast

from lensbus.spec.fields import Field, Int
from lensbus.wire.row import NATIVE, array_format, pieces, row
from lensbus.wire.source import COMBINATIONS, Source, formats, runs

_DICTS = dict.fromkeys(("bits", "block"), dict)
_TYPES = {"int": int, "ascii": str, "bytes": bytes, "bcd": str, "array": tuple, **_DICTS}


def writer(fields: Sequence[Field]) -> Callable[[Mapping[str, Any]], bytes | None]:
    """The function: from fields of exactly these names, types and ranges to their payload."""
    return _Writing(fields).function()


class _Writing:
    def __init__(self, fields: Sequence[Field]) -> None:
        self._source, self._names = Source("fields"), dict[str, str]()
        self._needed = [field for field in fields if not field.optional]
        self._optional = [field for field in fields if field.optional]

    def function(self) -> Callable[[Mapping[str, Any]], bytes | None]:
        source, least, more = self._source, len(self._needed), len(self._optional)
        fits = f"{least} <= len(fields) <= {least + more}" if more else f"len(fields) == {least}"
        source.refuse_if(f"not {fits}")
        data = " + ".join(self._data(self._needed)) or "b''"
        for at, field in enumerate(self._optional):
            data = source.let(data)
            with source.block(f"if len(fields) == {least + at}"):
                source.add(f"return {data}")
            data = " + ".join([data, *self._data([field])])
        source.add(f"return {data}")
        made: Callable[[Mapping[str, Any]], bytes | None] = source.made()
        return made

    def _data(self, fields: Iterable[Field]) -> Iterator[str]:
        """The expressions whose values are the payload, one after the other."""
        for fixed, some in runs(fields):
            values = [(field, self._value(field, "fields")) for field in some]
            self._names |= {field.name: value for field, value in values}
            if fixed:
                yield self._row(values)
            else:
                yield from starmap(self._varying, values)

    def _value(self, field: Field, source: str) -> str:
        """The name of a field's value, which is of the right type."""
        name = self._source.let(f"{source}[{field.name!r}]")
        self._source.refuse_if(f"{name}.__class__ is not {_type(field).__name__}")
        return name

    def _row(self, values: Sequence[tuple[Field, str]]) -> str:
        packed = row(entry for field, _ in values for entry in formats(field))
        pieces = [piece for field, value in values for piece in self._fixed(field, value)]
        return f"{self._source.keep(packed.pack)}({', '.join(pieces)})"

    def _fixed(self, field: Field, value: str) -> Iterable[str]:
        """What a row takes for a field."""
        if field.kind == "block":
            return [piece for part in self._parts(field, value) for piece in self._fixed(*part)]
        if field.kind == "bits":
            value = " | ".join(self._bits(part, name) for part, name in self._parts(field, value))
        elif field.kind == "int":
            value = self._number(field, value)
        else:
            return [self._text(field, value)]
        return self._pieces(cast("Int", field.integer), value)

    def _parts(self, field: Field, value: str) -> list[tuple[Field, str]]:
        self._source.refuse_if(f"len({value}) != {len(field.parts)}")
        return [(part, self._value(part, value)) for part in field.parts]

    def _bits(self, part: Field, value: str) -> str:
        at = part.place.at if part.place else 0
        return f"{self._number(part, value)} << {at}"

    def _pieces(self, integer: Int, value: str) -> list[str]:
        """A number as the pieces that struct has letters for; the highest keeps the sign."""
        found = pieces(integer)
        if len(found) == 1:
            return [value]
        value, top = self._source.let(value), max(shift for _, _, shift in found)
        masks = [256 ** struct.calcsize(f"<{letter}") - 1 for _, letter, _ in found]
        return [
            f"{value} >> {shift}" if shift == top else f"{value} >> {shift} & {mask}"
            for (_, _, shift), mask in zip(found, masks, strict=True)
        ]

    def _number(self, field: Field, value: str) -> str:
        """The number of a value, held to its names or bounds."""
        if field.enum is not None:
            return f"{self._source.keep(field.enum)}[{value}]"
        if field.flags is not None:
            return f"{self._source.keep(_flags(field))}({value})"
        integer = field.integer
        if integer is None or (field.low, field.high) != (integer.low, integer.high):
            self._source.refuse_if(f"not {field.low} <= {value} <= {field.high}")
        return value

    def _text(self, field: Field, value: str) -> str:
        """The bytes of text or bytes of a size."""
        size, source = field.size or 0, self._source
        if field.kind == "bytes":
            source.refuse_if(f"len({value}) != {size}")
            return value
        if field.kind == "bcd":
            source.refuse_if(f"len({value}) != {2 * size} or not {value}.isdecimal()")
            return f"{source.keep(bytes.fromhex)}({value})"
        value = source.let(f"{value}.encode('ascii')")
        source.refuse_if(f"len({value}) > {size} or 0 in {value}")
        return value

    def _varying(self, field: Field, value: str) -> str:
        """The bytes of what a count, a zero or the payload ends."""
        source = self._source
        if field.count is not None:
            count = self._names[field.count] if isinstance(field.count, str) else field.count
            source.refuse_if(f"len({value}) != {count}")
        if field.kind == "array":
            return self._array(field.parts[0], value)
        if field.kind == "bytes":
            return value
        value = source.let(f"{value}.encode('ascii')")
        source.refuse_if(f"0 in {value}")
        return f"{value} + b'\\0'" if field.until_zero else value

    def _array(self, element: Field, values: str) -> str:
        source, integer = self._source, cast("Int", element.integer)  # as `is_quick` knows
        source.refuse_if(f"{{*map(type, {values})}} - {source.keep({_type(element)})}")
        if element.enum is not None:
            values = source.let(f"[*map({source.keep(element.enum)}.__getitem__, {values})]")
        elif element.flags is not None:
            values = source.let(f"[*map({source.keep(_flags(element))}, {values})]")
        else:
            within = f"{element.low} <= min({values}) and max({values}) <= {element.high}"
            source.refuse_if(f"{values} and not ({within})")
        return self._integers(integer, values)

    def _integers(self, integer: Int, values: str) -> str:
        size, order = integer.size, integer.order
        if size not in NATIVE:
            write = partial(int.to_bytes, length=size, byteorder=order, signed=integer.signed)
            return f"b''.join(map({self._source.keep(write)}, {values}))"
        pack, form = self._source.keep(struct.pack), array_format(integer)
        return f"{pack}({form!r} % len({values}), *{values})"


def _type(field: Field) -> type:
    if field.flags is not None:
        return tuple
    return str if field.enum is not None else _TYPES[field.kind]


def _flags(field: Field) -> Callable[[tuple[str, ...]], int]:
    return lru_cache(COMBINATIONS)(partial(_flag_bits, field.flags or {}))


def _flag_bits(flags: Mapping[str, int], names: tuple[str, ...]) -> int:
    return sum(flags[name] for name in set(names))
