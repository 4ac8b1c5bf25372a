"""Homing: it takes its time, and in between there is to tell that it goes on."""


class Homing:
    """Begins once in a life; while somebody waits for it, `due` is when to tell how it is."""

    def __init__(self, busy_s: float) -> None:
        self._busy_s = busy_s
        self.forget()

    def forget(self) -> None:
        """A new life: nothing is homed."""
        self._over_at: float | None = None
        self.due: float | None = None

    def leave(self) -> None:
        """Nobody waits for it any more; it goes on."""
        self.due = None

    def ask(self, now: float, takes_s: float) -> bool:
        """Begin, unless it did before; gives whether it is over."""
        if self._over_at is None:
            self._over_at = now + takes_s
        return self._over(self._over_at, now, now)

    def tick(self, now: float) -> bool | None:
        """What there is to tell: whether it is over; None: nothing yet."""
        if self._over_at is None or self.due is None or now < self.due:
            return None
        return self._over(self._over_at, self.due, now)

    def _over(self, over_at: float, since: float, now: float) -> bool:
        following = since + self._busy_s
        following = min(following if following > now else now + self._busy_s, over_at)
        self.due = None if over_at <= now else following
        return self.due is None
