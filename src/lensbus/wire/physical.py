"""The fields of a message in physical values, and back to the numbers on the wire."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Field
from lensbus.spec.laws import Law, law_of
from lensbus.spec.model import MessageType


class View(dict[str, Any]):
    """Values by name and by attribute."""

    if not TYPE_CHECKING:  # a type that knows the names refuses the others

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 the value of a field
            if name not in self:
                raise AttributeError(f"no field {name!r} (fields: {', '.join(self)})")
            return self[name]


def physical(fields: Sequence[Field], values: Mapping[str, Any]) -> View:
    """Every field as its law tells it; what has none stays as it is."""
    return View({f.name: _physical(f, values[f.name]) for f in fields if f.name in values})


def _physical(field: Field, value: Any) -> Any:  # noqa: ANN401 the value of a field
    if field.kind == "array":
        return tuple(_physical(field.parts[0], entry) for entry in value)
    if field.parts:
        return physical(field.parts, value)
    law = law_of(field)
    return law.to_physical(value) if law else value


def raw(kind: MessageType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message whose scaled ones are given in physical values.

    Raises:
        LocalProtocolError: a law knows no number for a value.
    """
    return _raw_all(kind.name, kind.fields, values)


def _raw_all(path: str, fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    return {
        name: _raw(f"{path}.{name}", known[name], value) if name in known else value
        for name, value in values.items()
    }


def _raw(path: str, field: Field, value: Any) -> Any:  # noqa: ANN401 the value of a field
    if field.kind == "array" and isinstance(value, tuple):
        return tuple(_raw(f"{path}[{at}]", field.parts[0], entry) for at, entry in enumerate(value))
    if field.parts and isinstance(value, Mapping):
        return _raw_all(path, field.parts, value)
    law = None if field.parts else law_of(field)
    return _number(path, field, law, value) if law else value


def _number(path: str, field: Field, law: Law, value: Any) -> int:  # noqa: ANN401 the value of a field
    try:
        found = law.to_raw(value)
    except (ValueError, OverflowError, TypeError, ZeroDivisionError):
        found = None
    if found is None or not field.low <= found <= field.high:
        ends = sorted(law.to_physical(end) for end in (field.low, field.high))
        wanted = f"{ends[0]:g} to {ends[1]:g} {law.unit}".rstrip()
        raise LocalProtocolError(f"{path}: got {value!r}, wanted {wanted}")
    return found
