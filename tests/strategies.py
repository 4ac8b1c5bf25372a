"""Hypothesis strategies built from a spec: the fields that a message can have."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from lensbus.spec.basis import Basis
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType

NOWHERE = Basis("model", "")
MOST_BYTES = 256
REST = 40
LETTERS = st.characters(min_codepoint=1, max_codepoint=127)
DIGITS = st.sampled_from("0123456789")


def distinct(kinds: Iterable[MessageType]) -> list[MessageType]:
    """The first message of each layout; the rest have the same fields under other names.

    Very long ones are left out, since what is true of 256 bytes is true of 1,024.
    """
    found: dict[str, MessageType] = {}
    for kind in kinds:
        fields = [replace(field, name="", basis=NOWHERE) for field in kind.fields]
        found.setdefault(str(fields), kind)
    return [kind for kind in found.values() if kind.size <= MOST_BYTES]


def fields_of(kind: MessageType, *, rest: int = REST) -> st.SearchStrategy[dict[str, Any]]:
    """All fields of a message; what takes the rest of a payload has up to `rest` bytes."""
    return group_of(kind.fields, rest)


def group_of(fields: Sequence[Field], rest: int = REST) -> st.SearchStrategy[dict[str, Any]]:
    """The fields of a message or a block, with as many of the optional ones as it likes."""
    whole = st.fixed_dictionaries({field.name: values_of(field, rest) for field in fields})
    optional = [field.name for field in fields if field.optional]
    counted = [field for field in fields if isinstance(field.count, str)]
    if counted:
        highs = {field.name: field.high for field in fields}
        whole = whole.map(lambda found: agreeing(counted, highs, found))
    if not optional:
        return whole
    return st.tuples(whole, st.integers(0, len(optional))).map(
        lambda drawn: {n: v for n, v in drawn[0].items() if n not in optional[drawn[1] :]}
    )


def agreeing(
    counted: Sequence[Field], highs: dict[str, int], found: dict[str, Any]
) -> dict[str, Any]:
    """The same with each count as low as what it counts, which is cut to it."""
    for field in counted:
        count = str(field.count)
        found[count] = min(len(found[f.name]) for f in counted if f.count == count)
        found[count] = min(found[count], highs[count])
    return found | {f.name: found[f.name][: found[str(f.count)]] for f in counted}


def values_of(field: Field, rest: int = REST) -> st.SearchStrategy[Any]:
    """Every value that a field can carry; flags are in the order of the spec."""
    if field.kind in {"bits", "block"}:
        return group_of(field.parts, rest)
    if field.kind == "array":
        (element,) = field.parts
        least, most = _sizes(field, rest // (element.least or 1))
        return st.lists(values_of(element, rest), min_size=least, max_size=most).map(tuple)
    if field.flags is not None:
        names = list(field.flags)
        return st.sets(st.sampled_from(names)).map(
            lambda some: tuple(name for name in names if name in some)
        )
    if field.enum is not None:
        return st.sampled_from(list(field.enum))
    if field.kind == "int":
        return st.integers(field.low, field.high)
    return _texts_of(field, rest)


def _texts_of(field: Field, rest: int) -> st.SearchStrategy[Any]:
    if field.kind == "ascii":
        return st.text(LETTERS, max_size=rest if field.size is None else field.size)
    if field.kind == "bcd":
        return st.text(DIGITS, min_size=2 * (field.size or 0), max_size=2 * (field.size or 0))
    return st.binary(min_size=field.size or 0, max_size=field.size or rest)


def _sizes(field: Field, rest: int) -> tuple[int, int]:
    return (field.count, field.count) if isinstance(field.count, int) else (0, rest)
