"""Hold back a device until its peer has identified itself as one of the spec's own."""

from collections.abc import Iterable, Iterator

from lensbus.session.contract import Device
from lensbus.session.event import Act, Event, LinkDown, LinkUp, Note
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.kinds import framers
from lensbus.wire.message import Fault, Message

ECHO = "our own frame came back: a single-wire link echoes, see docs/hardware.md"


class Careful:
    """A Device around another, for a port that leads to real hardware.

    It listens for `recover_s` seconds, and then lets the device identify its peer. What it cannot
    read, or no answer, before the peer has identified itself makes it give up: `refusal` then says
    why, `echoes` whether all that was heard is ourselves, and no more is said.
    """

    def __init__(self, spec: Spec, role: str, device: Device) -> None:
        self._role, self._peer = role, next(name for name in spec.roles if name != role)
        self._identity, _ = spec.identifies.get(self._peer, ("", ""))
        self._spec, self._device = spec.name, device
        self._listen_s = spec.constant("recover_s")
        self._codec, self._framers = Codec(spec), framers(spec, role)
        self._begin()

    def _begin(self) -> None:
        self._known, self.refusal, self.echoes = False, "", False
        self._said: list[Message] = []
        self._kept: list[Event] = []
        self._until: float | None = None

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        """Answer what was heard, as the device does, unless it gave up."""
        if isinstance(event, LinkUp | LinkDown):
            self._begin()
        if isinstance(event, LinkUp):
            self._until = now + self._listen_s
        elif isinstance(event, Message):
            self._known = self._known or event.name == self._identity
        if isinstance(event, Fault) and not self._known:
            yield from self._give_up(event)
        elif self._until is not None:
            self._kept.append(event)
        elif not self.refusal:
            yield from self._say(self._device.on_event(event, now))

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Do what the device has to do; at first, tell it what came while it was held back."""
        if self._until is None:
            yield from self._say(self._device.on_deadline(now))
            return
        kept, self._kept, self._until = self._kept, [], None
        for event in kept:
            yield from self._say(self._device.on_event(event, now))

    @property
    def deadline(self) -> float | None:
        """When it has listened for long enough, then the device's; None once it gave up."""
        if self.refusal:
            return None
        return self._device.deadline if self._until is None else self._until

    def _say(self, acts: Iterable[Act]) -> Iterator[Act]:
        """Remember, until the peer is known, what an echo would be one of."""
        for act in acts:
            if isinstance(act, Message) and not self._known:
                self._said.append(act)
            yield act

    def _is_ours(self, raw: bytes) -> bool:
        """Whether it is a frame that we said."""
        frames: list[Frame] = []
        for framer in self._framers.values():
            framer.reset()
            framer.feed(raw)
            framer.end()
            frames += [item for item in framer.take() if isinstance(item, Frame)]
        heard = [each for frame in frames for each in self._codec.decode(frame, self._role)]
        said = [(each.name, each.fields) for each in self._said]
        return any(isinstance(each, Message) and (each.name, each.fields) in said for each in heard)

    def _give_up(self, fault: Fault) -> Iterator[Act]:
        if not self.refusal:
            heard = " ".join(part for part in (fault.kind, fault.path, fault.detail) if part)
            # the bytes of an answer that did not come are those of its request
            self.echoes = fault.kind != "no reply" and self._is_ours(fault.raw)
            self._until = None
            why = ECHO if self.echoes else f"heard: {heard}"
            self.refusal = f"no {self._peer} of {self._spec} answered ({why})"
            yield Note(f"{self.refusal}; nothing more is said")
