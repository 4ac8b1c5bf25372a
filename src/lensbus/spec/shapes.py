"""The shapes of frames that a spec file can name, as frozen values."""

from dataclasses import dataclass

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
