"""Records in people's words and as JSON, for every command that prints them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lensbus.session.event import LinkDown, LinkUp, Note, Restart
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

ARROWS = {"body": ">", "lens": "<"}


def json_line(value: Mapping[str, Any]) -> str:
    """One JSON object on one line; bytes are hex."""
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no JSON")


_ENCODER = json.JSONEncoder(default=_plain)


def fields_text(fields: Mapping[str, Any]) -> str:
    """Fields as `name=value`, in the spec's order."""
    return " ".join(f"{name}={_word(value)}" for name, value in fields.items())


def _word(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "-"
    text = str(value)
    return json.dumps(text) if " " in text else text


def record_json(record: Record, spec: Spec) -> dict[str, Any]:
    """A record as the object that `decode --json` and `sim --json` print."""
    window = record.window
    found: dict[str, Any] = {
        "t": round(window.start if window else record.t, 9),
        "t_end": round(window.end, 9) if window else None,
        "baud": window.baud if window else None,
        "from": record.side,
    }
    event = record.event
    if isinstance(event, Message):
        kind = spec.messages.get(event.name)
        found["frame"] = kind.frame if kind else next(iter(spec.frames))
        found |= {"message": event.name, "fields": event.fields, "seq": event.seq}
    elif isinstance(event, Fault):
        found |= {"fault": event.kind, "path": event.path, "detail": event.detail}
    else:
        found["note"] = note_text(record)
    found["raw"] = record.raw
    return found


def note_text(record: Record) -> str:
    """What was noted, in a few words."""
    match record.event:
        case LinkUp(lines=lines):
            return f"link up, lines: {' '.join(sorted(lines)) or 'none'}"
        case LinkDown():
            return "link down"
        case Restart(into=program):
            return f"restarts into its {program}"
        case Note(text=text):
            return text
        case other:
            return type(other).__name__


def line(record: Record, before: str = "") -> str:
    """A record as one line: `0.0807 < lens identity name=... -> listening`."""
    event, arrow = record.event, ARROWS.get(record.side, "-")
    start = f"{record.t:10.4f} "
    if isinstance(event, Message):
        text = f"{start}{arrow} {record.side} {event.name} {fields_text(event.fields)}"
    elif isinstance(event, Fault):
        about = " ".join(part for part in (event.path, event.detail) if part)
        text = f"{start}! {record.side} {record.verb} {event.kind} {about}"
    else:
        text = f"{start}* {record.side} {note_text(record)}"
    moved = record.state and record.state != before
    return text.rstrip() + (f"  [{record.side} is {record.state}]" if moved else "")


class Timeline:
    """Records as lines a person can follow: the cycle is folded to what changed in it."""

    def __init__(self, spec: Spec, *, everything: bool) -> None:
        self._cyclic = {kind.name for kind in spec.messages.values() if kind.cyclic}
        self._everything = everything
        self._states: dict[str, str] = {}
        self._folds: dict[str, _Fold] = {}

    def lines(self, record: Record) -> Iterator[str]:
        """The lines that a record calls for; a message is told once, by who said it."""
        before = self._states.get(record.side, record.state)
        told = record.verb != "heard" or isinstance(record.event, Fault)
        if told and self._fold(record):
            return
        if not told and record.state in {before, ""}:
            return
        yield from self.rest(least=2)
        if told:
            yield line(record, before)
        else:
            yield f"{record.t:10.4f}   {record.side} is {record.state}"
        if record.state:
            self._states[record.side] = record.state

    def rest(self, least: int = 1) -> Iterator[str]:
        """The lines of what is folded; a fold of fewer messages than `least` goes on."""
        ready = [fold for fold in self._folds.values() if fold.count >= least]
        for fold in sorted(ready, key=lambda fold: fold.last_t):
            yield fold.line()
            fold.count = 0

    def _fold(self, record: Record) -> bool:
        event = record.event
        if self._everything or not isinstance(event, Message) or event.name not in self._cyclic:
            return False
        if event.fields:  # a bare sync tells nothing
            self._folds.setdefault(event.name, _Fold(record.side, event)).add(record.t, event)
        return True


class _Fold:
    """Some messages of one name, told as one: how many, and what changed."""

    def __init__(self, side: str, message: Message) -> None:
        self._side, self._told = side, dict.fromkeys(message.fields)
        self.count, self.last_t = 0, 0.0

    def add(self, t: float, message: Message) -> None:
        if not self.count:
            self._first = message
        self._last, self.last_t = message, t
        self.count += 1

    def line(self) -> str:
        parts = []
        for name, value in self._last.fields.items():
            first, last = _word(self._first.fields[name]), _word(value)
            if first != last:
                parts.append(f"{name}={first}..{last}")
            elif last != self._told[name]:
                parts.append(f"{name}={last}")
            self._told[name] = last
        text = f"{ARROWS[self._side]} {self._side} {self._last.name} x{self.count}"
        return f"{self.last_t:10.4f} {text} {' '.join(parts) or '(as before)'}"
