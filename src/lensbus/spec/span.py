"""From which protocol version to which something is there: what `since` and `until` say."""

from typing import Final

from lensbus.spec.node import Section

FIRST, LAST = 1, 65535
ALWAYS: Final = range(FIRST, LAST + 1)


def read_span(section: Section) -> range:
    """The versions from `since` to `until`, both included; from the first, for ever, by default."""
    since, until = section.integer("since", FIRST), section.integer("until", LAST)
    if not FIRST <= since <= until <= LAST:
        key = "until" if "until" in section else "since"
        wanted = f"expected versions from {FIRST} to {LAST}, since before until"
        section.problem(key, f"{wanted}, got {since} to {until}")
        return ALWAYS
    return range(since, until + 1)
