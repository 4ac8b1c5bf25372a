"""Sequence numbers: how a side counts frames, how its peer misses some."""

from lensbus.spec.shapes import Seq


class Counter:
    """Counts sequence numbers as a spec says; without a rule there are none."""

    def __init__(self, seq: Seq | None) -> None:
        self._seq, self._lap = seq, 0
        self._same = seq is not None and seq.reply == "same"
        self._value: int | None = None

    def next(self) -> int | None:
        """The next number; None where frames have none."""
        if self._seq is None:
            return None
        if self._value is None:
            self._value = self._seq.laps[0][0]
        elif self._value < self._seq.laps[self._lap][1]:
            self._value += 1
        else:
            self._lap = (self._lap + 1) % len(self._seq.laps)
            self._value = self._seq.laps[self._lap][0]
        return self._value

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
        self._lap = seq.laps[0] if seq is not None and len(seq.laps) == 1 else None
        self.forget()

    def forget(self) -> None:
        """The next number is as good as any."""
        self._last: int | None = None

    def missing(self, seq: int | None) -> int:
        """How many frames were missed before this one; a number from before is a late retry."""
        if seq is None or self._lap is None:
            return 0
        first, last = self._lap
        size = last - first + 1
        ahead = 0 if self._last is None else (seq - self._last - 1) % size
        if ahead > size // 2:
            return 0
        self._last = seq
        return ahead
