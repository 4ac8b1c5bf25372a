"""Make the function that reads the fields of a message from its payload."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, cast

from lensbus.spec.fields import Field, Int
from lensbus.wire import text
from lensbus.wire.row import NATIVE, array_format, pieces, row
from lensbus.wire.source import COMBINATIONS, Source, formats, gaps, runs


def reader(fields: Sequence[Field], *, exact: bool) -> Callable[[bytes], Any]:
    """The function: from a payload to its fields and, unless it is exact, to its size."""
    return _Reading(fields, Source("payload")).function(exact=exact)


Formats = Mapping[str, tuple[str, str]]


def read_row(
    source: Source, before: Formats, fields: Sequence[Field], after: Formats
) -> tuple[dict[str, str], str]:
    """Read fields of fixed size and what stands around them, which are all of `payload`.

    Gives the names of what stands around, by part, and the expression of all fields.
    """
    entries = [entry for field in fields for entry in formats(field)]
    first, inner, last = ([source.name() for _ in part] for part in (before, entries, after))
    unpack = source.keep(row([*before.values(), *entries, *after.values()]).unpack)
    source.add(f"{', '.join([*first, *inner, *last])}, = {unpack}(payload)")
    names = dict(zip([*before, *after], [*first, *last], strict=True))
    return names, _Reading(fields, source).literal(inner)


class _Reading:
    """What stands before `_at`, an expression, has been read."""

    def __init__(self, fields: Sequence[Field], source: Source) -> None:
        self._source, self._at, self._counts = source, "0", dict[str, str]()
        self._needed = [field for field in fields if not field.optional]
        self._optional = [field for field in fields if field.optional]

    def function(self, *, exact: bool) -> Callable[[bytes], Any]:
        source = self._source
        found = _literal(self._values(self._needed))
        if self._optional:
            found = source.let(found)
        for field in self._optional:
            self._read_optional(field, found)
        if exact:
            source.refuse_if(f"{self._at} != len(payload)")
        source.add(f"return {found}" if exact else f"return {found}, {self._at}")
        made: Callable[[bytes], Any] = source.made()
        return made

    def literal(self, names: Sequence[str]) -> str:
        """The fields whose pieces have these names, in a row."""
        left = iter(names)
        return _literal((field.name, self._fixed(field, left)) for field in self._needed)

    def _read_optional(self, field: Field, found: str) -> None:
        source = self._source
        at = source.let(self._at)
        with source.block(f"if {at} < len(payload)"):
            self._at = at
            for name, value in self._values([field]):
                source.add(f"{found}[{name!r}] = {value}")
            source.add(f"{at} = {self._at}")
        self._at = at

    def _values(self, fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
        """Each field's name, and the expression of its value, in order."""
        for fixed, some in runs(fields):
            for field, value in self._row(some) if fixed else self._varying(some):
                if field.kind == "int":
                    self._counts[field.name] = f"({value})"
                yield field.name, value

    def _row(self, fields: Sequence[Field]) -> Iterator[tuple[Field, str]]:
        source = self._source
        entries = [entry for field in fields for entry in formats(field)]
        names, packed = [source.name() for _ in entries], row(entries)
        unpack = source.keep(packed.unpack_from)
        place = "" if self._at == "0" else f", {self._at}"
        source.add(f"{', '.join(names)}, = {unpack}(payload{place})")
        self._at = f"{packed.size}" if self._at == "0" else f"{self._at} + {packed.size}"
        left = iter(names)
        return ((field, self._fixed(field, left)) for field in fields)

    def _fixed(self, field: Field, left: Iterator[str]) -> str:
        """The value of a field whose pieces have the next names."""
        if field.kind == "block":
            return _literal((part.name, self._fixed(part, left)) for part in field.parts)
        if field.integer is None:
            read = {"ascii": text.padded, "bcd": text.digits}.get(field.kind)
            return f"{self._source.keep(read)}({next(left)})" if read else next(left)
        word = " | ".join(
            f"{next(left)} << {shift}" if shift else next(left)
            for _, _, shift in pieces(field.integer)
        )
        return self._bits(field, word) if field.kind == "bits" else self._number(field, word)

    def _bits(self, field: Field, word: str) -> str:
        word, parts = self._source.let(word), []
        for part in field.parts:
            if part.place:
                value = f"{word} >> {part.place.at} & {part.place.high}"
                parts.append((part.name, self._number(part, value)))
        if free := gaps(field):
            self._source.refuse_if(f"{word} & {free}")
        return _literal(parts)

    def _number(self, field: Field, value: str) -> str:
        """The value of a number, held to its names or bounds."""
        if field.enum is not None:
            return f"{self._source.keep(_names(field))}[{value}]"
        if field.flags is not None:
            return f"{self._source.keep(_flags(field))}({value})"
        span = field.place or field.integer
        if span and field.low > span.low:
            value = self._source.let(value)
            self._source.refuse_if(f"{value} < {field.low}")
        if span and field.high < span.high:
            value = self._source.let(value)
            self._source.refuse_if(f"{value} > {field.high}")
        return value

    def _varying(self, fields: Sequence[Field]) -> Iterator[tuple[Field, str]]:
        for field in fields:
            yield field, self._array(field) if field.kind == "array" else self._text(field)

    def _text(self, field: Field) -> str:
        """The value of text or bytes that a zero, a count or the payload ends."""
        at, source = self._at, self._source
        if field.until_zero:
            end = source.let(f"payload.index(0, {at})")
            self._at = f"{end} + 1"
        else:
            end = self._end(field, 1)
        value = f"payload[{at}:{end}]"
        return value if field.kind == "bytes" else f"{source.keep(text.whole)}({value})"

    def _end(self, field: Field, size: int) -> str:
        """Where elements of a size end, which is where the next field begins."""
        at, source = self._at, self._source
        if field.greedy:
            self._at = end = source.let("len(payload)")
            source.refuse_if(f"({end} - ({at})) % {size}")
        else:
            count = self._counts[field.count] if isinstance(field.count, str) else field.count
            self._at = end = source.let(f"{at} + {count} * {size}")
            source.refuse_if(f"{end} > len(payload)")
        return end

    def _array(self, field: Field) -> str:
        (element,), at = field.parts, self._at
        integer = cast("Int", element.integer)  # as `is_quick` knows
        end = self._end(field, integer.size)
        values = self._source.let(self._integers(integer, at, end))
        if element.enum is not None:
            return f"tuple(map({self._source.keep(_names(element).__getitem__)}, {values}))"
        if element.flags is not None:
            return f"tuple(map({self._source.keep(_flags(element))}, {values}))"
        if (element.low, element.high) != (integer.low, integer.high):
            within = f"{element.low} <= min({values}) and max({values}) <= {element.high}"
            self._source.refuse_if(f"{values} and not ({within})")
        return values

    def _integers(self, integer: Int, at: str, end: str) -> str:
        if integer.size not in NATIVE:
            read = self._source.keep(partial(int.from_bytes, signed=integer.signed))
            each = f"{read}(payload[i:i + {integer.size}], {integer.order!r})"
            return f"tuple([{each} for i in range({at}, {end}, {integer.size})])"
        unpack, form = self._source.keep(struct.unpack_from), array_format(integer)
        return f"{unpack}({form!r} % (({end} - ({at})) // {integer.size}), payload, {at})"


def _literal(values: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{name!r}: {value}" for name, value in values) + "}"


def _names(field: Field) -> dict[int, str]:
    return {value: name for name, value in (field.enum or {}).items()}


def _flags(field: Field) -> Callable[[int], tuple[str, ...]]:
    return lru_cache(COMBINATIONS)(partial(_flag_names, field.flags or {}))


def _flag_names(flags: Mapping[str, int], value: int) -> tuple[str, ...]:
    if value & ~sum(flags.values()):
        raise ValueError(value)
    return tuple(name for name, mask in flags.items() if value & mask)
