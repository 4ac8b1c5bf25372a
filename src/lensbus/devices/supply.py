"""What a body can feed a lens with, and how fast that lets its focus motor run."""

from collections.abc import Iterator

from lensbus.session.event import Note
from lensbus.wire.message import Message

POWER = "power"
"""What its notes are about."""


class Supply:
    """What is left for a lens's focus motor: `share` of what it draws at full speed."""

    def __init__(self, supply_ma: int, optics: Message) -> None:
        told = optics.fields
        self._gives, self._high = supply_ma, told["power_class"] == "high"
        idle, drive = told.get("idle_ma", 0), told.get("drive_ma", 0)
        self._draws, self._fastest = idle + drive, told.get("focus_speed", 0)
        short = 0 < supply_ma < self._draws
        self.share = max(supply_ma - idle, 0) / drive if short and drive else float(not short)

    @property
    def limit(self) -> float:
        """The speed in counts per second that it allows; 0 is any, or one that nobody told."""
        return self.share * self._fastest if 0 < self.share < 1 else 0.0

    def notes(self) -> Iterator[Note]:
        """What people are shown of it."""
        facts = {"supply_ma": self._gives, "draws_ma": self._draws, "share": self.share}
        if self.share < 1:
            slow = f"focus moves at {self.share:.0%} of its speed" if self.share else "no autofocus"
            text = f"the lens draws {self._draws} mA, the body gives {self._gives}: {slow}"
            yield Note(text, POWER, facts)
        elif self._high:
            yield Note("the lens draws much power: the battery lasts less long", POWER, facts)
