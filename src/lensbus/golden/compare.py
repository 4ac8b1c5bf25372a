"""Hold a run against a golden trace: the first place where they part, as a person would show it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from lensbus.golden.align import Both, aligned
from lensbus.golden.allowance import Allowances
from lensbus.golden.kept import Kept
from lensbus.golden.said import Said
from lensbus.golden.text import AS_BEFORE, line, word

CONTEXT: Final = 3
"""Lines before and after the first difference, unless told."""

MOST_KINDS, MOST_CHARACTERS = 5, 160
NOT_THERE: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its kind, by which others are counted, and the one line that tells it."""

    both: Both
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was said, side by side, and every difference; in order of time."""

    every: Sequence[Both]
    differences: Sequence[Difference]

    def text(self, context: int = CONTEXT) -> Iterator[str]:
        """The first difference, the lines around it, and a count of the others; a line each."""
        if not self.differences:
            return
        first, *others = self.differences
        yield first.words
        yield from self.around(context)
        if others:
            kinds = Counter(each.kind for each in others).most_common()
            told = ", ".join(f"{count} x {kind}" for kind, count in kinds[:MOST_KINDS])
            yield f"and {len(others)} more: {told}{', ...' if len(kinds) > MOST_KINDS else ''}"

    def around(self, context: int = CONTEXT) -> Iterator[str]:
        """The first difference and the lines around it: `-` is golden, `+` is this run.

        Of the cycle, only what differs is shown.
        """
        if not self.differences:
            return
        first = self.differences[0].both
        differing = {id(each.both) for each in self.differences}
        shown = [
            both
            for both in self.every
            if id(both) in differing or not _any(both).cyclic or _is_of(both, first)
        ]
        at = next(number for number, both in enumerate(shown) if both is first)
        for both in shown[max(0, at - context) : at + context + 1]:
            yield from _lines(both, differs=id(both) in differing)


def compare(kept: Kept, got: Iterable[Said]) -> Comparison:
    """Hold what a run said against a golden trace."""
    allowed = Allowances(kept.allowances)
    wanted, new = (
        [said for said in every if not allowed.leaves_out(said.name)] for every in (kept.said, got)
    )
    every = aligned(wanted, new, kept.tolerance_s)
    return Comparison(
        every, [each for both in every for each in _differences(both, allowed, kept.tolerance_s)]
    )


def _differences(both: Both, allowed: Allowances, tolerance_s: float) -> Iterator[Difference]:
    wanted, got = both.wanted, both.got
    if wanted is None or got is None:
        yield _alone(both)
        return
    if both.shifted:
        how = "late" if got.t > wanted.t else "early"
        at = f"at {got.t:.6f} s, wanted {wanted.t:.6f} ± {tolerance_s:g}"
        kind = f"{got.name} {how}"
        yield Difference(both, kind, f"{got.side} {got.fault or 'said'} {kind}: {at}")
    before, after = flat(wanted.fields), flat(got.fields)
    for path in {**before, **after}:
        values = before.get(path, NOT_THERE), after.get(path, NOT_THERE)
        name = f"{got.name}.{path}"
        if not allowed.alike(name, *values):
            was, now = ("nothing" if value is NOT_THERE else word(value) for value in values)
            place = f"({got.side}, at {got.t:.6f} s)"
            yield Difference(both, name, f"{name}: got {now}, wanted {was} {place}")


def _alone(both: Both) -> Difference:
    """What is missing, or too much."""
    said = _any(both)
    name = f"{said.name} ({said.fields['path']})" if "path" in said.fields else said.name
    if both.got is None:
        verb = {"heard": "hear"}.get(said.fault or "", "say")
        words = f"{said.side} did not {verb} {name} at {said.t:.6f} s"
        return Difference(both, f"{said.name} missing", words)
    words = f"{said.side} {said.fault or 'said'} {name} at {said.t:.6f} s, wanted nothing there"
    return Difference(both, f"{said.name} too much", words)


def flat(fields: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Fields by their paths: `block.near`."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        inner = flat(value, f"{path}{name}.") if isinstance(value, Mapping) else {}
        found |= inner or {f"{path}{name}": value}
    return found


def _any(both: Both) -> Said:
    said = both.wanted or both.got
    assert said is not None  # noqa: S101 one of them is there
    return said


def _is_of(both: Both, other: Both) -> bool:
    return _any(both).stream == _any(other).stream


def _lines(both: Both, *, differs: bool) -> Iterator[str]:
    """What both have as one line, else what either has, and of fields those that are not alike."""
    if not differs and both.got:
        yield f"    {_short(both.got)}"
        return
    for mark, said, other in (("-", both.wanted, both.got), ("+", both.got, both.wanted)):
        if said is not None:
            yield f"  {mark} {_short(said, other.fields if other else None)}"


def _short(said: Said, other: Mapping[str, Any] | None = None) -> str:
    """A line of not too many characters, without what another one has just so."""
    before = other or {}
    fields = {n: v for n, v in said.fields.items() if n not in before or before[n] != v}
    same = f" {AS_BEFORE}" if len(fields) < len(said.fields) else ""
    text = line(replace(said, fields=fields))
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}..."
    return f"{cut}{same}"
