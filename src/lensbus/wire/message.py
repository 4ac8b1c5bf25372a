"""The values that a wire carries: a message that was understood, a fault that was not."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType, Spec
from lensbus.value import value
from lensbus.wire.packed import Packed

Checked = tuple[MessageType, Mapping[str, Any], bytes]
"""These very fields fit this very type, and make this payload: nobody need check or pack again."""


@value(frozen=True, slots=True)
class Message:
    """A decoded payload: its name and its fields.

    An enum field holds a name, a flags field a tuple of names, text a str, the rest int or
    bytes. `seq` is the sequence number it was heard with; a device sets it only to say which
    request it answers. `checked` is how `Vocabulary` spares the codec a second look.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    seq: int | None = None
    checked: Checked | None = field(default=None, compare=False, repr=False)


@value(frozen=True, slots=True)
class Fault:
    """What a peer, or the line between, did wrong: a kind in plain words, the bytes, and where.

    `path` is the field concerned, as `status.focus_state`; `detail` says got and wanted.
    """

    kind: str
    raw: bytes = b""
    path: str = ""
    detail: str = ""


class Vocabulary:
    """Makes messages of one spec, checked when made."""

    def __init__(self, spec: Spec) -> None:
        self._spec, self._messages = spec.name, spec.messages
        self._kinds = {name: (kind, Packed(kind.fields)) for name, kind in spec.messages.items()}

    def require(
        self, who: str, names: Iterable[str], fields: Iterable[str] = (), keys: Iterable[str] = ()
    ) -> None:
        """Make sure that the spec has what a device is made for.

        `fields` are those it reads, as `refused.reason`; messages of `keys` must have a key.

        Raises:
            LocalProtocolError: it lacks some of these.
        """
        kinds = self._messages.values()
        there = {f"{kind.name}.{field.name}" for kind in kinds for field in kind.fields}
        lacking = (set(names) - set(self._messages)) | (set(fields) - there)
        keyless = set(keys) - {kind.name for kind in kinds if kind.key}
        missing = ", ".join([*sorted(lacking), *(f"key of {name}" for name in sorted(keyless))])
        if missing:
            text = f"the virtual {who} can't speak {self._spec}: it has no {missing}"
            raise LocalProtocolError(text)

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def part(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """Those of these fields that a message of this version has."""
        there = {field.name for field in self._messages[name].fields}
        return {field: value for field, value in fields.items() if field in there}

    def __call__(self, name: str, /, *, seq: int | None = None, **fields: Any) -> Message:
        """A message by name with all of its fields; those that have a default may be left out.

        Raises:
            LocalProtocolError: no such message, a field is missing, unknown or out of range.
        """
        known = self._kinds.get(name)
        if known is None:
            raise LocalProtocolError(f"there is no message {name!r} in this spec")
        kind, packed = known
        payload = packed.pack(fields)
        if payload is None and (whole := filled(kind, fields)) != fields:
            fields, payload = whole, packed.pack(whole)
        if payload is not None:  # what can be packed fits
            return Message(name, fields, seq, (kind, fields, payload))
        check(kind, fields)
        return Message(name, fields, seq)


def filled(kind: MessageType, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields in the spec's order, with the default of each that is left out and has one."""
    defaults = {field.name: field.default for field in kind.fields if field.default is not None}
    given = {**defaults, **fields}
    ordered = {field.name: given[field.name] for field in kind.fields if field.name in given}
    return {**ordered, **given}


def check(kind: MessageType, fields: Mapping[str, Any]) -> None:
    """Make sure that a message of this type can have these fields.

    Raises:
        LocalProtocolError: a field is missing, unknown or its value does not fit.
    """
    names = [field.name for field in kind.fields]
    if list(fields) != names and set(fields) != set(names):
        raise LocalProtocolError(f"{kind.name}: got fields {sorted(fields)}, wanted {names}")
    for entry in kind.fields:
        problem = misfit(entry, fields[entry.name])
        if problem:
            raise LocalProtocolError(f"{kind.name}.{entry.name}: {problem}")


def misfit(field: Field, value: object) -> str:
    """Why a value cannot stand in a field, or an empty text."""
    if field.flags is not None:
        return _flags_misfit(field.flags, value)
    if field.enum is not None:
        return (
            ""
            if value in list(field.enum)
            else f"got {value!r}, wanted one of {', '.join(field.enum)}"
        )
    find = {"int": _int_misfit, "ascii": _text_misfit, "bytes": _bytes_misfit}[field.kind]
    return find(field, value)


def _int_misfit(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"got {value!r}, wanted a whole number"
    fits = field.low <= value <= field.high
    return "" if fits else f"got {value}, wanted {field.low} to {field.high} {field.unit}".rstrip()


def _bytes_misfit(field: Field, value: object) -> str:
    fits = isinstance(value, bytes) and len(value) == (field.size or len(value))
    return "" if fits else f"got {value!r}, wanted {field.size or 'any'} bytes"


def _flags_misfit(flags: Mapping[str, int], value: object) -> str:
    if not isinstance(value, tuple) or any(name not in list(flags) for name in value):
        return f"got {value!r}, wanted a tuple out of {', '.join(flags)}"
    return ""


def _text_misfit(field: Field, value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or "\0" in value:
        return f"got {value!r}, wanted ASCII text without zeros"
    if len(value) > (field.size or 0):
        return f"got {len(value)} characters, wanted at most {field.size}"
    return ""


def identity_label(kind: MessageType, field_name: str, message: Message) -> str:
    """What a device calls itself: the label of its number in an open table, or its text."""
    value = message.fields[field_name]
    field = next(entry for entry in kind.fields if entry.name == field_name)
    return (field.names or {}).get(value, str(value))
