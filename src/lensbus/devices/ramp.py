"""What a hand turns: from one value to another, evenly, in some time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ramp:
    """From `low` to `high` within `for_s` seconds from `begin` on; 0 s: at once."""

    begin: float
    low: float
    high: float
    for_s: float = 0.0

    def at(self, now: float) -> float:
        """Where it is."""
        if now >= self.begin + self.for_s:  # as `over`, without a call
            return self.high
        return self.low + (self.high - self.low) * max(now - self.begin, 0) / self.for_s

    def over(self, now: float) -> bool:
        """Whether it is at its end."""
        return now >= self.begin + self.for_s
