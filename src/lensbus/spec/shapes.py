"""The shapes of frames that a spec file can name, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lensbus.spec.basis import Basis
from lensbus.spec.fields import Int


@dataclass(frozen=True, slots=True)
class Seq:
    """How a sequence number counts: through each lap (first, last) in turn, then again.

    A reply carries the request's number (`same`) or the one after it (`next`).
    """

    laps: tuple[tuple[int, int], ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Delimited:
    """Sync, header fields, payload, checksum, tail, padding.

    `counts` and `covers` are spans of part names, first and last included: what the length
    field counts and what the checksum covers. `key` names the header fields that tell messages
    apart; `payload`, always the last, is its first byte, or as many as a message's own key has
    more. Where the header field `packed[0]` is `packed[1]`, the payload is a row of messages.
    Frames of `pad_from` roles are followed by stale bytes up to a multiple of `pad_to`. `sync`
    may be empty.
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
    def places(self) -> dict[str, int]:
        """Where each part up to the payload begins, in bytes from the start of a frame."""
        at, places = len(self.sync), {"sync": 0}
        for name, integer in self.header:
            places[name] = at
            at += integer.size
        return places | {"payload": at}

    @property
    def foot(self) -> int:
        """The bytes after the payload."""
        return self.checksum_int.size + len(self.tail)

    @property
    def uncounted(self) -> int:
        """The bytes of a frame that its length does not count."""
        after = {"payload": self.foot, "checksum": len(self.tail), "tail": 0}
        return self.places[self.counts[0]] + after[self.counts[1]]

    @property
    def around(self) -> int:
        """The bytes of a frame that are no fields."""
        return self.places["payload"] + self.foot + ("payload" in self.key)

    @property
    def room(self) -> int:
        """The most bytes of fields that a frame holds."""
        return self.max_size - self.around

    def sizes(self, key: tuple[int, ...]) -> tuple[int, int]:
        """The least and the most bytes of fields of the message with this key."""
        return 0, self.room - max(0, len(key) - len(self.key))

    def bounds(self, part: str) -> tuple[int, int]:
        """The least and the greatest value of a part of the key."""
        return _bounds(dict(self.header).get(part))

    def seq_of(self, key: tuple[int, ...]) -> Seq | None:
        """How the frames of the message with this key are numbered, if they are."""
        return self.seq


@dataclass(frozen=True, slots=True)
class Word:
    """Words of one size with a check inside.

    `parts`, `check_at` and `covers` are bits, (highest, lowest); a bit that nothing names is
    zero. The parts that are no key are the payload, in their order, each in as many whole bytes
    as it needs, highest byte first. The word `idle` says nothing.
    """

    seq: ClassVar[None] = None

    name: str
    integer: Int
    parts: Mapping[str, tuple[int, int]]
    key: tuple[str, ...]
    check: str
    check_at: tuple[int, int]
    covers: tuple[int, int]
    idle: int | None
    basis: Basis

    @property
    def payload(self) -> dict[str, tuple[int, int]]:
        """The parts that are the payload."""
        return {name: bits for name, bits in self.parts.items() if name not in self.key}

    @property
    def room(self) -> int:
        """The bytes of fields that a word holds, neither more nor less."""
        return sum(bytes_for(bits) for bits in self.payload.values())

    @property
    def around(self) -> int:
        """The bytes of a word that are no fields."""
        return self.integer.size - self.room

    def sizes(self, key: tuple[int, ...]) -> tuple[int, int]:
        """As `Delimited.sizes`."""
        return self.room, self.room

    def bounds(self, part: str) -> tuple[int, int]:
        """As `Delimited.bounds`."""
        high, low = self.parts.get(part, (7, 0))
        return 0, (2 << (high - low)) - 1

    def seq_of(self, key: tuple[int, ...]) -> Seq | None:
        """As `Delimited.seq_of`."""
        return None


@dataclass(frozen=True, slots=True)
class Block:
    """Blocks of one size, and single bytes between them.

    The first header field is the key: one of `blocks`, or one of `controls`, which are a byte
    alone. A header field `complement` is the one before it with all bits turned over. A block of
    zeros with the checksum `idle` says nothing.
    """

    name: str
    header: tuple[tuple[str, Int], ...]
    blocks: tuple[int, ...]
    controls: tuple[int, ...]
    room: int
    checksum: str
    checksum_int: Int
    covers: tuple[str, str]
    seq: Seq | None
    idle: int | None
    basis: Basis

    @property
    def key(self) -> tuple[str, ...]:
        """The name of the first header field."""
        return (self.header[0][0],) if self.header else ("",)

    @property
    def around(self) -> int:
        """The bytes of a block that are no fields."""
        return sum(integer.size for _, integer in self.header) + self.checksum_int.size

    def sizes(self, key: tuple[int, ...]) -> tuple[int, int]:
        """As `Delimited.sizes`."""
        size = 0 if set(key) & set(self.controls) else self.room
        return size, size

    def bounds(self, part: str) -> tuple[int, int]:
        """As `Delimited.bounds`."""
        return _bounds(dict(self.header).get(part))

    def seq_of(self, key: tuple[int, ...]) -> Seq | None:
        """As `Delimited.seq_of`."""
        return None if set(key) & set(self.controls) else self.seq


@dataclass(frozen=True, slots=True)
class Table:
    """No framing: an opcode and as many bytes as its message has fields.

    The role `leads` says opcodes. The other one answers, in the clocks after each byte, so that
    the answer to a message of n bytes is n bytes that come one byte later; what takes the rest
    ends with the answer's first byte `until`.
    """

    seq: ClassVar[None] = None
    key: ClassVar[tuple[str, ...]] = ("opcode",)
    around: ClassVar[int] = 1
    room: ClassVar[int] = 255

    name: str
    leads: str
    until: int | None
    basis: Basis

    def sizes(self, key: tuple[int, ...]) -> tuple[int, int]:
        """As `Delimited.sizes`."""
        return 0, self.room

    def bounds(self, part: str) -> tuple[int, int]:
        """As `Delimited.bounds`."""
        return _bounds(None)

    def seq_of(self, key: tuple[int, ...]) -> Seq | None:
        """As `Delimited.seq_of`."""
        return None


Shape = Delimited | Word | Block | Table


def bytes_for(bits: tuple[int, int]) -> int:
    """The whole bytes that (highest, lowest) bits need."""
    return (bits[0] - bits[1]) // 8 + 1


def _bounds(integer: Int | None) -> tuple[int, int]:
    """Of a part of the key: a whole number, or one byte of the payload."""
    return (integer.low, integer.high) if integer else (0, 255)
