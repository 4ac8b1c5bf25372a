"""Named laws between the numbers on a wire and the physical values that they stand for."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

from lensbus.spec.fields import Field

F_NUMBER = "f-number"
"""The unit of apertures."""


@dataclass(frozen=True, slots=True)
class Law:
    """From a whole number to a physical value in its unit, and to the nearest one back.

    `to_raw` raises ValueError or OverflowError for what no number stands for. `words` is the law
    for people, of the number v.
    """

    to_physical: Callable[[int], float]
    to_raw: Callable[[float], int]
    unit: str
    words: str


def _f_number(counts_per_stop: float, zero_at: float, words: str) -> Law:
    """The law of counts that grow by one step a stop, of which one doubles the square of N."""
    per_doubling = 2 * counts_per_stop

    def to_physical(raw: int) -> float:
        power = (raw - zero_at) / per_doubling
        return float(2.0**power) if power < sys.float_info.max_exp else math.inf

    def to_raw(f_number: float) -> int:
        return round(zero_at + per_doubling * math.log2(f_number))

    return Law(to_physical, to_raw, F_NUMBER, words)


_MOST, _SIGN, _DIGITS = 0xFFF, 8, 12


def _decimal_metres(raw: int) -> float:
    power = raw >> _DIGITS & (2 * _SIGN - 1)
    return float((raw & _MOST) * 10.0 ** (power - 2 * _SIGN if power >= _SIGN else power))


def _decimal_raw(metres: float) -> int:
    """The finest power of ten with which the number fits, as lenses are seen to do."""
    for power in range(-_SIGN, _SIGN if metres >= 0 else -_SIGN):
        number = round(metres / 10.0**power)
        if number <= _MOST:
            return (power % (2 * _SIGN)) << _DIGITS | number if number else 0
    raise ValueError(metres)


LAWS = {
    # Av = 2 log2 N in 1/256; the scale of the L model and, from another zero, of Sony E.
    "av256": _f_number(256, 0, "N = 2^(v/512)"),
    # sigrok-dumps lens_mounts/sony_emount, held to the f-numbers that its lenses have.
    "sony_av256": _f_number(256, 4096, "N = 2^(v/512 - 8)"),
    # Canon EOS EF protocol (eddyem/canon-lens), held to the f-numbers of marcan's captures.
    "canon_av8": _f_number(8, 8, "N = 2^((v - 8)/16)"),
    # The L10 protocol's f-number, held to printed lens data.
    "fujinon_f": _f_number(-4096, 65536, "N = 2^(8 (1 - v/65536))"),
    # The L10 protocol's lengths, held to printed lens data.
    "fujinon_length": Law(
        _decimal_metres, _decimal_raw, "m", "low 12 bits times ten to the signed top 4 bits"
    ),
}
"""Every law by its name in a spec file."""


def law_of(field: Field) -> Law | None:
    """The law of a number; None where the number is the value."""
    if field.law:
        return LAWS[field.law]
    if not field.scaled:
        return None
    scale, offset = field.scale, field.offset
    words = f"v x {scale:g}" + (f" {'+' if offset > 0 else '-'} {abs(offset):g}" if offset else "")
    return Law(
        lambda raw: raw * scale + offset,
        lambda physical: round((physical - offset) / scale),
        field.unit,
        words,
    )
