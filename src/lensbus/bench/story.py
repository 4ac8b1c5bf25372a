"""The records of a run as a judge asks for them: who said and heard what, and when."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from lensbus.bench.silence import Silence
from lensbus.session.event import Note
from lensbus.session.log import Record, Verb
from lensbus.wire.message import Fault, Message

Kind = TypeVar("Kind")


class Moment(NamedTuple, Generic[Kind]):
    """Something that happened at `t` seconds on a side."""

    t: float
    side: str
    event: Kind


class Story:
    """All that the wire and the notes told of one run.

    `states` are the changes of each side's state, `faults` what a side heard and could not take,
    but for the silence of a passive adapter.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.states: dict[str, list[tuple[float, str]]] = {}
        self.faults: list[Moment[Fault]] = []
        self.ended = 0.0
        self._silence = Silence()
        self._messages: dict[tuple[str, str, str], list[Moment[Message]]] = defaultdict(list)
        self._notes: dict[str, list[Moment[Note]]] = defaultdict(list)
        for record in records:
            self._add(record)

    def _add(self, record: Record) -> None:
        event, side, self.ended = record.event, record.side, max(self.ended, record.t)
        changes = self.states.setdefault(side, [])
        expected = self._silence.expects(record) and self._silence.known
        if record.state and (not changes or changes[-1][1] != record.state):
            changes.append((record.t, record.state))
        if isinstance(event, Message):
            self._messages[side, record.verb, event.name].append(Moment(record.t, side, event))
        elif isinstance(event, Fault) and not expected:
            self.faults.append(Moment(record.t, side, event))
        elif isinstance(event, Note):
            self._notes[event.about].append(Moment(record.t, side, event))

    def every(
        self, side: str, verb: Verb, name: str, since: float = 0.0, until: float = math.inf
    ) -> list[Moment[Message]]:
        """The messages of a name that a side said or heard in a span of time."""
        return [one for one in self._messages[side, verb, name] if since <= one.t < until]

    def first(self, side: str, verb: Verb, name: str, since: float = 0.0) -> Moment[Message] | None:
        """The first of them."""
        return next(iter(self.every(side, verb, name, since)), None)

    def fields(self, side: str, verb: Verb, name: str) -> dict[str, Any]:
        """What the first message of a name told, in physical values; nothing if there is none."""
        found = self.first(side, verb, name)
        return found.event.physical if found else {}

    def notes(self, about: str) -> list[Moment[Note]]:
        """The notes of a kind."""
        return self._notes[about]

    def entered(self, side: str, state: str, since: float = 0.0) -> float | None:
        """When a side came into a state first, at or after a time; None: it never did."""
        return next((t for t, name in self.states[side] if name == state and t >= since), None)

    def counted(self) -> dict[str, int]:
        """The faults that were heard, by kind."""
        return dict(sorted(Counter(one.event.kind for one in self.faults).items()))
