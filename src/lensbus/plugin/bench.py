"""A virtual body and a virtual lens that talk to each other, while a test looks on."""

from collections.abc import Mapping
from typing import Any

from lensbus.bench.pair import BODY, LENS
from lensbus.bench.story import Story
from lensbus.bench.unit import Unit
from lensbus.conformance.ground import Ground
from lensbus.conformance.judge import misfits, told, wish
from lensbus.conformance.watch import PATIENCE_S
from lensbus.errors import LocalProtocolError
from lensbus.plugin.virtual import Virtual
from lensbus.plugin.wanted import wanted
from lensbus.session.log import Record
from lensbus.spec.node import listed
from lensbus.wire.message import Message


class Bench:
    """Both ends, in virtual time: it passes while the test waits for something."""

    __slots__ = ("_ends", "_ground", "_run")

    def __init__(self, run: Virtual, ends: Mapping[str, Unit], ground: Ground) -> None:
        self._run, self._ends, self._ground = run, ends, ground

    @property
    def states(self) -> dict[str, str]:
        """Where the table of each side is."""
        return {role: unit.state for role, unit in self._ends.items()}

    @property
    def records(self) -> list[Record]:
        """All that both sides said, heard and noted."""
        return self._run.records

    @property
    def story(self) -> Story:
        """The records, to be asked for messages, notes, states and faults."""
        return Story(self.records)

    def ready(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the cycle runs."""
        __tracebackhide__ = True
        home = self._ground.home
        if not self._run.run(within_s, lambda record: record.state == home):
            raise AssertionError(f"expected {home} within {within_s:g} s; got {self._now}")

    def expect(self, *messages: str, within_s: float = PATIENCE_S, **fields: Any) -> Message:
        """Wait until the body says or hears one of these messages with such fields; give it."""
        __tracebackhide__ = True
        fields = wanted(self._ground.spec, self._known(messages), fields)
        last = ""

        def watched(record: Record) -> bool:
            nonlocal last
            event = record.event
            if not isinstance(event, Message) or event.name not in messages:
                return False
            last = told(event)
            return not misfits(fields, event)

        if not self._run.run(within_s, watched):
            expected = f"expected {wish(messages, fields)} within {within_s:g} s"
            raise AssertionError(f"{expected}; got {last or 'none'}, and {self._now}")
        event = self.records[-1].event
        assert isinstance(event, Message)  # noqa: S101 watched
        return event

    @property
    def _now(self) -> str:
        states = self.states
        return f"the body is {states[BODY]}, the lens {states[LENS]}"

    def _known(self, messages: tuple[str, ...]) -> tuple[str, ...]:
        """Raises: LocalProtocolError if there is no such message."""
        __tracebackhide__ = True
        for name in messages:
            if name not in (known := self._ground.spec.messages):
                raise LocalProtocolError(f"there is no message {name!r} (known: {listed(known)})")
        return messages
