"""Sequence numbers: how a side counts frames, how its peer misses some."""

from collections.abc import Iterable
from itertools import chain, cycle

from lensbus.spec.shapes import Seq


class Counter:
    """Counts sequence numbers as a spec says; without a rule there are none."""

    def __init__(self, seq: Seq | None) -> None:
        self._seq = seq
        self._same = seq is not None and seq.reply == "same"
        laps: list[Iterable[int | None]] = [(None,)]
        if seq is not None:
            laps = [range(first, last + 1) for first, last in seq.laps]
        self.next = chain.from_iterable(cycle(laps)).__next__
        """The next number; None where frames have none."""

    def reply_to(self, seq: int | None) -> int | None:
        """The number that the answer to a request carries."""
        if self._seq is None:
            return None
        if self._same or seq is None:
            return seq
        highest = max(last for _, last in self._seq.laps)
        return seq + 1 if seq < highest else self._seq.laps[0][0]


class Gaps:
    """Watches a peer's numbers. Only numbers that count through a single lap can be watched."""

    def __init__(self, seq: Seq | None) -> None:
        first, last = seq.laps[0] if seq is not None and len(seq.laps) == 1 else (0, -1)
        self._size = last - first + 1
        self.forget()

    def forget(self) -> None:
        """The next number is as good as any."""
        self._last: int | None = None

    def missing(self, seq: int | None) -> int:
        """How many frames were missed before this one; a number from before is a late retry."""
        if seq is None or not self._size:
            return 0
        ahead = 0 if self._last is None else (seq - self._last - 1) % self._size
        if ahead > self._size // 2:
            return 0
        self._last = seq
        return ahead

    def is_late(self, seq: int | None) -> bool:
        """Whether a number is from before, or the last one again."""
        if seq is None or self._last is None or not self._size:
            return False
        return (seq - self._last - 1) % self._size > self._size // 2
