"""Folds: a cyclic message that is said again and again, evenly and unchanged, is one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf

from lensbus.golden.said import PLACES, Said


@dataclass(slots=True)
class Fold:
    """A message that was said so many times, the last time at `until` seconds."""

    said: Said
    until: float
    times: int = 1
    _slopes: tuple[float, float] = field(default=(-inf, inf), repr=False)

    def takes(self, said: Said, within_s: float) -> bool:
        """Go on with a message, if that leaves each within so many seconds of an even line."""
        slope = (said.t - self.said.t) / self.times
        least, most = self._slopes
        if said.fields != self.said.fields or not least <= slope <= most:
            return False
        spread = within_s / self.times
        self._slopes = max(least, slope - spread), min(most, slope + spread)
        self.until, self.times = said.t, self.times + 1
        return True


def fold(every: Iterable[Said], within_s: float) -> list[Fold]:
    """Fold what is cyclic; in order of the first of each."""
    folds: list[Fold] = []
    open_: dict[tuple[str, str], Fold] = {}
    for said in every:
        last = open_.get(said.stream) if said.cyclic else None
        if last is None or not last.takes(said, within_s):
            folds.append(Fold(said, said.t))
            open_[said.stream] = folds[-1]
    return folds


def unfold(folds: Iterable[Fold]) -> list[Said]:
    """Every single message again, in order of time."""
    return sorted((said for each in folds for said in _unfold(each)), key=lambda said: said.t)


def _unfold(one: Fold) -> Iterator[Said]:
    first, steps = one.said, max(1, one.times - 1)
    for step in range(one.times):
        yield replace(first, t=round(first.t + (one.until - first.t) * step / steps, PLACES))
