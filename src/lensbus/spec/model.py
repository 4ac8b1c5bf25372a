"""What a spec file says of messages, as frozen values; a `Spec` that exists has been linted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lensbus.errors import LocalProtocolError
from lensbus.spec.basis import Basis, Constant
from lensbus.spec.behaviour import Link, Reply, Role
from lensbus.spec.fields import Field
from lensbus.spec.node import Where
from lensbus.spec.shapes import Shape
from lensbus.spec.span import ALWAYS, FIRST

Found = Iterator[tuple[Where, str]]
"""Mistakes, each with its place."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the strip: its number, counted from 1, its role in the model, its line."""

    number: int
    role: str
    line: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class OnLine:
    """A message without bytes: the edge of a line to `high`; a pulse returns at once."""

    line: str
    high: bool


@dataclass(frozen=True, slots=True)
class MessageType:
    """One message: who says it, the key that tells it apart, its fields in wire order.

    `sender` is a role; a message that both say stands twice. `on_line` makes it the edge of a
    line, with `key` for links that lack the line and send it in band. `cyclic` marks what is
    said at every sync, so that people's output may fold it.
    """

    name: str
    sender: str
    frame: str
    key: tuple[int, ...]
    fields: tuple[Field, ...]
    on_line: OnLine | None
    cyclic: bool
    basis: Basis
    where: Where
    versions: range = ALWAYS

    @property
    def size(self) -> int:
        """The fewest bytes of all its fields; one that takes the rest can have none."""
        return sum(field.least for field in self.fields)

    @property
    def greedy(self) -> bool:
        """Whether its last field takes the rest."""
        return any(field.greedy for field in self.fields)

    @property
    def varies(self) -> bool:
        """Whether not all of its payloads are of one size."""
        return any(field.size is None or field.optional for field in self.fields)


@dataclass(frozen=True, slots=True)
class Wires:
    """The names of a side's lines in captures: its data, and its select line, if it has one.

    Windows are where the select line is at the level `select_active`.
    """

    data: str
    select: str | None
    select_active: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """What updates the lenses of a spec: the protocol of their bootloader, the format of images.

    Both are names, or paths as the loader opens them.
    """

    spec: str
    image: str


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """One whole protocol, as it is in `version`: as it is loaded, the newest.

    `identifies` names, per role, the message and field that tell what the device is; `items` and
    `places` hold the basis and the place of every single item by its path in the file, `unused`
    what the file names and nothing in it uses; `older` are the versions before this one; `files`
    are those that it was read from, first those that it extends.
    """

    name: str
    title: str
    facts: Mapping[str, Constant]
    contacts: tuple[Contact, ...]
    link: Link
    timing: Mapping[str, Constant]
    constants: Mapping[str, Constant]
    frames: Mapping[str, Shape]
    messages: Mapping[str, MessageType]
    roles: Mapping[str, Role]
    replies: Mapping[str, Reply]
    opaque: bool
    capture: Mapping[str, Wires]
    identifies: Mapping[str, tuple[str, str]]
    update: Update | None
    items: Mapping[str, Basis]
    unused: tuple[tuple[Where, str], ...]
    places: Mapping[str, Where]
    version: int = FIRST
    older: "Mapping[int, Spec]" = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def constant(self, name: str) -> float:
        """The value of an entry of `timing` or `constants`.

        Raises:
            LocalProtocolError: this spec has no such entry.
        """
        found = self.timing.get(name) or self.constants.get(name)
        if found is None:
            raise LocalProtocolError(f"{self.name} has no timing or constant {name!r}")
        return found.value

    def edges(self, sender: str) -> dict[tuple[str, bool], str]:
        """What a role says by driving a line to a level, by line and level."""
        said = [kind for kind in self.messages.values() if kind.sender == sender]
        return {(k.on_line.line, k.on_line.high): k.name for k in said if k.on_line}

    @property
    def switches(self) -> bool:
        """Whether rows say which frame is spoken; where none does, all are heard at once."""
        return any(row.frame for role in self.roles.values() for row in role.rows)

    @property
    def pulses(self) -> frozenset[str]:
        """Lines whose other level says nothing: an edge on them returns at once."""
        edges = [kind.on_line for kind in self.messages.values() if kind.on_line]
        levels = {(edge.line, edge.high) for edge in edges}
        return frozenset(line for line, high in levels if (line, not high) not in levels)
