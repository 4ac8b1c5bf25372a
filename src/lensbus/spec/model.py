"""What a spec file says of messages, as frozen values; a `Spec` that exists has been linted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lensbus.errors import LocalProtocolError
from lensbus.spec.basis import Basis, Constant
from lensbus.spec.behaviour import Link, Reply, Role
from lensbus.spec.node import Where


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the strip: its number, counted from 1, its role in the model, its line."""

    number: int
    role: str
    line: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number on the wire: size in bytes, `little` or `big` order, signed or not."""

    size: int
    order: Literal["little", "big"]
    signed: bool

    @property
    def low(self) -> int:
        """The least value it can carry."""
        return -(1 << (8 * self.size - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value it can carry."""
        return (1 << (8 * self.size - self.signed)) - 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    `kind` is `int`, `ascii` (zero-padded) or `bytes`. `size` is in bytes; None takes all that
    is left. An int may be an `enum` (its values are names; others are faults), `flags` (its
    value is a tuple of names), or have `names`, an open table that only labels known numbers.
    `low` and `high` bound a plain int.
    """

    name: str
    kind: str
    size: int | None
    basis: Basis
    integer: Int | None = None
    enum: Mapping[str, int] | None = None
    flags: Mapping[str, int] | None = None
    names: Mapping[int, str] | None = None
    low: int = 0
    high: int = 0
    unit: str = ""


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


@dataclass(frozen=True, slots=True)
class Seq:
    """How a sequence number counts: through each lap (first, last) in turn, then again.

    A reply carries the request's number (`same`) or the one after it (`next`).
    """

    laps: tuple[tuple[int, int], ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Delimited:
    """A frame shape: sync, header fields, payload, checksum, tail, padding.

    `counts` and `covers` are spans of part names, first and last included: what the length
    field counts and what the checksum covers. `key` names the header fields, or `payload` for
    its first byte, that tell messages apart. Where the header field `packed[0]` is `packed[1]`,
    the payload is a row of messages. Frames of `pad_from` roles are followed by stale bytes up
    to a multiple of `pad_to`.
    """

    name: str
    sync: bytes
    header: tuple[tuple[str, Int], ...]
    counts: tuple[str, str]
    max_size: int
    key: tuple[str, ...]
    checksum: str
    checksum_int: Int
    covers: tuple[str, str]
    tail: bytes
    seq: Seq | None
    packed: tuple[str, int] | None
    pad_to: int
    pad_from: tuple[str, ...]
    basis: Basis

    @property
    def around(self) -> int:
        """The bytes of a frame that are no fields."""
        around = len(self.sync) + sum(integer.size for _, integer in self.header)
        return around + self.checksum_int.size + len(self.tail) + ("payload" in self.key)

    @property
    def room(self) -> int:
        """The most bytes of fields that a frame holds."""
        return self.max_size - self.around


@dataclass(frozen=True, slots=True)
class Wires:
    """The names of a side's lines in captures: its data, and its select line, if it has one.

    Windows are where the select line is at the level `select_active`.
    """

    data: str
    select: str | None
    select_active: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """One whole protocol.

    `identifies` names, per role, the message and field that tell what the device is; `items`
    holds the basis of every single item by its path in the file.
    """

    name: str
    title: str
    facts: Mapping[str, Constant]
    contacts: tuple[Contact, ...]
    link: Link
    timing: Mapping[str, Constant]
    constants: Mapping[str, Constant]
    frames: Mapping[str, Delimited]
    messages: Mapping[str, MessageType]
    roles: Mapping[str, Role]
    replies: Mapping[str, Reply]
    opaque: bool
    capture: Mapping[str, Wires]
    identifies: Mapping[str, tuple[str, str]]
    items: Mapping[str, Basis]

    def constant(self, name: str) -> float:
        """The value of an entry of `timing` or `constants`.

        Raises:
            LocalProtocolError: this spec has no such entry.
        """
        found = self.timing.get(name) or self.constants.get(name)
        if found is None:
            raise LocalProtocolError(f"{self.name} has no timing or constant {name!r}")
        return found.value

    @property
    def pulses(self) -> frozenset[str]:
        """Lines whose other level says nothing: an edge on them returns at once."""
        edges = [kind.on_line for kind in self.messages.values() if kind.on_line]
        levels = {(edge.line, edge.high) for edge in edges}
        return frozenset(line for line, high in levels if (line, not high) not in levels)
