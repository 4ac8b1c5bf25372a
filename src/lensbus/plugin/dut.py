"""The device under test as a test sees it: the test plays its other side, word by word."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Protocol

import pytest

from lensbus.conformance.cases import Expect, Mute, Quiet, Reach, Say
from lensbus.conformance.dialogue import Dialogue, Step, expecting
from lensbus.conformance.judge import wish
from lensbus.conformance.moves import play
from lensbus.conformance.stage import Stage
from lensbus.conformance.usual import plain, referred
from lensbus.conformance.watch import Playing
from lensbus.errors import LocalProtocolError
from lensbus.plugin.wanted import wanted
from lensbus.session.event import Note, Raw
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary


class Player(Protocol):
    """Plays a step in some kind of time."""

    def play(self, step: Step) -> None:
        """Return when it is over."""


class DeviceUnderTest:
    """A lens or a body at one end; the test is at the other.

    Between what a test says and expects, the cycle is kept and requests are answered, as a peer
    does that plays along. In virtual time nothing happens but within these calls.
    """

    __slots__ = ("_dialogue", "_player", "_stage", "_vocabulary", "name", "role")

    def __init__(self, dialogue: Dialogue, player: Player, name: str) -> None:
        self._dialogue, self._stage, self._player = dialogue, dialogue.stage, player
        self.name, self.role = name, self._stage.ground.name
        self._vocabulary = Vocabulary(self.spec)

    def __repr__(self) -> str:
        return f"<{self.role} {self.name}, {self.state}>"

    @property
    def spec(self) -> Spec:
        """The spec in the version that the device speaks."""
        return self._stage.ground.spec

    @property
    def state(self) -> str:
        """Where the table of the device is, by what was said and heard."""
        return self._stage.spot.state

    @property
    def heard(self) -> Mapping[str, Message]:
        """The last message that the device said, by name."""
        return self._stage.heard

    @property
    def cycles(self) -> bool:
        """Whether the test keeps the cycle, where the device is in it."""
        return self._dialogue.cycles

    @cycles.setter
    def cycles(self, on: bool) -> None:
        self._dialogue.cycles = on

    def ready(self) -> None:
        """Lead the device to where its cycle runs; ask for what the cycle tells back, as optics."""
        __tracebackhide__ = True
        for request, state in self._questions():
            self.reach(state)
            self.ask(request)
        self.reach(self._stage.ground.home)

    def reach(self, state: str) -> None:
        """Lead the device to a state by the shortest way of its table."""
        __tracebackhide__ = True
        known = self._stage.ground.rests
        if state not in known:
            raise LocalProtocolError(f"a {self.role} never is {state} (it is {', '.join(known)})")
        self._do(partial(play, Reach(state)))

    def say(self, message: str, /, **fields: Any) -> None:
        """Say a message; fields that are not given are as they usually are."""
        __tracebackhide__ = True
        self._check(message, fields)
        self._do(partial(play, Say(message, fields)))

    def say_bytes(self, data: bytes) -> None:
        """Say these bytes, whatever they are."""
        __tracebackhide__ = True
        if not isinstance(data, bytes | bytearray):
            raise LocalProtocolError(f"say_bytes: got {data!r}, wanted bytes")
        self._do(partial(_raw, bytes(data)))

    def ask(self, message: str, /, **fields: Any) -> Message:
        """Say a request; give its answer."""
        __tracebackhide__ = True
        reply = self.spec.replies.get(message)
        if reply is None:
            raise LocalProtocolError(f"{message} asks for no answer: say it, and expect something")
        self.say(message, **fields)
        return self.expect(*sorted(reply.answers))

    def expect(self, *messages: str, within_s: float | None = None, **fields: Any) -> Message:
        """Wait until the device says one of these messages with such fields; give it.

        Without `within_s` for three seconds, or as long as a request may take that it answers.
        """
        __tracebackhide__ = True
        for message in messages:
            self._know(message)
        fields = wanted(self.spec, messages, fields)
        step = Expect(messages, fields, within_s, cycles=self.cycles)
        self._do(expecting(step), f"expects {wish(messages, fields)}")
        heard = self._dialogue.heard
        assert isinstance(heard, Message)  # noqa: S101 what ends it well is one of them
        return heard

    def quiet(self, seconds: float, *of: str) -> None:
        """Nothing may come but the cycle and what answers a request; or, if told, none of these."""
        __tracebackhide__ = True
        for message in of:
            self._know(message)
        self._do(partial(play, Quiet(seconds, of)), f"expects no {' or '.join(of) or 'answer'}")

    def mute(self, *messages: str) -> None:
        """Leave these requests of the device unanswered, until it is led to a state."""
        __tracebackhide__ = True
        for message in messages:
            self._know(message)
        self._do(partial(play, Mute(messages)))

    def _questions(self) -> Iterator[tuple[str, str]]:
        """The requests of which the cycle needs the answers, and where each can be asked first."""
        ground, play = self._stage.ground, self._stage.play
        fields = [play.fields.get(name, {}) for name in play.cycle]
        for answer in dict.fromkeys(name for each in fields for name in referred(each)):
            for request in () if answer in self.heard else ground.requests(answer):
                rests = [s for s in ground.rests if request in ground.table[s]["recv"]]
                yield from [(request, state) for state in rests[:1]]

    def _do(self, step: Step, words: str = "") -> None:
        __tracebackhide__ = True
        self._player.play(partial(_told, words, step) if words else step)
        problem = self._dialogue.problem
        if problem is None:
            return
        if problem.verdict in {"SKIP", "UNIMPLEMENTED"}:
            pytest.skip(f"{problem.expected}: {problem.actual}")
        expected, actual = problem.expected, problem.actual
        raise AssertionError(f"the {self.role} is {self.state}: wanted {expected}; got {actual}")

    def _check(self, message: str, fields: Mapping[str, Any]) -> None:
        """Raises: LocalProtocolError if the test can't say this."""
        __tracebackhide__ = True
        kind = self.spec.messages.get(message)
        if kind is not None and kind.sender == self.role:
            raise LocalProtocolError(f"{message} is said by the {self.role}: expect it")
        usual = {field.name: plain(field) for field in kind.fields} if kind else {}
        try:
            self._vocabulary(message, **{**usual, **fields})
        except LocalProtocolError as error:
            raise error.with_traceback(None) from None

    def _know(self, message: str) -> None:
        """Raises: LocalProtocolError if the device never says this."""
        __tracebackhide__ = True
        kind = self.spec.messages.get(message)
        if kind is None or kind.sender != self.role:
            said = ", ".join(k.name for k in self.spec.messages.values() if k.sender == self.role)
            raise LocalProtocolError(f"a {self.role} never says {message!r} (it says {said})")


def _raw(data: bytes, stage: Stage) -> Playing:
    stage.out.append(Raw(data))
    yield from ()
    return None


def _told(words: str, step: Step, stage: Stage) -> Playing:
    """Note beforehand what a test waits for."""
    stage.out.append(Note(words))
    return (yield from step(stage))
