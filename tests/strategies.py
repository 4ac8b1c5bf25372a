"""Hypothesis strategies built from a spec: the fields that a message can have."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from lensbus.spec.basis import Basis
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType

NOWHERE = Basis("model", "")
MOST_BYTES = 256


def distinct(kinds: Iterable[MessageType]) -> list[MessageType]:
    """The first message of each layout; the rest have the same fields under other names.

    Very long ones are left out, since what is true of 256 bytes is true of 1,024.
    """
    found: dict[str, MessageType] = {}
    for kind in kinds:
        fields = [replace(field, name="", basis=NOWHERE) for field in kind.fields]
        found.setdefault(str(fields), kind)
    return [kind for kind in found.values() if kind.size <= MOST_BYTES]


def fields_of(kind: MessageType, *, rest: int = 40) -> st.SearchStrategy[dict[str, Any]]:
    """All fields of a message; what takes the rest of a payload has up to `rest` bytes."""
    return st.fixed_dictionaries({field.name: values_of(field, rest) for field in kind.fields})


def values_of(field: Field, rest: int = 40) -> st.SearchStrategy[Any]:
    """Every value that a field can carry; flags are in the order of the spec."""
    if field.flags is not None:
        names = list(field.flags)
        return st.sets(st.sampled_from(names)).map(
            lambda some: tuple(name for name in names if name in some)
        )
    if field.enum is not None:
        return st.sampled_from(list(field.enum))
    if field.kind == "int":
        return st.integers(field.low, field.high)
    if field.kind == "ascii":
        letters = st.characters(min_codepoint=1, max_codepoint=127)
        return st.text(letters, max_size=field.size)
    return st.binary(min_size=field.size or 0, max_size=field.size or rest)
