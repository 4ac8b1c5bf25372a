"""The values that a wire carries: a message that was understood, a fault that was not."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NoReturn

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.node import listed
from lensbus.value import value
from lensbus.wire.fitting import check, filled
from lensbus.wire.packed import Packed
from lensbus.wire.physical import View, physical, raw

Checked = tuple[MessageType, Mapping[str, Any] | None, bytes]
"""A message's type; if its fields are these very ones, they fit and make this payload."""


@value(frozen=True, slots=True)
class Message:
    """A decoded payload: its name and its fields.

    An enum field holds a name, a flags field a tuple of names, text a str, an array a tuple, bits
    and blocks a dict, the rest int or bytes. A field is an attribute too, unless the message has
    one of that name already. `seq` is the sequence number it was heard with; a device sets it only
    to say which request it answers. `checked` spares the codec a second look.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    seq: int | None = None
    checked: Checked | None = field(default=None, compare=False, repr=False)

    @property
    def physical(self) -> View:
        """The fields in physical values, by name and by attribute.

        Raises:
            LocalProtocolError: it was neither heard nor made by a vocabulary.
        """
        if self.checked is None:
            raise LocalProtocolError(f"{self.name}: no spec tells what its numbers stand for")
        return physical(self.checked[0].fields, self.fields)

    def __dir__(self) -> Iterable[str]:
        return [*object.__dir__(self), *self.fields]

    if not TYPE_CHECKING:  # a type that knows the names refuses the others

        def __getattr__(self, name: str) -> Any:
            fields = object.__getattribute__(self, "fields")  # not yet there while it is copied
            if name not in fields:
                raise AttributeError(f"{self.name} {_lacks(self, name)}")
            return fields[name]


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
        self._kinds = _packed(spec)

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
        """A message by name with its fields; counts, and those with a default, may be left out.

        Arrays and flags are tuples; a list is as good.

        Raises:
            LocalProtocolError: no such message, a field is missing, unknown or out of range.
        """
        kind, packed, defaults = self._kinds.get(name) or self._unknown(name)
        payload = packed.pack(fields)
        if payload is None:
            whole = {**defaults, **fields}
            payload = packed.pack(whole)
            if payload is None:  # more is missing than defaults
                whole = filled(kind.fields, fields)
                payload = packed.pack(whole)
            fields = whole
        if payload is not None:  # what can be packed fits
            return Message(name, fields, seq, (kind, fields, payload))
        check(kind, fields)
        return Message(name, fields, seq, (kind, None, b""))

    def physical(self, name: str, /, *, seq: int | None = None, **fields: Any) -> Message:
        """As a call, from physical values where a field has a scale or a law.

        Raises:
            LocalProtocolError: as a call.
        """
        kind, *_ = self._kinds.get(name) or self._unknown(name)
        return self(name, seq=seq, **raw(kind, fields))

    def __dir__(self) -> Iterable[str]:
        return [*object.__dir__(self), *self._kinds]

    if not TYPE_CHECKING:  # a type that knows the names refuses the others

        def __getattr__(self, name: str) -> Any:
            kinds = self.__dict__.get("_kinds", {})  # not yet there while it is copied
            if name not in kinds:
                known = listed(kinds)
                raise AttributeError(f"there is no message {name!r} (messages: {known})")
            return partial(self, name)

    def _unknown(self, name: str) -> NoReturn:
        raise LocalProtocolError(f"there is no message {name!r} in this spec")


def _lacks(message: Message, name: str) -> str:
    kind = message.checked[0] if message.checked else None
    if kind and any(field.name == name for field in kind.fields):
        return f"came without its optional field {name!r}: ask whether it is in `fields`"
    return f"has no field {name!r} (fields: {', '.join(message.fields) or 'none'})"


def identity_label(kind: MessageType, field_name: str, message: Message) -> str:
    """What a device calls itself: the label of its number in an open table, or its text."""
    value = message.fields[field_name]
    field = next(entry for entry in kind.fields if entry.name == field_name)
    return (field.names or {}).get(value, str(value))


@lru_cache(maxsize=64)
def _packed(spec: Spec) -> dict[str, tuple[MessageType, Packed, dict[str, Any]]]:
    """Each message with its codec and its defaults, compiled once for all who speak a spec."""
    return {
        name: (kind, Packed(kind.fields), {field.name: field.default for field in kind.fields})
        for name, kind in spec.messages.items()
    }
