"""Python functions in the making: a loop over fields would cost more than what it does."""

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final

from lensbus.spec.fields import Field
from lensbus.wire.row import pieces

COMBINATIONS: Final = 256
"""Of flags, kept by each function for each field."""

_MISFITS: Final = (struct.error, LookupError, ValueError, TypeError)


class Source:
    """The lines of a function, and the values that they know by name.

    The function gives `refusal` where its argument is not plainly in order. What comes from a spec
    goes in by `repr` or by `keep`, so none of it is run.
    """

    def __init__(self, argument: str, refusal: str = "None") -> None:
        self._lines, self._refusal = [f"def made({argument}):", "  try:"], refusal
        self._known: dict[str, Any] = {"MISFITS": _MISFITS}
        self._indent, self._names = "    ", 0

    def add(self, line: str) -> None:
        """The next line."""
        self._lines.append(self._indent + line)

    def refuse_if(self, wrong: str) -> None:
        """Refuse where this is so."""
        self.add(f"if {wrong}: return {self._refusal}")

    def name(self) -> str:
        """A name that no other value has."""
        self._names += 1
        return f"v{self._names}"

    def let(self, expression: str) -> str:
        """The name of what an expression gives; a name stays as it is."""
        if expression.isidentifier():
            return expression
        name = self.name()
        self.add(f"{name} = {expression}")
        return name

    def keep(self, value: object) -> str:
        """The name of a value that is there when the function runs."""
        name = self.name()
        self._known[name] = value
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """The lines that are added within stand below a head, as `if CONDITION`."""
        self.add(f"{head}:")
        self._indent += "  "
        yield
        self._indent = self._indent[2:]

    def made(self) -> Any:  # noqa: ANN401 what the lines say
        """The function."""
        lines = [*self._lines, "  except MISFITS:", f"    return {self._refusal}"]
        exec("\n".join(lines), self._known)  # noqa: S102 see the class
        return self._known["made"]


def runs(fields: Iterable[Field]) -> Iterator[tuple[bool, list[Field]]]:
    """The fields that one row holds, then those that none holds, and so on."""
    return ((fixed, list(some)) for fixed, some in groupby(fields, _in_row))


def is_fixed(fields: Iterable[Field]) -> bool:
    """Whether they always take the same bytes, all in one row."""
    return all(_in_row(field) and not field.optional for field in fields)


def is_quick(field: Field) -> bool:
    """Whether `reading` and `writing` know it."""
    if field.kind == "array":
        return field.parts[0].kind == "int"
    return field.kind != "block" or _in_row(field)


def _in_row(field: Field) -> bool:
    if field.kind == "block":
        return field.check is None and all(map(_in_row, field.parts))
    return field.size is not None and field.kind != "array"


def formats(field: Field) -> list[tuple[str, str]]:
    """What a row holds of a field."""
    if field.kind == "block":
        return [entry for part in field.parts for entry in formats(part)]
    if field.integer is None:
        return [("", f"{field.size}s")]
    return [(order, letter) for order, letter, _ in pieces(field.integer)]


def gaps(field: Field) -> int:
    """The bits that no part takes."""
    places = [part.place for part in field.parts if part.place]
    taken = sum(place.high << place.at for place in places)
    return field.integer.high & ~taken if field.integer else 0
