"""What a wire costs: time per bit, latency, turnaround, jitter, bit errors, wrong rates."""

import math
from dataclasses import dataclass

from lensbus.session.contract import Chance
from lensbus.spec.model import Spec


@dataclass(frozen=True, slots=True)
class Strip:
    """The contact strip between two ports, or a cable that stands for it; times in seconds.

    A bit is flipped with `bit_error_rate`; each frame comes up to `jitter_s` late. `lines` are
    the lines that this strip has beside the two data wires; of those, `marks` are high around
    each frame, and nobody is told of their rise, for only their fall says something.
    """

    bits_per_byte: int
    lines: frozenset[str]
    latency_s: float = 0.0
    turnaround_s: float = 0.0
    jitter_s: float = 0.0
    bit_error_rate: float = 0.0
    marks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, spec: Spec) -> "Strip":
        """The whole strip of a spec: all of its lines, no delay, no errors."""
        lines = spec.link.lines.values()
        marks = frozenset(line.name for line in lines if line.frames)
        return cls(spec.link.bits_per_byte, frozenset(spec.link.lines), marks=marks)

    def duration(self, data: bytes, baud: int) -> float:
        """How long bytes are on the wire, in seconds."""
        return len(data) * self.bits_per_byte / baud

    def delay(self, chance: Chance) -> float:
        """How much later than its last bit a frame arrives."""
        return self.latency_s + (chance.random() * self.jitter_s if self.jitter_s else 0.0)

    def spoil(self, data: bytes, chance: Chance) -> bytes:
        """The bytes with this strip's bit errors; gaps between errors are drawn, not bits."""
        if not self.bit_error_rate:
            return data
        spoilt, bits, at = bytearray(data), 8 * len(data), -1
        while True:
            gap = math.log(1.0 - chance.random()) / math.log1p(-self.bit_error_rate)
            at += 1 + int(min(gap, bits))
            if at >= bits:
                return bytes(spoilt)
            spoilt[at // 8] ^= 1 << at % 8


def garble(data: bytes, said_at: int, heard_at: int, chance: Chance) -> bytes:
    """What a receiver at another rate hears: noise of about the same duration."""
    return chance.randbytes(max(1, len(data) * heard_at // said_at))
