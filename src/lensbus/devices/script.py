"""What a body is told to do beforehand: one step after the other, each until it is done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Protocol

from lensbus.session.event import Act, Note
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, `at_s` seconds after the body was first ready.

    `message` is a request of its role, or the name of an order, as `autofocus` or `exposure`.
    """

    at_s: float
    message: str
    fields: Mapping[str, Any]


def within(spec: Spec, steps: Iterable[Step]) -> list[Step]:
    """Steps whose numbers go only as far as the fields of this spec."""
    return [replace(step, fields=dict(_within(spec, step))) for step in steps]


def _within(spec: Spec, step: Step) -> Iterator[tuple[str, Any]]:
    kind = spec.messages.get(step.message)
    known = {field.name: field for field in kind.fields} if kind else {}
    for name, value in step.fields.items():
        field, number = known.get(name), value
        if field is not None and field.integer is not None and isinstance(value, int):
            number = min(max(value, field.low), field.high)
        yield name, number


class Order(Protocol):
    """Something that a body does by itself, in more than one request."""

    @property
    def busy(self) -> bool:
        """Whether it is under way."""

    def begin(self, now: float, fields: Mapping[str, int]) -> Iterator[Act]:
        """Do it."""


class Asker(Protocol):
    """Has something to ask the lens now and then; of all askers' requests one is under way."""

    def ask(self, say: Vocabulary, now: float) -> Iterable[Act]:
        """The request that is due, if there is one, and what to note."""

    def answered(self, message: Message, now: float) -> Iterator[Act]:
        """Take the answer to it."""

    def refused(self, reason: str, now: float) -> Iterator[Act]:
        """Take a no."""


class Script:
    """An Asker. A step is over once it was answered, so one that was lost is done again."""

    def __init__(self, steps: Sequence[Step], orders: Mapping[str, Order]) -> None:
        self._script, self._orders = steps, orders
        self.reset()

    def reset(self) -> None:
        """Begin from the first step, when next a lens is ready."""
        self._steps = list(self._script)
        self._ready_at: float | None = None
        self.again()

    def rehearse(self, say: Vocabulary) -> None:
        """Say each step once, so that none fails in mid-run.

        Raises:
            LocalProtocolError: one cannot be said.
        """
        for step in self._script:
            if step.message not in self._orders:
                say(step.message, **step.fields)
            elif step.fields:
                say("aperture_set", **step.fields)

    def again(self) -> None:
        """What was under way was lost."""
        self._begun = False

    def ready(self, now: float) -> None:
        """The lens is ready; times count from the first time."""
        if self._ready_at is None:
            self._ready_at = now

    @property
    def next(self) -> str:
        """The step that is to be done, if there is one."""
        return self._steps[0].message if self._steps else ""

    @property
    def due(self) -> float:
        """When the next step is."""
        if not self._steps or self._ready_at is None:
            return inf
        return self._ready_at + self._steps[0].at_s

    def done(self) -> None:
        """On to the next step."""
        self._steps.pop(0)
        self._begun = False

    def ask(self, say: Vocabulary, now: float) -> Iterable[Act]:
        """The step that is due."""
        return self._step(say, now) if self.due <= now else ()

    def _step(self, say: Vocabulary, now: float) -> Iterator[Act]:
        step = self._steps[0]
        order = self._orders.get(step.message)
        if order is not None:
            yield from self._carry_out(order, step, now)
        elif step.message in say:
            yield say(step.message, **say.part(step.message, **step.fields))
        else:
            self.done()
            yield Note(f"{step.message} is left out: the lens has an older protocol without it")

    def _carry_out(self, order: Order, step: Step, now: float) -> Iterator[Act]:
        if not self._begun:
            self._begun = True
            yield from order.begin(now, step.fields)
        if not order.busy:
            self.done()

    def answered(self, _message: Message, _now: float) -> Iterator[Act]:
        self.done()
        yield from ()

    def refused(self, reason: str, _now: float) -> Iterator[Act]:
        yield Note(f"{self.next} was refused: {reason}")
        self.done()
