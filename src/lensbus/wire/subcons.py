"""The pieces of a layout that construct has not: what is optional, checked, named, or text."""

from collections.abc import Callable
from typing import Any

import construct

from lensbus.spec.fields import Check, Field, Int
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.fitting import unfit


def integer_of(integer: Int) -> Any:
    """A whole number."""
    little = integer.order == "little"
    return construct.BytesInteger(integer.size, signed=integer.signed, swapped=little)


class Optional(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
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


class Array(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
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


class Checked(construct.Subconstruct):  # type: ignore[misc]  # construct has no types
    """A block, and the checksum of its bytes."""

    def __init__(self, subcon: Any, check: Check) -> None:
        super().__init__(subcon)
        self._number = integer_of(check.integer)
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


class Number(construct.Adapter):  # type: ignore[misc]  # construct has no types
    """A number as its name or, bit by bit, its names, or within its bounds."""

    def __init__(self, subcon: Any, field: Field) -> None:
        super().__init__(subcon)
        self._field = field
        self._names = {number: name for name, number in (field.enum or {}).items()}

    def _decode(self, value: int, _context: Any, path: str) -> Any:
        field, name = self._field, self._names.get(value)
        if field.flags is not None:
            if left := value & ~sum(field.flags.values()):
                raise construct.MappingError(f"no names for bits {left:#x}", path=path)
            return tuple(name for name, mask in field.flags.items() if value & mask)
        if name is None and (words := unfit(field, value)):
            fault = construct.ValidationError if field.enum is None else construct.MappingError
            raise fault(words, path=path)
        return name or value

    def _encode(self, value: Any, _context: Any, _path: str) -> int:
        field = self._field
        if field.flags is not None:
            return sum(field.flags[name] for name in set(value))
        return int(value) if field.enum is None else field.enum[value]


class Text(construct.Adapter):  # type: ignore[misc]  # construct has no types
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
