"""Runs in virtual time and what they said, for tests of golden traces."""

from collections.abc import Sequence
from functools import cache

from lensbus.cli.recipe import Recipe
from lensbus.golden.allowance import Allowance
from lensbus.golden.compare import Comparison, compare
from lensbus.golden.kept import Kept, Made, keep
from lensbus.golden.said import Said
from lensbus.session.log import Record
from tests.peers import SPEC

DEMO = Recipe("panasonic_s_20_60", "panasonic_s1", "l_mount", seconds=2.2, seed=1)
FAULTY = Recipe(
    "panasonic_s_20_60", "leica_sl", "l_mount", seconds=2.2, seed=1, faults="noisy_line"
)


@cache
def ran(recipe: Recipe = DEMO) -> tuple[Record, ...]:
    """All records of a run."""
    return tuple(recipe.run(SPEC))


@cache
def kept(recipe: Recipe = DEMO) -> Kept:
    """A golden trace of a run."""
    return keep(SPEC, ran(recipe), recipe.made, "1.2.3")


def cycle(*at: float, side: str = "lens", **fields: object) -> list[Said]:
    """The same status again and again."""
    return [Said(t, side, "status", fields or {"place": 1}, cyclic=True) for t in at]


def order(t: float, name: str, side: str = "body", **fields: object) -> Said:
    """Something that is said once."""
    return Said(t, side, name, fields)


def trace(said: Sequence[Said], *ignore: str, tolerance_s: float = 0.002) -> Kept:
    """A golden trace of nothing else than this."""
    allowed = tuple(map(Allowance.parse, ignore))
    return Kept(Made("test"), "1.2.3", "x/y", 1, "", tolerance_s, allowed, said, {})


def told(wanted: Sequence[Said], got: Sequence[Said], *ignore: str) -> list[str]:
    """The words of each difference."""
    return [each.words for each in compared(wanted, got, *ignore).differences]


def compared(wanted: Sequence[Said], got: Sequence[Said], *ignore: str) -> Comparison:
    return compare(trace(wanted, *ignore), got)
