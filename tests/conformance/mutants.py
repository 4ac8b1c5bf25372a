"""Devices that lie: each is a Device or a Port around an honest one, and breaks one rule."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from lensbus.session.contract import Device, Port
from lensbus.session.event import Act, Event, Output, Restart, Send
from lensbus.session.log import Record
from lensbus.wire.message import Message

Acts = Iterable[Act]
Tell = Callable[[Acts], Acts]
"""What a liar makes of what the honest device would say."""

Hear = Callable[[Event], Event | None]
"""What it takes an event for; None: it does not hear it."""


class Liar:
    """A Device around an honest one, which hears and says something else."""

    def __init__(
        self,
        honest: Device,
        *,
        say: Tell | None = None,
        hear: Hear | None = None,
    ) -> None:
        self._honest, self._say, self._hear = honest, say, hear

    @property
    def deadline(self) -> float | None:
        return self._honest.deadline

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        heard = self._hear(event) if self._hear else event
        said: Acts = self._honest.on_event(heard, now) if heard is not None else ()
        yield from self._say(said) if self._say else said

    def on_deadline(self, now: float) -> Iterator[Act]:
        said = self._honest.on_deadline(now)
        yield from self._say(said) if self._say else said


class Garbler:
    """A Port around an honest one, whose frames are changed by number and message."""

    def __init__(self, honest: Port, change: Callable[[int, Send], Iterable[Output]]) -> None:
        self._honest, self._change, self._count = honest, change, 0

    def receive(self, data: bytes, now: float) -> None:
        self._honest.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        self._honest.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        self._honest.link_changed(up, now, lines)

    def tick(self, now: float) -> None:
        self._honest.tick(now)

    def take_output(self) -> list[Output]:
        found: list[Output] = []
        for output in self._honest.take_output():
            if isinstance(output, Send):
                self._count += 1
                found += self._change(self._count, output)
            else:
                found.append(output)
        return found

    def take_records(self) -> list[Record]:
        return self._honest.take_records()

    @property
    def deadline(self) -> float | None:
        return self._honest.deadline


def changing(name: str, **fields: Any) -> Tell:  # noqa: ANN401 of a field
    """Says a message with other fields; a callable makes one of the old value."""

    def say(acts: Acts) -> Iterator[Act]:
        for act in acts:
            if not isinstance(act, Message) or act.name != name:
                yield act
                continue
            other = {k: v(act.fields[k]) if callable(v) else v for k, v in fields.items()}
            yield Message(name, {**act.fields, **other}, act.seq)

    return say


def changing_later(count: int, name: str, **fields: Any) -> Tell:  # noqa: ANN401 of a field
    """Says a message with other fields once it was said so many times."""
    left, change = [count], changing(name, **fields)

    def say(acts: Acts) -> Iterator[Act]:
        for act in acts:
            left[0] -= isinstance(act, Message) and act.name == name
            yield from change([act]) if left[0] < 0 else [act]

    return say


def saying_twice(name: str) -> Tell:
    """Says a message twice, each time as a new one."""

    def say(acts: Acts) -> Iterator[Act]:
        for act in acts:
            yield from [act, act] if isinstance(act, Message) and act.name == name else [act]

    return say


def staying_on(acts: Acts) -> Iterator[Act]:
    """Never restarts."""
    yield from (act for act in acts if not isinstance(act, Restart))


def leaving_out(*names: str) -> Tell:
    """Never says some messages."""

    def say(acts: Acts) -> Iterator[Act]:
        yield from (act for act in acts if not (isinstance(act, Message) and act.name in names))

    return say


def in_place_of(name: str, *others: Act) -> Tell:
    """Says something else than a message."""

    def say(acts: Acts) -> Iterator[Act]:
        for act in acts:
            yield from others if isinstance(act, Message) and act.name == name else (act,)

    return say


def deaf_to(*names: str) -> Hear:
    """Passes over some messages."""

    def hear(event: Event) -> Event | None:
        return None if isinstance(event, Message) and event.name in names else event

    return hear


def hearing(name: str, **fields: Any) -> Hear:  # noqa: ANN401 of a field
    """Takes a message for one with other fields."""

    def hear(event: Event) -> Event | None:
        if not isinstance(event, Message) or event.name != name:
            return event
        other = {k: v(event.fields[k]) if callable(v) else v for k, v in fields.items()}
        return Message(name, {**event.fields, **other}, event.seq)

    return hear


def hearing_first(name: str) -> Hear:
    """Takes each message of a name for the first one."""
    first: list[Message] = []

    def hear(event: Event) -> Event | None:
        if not isinstance(event, Message) or event.name != name:
            return event
        first.append(event)
        return Message(name, first[0].fields, event.seq)

    return hear


def spoiling(
    which: Callable[[int, Send], bool], spoil: Callable[[bytes], bytes]
) -> Callable[[int, Send], Iterable[Output]]:
    """Changes the bytes of some frames."""

    def change(number: int, output: Send) -> Iterator[Output]:
        yield replace(output, data=spoil(output.data)) if which(number, output) else output

    return change


def says(output: Send, name: str) -> bool:
    """Whether a frame is of a message."""
    return isinstance(output.what, Message) and output.what.name == name


class Late:
    """A Device that says one message later than the honest one does."""

    def __init__(self, honest: Device, name: str, by_s: float) -> None:
        self._honest, self._name, self._by_s = honest, name, by_s
        self._held: list[tuple[float, Act]] = []

    @property
    def deadline(self) -> float | None:
        dues = [self._honest.deadline, *(at for at, _ in self._held)]
        return min((due for due in dues if due is not None), default=None)

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        yield from self._keep(self._honest.on_event(event, now), now)

    def on_deadline(self, now: float) -> Iterator[Act]:
        due = [act for at, act in self._held if at <= now]
        self._held = [(at, act) for at, act in self._held if at > now]
        yield from due
        if self._honest.deadline is not None and self._honest.deadline <= now:
            yield from self._keep(self._honest.on_deadline(now), now)

    def _keep(self, acts: Acts, now: float) -> Iterator[Act]:
        for act in acts:
            if isinstance(act, Message) and act.name == self._name:
                self._held.append((now + self._by_s, act))
            else:
                yield act


class Uneven:
    """A Device that does every other thing that it does by itself later than the honest one."""

    def __init__(self, honest: Device, by_s: float) -> None:
        self._honest, self._by_s, self._count = honest, by_s, 0

    @property
    def deadline(self) -> float | None:
        due = self._honest.deadline
        return None if due is None else due + self._by_s * (self._count % 2)

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        yield from self._honest.on_event(event, now)

    def on_deadline(self, now: float) -> Iterator[Act]:
        self._count += 1
        yield from self._honest.on_deadline(now)


class Forgetful:
    """A lens that opens its iris when it is told to sleep."""

    def __init__(self, honest: Device) -> None:
        self._honest = honest

    @property
    def deadline(self) -> float | None:
        return self._honest.deadline

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        if isinstance(event, Message) and event.name == "sleep":
            fields = {"aperture_av256": 0, "focus_drive": "none", "focus_target": 0}
            list(self._honest.on_event(Message("command", {**fields, "stabiliser": "off"}), now))
        yield from self._honest.on_event(event, now)

    def on_deadline(self, now: float) -> Iterator[Act]:
        yield from self._honest.on_deadline(now)


class Forgiving(Garbler):
    """A Port that mends the check of every frame it hears."""

    def __init__(self, honest: Port, mend: Callable[[bytes], bytes]) -> None:
        super().__init__(honest, lambda _number, output: [output])
        self._mend = mend

    def receive(self, data: bytes, now: float) -> None:
        self._honest.receive(self._mend(data), now)
