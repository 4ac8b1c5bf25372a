"""How bad a difference between two specs is, in words, and which devices fail with which."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BREAKING, COMPATIBLE, DOCUMENTATION = "breaking", "compatible", "documentation"
GRADES: Final = (BREAKING, COMPATIBLE, DOCUMENTATION)

Pairs = tuple[str, ...]
"""Who fails with whom: `an old lens with a new body`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade, the difference in words, and who fails with whom."""

    grade: str
    words: str
    breaks: Pairs = ()


class Ends:
    """The two roles of a link, and the pairs of old and new devices that fail."""

    def __init__(self, roles: Iterable[str]) -> None:
        self._roles = tuple(dict.fromkeys(roles))
        self.both = tuple(pair for role in self._roles for pair in self.new_says(role))

    def peer(self, role: str) -> str:
        """The other role; where there is none, the same."""
        return next((name for name in self._roles if name != role), role)

    def new_says(self, sender: str) -> Pairs:
        """A new sender says what an old hearer does not take."""
        return (f"an old {self.peer(sender)} with a new {sender}",)

    def old_says(self, sender: str) -> Pairs:
        """An old sender says what a new hearer does not take."""
        return (f"an old {sender} with a new {self.peer(sender)}",)

    def wider(self, sender: str, *, wider: bool) -> Pairs:
        """A sender says more than it did, or its hearer takes less."""
        return self.new_says(sender) if wider else self.old_says(sender)
