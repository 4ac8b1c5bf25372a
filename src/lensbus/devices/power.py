"""What a lens draws from the body, and what happens when that is too much."""

from lensbus.session.event import Note

BROWN_OUT = "brown-out"
"""What a note is about that tells that the supply failed."""


class Power:
    """What the body supplies: it gives `limit_ma` (0: all that is wanted), and more for an instant.

    After a brown-out it was `low`, until the power was off.
    """

    def __init__(self, limit_ma: float, instant_s: float) -> None:
        self.limit_ma, self._instant_s = limit_ma, instant_s
        self.restore()

    def restore(self) -> None:
        """The power was off: all is forgotten."""
        self._over_since: float | None = None
        self.low = False

    def drawn(self, draws_ma: float, now: float) -> Note | None:
        """So much is drawn now: a note, if it was too much for longer than an instant."""
        if not 0 < self.limit_ma < draws_ma:
            self._over_since = None
            return None
        if self._over_since is None:
            self._over_since = now
        if now - self._over_since < self._instant_s:
            return None
        self._over_since, self.low = None, True
        facts = {"draws_ma": round(draws_ma), "supply_ma": self.limit_ma}
        text = f"brown-out: it draws {draws_ma:.0f} mA, the body gives {self.limit_ma:g} mA"
        return Note(text, BROWN_OUT, facts)
