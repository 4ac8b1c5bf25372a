"""What a tester knows while it plays a case: where the device is, what was heard, what is open."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lensbus.conformance.cases import Say, Spoil
from lensbus.conformance.end import SPOKEN, STARTED, told_levels
from lensbus.conformance.ground import Ground
from lensbus.conformance.judge import resolved
from lensbus.conformance.paths import Spot
from lensbus.conformance.spoil import Damage, spoilt
from lensbus.conformance.usual import Play, usual
from lensbus.session.event import Act, Note, Raw
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.canon import layout_hash
from lensbus.spec.model import Spec
from lensbus.wire.codec import codec
from lensbus.wire.fitting import check
from lensbus.wire.message import Message

TOP, LEAST = 255, 128
"""Numbers that a tester gives by itself, from the top: an endpoint counts from the bottom."""


class Stage:
    """The other side of a device under test; `slack_s` is what its link adds to times."""

    def __init__(
        self, ground: Ground, play: Play, blobs: Mapping[str, Any], slack_s: float = 0.0
    ) -> None:
        self._newest = self.ground = ground
        self.play, self._blobs, self.slack_s = play, blobs, slack_s
        self._codec = codec(ground.spec)
        self._role = next(name for name in ground.spec.roles if name != ground.name)
        self._number = TOP
        self.begin(frozenset(), 0.0)

    def begin(self, lines: frozenset[str], now: float) -> None:
        """A link is there with these lines; a level that stands for one that lacks is heard."""
        spec = self.ground.spec
        self.lines, self.now = lines, now
        self.spot = self.ground.paths.start()
        self.heard: dict[str, Message] = {"spec": Message("spec", _facts(spec))}
        self.optional = self.play.optional
        self.said, self.pending, self._illegal = "", "", False  # pending: asked before it
        self.muted: set[str] = set()
        self.cycles = False
        self.out: list[Act] = []
        levels = told_levels(spec, lines)
        for (line, high), name in spec.edges(self._role).items():
            if levels.get(line) == high:
                self.spot = self.ground.paths.after(self.spot, "recv", name)

    def speak(self, version: int) -> bool:
        """Be a peer of an older version of the spec, 0: of the newest; gives whether it was not.

        The device has not met it yet.
        """
        ground = self._newest.older(version)
        if ground is self.ground:
            return False
        self.ground, self._codec = ground, codec(ground.spec)
        self.spot = replace(self.spot, met=ground.paths.start().met)
        self.heard["spec"] = Message("spec", _facts(ground.spec))
        words = f"the tester speaks version {ground.spec.version}"
        self.out.append(Note(words, SPOKEN, {"version": ground.spec.version}))
        return True

    def can_say(self, name: str) -> bool:
        """Whether this link can carry a message."""
        return self.ground.line(self.ground.spec.messages[name]) <= self.lines

    def say(self, step: Say) -> None:
        """Say a message, and follow what the device makes of it.

        Raises:
            KeyError: a field refers to what was not heard.
            LocalProtocolError: what it refers to does not fit.
        """
        name = step.message
        fields = usual(self.ground.spec, self.play, name)
        fields = {key: self.resolve(value) for key, value in {**fields, **step.fields}.items()}
        if step.fields:
            check(self.ground.spec.messages[name], fields)
        message = Message(name, fields, self._numbered(step))
        if step.number == "wrong":  # the device is to pass it over, and so does its table
            self.out.append(Raw(self._codec.encode(message, message.seq)))
            return
        self.out.append(message)
        if step.fields:  # what a case says of its own counts from here on
            self.heard[name] = message
        if not self.ground.spec.messages[name].cyclic:
            self.said, self.pending = name, self.spot.asked
            self._illegal = name not in self.ground.table[self.spot.state]["recv"]
        self.spot = self.ground.paths.after(self.spot, "recv", name)

    def resolve(self, value: Any) -> Any:  # noqa: ANN401 of a field
        """A value that may refer to what was heard."""
        return resolved(value, self.heard, self._blobs)

    def spoil(self, step: Spoil) -> None:
        """Say a spoilt frame; an answer has the number of its request."""
        name = step.message
        fields = usual(self.ground.spec, self.play, name)
        message = Message(name, {key: self.resolve(value) for key, value in fields.items()})
        raw = self._codec.encode(message, self._asked(name) or self._new())
        damage = Damage(step.how, step.at, step.data)
        self.out.append(Raw(spoilt(self.ground.spec, self.ground.spec.messages[name], raw, damage)))

    def hear(self, message: Message) -> None:
        """Follow what the device says."""
        self.heard[message.name] = message
        refusal = self.ground.role.refusal
        if not (self._illegal and refusal and message.name == refusal.message):
            self.spot = self.ground.paths.after(self.spot, "send", message.name)

    def silence(self) -> None:
        """The device has heard nothing for so long that it leaves its state, if it does so."""
        row = self.ground.table[self.spot.state]["timeout"].get(SILENCE)
        if row is not None:
            self.spot = Spot(row.next, met=self.spot.met)

    def restarted(self) -> None:
        """The device runs another program, or the same one anew, from its beginning on."""
        self.place(self.ground.paths.start())

    def place(self, spot: Spot) -> None:
        """The device is somewhere else than what was heard and said tells."""
        self.spot = spot
        self.out.append(Note(f"the device is {spot.state}", STARTED, {"state": spot.state}))

    def cycle(self) -> None:
        """Say what is said once a cycle."""
        for name in self.play.cycle:
            self.say(Say(name))

    def answer(self, message: Message) -> None:
        """Answer as a peer does that plays along."""
        name, table = message.name, self.ground.table[self.spot.state]["recv"]
        if self.spot.asks == name and name not in self.muted:
            self.say(Say(min(self.ground.spec.replies[name].answers)))
        answer = self.play.answers.get(name)
        if answer is not None and answer in table and answer not in self.muted:
            self.say(Say(answer))

    @property
    def runs(self) -> bool:
        """Whether the cycle is to be kept now."""
        return self.cycles and bool(self.play.cycle) and self.ground.cycles(self.spot.state)

    def _numbered(self, step: Say) -> int | None:
        asked = self._asked(step.message)
        if step.number == "new":
            return self._new()
        if step.number == "same" and asked is None:
            return self._number
        if step.number == "wrong" and asked is not None:
            return asked + 1 if asked < TOP else 1
        return asked

    def _new(self) -> int:
        self._number = self._number - 1 if self._number > LEAST else TOP
        return self._number

    def _asked(self, answer: str) -> int | None:
        """The number of the last request that a message would answer."""
        if answer in self.ground.asides:
            return self.heard[self.spot.asks].seq if self.spot.asks else None
        found = [self.heard[n] for n in self.ground.requests(answer) if n in self.heard]
        return found[-1].seq if found else None


def _facts(spec: Spec) -> dict[str, Any]:
    """What a case may refer to of its spec: its numbers, the rates of its link, its version."""
    numbers = {name: each.value for name, each in {**spec.constants, **spec.timing}.items()}
    told = {"version": spec.version, "layout_hash": layout_hash(spec, spec.version)}
    return {**numbers, **told, "rates": tuple(map(int, spec.link.rates))}
