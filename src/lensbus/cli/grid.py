"""A matrix as text: a sign for each cell, lenses as rows, and bodies as stairs above them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lensbus.bench.matrix import GRADES, Grade, Outcome

SIGNS: Mapping[Grade, str] = {"ok": ".", "crop": "c", "part": "p", "failed": "F"}

WIDTH = 120
"""Columns, at most, where no terminal is narrower."""


def grid(outcomes: Iterable[Outcome], width: int = WIDTH) -> Iterator[str]:
    """The lines of the table, folded into several where one is too wide; then what signs mean."""
    rows: dict[str, dict[str, Grade]] = {}
    for one in outcomes:
        rows.setdefault(one.mounted, {})[one.body] = one.grade
    bodies = list(dict.fromkeys(body for row in rows.values() for body in row))
    label = max(map(len, rows), default=0) + 1
    while bodies:
        count = _fitting(bodies, width - label)
        yield from _table(rows, bodies[:count], label)
        yield ""
        bodies = bodies[count:]
    seen = {grade for row in rows.values() for grade in row.values()}
    yield from (f"{SIGNS[grade]}  {words}" for grade, words in GRADES.items() if grade in seen)


def _fitting(bodies: Sequence[str], width: int) -> int:
    """How many bodies have their names within the width, each two columns after the one before."""
    ends = [2 * at + len(body) for at, body in enumerate(bodies)]
    return max(1, next((at for at, end in enumerate(ends) if end > width), len(bodies)))


def _table(
    rows: Mapping[str, Mapping[str, Grade]], bodies: Sequence[str], label: int
) -> Iterator[str]:
    for at, body in enumerate(bodies):
        yield f"{'':{label}}{'| ' * at}{body}"
    for lens, row in rows.items():
        signs = " ".join(SIGNS[row[body]] if body in row else " " for body in bodies)
        yield f"{lens:{label}}{signs}".rstrip()
