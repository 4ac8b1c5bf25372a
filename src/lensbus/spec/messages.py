"""Read the messages of a spec and their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from lensbus.spec import field_kinds as kinds
from lensbus.spec.basis import Bases, Basis
from lensbus.spec.defaults import read_default
from lensbus.spec.field_order import check_fields, check_group
from lensbus.spec.fields import INTS, Bits, Field, Int
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
            if not (key.isascii() and key.isdecimal()):
                section.problem("values", f"expected whole numbers as keys, got {key!r}")
            elif int(key) in labels:
                section.problem("values", f"{int(key)} is there twice")
            else:
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
        fields = [(self.field(n, field, basis), field) for n, field in kinds.few(section, "fields")]
        check_fields(fields, inner=False)
        message = MessageType(
            name=name,
            sender=section.choice("from", self.roles),
            frame=frame,
            key=self.key(section, frame, needed=on_line is None),
            fields=_first(fields),
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

    def field(self, name: str, section: Section, basis: Basis, depth: int = 1) -> Field:
        """A field of a message, or one within as many fields as `depth` tells."""
        kind = section.choice("type", kinds.TYPES)
        if section.wrong("type"):  # what it may have hangs on that
            basis, optional = self.bases.read(section, basis), section.flag("optional")
            return Field(name, "int", 1, basis, INTS["u8"], optional=optional)
        field = Field(
            name=name,
            kind=kind,
            size=kinds.read_size(section, kind),
            basis=self.bases.read(section, basis),
            unit=section.text("unit", ""),
            count=kinds.read_count(section, kind),
            until_zero=kinds.is_until_zero(section, kind),
            optional=section.flag("optional"),
            versions=read_span(section),
        )
        if kind in INTS:
            field = self.integer(section, field, depth)
        elif kind in {"array", "block"}:
            field = self.group(section, field, depth)
        return _finished(section, field)

    def integer(self, section: Section, field: Field, depth: int) -> Field:
        integer = INTS[field.kind]
        flags = _table(section, "flags", self.tables.flags)
        field = replace(field, kind="int", integer=integer, size=integer.size, flags=flags)
        if "bits" not in section:
            return self.number(section, field, integer)
        entries = kinds.within(section, "bits", depth)
        parts = [(self.part(n, part, field.basis, integer), part) for n, part in entries]
        kinds.check_parts(section, integer, parts)
        return self.number(section, replace(field, kind="bits", parts=_first(parts)), integer)

    def part(self, name: str, section: Section, basis: Basis, within: Int) -> Field:
        """Some bits of a whole number."""
        place = kinds.read_bits(section, within)
        basis, unit = self.bases.read(section, basis), section.text("unit", "")
        field = Field(name, "int", 0, basis, place=place, unit=unit)
        return _finished(section, self.number(section, field, place))

    def number(self, section: Section, field: Field, span: Int | Bits) -> Field:
        """What whole numbers and parts of them have: names, bounds and a physical value."""
        law, scale, offset = kinds.read_law(section)
        return replace(
            field,
            enum=_table(section, "enum", self.tables.enums),
            names=_table(section, "names", self.tables.names),
            low=section.integer("low", span.low),
            high=section.integer("high", span.high),
            law=law,
            scale=scale,
            offset=offset,
        )

    def group(self, section: Section, field: Field, depth: int) -> Field:
        """An array of one kind of element, or a block of fields."""
        entries = kinds.within(section, "of" if field.kind == "array" else "fields", depth)
        inner = [(self.field(n, part, field.basis, depth + 1), part) for n, part in entries]
        check = kinds.read_check(section) if field.kind == "block" else None
        check_group(section, field.kind, inner)
        field = replace(field, parts=_first(inner), check=check)
        return replace(field, size=kinds.group_size(field))


def _first(fields: kinds.Fields) -> tuple[Field, ...]:
    return tuple(field for field, _ in fields)


def _on_line(section: Section) -> OnLine | None:
    if "line" not in section:
        return None
    return OnLine(section.text("line"), section.choice("level", ("high", "low")) == "high")


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


def _finished(section: Section, field: Field) -> Field:
    _check_word(section, field.name)
    kinds.check_field(section, field)
    if section.wrong(*kinds.VALUED):
        section.get("default")
    else:
        field = replace(field, default=read_default(section, field))
    section.done()
    return field
