"""A stabiliser in a lens: what it does of the work, of what the body wants."""

OFF = "off"
MODES = (OFF, "on", "panning", "shared")


class Stabiliser:
    """Does what the body says, unless a switch, sleep or a defect is before it."""

    def __init__(self, *, there: bool) -> None:
        self._there = there
        self.wanted = OFF
        self.switched_off = self.broken = False

    def doing(self, *, awake: bool) -> str:
        """The mode that it is in."""
        works = self._there and awake and not self.switched_off and not self.broken
        return self.wanted if works else OFF
