"""Cases of messages: each field at its ends and past them, each cut, each damaged frame."""

from collections.abc import Iterator
from typing import Any

from lensbus.conformance.cases import Alive, Asked, Case, Expect, Quiet, Say, Spoil, Step
from lensbus.conformance.ground import PAUSE_S, Ground
from lensbus.conformance.spoil import can_spoil, parts_of, places
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType

NOISE = bytes(range(1, 41))
"""Bytes before a frame that begin none; no frame of the shipped specs begins with one of them."""


def layout_cases(ground: Ground) -> Iterator[Case]:
    """The cases of all messages that a device hears as frames."""
    for kind in ground.heard:
        if can_spoil(ground.spec, kind) and kind.name not in ground.asides:
            tried = _Tried.of(ground, kind)
            if tried:
                yield from tried.cases()


class _Tried:
    """A message in the state in which it is tried."""

    def __init__(self, ground: Ground, kind: MessageType, state: str) -> None:
        self._ground, self._kind, self._state = ground, kind, state
        self._asked = tuple(
            name for name in ground.requests(kind.name) if state in _asking(ground, name)
        )
        terms = [row.terms for role in ground.spec.roles.values() for row in role.rows]
        self._told = {n for term in terms if term for n in (term.version, term.least, term.layout)}

    @classmethod
    def of(cls, ground: Ground, kind: MessageType) -> "_Tried | None":
        """The message where it can be tried, if it can be."""
        state = ground.best(kind)
        return None if state is None or kind.on_line else cls(ground, kind, state)

    def cases(self) -> Iterator[Case]:
        """All of them."""
        for field, at in places(self._kind):
            yield from self._ends(field)
            for name, words, data in _past(field):
                text = f"must not take {self._kind.name} with {field.name} {words}"
                step = Spoil(self._kind.name, "set", at, data)
                yield self._unsound(f"{field.name}/{name}", text, [step], field)
            if field.size:
                cuts = [Spoil(self._kind.name, "cut", at + less) for less in range(field.size)]
                text = f"must not take {self._kind.name} that ends within {field.name}"
                yield self._unsound(f"{field.name}/cut", text, cuts, field)
        yield from self._frames()

    def _frames(self) -> Iterator[Case]:
        name = self._kind.name
        if not self._kind.greedy:
            longer = Spoil(name, "longer", data=b"\0")
            text = f"must not take {name} with a byte too many"
            yield self._unsound("longer", text, [longer])
        for part in parts_of(self._ground.spec, self._kind):
            text = f"must not take {name} with a wrong bit in its {part}"
            if part not in {"seq", "length"}:
                yield self._unsound(f"flip/{part}", text, [Spoil(name, part)])

    def _ends(self, field: Field) -> Iterator[Case]:
        """The least and the greatest value that are allowed."""
        if field.name in self._told:
            return
        for end, value in ends(field):
            said = Say(self._kind.name, {field.name: value})
            text = f"must take {self._kind.name} with {field.name} {_words(value)}"
            yield self._made(f"{field.name}/{end}", text, [said, *self._sound()], field)

    def _sound(self) -> list[Step]:
        """What shows that a sound message was taken."""
        reply = self._ground.spec.replies.get(self._kind.name)
        said = [("recv", self._kind.name)]
        if reply is None:
            return self._ground.alive(self._ground.after(self._state, *said))
        answers = tuple(sorted(reply.answers))
        after = self._ground.after(self._state, *said, ("send", answers[0]))
        return [Expect(answers), *self._ground.alive(after)]

    def _unsound(
        self, address: str, text: str, spoilt: list[Spoil], field: Field | None = None
    ) -> Case:
        """A device says nothing to what is unsound; one that waits for it asks once more."""
        steps: list[Step] = []
        for each in spoilt:
            if self._asked:
                steps += [each, Expect(self._asked)]
            else:
                steps += [each, Quiet(PAUSE_S)] if self._ground.role.refusal else [each]
        if self._asked:
            steps = steps[: 2 * self._tries()]
        return self._made(address, text, [*steps, Alive()], field)

    def _tries(self) -> int:
        return min(self._ground.spec.replies[name].retries for name in self._asked) or 1

    def _made(self, address: str, text: str, steps: list[Step], field: Field | None) -> Case:
        kind, ground = self._kind, self._ground
        path = f"messages.{kind.name}"
        place = f"spec.{path}.fields.{field.name}" if field else ""
        asked: list[Step] = [Asked(self._asked)] if self._asked else []
        return ground.case(
            f"{kind.name}/{address}",
            f"the {ground.name} {text}",
            path,
            ground.spec.places.get(place, kind.where),
            [*asked, *steps],
            state=self._state,
            covers={f"field {kind.name}.{field.name}"} if field else set(),
            kind=kind,
            asks=self._asked[:1],
        )


def ends(field: Field) -> Iterator[tuple[str, Any]]:
    """The least and the greatest value of a field, by name."""
    if field.enum is not None:
        names = sorted(field.enum, key=field.enum.__getitem__)
        yield from (("first", names[0]), ("last", names[-1]))
    elif field.flags is not None:
        yield from (("none", ()), ("all", tuple(field.flags)))
    elif field.kind == "int":
        yield from (("low", field.low), ("high", field.high))
    elif field.kind == "ascii" and field.size:
        yield from (("empty", ""), ("full", "~" * field.size))


def _past(field: Field) -> Iterator[tuple[str, str, bytes]]:
    """Values that a field can carry and must not: a name, words, and the bytes."""
    integer = field.integer
    if integer is None or field.kind != "int":
        return
    if field.enum is not None:
        free = next((n for n in range(integer.high, -1, -1) if n not in field.enum.values()), None)
        found = [("unknown", free)]
    elif field.flags is not None:
        left = integer.high & ~sum(field.flags.values())
        found = [("unknown", left & -left or None)]
    else:
        below = field.low - 1 if field.low > integer.low else None
        above = field.high + 1 if field.high < integer.high else None
        found = [("below", below), ("above", above)]
    for name, value in found:
        if value is not None:
            data = value.to_bytes(integer.size, integer.order, signed=integer.signed)
            yield name, f"{value}, which is {name if name == 'unknown' else 'out of range'}", data


def _asking(ground: Ground, request: str) -> set[str]:
    """The states in which a device may have asked for something."""
    return {
        state
        for each, rows in ground.table.items()
        if (row := rows["send"].get(request))
        for state in (each, row.next)
    }


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "empty"
    return str(value) or "empty"
