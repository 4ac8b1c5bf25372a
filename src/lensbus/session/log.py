"""The record: the one thing that leaves a running link, and that every capture is read into."""

from typing import Literal

from lensbus.session.event import LinkDown, LinkUp, Note, Raw, Restart
from lensbus.session.machine import Machine
from lensbus.value import value
from lensbus.wire.message import Fault, Message

Told = Message | Fault | LinkUp | LinkDown | Raw | Restart | Note
Verb = Literal["said", "heard", "noted"]


@value(frozen=True, slots=True)
class Window:
    """When bytes were on the wire, in seconds from the start, and at which rate in baud.

    A capture window without data has no rate.
    """

    start: float
    end: float
    baud: int | None


@value(frozen=True, slots=True)
class Record:
    """At `t` seconds, `side` said, heard or noted something, and was in `state` afterwards.

    `raw` are the bytes of the whole frame (of a fault: all that it concerns). `window` is when
    they were on the wire, where that is known: for what was said, and for captures.
    """

    t: float
    side: str
    verb: Verb
    event: Told
    raw: bytes = b""
    window: Window | None = None
    state: str = ""


class Journal:
    """One endpoint's records, in order, each with the state that its table is in."""

    def __init__(self, side: str, machine: Machine) -> None:
        self._side, self._machine = side, machine
        self._records: list[Record] = []

    def add(
        self, verb: Verb, event: Told, t: float, raw: bytes = b"", window: Window | None = None
    ) -> None:
        """Note what happened at `t`."""
        self._records.append(Record(t, self._side, verb, event, raw, window, self._machine.state))

    def take(self) -> list[Record]:
        """The records so far, once."""
        records, self._records = self._records, []
        return records
