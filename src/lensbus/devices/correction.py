"""The correction block: 32 bytes that tell how a picture is distorted, with four checksums.

The layout is published as bodies record it (ExifTool, PanasonicRaw.pm, DistortionInfo): 16 words,
Ru = scale (Rd + a Rd^3 + b Rd^5 + c Rd^7). Which words are a, b and c is Raphael Rigo's finding, as
andrewj.com/mft/algorithms.php has it (model 1, which calls a what is c here).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from struct import Struct, error

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault

WORDS = (
    *("even", "first", "param_2", "param_3", "b", "scale", "param_6", "on", "a", "param_9"),
    *("param_10", "c", "n", "param_13", "second", "odd"),
)
"""What the words of a block are, in order; four are checksums."""

BLOCK = Struct(f"<{len(WORDS)}h")
WORD = 2


@dataclass(frozen=True, slots=True)
class Distortion:
    """How a picture is distorted; with scale 1 and the others 0 it is not."""

    scale: float = 1.0
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0


class Corrections:
    """Writes and reads correction blocks, with the numbers of a spec."""

    def __init__(self, spec: Spec) -> None:
        self._unit = spec.constant("correction_unit")
        self._factor = int(spec.constant("correction_factor"))
        self._modulus = int(spec.constant("correction_modulus"))

    def write(self, distortion: Distortion) -> bytes:
        """A block.

        Raises:
            LocalProtocolError: a number does not fit into its word.
        """
        terms = {name: round(getattr(distortion, name) * self._unit) for name in "abc"}
        scale = round((1 / distortion.scale - 1) * self._unit)
        words = {**terms, "scale": scale, "on": int(distortion != Distortion())}
        try:
            block = bytearray(BLOCK.pack(*(words.get(name, 0) for name in WORDS)))
        except error as misfit:
            raise LocalProtocolError(
                f"{distortion} does not fit a correction block: {misfit}"
            ) from misfit
        for name, checksum in self._checksums(block):
            at = WORD * WORDS.index(name)
            block[at : at + WORD] = checksum.to_bytes(WORD, "little")
        return bytes(block)

    def read(self, block: bytes) -> Distortion | Fault:
        """What a block tells, or what is wrong with it."""
        if len(block) != BLOCK.size:
            return Fault(
                "bad length", block, "correction.block", f"got {len(block)}, wanted {BLOCK.size}"
            )
        words = dict(zip(WORDS, BLOCK.unpack(block), strict=True))
        for name, wanted in self._checksums(block):
            got = words[name] % (1 << BLOCK.size // WORD)
            if got != wanted:
                detail = f"{name}: got {got:#06x}, wanted {wanted:#06x}"
                return Fault("bad checksum", block, "correction.block", detail)
        if not words["on"] & 1:
            return Distortion()
        terms = {name: words[name] / self._unit for name in "abc"}
        return Distortion(1 / (1 + words["scale"] / self._unit), **terms)

    def _checksums(self, block: bytes | bytearray) -> Iterator[tuple[str, int]]:
        """Each checksum by name, worked out when it is asked for: the last two cover the others."""
        middle = WORD * 8
        yield "first", self._sum(block[WORD * 2 : middle])
        yield "second", self._sum(block[middle : -WORD * 2])
        yield "even", self._sum(block[WORD:-WORD:2])
        yield "odd", self._sum(block[WORD + 1 : -WORD : 2])

    def _sum(self, data: bytes | bytearray) -> int:
        total = 0
        for byte in data:
            total = (self._factor * total + byte) % self._modulus
        return total


def distortion_at(rows: Sequence[Sequence[float]], focal_mm: float) -> Distortion:
    """The distortion at a focal length, evenly between the rows (focal mm, scale, a, b, c).

    Raises:
        LocalProtocolError: a row is not of these five numbers.
    """
    for row in rows:
        if len(row) != len(("focal", *fields(Distortion))) or row[1] <= 0:
            text = f"got a distortion row {tuple(row)}, wanted focal mm, scale above 0, a, b, c"
            raise LocalProtocolError(text)
    if not rows:
        return Distortion()
    known = sorted(tuple(row) for row in rows)
    inside = min(max(focal_mm, known[0][0]), known[-1][0])
    for low, high in pairwise(known):
        if low[0] <= inside <= high[0]:
            share = (inside - low[0]) / ((high[0] - low[0]) or 1)
            return Distortion(
                *(a + (b - a) * share for a, b in zip(low[1:], high[1:], strict=True))
            )
    return Distortion(*known[-1][1:])
