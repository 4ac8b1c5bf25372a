"""What whoever gave a name that is not there may have meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from lensbus.spec.node import listed

NEAR: Final = 0.55
"""How like what was meant a name must be to be proposed; 1: the same."""

MOST: Final = 500
"""Names that are held to one that is not there; to do so with more would take too long."""


_HINT = re.compile(r" \((near|known): [^)]*\)")


def near(name: str, known: Collection[str]) -> list[str]:
    """The known names that are most like this one."""
    return get_close_matches(name, known, cutoff=NEAR) if len(known) <= MOST else []


def hint(name: str, known: Collection[str]) -> str:
    """The names near to this one, in words, or else all that are known."""
    found = near(name, known)
    return f"near: {listed(found)}" if found else f"known: {listed(known) or 'none'}"


def unhinted(text: str) -> str:
    """The text without its hints, which are others in each version."""
    return _HINT.sub("", text)
