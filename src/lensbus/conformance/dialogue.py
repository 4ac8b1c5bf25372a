"""A tester that is led by hand: each step is given when the one before is over."""

from collections import deque
from collections.abc import Callable

from lensbus.conformance.cases import Expect
from lensbus.conformance.player import Player, Script
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import Playing, Problem, expect
from lensbus.session.contract import NEVER
from lensbus.session.event import Event, Note
from lensbus.session.log import Record
from lensbus.wire.message import Message

Step = Callable[[Stage], Playing]
"""Plays on a stage, as the steps of a case do."""

ENDED = "step ended"
"""What the note is about with which each step ends."""


class Dialogue:
    """Plays the steps that somebody gives; meanwhile and in between it keeps the cycle.

    What is heard while no step is given waits for the next one that waits for something.
    `player` is the Device of it.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage, self.player = stage, Player(stage, self._script)
        self._cycles = True
        self.problem: Problem | None = None
        """What was wrong in the last step."""
        self.heard: Event | None = None
        """What it heard last."""
        self._step: Step | None = None
        self._kept: deque[Event] = deque()

    @property
    def cycles(self) -> bool:
        """Whether the cycle is kept, where the device is in it."""
        return self._cycles

    @cycles.setter
    def cycles(self, on: bool) -> None:
        self._cycles = self.stage.cycles = on

    def give(self, step: Step) -> None:
        """Play this from the next tick on, and again from its beginning if the link was away."""
        self._step = step
        self.player.wake()

    def forget(self) -> None:
        """What was heard up to now is nothing that the next step waits for."""
        self._kept.clear()

    def _script(self) -> Script:
        stage = self.stage
        while True:
            stage.cycles = self._cycles
            while self._step is None:
                self._keep((yield NEVER))
            self.problem = yield from self._led(self._step)
            self._step = None
            stage.out.append(Note("the step is over", ENDED))

    def _keep(self, event: Event | None) -> None:
        """A device tells what it made of a request before it tells of the cycle after it."""
        if isinstance(event, Message) and not self._is_cyclic(event):
            self._kept = deque(each for each in self._kept if not self._is_cyclic(each))
        if event is not None:
            self._kept.append(event)

    def _is_cyclic(self, event: Event) -> bool:
        return isinstance(event, Message) and self.stage.ground.spec.messages[event.name].cyclic

    def _led(self, step: Step) -> Playing:
        """Play a step; it hears first what came before it."""
        playing, event = step(self.stage), None
        try:
            while True:
                until = playing.send(event)
                event = self._kept.popleft() if self._kept else (yield until)
                self.heard = event or self.heard
        except StopIteration as end:
            problem: Problem | None = end.value
            return problem


def expecting(wanted: Expect) -> Step:
    """Wait for a message; what is cyclic counts once the device has answered what it was asked."""

    def play(stage: Stage) -> Playing:
        spec, asked = stage.ground.spec, stage.spot.asked
        if not any(spec.messages[name].cyclic for name in wanted.messages):
            return (yield from expect(wanted, stage))
        if asked:
            answers = tuple(sorted(spec.replies[asked].answers))
            problem = yield from expect(Expect(answers, cycles=wanted.cycles), stage)
            if problem is not None:
                return problem
        return (yield from _past_answers(expect(wanted, stage), stage))

    return play


def _past_answers(playing: Playing, stage: Stage) -> Playing:
    """Let it not hear what answers something that was asked before it began."""
    event: Event | None = None
    try:
        while True:
            until = playing.send(event)
            event = yield until
            while isinstance(event, Message) and stage.ground.requests(event.name):
                event = yield until
    except StopIteration as end:
        problem: Problem | None = end.value
        return problem


def is_end(record: Record) -> bool:
    """Whether a step ends with this record."""
    return isinstance(record.event, Note) and record.event.about == ENDED
