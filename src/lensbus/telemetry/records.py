"""Records as JSON objects, in numbered batches out of a bounded queue: no broker, no clock."""

import json
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from lensbus.session.event import LinkDown, LinkUp, Note, Restart
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

QUEUE_BYTES = 8 * 1024 * 1024
"""JSON that may wait for a broker: about two minutes of one link at its full rate."""

BATCH_BYTES = 64 * 1024
"""A batch is closed at this size; hosted brokers take 128 KiB and more."""


def record_json(record: Record, spec: Spec) -> dict[str, Any]:
    """A record as a JSON object; `from` is who said it, so what was heard is from the peer."""
    window = record.window
    found: dict[str, Any] = {
        "t": round(window.start if window else record.t, 9),
        "t_end": round(window.end, 9) if window else None,
        "baud": window.baud if window else None,
        "from": peer_of(record.side, spec) if record.verb == "heard" else record.side,
    }
    event = record.event
    if isinstance(event, Message):
        kind = spec.messages.get(event.name)
        found["frame"] = kind.frame if kind else _only(spec.frames)
        found |= {"message": event.name, "fields": event.fields, "seq": event.seq}
    elif isinstance(event, Fault):
        found |= {"fault": event.kind, "path": event.path, "detail": event.detail}
    else:
        found["note"] = note_text(record)
        if isinstance(event, Note) and event.facts:
            found |= {"about": event.about, "facts": event.facts}
    found["raw"] = record.raw
    return found


def _only(frames: Collection[str]) -> str | None:
    """The frame of a message that the spec does not know, if there is but one."""
    return next(iter(frames)) if len(frames) == 1 else None


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


def peer_of(side: str, spec: Spec) -> str:
    """The other role of a spec."""
    return next((role for role in spec.roles if role != side), side)


def compact(value: Mapping[str, Any]) -> str:
    """One JSON object in ASCII without blanks; bytes are hex, and what JSON lacks is its text."""
    return _ENCODER.encode(value)


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_plain)


class Outbox:
    """Records on their way out: a bounded queue, and the one batch that is in flight.

    Every record is `made`, and ends as `delivered` or as `dropped`. When the queue is full the
    oldest is dropped, so the queue has no holes; a batch in flight is kept until it is settled.
    """

    def __init__(
        self, spec: Spec, session: str, *, limit: int = QUEUE_BYTES, batch: int = BATCH_BYTES
    ) -> None:
        self._spec, self._session = spec, session
        self._limit, self._batch = limit, batch
        self._queue: deque[str] = deque()
        self._flying: tuple[bytes, int] | None = None
        self._seq = 0
        self.waiting_bytes = 0
        self.made = self.delivered = self.dropped = 0

    def add(self, record: Record) -> None:
        """Queue a record."""
        text = compact({"side": record.side, **record_json(record, self._spec)})
        self.made += 1
        self._queue.append(text)
        self.waiting_bytes += len(text)
        while self.waiting_bytes > self._limit:
            self.waiting_bytes -= len(self._queue.popleft())
            self.dropped += 1

    @property
    def full(self) -> bool:
        """Whether more waits than one batch holds."""
        return self.waiting_bytes > self._batch

    def next(self) -> bytes | None:
        """The batch to send: the one in flight again, or else a new one; None if all is out."""
        if self._flying is None and self._queue:
            texts = [self._take()]
            room = self._batch - len(texts[0])
            while self._queue and len(self._queue[0]) <= room:
                room -= len(self._queue[0])
                texts.append(self._take())
            self._seq += 1
            head = {"session": self._session, "seq": self._seq, "dropped": self.dropped}
            data = f'{compact(head)[:-1]},"records":[{",".join(texts)}]}}'.encode("ascii")
            self._flying = data, len(texts)
        return self._flying[0] if self._flying else None

    def settle(self) -> None:
        """The batch in flight has arrived."""
        if self._flying is not None:
            self.delivered += self._flying[1]
            self._flying = None

    def close(self) -> None:
        """Drop what is left; a batch in flight may have arrived all the same."""
        self.dropped += len(self._queue) + (self._flying[1] if self._flying else 0)
        self._queue.clear()
        self._flying, self.waiting_bytes = None, 0

    def _take(self) -> str:
        text = self._queue.popleft()
        self.waiting_bytes -= len(text)
        return text


class States:
    """The state of each side, and which of them are news."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._states: dict[str, Record] = {}
        self._news: dict[str, None] = {}

    def watch(self, record: Record) -> None:
        """Keep the record if it brought its side into another state."""
        known = self._states.get(record.side)
        if record.state and (known is None or known.state != record.state):
            self._states[record.side] = record
            self._news[record.side] = None

    def renew(self) -> None:
        """Take every state for news."""
        self._news = dict.fromkeys(self._states)

    def take(self) -> list[tuple[str, bytes]]:
        """The sides with news, each with its state as JSON; once."""
        news, self._news = self._news, {}
        return [(side, self._told(self._states[side])) for side in news]

    def _told(self, record: Record) -> bytes:
        told = {"session": self._session, "t": round(record.t, 9), "state": record.state}
        return compact(told).encode("ascii")
