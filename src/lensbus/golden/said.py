"""What a golden trace is made of: what a side said, and what it heard and could not take."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lensbus.session.event import Raw
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

MOST_BYTES: Final = 32
"""Of a field that is kept in full; a longer one is kept by its size and hash."""

DIGITS: Final = 8
PLACES: Final = 6
"""Of a time in seconds."""

Verb = Literal["said", "heard"]


@dataclass(frozen=True, slots=True)
class Said:
    """At `t` seconds a side said a message, or a `fault` was heard by it or in what it said.

    `fields` are such values as JSON has: bytes are hex. A sequence number is none of them: one
    more cycle would change all that follow. `cyclic` is what is said at every sync.
    """

    t: float
    side: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    cyclic: bool = False
    fault: Verb | None = None

    @property
    def stream(self) -> tuple[str, str]:
        """What it is compared among: a side's faults, a cyclic message, or all the rest."""
        return self.side, self.fault or (self.name if self.cyclic else "")


def told(spec: Spec, records: Iterable[Record]) -> list[Said]:
    """What the records of a run, or of a capture, tell; in order of time.

    Where one side alone records, what it hears is what its peer said.
    """
    every = list(records)
    sides = {record.side for record in every}
    peer = next((role for role in spec.roles if role not in sides), "") if len(sides) == 1 else ""
    return sorted(_each(every, peer), key=lambda said: said.t)


def _each(records: Iterable[Record], peer: str) -> Iterator[Said]:
    for record in records:
        began = record.window.start if record.window and record.verb == "said" else record.t
        t = round(began, PLACES)
        event, side = record.event, record.side if record.verb == "said" else peer
        if isinstance(event, Fault) and record.verb != "noted":
            about = {"path": event.path, "detail": event.detail}
            known = {name: text for name, text in about.items() if text}
            yield Said(t, record.side, event.kind, known, fault=record.verb)
        elif isinstance(event, Message) and side:
            yield _message(t, side, event)
        elif isinstance(event, Raw) and record.verb == "said":
            yield Said(t, side, "bytes", {"data": plain(event.data)}, fault="said")


def _message(t: float, side: str, message: Message) -> Said:
    """With its fields in the order of the spec, if that knows it."""
    if message.checked is None:
        return Said(t, side, message.name, plain(message.fields))
    kind, fields = message.checked[0], message.fields
    ordered = {each.name: plain(fields[each.name]) for each in kind.fields if each.name in fields}
    return Said(t, side, message.name, ordered, kind.cyclic)


def plain(value: Any) -> Any:  # noqa: ANN401 the value of a field
    """A field's value as JSON has it."""
    if isinstance(value, bytes):
        if len(value) <= MOST_BYTES:
            return value.hex()
        return f"{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()[:DIGITS]}"
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple) else value
