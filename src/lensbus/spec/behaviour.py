"""What a spec file says of behaviour: the link and its lines, state tables, replies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lensbus.spec.basis import Basis, Constant
from lensbus.spec.node import Where
from lensbus.spec.span import ALWAYS

SAME = "same"
"""A row's next state that means: stay where you are."""
VERBS = ("send", "recv", "timeout")
"""What a row's input begins with."""

ANY = "*"
"""A row's state that means: every state without a row of its own for that input."""

SLOW = "slow"
"""A row's rate that means: the link's slow rate, where every session begins and ends."""

SILENCE = "silence"
"""The input of a `timeout` row that fires when no whole frame was heard for the role's silence."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the strip: the role that drives it, and what stands for it where it is absent.

    `absent` is `high` or `low` (a level its hearer is told at LinkUp), `in_band` (its messages
    are sent as frames) or `gap` (silence ends a frame). `frames` says that it is high around
    each frame, driven by whoever talks. On a serial port, its driver drives the modem signal
    `modem_out`, and the other side hears it at `modem_in`; both are empty where it cannot be.
    """

    name: str
    driver: str
    idle: bool
    frames: bool
    absent: str
    basis: Basis
    modem_out: str = ""
    modem_in: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The byte pipe: named rates in baud, the bits that a byte costs, its lines."""

    slow: Constant
    rates: tuple[int, ...]
    bits_per_byte: int
    rate_pause_s: float
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Terms:
    """The fields in which a peer tells its newest version, its oldest, and the newest's layout.

    `least` and `layout` are empty where it does not tell them.
    """

    version: str
    least: str = ""
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """In `state`, on `verb` (send, recv, timeout) of `message`, go to `next`.

    `rate` is what the row sets: None, a rate, `slow`, or the name of the message's field to take.
    `frame` is the shape that both sides speak from here on, if the row says so. From a row with
    `terms` on, they speak the lower one of their newest protocol versions.
    """

    state: str
    verb: str
    message: str
    next: str
    rate: str | int | None
    where: Where
    frame: str | None = None
    terms: Terms | None = None
    versions: range = ALWAYS

    def baud(self, fields: Mapping[str, Any], link: Link) -> int:
        """The rate that this row sets, with the fields of its message."""
        if isinstance(self.rate, int):
            return self.rate
        return int(fields.get(self.rate or SLOW, link.slow.value))


KEY = "key"
"""The value of a refusal's field that stands for the key of what is refused."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a role says to a request that its state does not allow: a message and its fields."""

    message: str
    fields: Mapping[str, str | int]

    def about(self, key: int) -> dict[str, str | int]:
        """The fields of a refusal of the message with this key."""
        return {name: key if value == KEY else value for name, value in self.fields.items()}


@dataclass(frozen=True, slots=True)
class Role:
    """One side's table.

    In a `deaf` state no byte is heard. A request that the state does not allow is answered with
    `refusal` (None: with silence).
    """

    name: str
    start: str
    states: tuple[str, ...]
    deaf: frozenset[str]
    refusal: Refusal | None
    silence_s: float
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What answers a request, how long to wait for it, and how often to ask again.

    A message of `interim` (busy) starts the time-out anew.
    """

    request: str
    answers: frozenset[str]
    interim: frozenset[str]
    timeout_s: float
    retries: int
    basis: Basis
    where: Where
    versions: range = ALWAYS


Rows = Mapping[str, Mapping[str, Row]]
"""Rows by verb and message."""


def table_of(role: Role) -> Mapping[str, Rows]:
    """What each state knows; its own row goes before one for any state."""
    table: dict[str, dict[str, dict[str, Row]]] = {
        state: {verb: {} for verb in VERBS} for state in role.states
    }
    anywhere = [row for row in role.rows if row.state == ANY]
    for rows in table.values():
        for row in anywhere:
            rows[row.verb][row.message] = row
    for row in role.rows:
        if row.state != ANY:
            table[row.state][row.verb][row.message] = row
    return table
