"""What a spec file says of one field of a message, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lensbus.spec.basis import Basis
from lensbus.spec.span import ALWAYS


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number on the wire: size in bytes, `little` or `big` order, signed or not."""

    size: int
    order: Literal["little", "big"]
    signed: bool

    @property
    def name(self) -> str:
        """What a spec calls it, as `u16le`."""
        order = f"{self.order[0]}e" if self.size > 1 else ""
        return f"{'i' if self.signed else 'u'}{8 * self.size}{order}"

    @property
    def low(self) -> int:
        """The least value it can carry."""
        return -(1 << (8 * self.size - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value it can carry."""
        return (1 << (8 * self.size - self.signed)) - 1


Default = int | str | tuple[str, ...]
ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")
INTS = {
    f"{sign}{8 * size}{f'{order[0]}e' if size > 1 else ''}": Int(size, order, sign == "i")
    for sign in "ui"
    for size in range(1, 9)
    for order in ORDERS
}
"""Every type of whole number by its name in a spec file, as `u24le`."""


@dataclass(frozen=True, slots=True)
class Bits:
    """Where a part stands in a whole number: its lowest bit, counted from 0, and its width."""

    at: int
    width: int
    low = 0

    @property
    def high(self) -> int:
        """The greatest value it can carry."""
        return (1 << self.width) - 1


@dataclass(frozen=True, slots=True)
class Check:
    """The checksum that ends a block, over all of the block before it."""

    kind: str
    integer: Int


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message, or of another field.

    `kind` is `int`, `ascii` (zero-padded where its size is fixed), `bytes`, `bcd` (two decimal
    digits a byte), `bits` (a whole number in parts), `array` or `block`; `size` is in bytes, None
    where it varies. An int may be an `enum` (its values are names; others are faults), `flags` (its
    value is a tuple of names), or have `names`, an open table that only labels known numbers.
    `low` and `high` bound a plain int; a `law`, or `scale` and `offset`, give its physical value.
    `default` is what a message made without it holds there; None: it must be said.
    `versions` are those of the protocol that have it.

    `parts` are the fields of a block, the parts of bits or the one element of an array; `place`
    is where a part of bits stands. `count` is a number of elements, or the field that tells how
    many elements or bytes there are. What has neither size, count nor `until_zero` takes the
    rest. The last fields of a message may be `optional`.
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
    default: Default | None = None
    versions: range = ALWAYS
    law: str = ""
    scale: float = 1
    offset: float = 0
    parts: "tuple[Field, ...]" = ()
    place: Bits | None = None
    check: Check | None = None
    count: int | str | None = None
    until_zero: bool = False
    optional: bool = False

    @property
    def least(self) -> int:
        """The fewest bytes that it takes where it is there at all."""
        if self.size is not None:
            return self.size
        least = sum(part.least for part in self.parts)
        if self.kind == "array":
            return least * self.count if isinstance(self.count, int) else 0
        return least + (self.check.integer.size if self.check else 0) + self.until_zero

    @property
    def greedy(self) -> bool:
        """Whether it takes all that is left."""
        ends = self.count is not None or self.until_zero or self.kind == "block"
        return self.size is None and not ends

    @property
    def scaled(self) -> bool:
        """Whether its physical value is another than the number on the wire."""
        return bool(self.law) or (self.scale, self.offset) != (1, 0)
