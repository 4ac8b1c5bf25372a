"""The lens numbers that are published, and whether what a lens says of itself agrees with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from lensbus.errors import SpecError
from lensbus.spec.basis import Bases, Basis
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section

APART_MM = 0.5
"""Focal lengths are engraved in whole millimetres."""

APART = 0.06
"""Of an f-number, as a share of it: 5.6 is engraved where 5.66 is meant, a third stop is 0.12."""

WHOLE = 10
"""From here on there is no room for tenths."""


@dataclass(frozen=True, slots=True)
class Known:
    """A published number's lens; pairs are (wide, tele)."""

    name: str
    focal_mm: tuple[float, float]
    open_f: tuple[float, float]
    confirmed: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class Numbers:
    """The table of a mount; `own` are the numbers of lenses that have none published."""

    lenses: Mapping[int, Known]
    own: range
    counts_per_mm: float
    counts_per_stop: float


def read_numbers(root: Node, problems: Problems, spec: Spec) -> Numbers:
    """The table of a file, for lenses that tell their optics in the counts of a spec.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    top = Section(root, "numbers", problems)
    bases, lenses = Bases(top), dict[int, Known]()
    top.text("numbers")
    common, own = bases.read(top), top.section("own", needed=True)
    bases.read(own)
    span = range(own.integer("first"), own.integer("last") + 1)
    for key, node in top.section("lenses", needed=True).nodes():
        section = Section(node, f"numbers.lenses.{key}", problems)
        if not key.isdecimal() or int(key) in span:
            problems.add(node.where, f"{section.path}: no number that a maker has given")
            continue
        lenses[int(key)] = _known(section, bases, common)
    for each in (own, top):
        each.done()
    if problems.found:
        raise SpecError(problems.found)
    per_mm, per_stop = spec.constant("focal_counts_per_mm"), spec.constant("counts_per_stop")
    return Numbers(lenses, span, per_mm, per_stop)


def _known(section: Section, bases: Bases, common: Basis) -> Known:
    known = Known(
        section.text("name"),
        _pair(section, "focal_mm"),
        _pair(section, "open_f"),
        not section.flag("unconfirmed"),
        bases.read(section, common),
    )
    section.done()
    return known


def _pair(section: Section, key: str) -> tuple[float, float]:
    match [node.value for node in section.need(key).items()]:
        case [int() | float() as wide, int() | float() as tele]:
            return wide, tele
    section.problem(key, "expected two numbers, wide and tele")
    return 0, 0


def clash(identity: Mapping[str, Any], optics: Mapping[str, Any], table: Numbers) -> str | None:
    """How the number of a lens and its optics contradict each other, or None.

    Both are the fields of its messages. A number that the table does not have contradicts nothing.
    """
    known = table.lenses.get(identity["lens_number"])
    if known is None:
        return None
    ends = ("wide", "tele")
    focal = [optics[f"focal_{end}"] / table.counts_per_mm for end in ends]
    aperture = [2 ** (optics[f"open_{end}_av256"] / (2 * table.counts_per_stop)) for end in ends]
    if _near(focal, known.focal_mm, APART_MM, 0) and _near(aperture, known.open_f, 0, APART):
        return None
    doubt = "" if known.confirmed else " (not confirmed)"
    number, told = f"{identity['lens_number']:#06x}", f"{_span(focal)}mm F{_span(aperture)}"
    return f"lens number {number} is known as {known.name}{doubt}, but its optics say {told}"


def _near(told: Iterable[float], known: Iterable[float], apart: float, share: float) -> bool:
    pairs = zip(told, known, strict=True)
    return all(isclose(one, other, abs_tol=apart, rel_tol=share) for one, other in pairs)


def _span(ends: Iterable[float]) -> str:
    """One number where both ends are the same, else `wide-tele`; as they are engraved."""
    told = (f"{end:.2g}" if end < WHOLE else f"{end:.0f}" for end in ends)
    return "-".join(dict.fromkeys(told))
