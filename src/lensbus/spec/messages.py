"""Read the messages of a spec and their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from lensbus.spec.basis import Bases, Basis
from lensbus.spec.defaults import read_default
from lensbus.spec.fields import Field
from lensbus.spec.frames import INTS
from lensbus.spec.model import MessageType, OnLine
from lensbus.spec.names import reserved
from lensbus.spec.node import Section, listed
from lensbus.spec.shapes import Shape
from lensbus.spec.span import read_span

Key = TypeVar("Key")
Value = TypeVar("Value")


class Tables:
    """The named value tables of a spec: closed enums, flags, and open names."""

    def __init__(self, top: Section, bases: Bases) -> None:
        self.enums = {n: self._values(s, bases) for n, s in top.sections("enums")}
        self.flags = {n: self._bits(s, bases) for n, s in top.sections("flags")}
        self.names = {n: self._labels(s, bases) for n, s in top.sections("names")}

    @staticmethod
    def _values(section: Section, bases: Bases) -> dict[str, int]:
        bases.read(section)
        entries = section.section("values", needed=True)
        values = {name: entries.integer(name) for name in entries.names()}
        if len(set(values.values())) < len(values):
            section.problem("values", "two names share a value")
        if not values:
            section.problem("values", "needs at least one name")
        section.done()
        return values

    def _bits(self, section: Section, bases: Bases) -> dict[str, int]:
        values = self._values(section, bases)
        if any(value < 1 or value.bit_count() != 1 for value in values.values()):
            section.problem("values", "a flag is one bit: 1, 2, 4, 8 and so on")
        return values

    @staticmethod
    def _labels(section: Section, bases: Bases) -> dict[int, str]:
        bases.read(section)
        entries = section.section("values", needed=True)
        labels: dict[int, str] = {}
        for key, _ in entries.nodes():
            if not key.isdecimal():
                section.problem("values", f"expected whole numbers as keys, got {key!r}")
                continue
            labels[int(key)] = entries.text(key)
        section.done()
        return labels


def read_messages(
    top: Section, bases: Bases, frames: Mapping[str, Shape], roles: tuple[str, ...]
) -> dict[str, MessageType]:
    """Every message by name."""
    reader = _Reader(bases, frames, roles, Tables(top, bases))
    return {name: reader.message(name, section) for name, section in top.sections("messages")}


@dataclass(frozen=True, slots=True)
class _Reader:
    bases: Bases
    frames: Mapping[str, Shape]
    roles: tuple[str, ...]
    tables: Tables

    def message(self, name: str, section: Section) -> MessageType:
        basis = self.bases.read(section)
        frame = section.choice("frame", tuple(self.frames), next(iter(self.frames), ""))
        on_line = _on_line(section)
        fields = tuple(self.field(n, field, basis) for n, field in section.sections("fields"))
        if any(field.size is None for field in fields[:-1]):
            section.problem("fields", "only the last field can take the rest of the payload")
        message = MessageType(
            name=name,
            sender=section.choice("from", self.roles),
            frame=frame,
            key=self.key(section, frame, needed=on_line is None),
            fields=fields,
            on_line=on_line,
            cyclic=section.flag("cyclic"),
            basis=basis,
            where=section.node.where,
            versions=read_span(section),
        )
        _check_word(section, name)
        section.done()
        return message

    def key(self, section: Section, frame: str, *, needed: bool) -> tuple[int, ...]:
        key = section.integers("key")
        shape = self.frames.get(frame)
        parts = shape.key if shape else ("payload",)
        if "payload" in parts and len(key) > len(parts):  # bytes that follow the first one
            parts = (*parts, *("payload" for _ in key[len(parts) :]))
        if len(key) != len(parts) and (needed or key):
            section.problem("key", f"expected {len(parts)} whole number(s), got {len(key)}")
        for part, value in zip(parts, key, strict=False):
            low, high = shape.bounds(part) if shape else (0, value)
            if not low <= value <= high:
                section.problem("key", f"{value} does not fit into the {part}: {low} to {high}")
        return key

    def field(self, name: str, section: Section, basis: Basis) -> Field:
        kind = section.choice("type", (*INTS, "ascii", "bytes"))
        integer = INTS.get(kind)
        field = Field(
            name=name,
            kind="int" if integer else kind,
            size=integer.size if integer else _size(section, kind),
            basis=self.bases.read(section, basis),
            integer=integer,
            enum=_table(section, "enum", self.tables.enums),
            flags=_table(section, "flags", self.tables.flags),
            names=_table(section, "names", self.tables.names),
            low=section.integer("low", integer.low if integer else 0),
            high=section.integer("high", integer.high if integer else 0),
            unit=section.text("unit", ""),
            versions=read_span(section),
        )
        _check_values(section, field)
        field = replace(field, default=read_default(section, field))
        section.done()
        return field


def _on_line(section: Section) -> OnLine | None:
    if "line" not in section:
        return None
    return OnLine(section.text("line"), section.choice("level", ("high", "low")) == "high")


def _size(section: Section, kind: str) -> int | None:
    node = section.get("size")
    if node is not None and node.value == "rest" and kind == "bytes":
        return None
    size = section.integer("size")
    if node is not None and isinstance(node.value, int) and size < 1:
        section.problem("size", f"expected at least 1, got {size}")
    return size


def _table(
    section: Section, key: str, tables: Mapping[str, Mapping[Key, Value]]
) -> Mapping[Key, Value] | None:
    if key not in section:
        return None
    name = section.text(key)
    if name not in tables:
        section.problem(key, f"unknown {key} {name!r} (known: {listed(tables)})")
    return tables.get(name)


def _check_word(section: Section, name: str) -> None:
    """Messages and fields are asked for as attributes."""
    if words := reserved(name):
        section.problems.add(section.node.where, f"{section.path}: {words}")


def _check_values(section: Section, field: Field) -> None:
    integer = field.integer
    _check_word(section, field.name)
    if field.name == "seq":
        section.problem("type", "seq is the sequence number's name, no field can have it")
    if sum(table is not None for table in (field.enum, field.flags, field.names)) > 1:
        section.problem("type", "takes one of enum, flags and names")
    if integer is None:
        if field.enum or field.flags or field.names:
            section.problem("type", "only whole numbers have values with names")
        return
    for bound in (field.low, field.high, *(field.enum or field.flags or {}).values()):
        if not integer.low <= bound <= integer.high:
            section.problem("type", f"{bound} does not fit into {section.text('type')}")
    if field.low > field.high:
        section.problem("low", f"{field.low} is above high {field.high}")
