"""The values that cross the contracts: what is heard, what is said, what goes to the link."""

from collections.abc import Mapping
from dataclasses import field

from lensbus.value import value
from lensbus.wire.message import Fault, Message


@value(frozen=True, slots=True)
class LinkUp:
    """The link is there, with these lines, and this program runs; all before it is gone."""

    lines: frozenset[str]
    program: str


@value(frozen=True, slots=True)
class LinkDown:
    """The link is gone."""


@value(frozen=True, slots=True)
class Raw:
    """Bytes to say as they are, past codec and table."""

    data: bytes


APPLICATION, BOOTLOADER = "application", "bootloader"
"""The programs of a lens, and of a host that talks to each."""


@value(frozen=True, slots=True)
class Restart:
    """Leave this program and start another, by its name; nothing may follow it."""

    into: str


@value(frozen=True, slots=True)
class Note:
    """Something worth telling that did not cross the wire; `about` is its kind, for counting.

    `facts` are its numbers and names for programs: what a plot draws, what a report lists.
    """

    text: str
    about: str = ""
    facts: Mapping[str, float | str] = field(default_factory=dict, hash=False)


@value(frozen=True, slots=True)
class Send:
    """One whole frame, and what it was made of."""

    data: bytes
    what: Message | Raw


@value(frozen=True, slots=True)
class SetRate:
    """Once what was sent is out: change to this rate in baud and keep quiet for the pause."""

    baud: int
    pause_s: float


@value(frozen=True, slots=True)
class SetLine:
    """Once what was sent is out: drive a line to a level."""

    line: str
    high: bool


@value(frozen=True, slots=True)
class SetLink:
    """Plug (True) or unplug (False)."""

    up: bool


Event = Message | Fault | LinkUp | LinkDown
Act = Message | Raw | Restart | Note
Output = Send | SetRate | SetLine | SetLink
