"""Words of one size with a check inside: bits to parts, and back."""

from collections.abc import Callable, Mapping
from typing import Final

from lensbus.errors import LocalProtocolError
from lensbus.spec.shapes import Word, bytes_for
from lensbus.wire.frame import Frame

Bits = tuple[int, int]


def group_sum(value: int, covers: Bits, width: int) -> int:
    """The sum of groups of `width` bits, cut from the highest down, modulo 2^width.

    The last group has what is left (Fujifilm GF: 26 bits in five groups of five, and one bit).
    """
    high, low = covers
    tops = range(high, low - 1, -width)
    return sum(part_of(value, (top, max(low, top - width + 1))) for top in tops) % (1 << width)


def part_of(value: int, bits: Bits) -> int:
    """The number that stands in some bits of a word."""
    high, low = bits
    return value >> low & (2 << high - low) - 1


CHECKS: Final[dict[str, Callable[[int, Bits, int], int]]] = {"group_sum": group_sum}
"""The check of a word over some of its bits, as wide as its place."""


class WordShape:
    """The arithmetic of a word; its head is its key."""

    def __init__(self, spec: Word) -> None:
        self._spec, self._check = spec, CHECKS[spec.check]
        self.places, self.most, self.step = spec.key, spec.integer.size, spec.integer.size
        self._width = spec.check_at[0] - spec.check_at[1] + 1
        named = (*spec.parts.values(), spec.check_at)
        self._unnamed = ~sum((2 << high) - (1 << low) for high, low in named)
        self._payload = [(bits, bytes_for(bits)) for bits in spec.payload.values()]

    def look(self, data: bytes, at: int) -> Frame | str | int:
        """The word at a place, its size where it says nothing, or why there is none."""
        raw, spec = data[at : at + self.most], self._spec
        if len(raw) < self.most:
            return ""
        value = int.from_bytes(raw, spec.integer.order)
        if value == spec.idle:
            return self.most
        told = part_of(value, spec.check_at)
        if value & self._unnamed or told != self._check(value, spec.covers, self._width):
            return "bad checksum"
        head = tuple(part_of(value, spec.parts[name]) for name in spec.key)
        parts = [part_of(value, bits).to_bytes(size, "big") for bits, size in self._payload]
        return Frame(spec.name, raw, (head, b"".join(parts)))

    def start(self, header: Mapping[str, int]) -> list[int]:
        """The word with its key alone."""
        return [sum(header[name] << self._spec.parts[name][1] for name in self._spec.key)]

    def fill(self, start: list[int], seq: int, payload: bytes) -> bytes:
        """The bytes of a word.

        Raises:
            LocalProtocolError: a part does not fit into its bits.
        """
        value, spec = start[0], self._spec
        for (high, low), size in self._payload:
            part, payload = int.from_bytes(payload[:size], "big"), payload[size:]
            if part >> high - low + 1:
                raise LocalProtocolError(f"{part} does not fit into bits {high} to {low}")
            value |= part << low
        value |= self._check(value, spec.covers, self._width) << spec.check_at[1]
        return value.to_bytes(self.most, spec.integer.order)
