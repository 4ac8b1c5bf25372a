"""Cases of frames as such: noise, unknown keys, wrong lengths, frames that end too soon."""

from collections.abc import Iterator

from lensbus.conformance.cases import Alive, Asked, Case, Expect, Quiet, Rest, Say, Spoil, Step
from lensbus.conformance.ground import PAUSE_S, Ground
from lensbus.conformance.spoil import can_spoil
from lensbus.spec.model import MessageType
from lensbus.spec.shapes import Delimited

NOISE = 40
"""Bytes of noise; fewer than any frame may have."""


def frame_cases(ground: Ground) -> Iterator[Case]:
    """The cases of each frame shape, tried with a message that the device waits for."""
    for shape in ground.spec.frames.values():
        if isinstance(shape, Delimited):
            heard = [k for k in ground.heard if k.frame == shape.name and _fits(ground, k)]
            if heard:
                yield from _Framed(ground, shape, heard[0]).cases()


def _fits(ground: Ground, kind: MessageType) -> bool:
    """Whether a message can show whether its frame was taken: it is a request, or an answer."""
    if not can_spoil(ground.spec, kind) or kind.on_line or kind.name in ground.asides:
        return False
    return ground.best(kind) is not None and (
        kind.name in ground.spec.replies or bool(ground.requests(kind.name))
    )


class _Framed:
    """A shape and the message that it is tried with."""

    def __init__(self, ground: Ground, shape: Delimited, kind: MessageType) -> None:
        self._ground, self._shape, self._kind = ground, shape, kind
        self._state = ground.best(kind) or ground.role.start
        self._requests = tuple(ground.requests(kind.name))

    def cases(self) -> Iterator[Case]:
        """All of them."""
        shape, name = self._shape, self._kind.name
        free = next(n for n in range(255, 0, -1) if n not in _keys(self._ground, shape))
        noise = bytes(byte for byte in range(1, 256) if byte not in shape.sync)[:NOISE]
        key = (*self._kind.key[:-1], free)
        yield self._passed_over(
            "unknown_key", f"a frame with the unknown key {free:#04x}", "key", bytes(key)
        )
        yield self._passed_over(
            "short", "a frame whose end is missing", "short", at=shape.around - 1
        )
        yield self._passed_over(
            "too_long", "a frame whose length is too great", "length", at=shape.max_size + 1
        )
        yield self._passed_over("too_short", "a frame whose length is too small", "length")
        text = f"must take {name} that comes after {len(noise)} bytes of noise"
        yield self._made(
            "after_noise", text, [Spoil(name, "noise", data=noise), Say(name), *self._taken()]
        )
        text = f"must take {name} that comes after a frame whose end is missing"
        cut = Spoil(name, "short", at=shape.around - 1)
        wait = Rest(PAUSE_S, cycles=False)
        yield self._made("after_short", text, [cut, wait, Say(name), *self._taken()])
        if shape.sync:
            text = f"must take {name} that comes after a lone {shape.sync.hex()}"
            lone = Spoil(name, "noise", data=shape.sync)
            yield self._made("after_sync", text, [lone, wait, Say(name), *self._taken()])

    def _taken(self) -> list[Step]:
        if self._requests:
            return [Quiet(PAUSE_S, of=self._requests), Alive()]
        answers = tuple(sorted(self._ground.spec.replies[self._kind.name].answers))
        return [Expect(answers), Alive()]

    def _passed_over(self, name: str, words: str, how: str, data: bytes = b"", at: int = 0) -> Case:
        spoil = Spoil(self._kind.name, how, at, data)
        again: Step = Expect(self._requests) if self._requests else Quiet(PAUSE_S)
        return self._made(name, f"must pass over {words}", [spoil, again, Alive()])

    def _made(self, name: str, text: str, steps: list[Step]) -> Case:
        ground, section = self._ground, f"frames.{self._shape.name}"
        asked: list[Step] = [Asked(self._requests)] if self._requests else []
        return ground.case(
            f"frames/{name}",
            f"the {ground.name} {text}",
            section,
            ground.spec.places[f"spec.{section}"],
            [*asked, *steps],
            state=self._state,
            asks=self._requests[:1],
        )


def _keys(ground: Ground, shape: Delimited) -> set[int]:
    return {k.key[-1] for k in ground.spec.messages.values() if k.key and k.frame == shape.name}
