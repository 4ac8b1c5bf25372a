"""Hold the fields of a message to its type: what is missing, unknown or does not fit, by path."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from typing import Any

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType


def check(kind: MessageType, fields: Mapping[str, Any]) -> None:
    """Make sure that a message of this type can have these fields.

    Raises:
        LocalProtocolError: fields are missing, unknown or do not fit; it names them all.
    """
    problems = list(_group(kind.name, kind.fields, fields))
    if problems:
        raise LocalProtocolError("; ".join(problems))


def filled(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given in the order of the fields, with counts and defaults that were left out."""
    whole: dict[str, Any]
    whole = {field.name: field.default for field in fields if field.default is not None}
    whole |= {
        field.name: _filled_within(field, given[field.name])
        for field in fields
        if field.name in given
    }
    for field in fields:
        value = whole.get(field.name)
        if isinstance(field.count, str) and field.count not in given and isinstance(value, Sized):
            whole[field.count] = len(value)
    return {f.name: whole[f.name] for f in fields if f.name in whole} | {**given, **whole}


def _filled_within(field: Field, value: object) -> object:
    if isinstance(value, list) and (field.kind == "array" or field.flags is not None):
        value = tuple(value)
    if field.kind in {"bits", "block"} and isinstance(value, Mapping):
        return filled(field.parts, value)
    if field.kind == "array" and isinstance(value, tuple):
        return tuple(_filled_within(field.parts[0], entry) for entry in value)
    return value


def misfits(path: str, field: Field, value: object) -> Iterator[str]:
    """Why a value cannot stand in a field, each reason with its path; none if it can."""
    if field.kind in {"bits", "block"}:
        if isinstance(value, Mapping):
            yield from _group(path, field.parts, value)
        else:
            names = ", ".join(part.name for part in field.parts)
            yield f"{path}: got {value!r}, wanted {names} by name"
    elif field.kind == "array":
        yield from _array(path, field, value)
    elif text := unfit(field, value):
        yield f"{path}: {text}"


def _group(path: str, fields: Sequence[Field], given: Mapping[str, Any]) -> Iterator[str]:
    there = [at for at, field in enumerate(fields) if field.name in given or not field.optional]
    names = [field.name for field in fields]
    missing = [name for name in names[: max(there, default=-1) + 1] if name not in given]
    told = [f"missing {', '.join(missing)}"] if missing else []
    if unknown := sorted(map(str, set(given) - set(names))):
        told.append(f"unknown {', '.join(unknown)}")
    if told:
        yield f"{path}: {' and '.join(told)} (fields: {', '.join(names) or 'none'})"
    for field in fields:
        if field.name in given:
            yield from misfits(f"{path}.{field.name}", field, given[field.name])
            yield from _miscounted(path, field, given)


def _miscounted(path: str, field: Field, given: Mapping[str, Any]) -> Iterator[str]:
    value = given[field.name]
    if isinstance(field.count, str) and field.count in given and isinstance(value, Sized):
        told = given[field.count]
        if told != len(value):
            yield f"{path}.{field.count}: got {told!r}, wanted {len(value)}, as {field.name} has"


def _array(path: str, field: Field, value: object) -> Iterator[str]:
    count = field.count if isinstance(field.count, int) else None
    if not isinstance(value, tuple) or (count is not None and len(value) != count):
        yield f"{path}: got {value!r}, wanted ({count or 'any'} values)"
        return
    for at, entry in enumerate(value):
        yield from misfits(f"{path}[{at}]", field.parts[0], entry)


def unfit(field: Field, value: object) -> str:
    """Why a value cannot stand in a field without parts; empty, if it can."""
    if field.flags is not None:
        return _flags(field.flags, value)
    if field.enum is not None:
        fits = isinstance(value, str) and value in field.enum
        return "" if fits else f"got {value!r}, wanted one of {', '.join(field.enum)}"
    return _KINDS[field.kind](field, value)


def _int(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"got {value!r}, wanted a whole number"
    unit = "" if field.scaled else field.unit
    fits = field.low <= value <= field.high
    return "" if fits else f"got {value}, wanted {field.low} to {field.high} {unit}".rstrip()


def _bytes(field: Field, value: object) -> str:
    fits = isinstance(value, bytes) and field.size in {None, len(value)}
    return "" if fits else f"got {value!r}, wanted {field.size or 'any'} bytes"


def _flags(flags: Mapping[str, int], value: object) -> str:
    if not isinstance(value, tuple):
        return f"got {value!r}, wanted some of ({', '.join(flags)})"
    unknown = [repr(name) for name in value if not isinstance(name, str) or name not in flags]
    return f"got {', '.join(unknown)}, wanted some of ({', '.join(flags)})" if unknown else ""


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or "\0" in value:
        return f"got {value!r}, wanted ASCII text without zeros"
    if field.size is not None and len(value) > field.size:
        return f"got {len(value)} characters, wanted at most {field.size}"
    return ""


def _digits(field: Field, value: object) -> str:
    wanted = 2 * (field.size or 0)
    fits = isinstance(value, str) and value.isascii() and value.isdecimal()
    return "" if fits and len(str(value)) == wanted else f"got {value!r}, wanted {wanted} digits"


_KINDS: dict[str, Callable[[Field, object], str]] = {
    "int": _int,
    "ascii": _text,
    "bytes": _bytes,
    "bcd": _digits,
}
