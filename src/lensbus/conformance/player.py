"""Plays the other side of a device: what a script wants said, the cycle, what a peer answers."""

from collections.abc import Callable, Generator, Iterable, Iterator

from lensbus.conformance.stage import Stage
from lensbus.session.event import Act, Event, LinkDown, LinkUp
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Message

Script = Generator[float, Event | None, None]
"""Gives until when it waits; is sent each event, or None when the time is up."""


class Player:
    """A Device that follows a script, which begins anew each time the link comes up.

    It needs an endpoint that checks nothing. It is `done` at the script's end.
    """

    def __init__(self, stage: Stage, script: Callable[[], Script]) -> None:
        self._stage, self._script = stage, script
        self._playing: Script | None = None
        self._until: float | None = None
        self._cycle_at: float | None = None
        self.done = False

    @property
    def deadline(self) -> float | None:
        """When the script's time is up, or the cycle begins anew."""
        dues = [due for due in (self._until, self._cycle_at) if due is not None]
        return min(dues, default=None)

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Hold it against the script, else answer as a peer does that plays along."""
        self._stage.now = now
        if isinstance(event, LinkUp | LinkDown):
            self._until = self._cycle_at = None
            if isinstance(event, LinkUp) and not self.done:
                self._stage.speak(0)
                self._stage.begin(event.lines, now)
                self._playing = self._script()
                self._feed(None)
            return self._said()
        if isinstance(event, Message):
            self._stage.hear(event)
        elif event.kind == SILENCE:
            self._stage.silence()
        self._feed(event)
        if isinstance(event, Message):
            self._stage.answer(event)
        return self._said()

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Begin a cycle; tell the script that its time is up."""
        stage = self._stage
        stage.now = now
        if self._cycle_at is not None and self._cycle_at <= now:
            self._cycle_at = max(self._cycle_at + stage.play.period_s, now)
            stage.cycle()
        if self._until is not None and self._until <= now:
            self._feed(None)
        return self._said()

    def wake(self) -> None:
        """Let the script go on at the next tick, whatever it waits for."""
        if self._until is not None:
            self._until = self._stage.now

    def _feed(self, event: Event | None) -> None:
        """Let the script go on until it waits for something that is to come."""
        playing, now = self._playing, self._stage.now
        while playing is not None:
            try:
                self._until = playing.send(event)
            except StopIteration:
                self._playing, self._until, self.done = None, None, True
                return
            if self._until > now:
                return
            event = None

    def _said(self) -> Iterator[Act]:
        """What is to be said; the cycle begins when it is wanted, and ends when it is not."""
        stage = self._stage
        if not stage.runs or self._playing is None:
            self._cycle_at = None
        elif self._cycle_at is None:
            self._cycle_at = stage.now + stage.play.period_s
        said, stage.out = stage.out, []
        yield from said
