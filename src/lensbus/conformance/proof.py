"""Hold what a file says of a case to the spec: what could never be is told before anything runs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Number
from typing import Any

from lensbus.conformance.cases import (
    Asked,
    Beats,
    Every,
    Expect,
    Given,
    Keep,
    Mute,
    Quiet,
    Reach,
    Rest,
    Say,
    Step,
)
from lensbus.conformance.judge import CONDITIONS, conditions
from lensbus.conformance.usual import plain
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.node import listed
from lensbus.wire.fitting import misfits

Mistake = tuple[tuple[str, ...], str]
"""The keys that lead to it within what was read, and what is wrong."""

SAID = {"version", "layout_hash", "rates"}
"""What `spec` can be asked for, beside its constants and times."""

LEAST_BEATS = 3
"""Fewer tell nothing of how even they are."""

REFERENCES = {"from": {"from", "times", "plus", "else"}, "blob": {"blob"}, "own": {"own"}}
"""What refers to another value, by its first word, with the words that it may have."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known where a file is read: the spec, the blobs (None: any), the role if it is one.

    The role is the one that is tested; stories are for any.
    """

    spec: Spec
    blobs: Collection[str] | None = None
    role: str = ""

    def mistakes(self, step: Step) -> Iterator[Mistake]:
        """What is wrong with a step."""
        yield from self.strange(step)
        for key, names in _named(step).items():
            if not names and key not in {"never", "of"}:
                yield (key,), "names no message"
            for name in names:
                yield from self.unknown(name, key)
        if isinstance(step, Say):
            yield from self.fields((step.message,), step.fields, "fields")
        elif isinstance(step, Expect | Every | Given):
            names = step.messages if not isinstance(step, Given) else (step.message,)
            yield from self.fields(names, step.fields, "fields", wished=True)
        elif isinstance(step, Beats):
            yield from ((("hz",), text) for text in self._rate(step.hz))
        yield from _times(step)

    def strange(self, step: Step) -> Iterator[Mistake]:
        """What is wrong with a step for this role alone."""
        roles = [self.spec.roles[self.role]] if self.role else self.spec.roles.values()
        states = dict.fromkeys(state for role in roles for state in role.states)
        if isinstance(step, Reach) and step.state not in states:
            yield ("reach",), f"unknown state {step.state!r} (known: {listed(states)})"
        for key, names in _named(step).items() if self.role else ():
            for name in names:
                kind = self.spec.messages.get(name)
                if kind and key in _OURS and (kind.sender == self.role) == _OURS[key]:
                    yield (key,), f"{name} is what the {kind.sender} says"

    def unknown(self, name: str, *path: str) -> Iterator[Mistake]:
        """A message that the spec has not."""
        if name and name not in self.spec.messages:
            yield path, f"unknown message {name!r}"

    def fields(
        self, names: Iterable[str], fields: Mapping[str, Any], *path: str, wished: bool = False
    ) -> Iterator[Mistake]:
        """What is wrong with the fields of messages, which are said, or `wished` for."""
        for kind in (self.spec.messages[name] for name in names if name in self.spec.messages):
            known = {field.name: field for field in kind.fields}
            for name, value in fields.items():
                words = [f"{kind.name} has no field {name!r} (known: {listed(known) or 'none'})"]
                if name in known:
                    words = [*(self._wish if wished else self._value)(kind, known[name], value)]
                yield from (((*path, name), text) for text in words)

    def _wish(self, kind: MessageType, field: Field, value: Any) -> Iterator[str]:  # noqa: ANN401 of a field
        for condition, limit in (conditions(value) or {"": value}).items():
            if condition and condition not in CONDITIONS:
                yield f"unknown condition {condition!r} (known: {listed(CONDITIONS)})"
                continue
            if condition in {"at_least", "at_most"} and (field.kind != "int" or _is_named(field)):
                yield f"{condition} is for numbers, and {field.name} is none"
            elif condition == "in" and _is_reference(limit):
                yield from self._reference(kind, limit)
            elif condition == "in" and not isinstance(limit, tuple):
                yield f"in: got {limit!r}, wanted a list"
            elif condition in {"has", "lacks"}:
                yield from self._part(field, condition, limit)
            else:
                for each in limit if condition == "in" else (limit,):
                    yield from self._value(kind, field, each)

    def _rate(self, wanted: Any) -> Iterator[str]:  # noqa: ANN401 a condition
        for condition, limit in conditions(wanted).items():
            if condition and condition not in CONDITIONS:
                yield f"unknown condition {condition!r} (known: {listed(CONDITIONS)})"
            elif isinstance(limit, bool) or not (_is_reference(limit) or isinstance(limit, Number)):
                yield f"got {limit!r}, wanted a number"

    def _part(self, field: Field, condition: str, limit: Any) -> Iterator[str]:  # noqa: ANN401 of a field
        if field.flags is None:
            yield f"{condition} is for flags, and {field.name} has none"
        elif limit not in field.flags:
            yield f"{condition}: unknown {limit!r} (known: {listed(field.flags)})"

    def _value(self, kind: MessageType, field: Field, value: Any) -> Iterator[str]:  # noqa: ANN401 of a field
        for reference in _references(value):
            yield from self._reference(kind, reference)
            if "else" in reference:
                yield from self._value(kind, field, reference["else"])
        for text in misfits(field.name, field, _stood_in(field, value)):
            yield text.removeprefix(f"{field.name}: ")

    def _reference(self, kind: MessageType, said: Mapping[str, Any]) -> Iterator[str]:
        word = next(word for word in REFERENCES if word in said)
        if unknown := sorted(said.keys() - REFERENCES[word]):
            yield f"unknown {', '.join(unknown)} beside {word}"
        yield from (
            f"{each}: got {said[each]!r}, wanted a number"
            for each in ("times", "plus")
            if isinstance(said.get(each, 0), bool) or not isinstance(said.get(each, 0), int | float)
        )
        about = str(said[word])
        if word == "from" and not self._can_be_heard(*about.partition(".")[::2]):
            yield f"from: {about!r} is no message.field of this spec"
        if word == "own" and about not in {field.name for field in kind.fields}:
            yield f"own: {kind.name} has no field {about!r}"
        if word == "blob" and self.blobs is not None and about not in self.blobs:
            yield f"unknown blob {about!r} (known: {listed(sorted(self.blobs)) or 'none'})"

    def _can_be_heard(self, name: str, field: str) -> bool:
        if name == "spec":
            return field in {*SAID, *self.spec.constants, *self.spec.timing}
        kinds = [kind for kind in self.spec.messages.values() if name in {kind.name, "kept"}]
        return any(field == each.name for kind in kinds for each in kind.fields)


_THEIRS = ("expect", "never", "of", "asked", "every", "beats", "given")
_OURS = {"say": True, **dict.fromkeys(_THEIRS, False)}
"""Whether a key's messages are what the tester says, or else the device."""


_PLACES: dict[type, dict[str, str]] = {
    Say: {"say": "message"},
    Keep: {"keep": "message"},
    Asked: {"asked": "requests"},
    Mute: {"mute": "messages"},
    Expect: {"expect": "messages", "never": "never"},
    Quiet: {"of": "of"},
    Every: {"every": "messages"},
    Beats: {"beats": "message"},
    Given: {"given": "message"},
}
"""Where a step has its messages, by the keys of a file."""


def _named(step: Step) -> dict[str, tuple[str, ...]]:
    """The messages that a step names, by its keys."""
    found = {key: getattr(step, place) for key, place in _PLACES.get(type(step), {}).items()}
    return {key: (names,) if isinstance(names, str) else names for key, names in found.items()}


def _times(step: Step) -> Iterator[Mistake]:
    if isinstance(step, Beats) and step.times < LEAST_BEATS:
        yield ("times",), f"expected {LEAST_BEATS} or more, got {step.times}"
    if isinstance(step, Every) and not step.for_s:
        yield ("for_s",), "expected more than 0 seconds"
    if isinstance(step, Quiet | Rest) and not step.for_s:
        yield ("quiet" if isinstance(step, Quiet) else "rest",), "expected more than 0 seconds"
    if isinstance(step, Expect) and step.within_s is not None and step.within_s <= step.after_s:
        yield ("within_s",), f"expected more than {step.after_s:g} seconds, got {step.within_s:g}"


def _is_named(field: Field) -> bool:
    return field.enum is not None or field.flags is not None


def _is_reference(value: object) -> bool:
    return isinstance(value, Mapping) and not REFERENCES.keys().isdisjoint(value)


def _references(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 of a field
    """What refers to another value, in a value or its parts."""
    if _is_reference(value):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part)


def _stood_in(field: Field, value: Any) -> Any:  # noqa: ANN401 of a field
    """A value with something that fits in the place of all that refers to another."""
    if _is_reference(value):
        return plain(field)
    if not isinstance(value, Mapping):
        return value
    parts = {part.name: part for part in field.parts}
    return {n: _stood_in(parts[n], v) if n in parts else v for n, v in value.items()}
