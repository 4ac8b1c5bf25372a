"""A virtual body: it attaches a lens, keeps the cycle, follows its script and recovers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lensbus.devices.facts import layout
from lensbus.devices.profile import BodyProfile
from lensbus.session.event import Act, Event, Note
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, common, spoken
from lensbus.wire.message import Fault, Message, Vocabulary

READ = ("identity.protocol", "identity.protocol_least", "optics.open_wide_av256", "refused.reason")
"""The fields that it reads."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, `at_s` seconds after the body was first ready: a request of its role."""

    at_s: float
    message: str
    fields: Mapping[str, Any]


class Body:
    """A Device of the role `body`. What it waits to do is one task and its time.

    A step of the script is over once it was answered, so a step that was lost is done again.
    """

    def __init__(self, spec: Spec, profile: BodyProfile, script: Sequence[Step] = ()) -> None:
        self.speaks, self._profile = spoken(spec, profile.protocol), profile
        self._voices = {version: Vocabulary(at(spec, version)) for version in self.speaks}
        self._boot_s, self._recover_s = spec.constant("boot_s"), spec.constant("recover_s")
        self._period = 1 / spec.constant("sync_hz")
        self._script, self._say = script, self._voices[self.speaks[-1]]
        self._handlers: dict[str, Callable[[Message, float], Iterator[Act]]] = {
            "attached": self._attached,
            "detached": self._detached,
            "identity": self._identity,
            "capabilities": self._capabilities,
            "rate_set": self._rate_set,
            "optics": self._optics,
            "homed": self._homed,
            "status": self._status,
            "accepted": self._answered,
            "asleep": self._asleep,
            "entering_bootloader": self._answered,
            "awake": self._awake,
            "refused": self._refused,
        }
        self._say.require("body", self._handlers, READ)
        self._mask = self._say("exchange_capabilities", mask=profile.capabilities)
        self._rate = self._say("set_rate", baud=profile.max_baud)
        newest = self.speaks[-1]
        hashed = layout(self._say, "identify", spec, newest)
        self._question = self._say("identify", protocol=newest, **hashed)
        self._begin()
        for version in self.speaks:
            self._speak(version)
            self._command()
        for step in script:
            self._say(step.message, **step.fields)  # nothing of it fails in mid-run

    def _begin(self) -> None:
        self._steps = list(self._script)
        self._task: Callable[[float], Iterator[Act]] = self._identify
        self._due: float | None = None
        self._ready_at: float | None = None
        self._asking = False
        self._wanted_av256 = 0
        self._speak(self.speaks[-1])
        self.lens: dict[str, Any] = {}

    def _speak(self, version: int) -> None:
        """Go on in a version of the spec."""
        self._say = self._voices[version]
        self._still = self._say.part("command", stabiliser=self._profile.stabiliser)

    @property
    def deadline(self) -> float | None:
        """When the task is due."""
        return self._due

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message):
            handler = self._handlers.get(event.name)
            return handler(event, now) if handler else ()
        if isinstance(event, Fault):
            return self._recover(now) if event.kind in {"no reply", SILENCE} else ()
        self._begin()
        return ()

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Do the task; it says what comes next, and cycles that were missed stay away."""
        due, self._due = self._due, None
        if due is None or due + self._period <= now:
            due = now
        return self._task(due)

    def _later(self, task: Callable[[float], Iterator[Act]], at: float) -> None:
        self._task, self._due = task, at

    def _recover(self, now: float) -> Iterator[Act]:
        """Reset the lens and begin anew, once both sides are surely at the slow rate."""
        self._asking = False
        self._later(self._identify, now + self._recover_s)
        yield self._say("reset")

    def _attached(self, _message: Message, now: float) -> Iterator[Act]:
        self._later(self._identify, now + self._boot_s)
        yield self._say("power_on")

    def _detached(self, _message: Message, _now: float) -> Iterator[Act]:
        self._begin()
        yield self._say("power_off")

    def _identify(self, _now: float) -> Iterator[Act]:
        yield self._question

    def _identity(self, message: Message, _now: float) -> Iterator[Act]:
        self.lens = dict(message.fields)
        told = message.fields
        version = common(self.speaks, told["protocol_least"], told["protocol"])
        if version is not None:  # without one, no word of it would be understood
            self._speak(version)
            yield self._mask

    def _capabilities(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._rate

    def _rate_set(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("get_optics")

    def _optics(self, message: Message, now: float) -> Iterator[Act]:
        if self._asking:
            yield from self._answered(message, now)
            return
        self._wanted_av256 = self._wanted_av256 or message.fields["open_wide_av256"]
        yield self._say("home")

    def _homed(self, _message: Message, now: float) -> Iterator[Act]:
        if self._ready_at is None:
            self._ready_at = now
        self._later(self._cycle, now + self._period)
        yield from ()

    def _cycle(self, now: float) -> Iterator[Act]:
        """One sync period: sync and command, and a step of the script if one is due."""
        self._later(self._cycle, now + self._period)
        yield self._say("sync")
        yield self._command()
        if self._steps and self._steps[0].message == "wake":
            self._steps.pop(0)  # it is awake, since it lost sleep to a fault
        if not self._asking and self._step_at <= now:
            yield from self._step()

    def _command(self) -> Message:
        return self._say(
            "command",
            aperture_av256=self._wanted_av256,
            focus_drive="none",
            focus_target=0,
            **self._still,
        )

    @property
    def _step_at(self) -> float:
        if not self._steps or self._ready_at is None:
            return float("inf")
        return self._ready_at + self._steps[0].at_s

    def _step(self) -> Iterator[Act]:
        step = self._steps[0]
        if step.message not in self._say:
            self._steps.pop(0)
            yield Note(f"{step.message} is left out: the lens has an older protocol without it")
            return
        self._asking = True
        self._wanted_av256 = step.fields.get("aperture_av256", self._wanted_av256)
        if step.message in {"sleep", "enter_bootloader"}:
            self._due = None  # no cycle until it is answered
        yield self._say(step.message, **self._say.part(step.message, **step.fields))

    def _status(self, _message: Message, _now: float) -> Iterator[Act]:
        yield from ()

    def _answered(self, _message: Message, _now: float) -> Iterator[Act]:
        self._asking = False
        self._steps.pop(0)
        yield from ()

    def _asleep(self, message: Message, now: float) -> Iterator[Act]:
        yield from self._answered(message, now)
        if self._steps:
            self._later(self._wake, max(now, self._step_at))

    def _wake(self, _now: float) -> Iterator[Act]:
        yield self._say("wake")

    def _awake(self, message: Message, now: float) -> Iterator[Act]:
        if self._steps[0].message == "wake":
            yield from self._answered(message, now)
        yield self._rate

    def _refused(self, message: Message, now: float) -> Iterator[Act]:
        if self._asking and message.fields["reason"] != "illegal_state":
            yield Note(f"{self._steps[0].message} was refused: {message.fields['reason']}")
            yield from self._answered(message, now)
            if self._due is None:
                self._later(self._cycle, now + self._period)
        else:
            yield from self._recover(now)
