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


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    `kind` is `int`, `ascii` (zero-padded) or `bytes`. `size` is in bytes; None takes all that
    is left. An int may be an `enum` (its values are names; others are faults), `flags` (its
    value is a tuple of names), or have `names`, an open table that only labels known numbers.
    `low` and `high` bound a plain int. `default` is what a message made without it holds there;
    None: it must be said.
    `versions` are those of the protocol that have it.
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
