"""Records in people's words and as JSON, for everybody who prints them."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lensbus.devices.eye import SCENE
from lensbus.devices.pace import MISSED
from lensbus.front.printable import printable
from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.spec.fields import Field
from lensbus.spec.laws import F_NUMBER, law_of
from lensbus.spec.model import Spec
from lensbus.telemetry.records import note_text, peer_of, record_json
from lensbus.wire.message import Fault, Message

FOLD_S = 10.0
"""A fold is told after so long, so that a person sees that it goes on."""

MOST_BYTES = 16
"""Of a field, on a line for people; JSON has them all."""

ARROWS = {"body": ">", "lens": "<", "host": ">", "target": "<"}


def json_line(value: Mapping[str, Any]) -> str:
    """One JSON object on one line; bytes are hex."""
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no JSON")


_ENCODER = json.JSONEncoder(default=_plain)


def record_line(record: Record, spec: Spec) -> str:
    """A record of a running link as JSON, with the state that its side is in afterwards."""
    return json_line({**record_json(record, spec), "state": record.state})


def message_text(message: Message) -> str:
    """Its fields as `name=value`, in the spec's order."""
    return _fields_text(message.fields, message.checked[0].fields if message.checked else ())


def _fields_text(values: Mapping[str, Any], fields: Iterable[Field]) -> str:
    known = {field.name: field for field in fields}
    return " ".join(f"{name}={_word(value, known.get(name))}" for name, value in values.items())


def _word(value: object, field: Field | None = None) -> str:
    """A value without blanks; a number that has a law or a scale as what it stands for."""
    parts = field.parts if field else ()
    if isinstance(value, bytes):
        cut = f"...({len(value)} bytes)" if len(value) > MOST_BYTES else ""
        return value[:MOST_BYTES].hex() + cut
    if isinstance(value, tuple):
        return ",".join(_word(entry, *parts) for entry in value) or "-"
    if isinstance(value, Mapping):
        return f"({_fields_text(value, parts)})"
    law = law_of(field) if field else None
    if law and isinstance(value, int):
        physical = law.to_physical(value)
        return f"f/{physical:.3g}" if law.unit == F_NUMBER else f"{physical:g}{law.unit}"
    text = str(value)
    return json.dumps(text) if " " in text or not text.isprintable() else text


def line(record: Record, before: str = "", sayer: str = "") -> str:
    """A record as one line: `0.0807 < lens identity name=...  [lens is listening]`.

    `sayer` said the message, where that is not the side that records.
    """
    event, sayer = record.event, sayer or record.side
    start = f"{record.t:10.4f} "
    if isinstance(event, Message):
        arrow = ARROWS.get(sayer, "-")
        text = f"{start}{arrow} {sayer} {event.name} {message_text(event)}"
    elif isinstance(event, Fault):
        about = " ".join(part for part in (event.path, event.detail) if part)
        text = f"{start}! {record.side} {record.verb} {event.kind} {about}"
    else:
        text = f"{start}* {record.side} {note_text(record)}"
    moved = record.state and record.state != before
    text = text.rstrip() + (f"  [{record.side} is {record.state}]" if moved else "")
    return printable(text)


class Timeline:
    """Records as lines a person can follow: the cycle is folded to what changed in it.

    A message is told once, by who said it; where only one side records, also by who heard it.
    """

    def __init__(
        self,
        spec: Spec,
        *,
        everything: bool,
        one_sided: bool = False,
        folded: frozenset[str] = frozenset(),
    ) -> None:
        self._spec, self._one_sided = spec, one_sided
        cyclic = {kind.name for kind in spec.messages.values() if kind.cyclic}
        waits = {name for reply in spec.replies.values() for name in reply.interim}
        self._folded = frozenset() if everything else cyclic | waits | folded | {SCENE, MISSED}
        self._states: dict[str, str] = {}
        self._folds: dict[str, _Fold] = {}
        self._oldest_t = math.inf  # when the first fold that is not told yet began

    def lines(self, record: Record) -> Iterable[str]:
        """The lines that a record calls for."""
        event, state = record.event, record.state
        told = record.verb != "heard" or self._one_sided or not isinstance(event, Message)
        if told and self._fold(record):
            old = self._oldest_t < record.t - FOLD_S
            return self.rest(since=record.t - FOLD_S) if old else ()
        before = self._states.get(record.side, state)
        if not told and (state == before or not state):
            return ()
        return self._lines(record, before, told=told)

    def _lines(self, record: Record, before: str, *, told: bool) -> Iterator[str]:
        yield from self.rest(least=2)
        if told:
            yield line(record, before, self._sayer(record))
        else:
            yield f"{record.t:10.4f}   {record.side} is {record.state}"
        if record.state:
            self._states[record.side] = record.state

    def rest(self, least: int = 1, since: float = math.inf) -> Iterator[str]:
        """The lines of what is folded, if it is `least` messages and began before `since`."""
        folds = [fold for fold in self._folds.values() if fold.count >= least]
        ready = [fold for fold in folds if fold.first_t < since]
        for fold in sorted(ready, key=lambda fold: fold.last_t):
            yield fold.line()
            fold.count = 0
        left = [fold.first_t for fold in self._folds.values() if fold.count]
        self._oldest_t = min(left, default=math.inf)

    def _sayer(self, record: Record) -> str:
        return peer_of(record.side, self._spec) if record.verb == "heard" else record.side

    def _fold(self, record: Record) -> bool:
        event = record.event
        if isinstance(event, Message):
            name, values = event.name, event.fields
        elif isinstance(event, Note):
            name, values = event.about, event.facts
        else:
            return False
        if name not in self._folded:
            return False
        if values:  # a bare sync tells nothing
            fold = self._folds.get(name)
            if fold is None:
                sayer = self._sayer(record)
                arrow = ARROWS.get(sayer, "-") if isinstance(event, Message) else "*"
                fold = self._folds[name] = _Fold(f"{arrow} {sayer} {name}")
            if not fold.count:
                self._oldest_t = min(self._oldest_t, record.t)
            fold.add(record.t, event)
        return True


def _values(event: Message | Note) -> Mapping[str, Any]:
    return event.fields if isinstance(event, Message) else event.facts


class _Fold:
    """Some messages or notes of one name, told as one: how many, and what changed."""

    def __init__(self, words: str) -> None:
        self._words, self._told = words, dict[str, str]()
        self.count, self.first_t, self.last_t = 0, 0.0, 0.0

    def add(self, t: float, event: Message | Note) -> None:
        if not self.count:
            self._first, self.first_t = event, t
        self._last, self.last_t = event, t
        self.count += 1

    def line(self) -> str:
        parts, last, first = [], self._last, _values(self._first)
        checked = last.checked if isinstance(last, Message) else None
        known = {field.name: field for field in checked[0].fields} if checked else {}
        for name, value in _values(last).items():
            before, field = first.get(name, value), known.get(name)
            was, now = _word(before, field), _word(value, field)
            if was != now:
                parts.append(f"{name}={was}..{now}")
            elif now != self._told.get(name):
                parts.append(f"{name}={now}")
            self._told[name] = now
        changes = " ".join(parts) or "(as before)"
        return printable(f"{self.last_t:10.4f} {self._words} x{self.count} {changes}")
