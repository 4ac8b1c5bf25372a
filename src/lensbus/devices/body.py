"""A virtual body: it attaches a lens, keeps the cycle, and recovers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lensbus.devices.autofocus import OFF
from lensbus.devices.display import DISPLAY, HOME_S
from lensbus.devices.eye import View
from lensbus.devices.facts import able, layout
from lensbus.devices.operation import READ, Operation
from lensbus.devices.pace import MISSED, periods, sync_hz
from lensbus.devices.profile import PASSIVE, BodyProfile
from lensbus.devices.script import Step
from lensbus.session.event import Act, Event, Note
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, common, spoken
from lensbus.wire.message import Fault, Message, Vocabulary

PATIENCE = 2
"""How often who is there and silent is asked who it is, and then taken for an adapter."""

ANSWERS, LATER = ("accepted", "entering_bootloader"), ("correction", "accessory")
"""What answers a request of one of its parts; not every version of a spec has the later ones."""

Handler = Callable[[Message, float], Iterator[Act]]


class Body:
    """A Device of the role `body`. What it waits to do is one task and its time."""

    def __init__(
        self,
        spec: Spec,
        profile: BodyProfile,
        script: Sequence[Step] = (),
        *,
        view: View | None = None,
        autofocus: str = OFF,
        hz: float | None = None,
    ) -> None:
        self.speaks, self._spec, self._profile = spoken(spec, profile.protocol), spec, profile
        self._voices = {version: Vocabulary(at(spec, version)) for version in self.speaks}
        self._boot_s, self._recover_s = spec.constant("boot_s"), spec.constant("recover_s")
        self._hz, self._say = sync_hz(spec, profile, hz), self._voices[self.speaks[-1]]
        self._handlers: dict[str, Handler] = {
            "attached": self._attached,
            "detached": self._detached,
            "identity": self._identity,
            "capabilities": self._capabilities,
            "rate_set": self._rate_set,
            "optics": self._optics,
            "homed": self._homed,
            "asleep": self._asleep,
            "awake": self._awake,
            "refused": self._refused,
        }
        self._say.require("body", ("status", *ANSWERS, *self._handlers), READ)
        self._operation = Operation(spec, profile, script, view, autofocus)
        self._handlers["status"] = self._operation.see
        self._handlers |= dict.fromkeys((*ANSWERS, *LATER), self._operation.answered)
        mask = able(spec, "exchange_capabilities", profile.capabilities)
        self._mask = self._say("exchange_capabilities", mask=mask)
        self._rate = self._say("set_rate", baud=profile.max_baud)
        hashed = layout(self._say, "identify", spec, self.speaks[-1])
        self._question = self._say("identify", protocol=self.speaks[-1], **hashed)
        self._begin()
        self._operation.rehearse(self._voices.values())

    def _begin(self) -> None:
        self._operation.reset()
        self._task: Callable[[float], Iterator[Act]] = self._identify
        self.deadline: float | None = None  # of the task
        self._period, self._unanswered = 1 / self._hz, 0
        self._speak(self.speaks[-1])
        self.lens: dict[str, Any] = {}

    def _speak(self, version: int) -> None:
        """Go on in a version of the spec."""
        self._say = self._voices[version]
        self._sync = self._say("sync")

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message):
            handler = self._handlers.get(event.name)
            return handler(event, now) if handler else ()
        if isinstance(event, Fault):
            return self._fault(event, now)
        self._begin()
        return ()

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Do the task; it says what comes next, and cycles that were missed stay away."""
        due, self.deadline = self.deadline, None
        late_s = 0.0 if due is None else now - due
        if due is None or late_s >= self._period:
            return self._late(int(late_s / self._period), now)
        return self._task(due)

    def _late(self, periods: int, now: float) -> Iterator[Act]:
        """Do the task now, and tell of the cycles that there was no time for."""
        if periods and self._task == self._cycle:
            yield Note(f"cycles missed: {periods}", MISSED, {"cycles": periods})
        yield from self._task(now)

    def _later(self, task: Callable[[float], Iterator[Act]], at: float) -> None:
        self._task, self.deadline = task, at

    def _fault(self, fault: Fault, now: float) -> Iterable[Act]:
        if fault.kind not in {"no reply", SILENCE}:
            self._unanswered = 0  # something is there that speaks
            return ()
        self._unanswered += not self.lens
        return self._recover(now) if self._unanswered < PATIENCE else self._give_way(now)

    def _recover(self, now: float) -> Iterator[Act]:
        """Reset the lens and begin anew, once both sides are surely at the slow rate."""
        self._operation.again()
        self._later(self._identify, now + self._recover_s)
        yield self._say("reset")

    def _give_way(self, now: float) -> Iterator[Act]:
        """What is there has no electronics, or is disturbed: ask it now and then, after a while."""
        self._operation.again()
        self._later(self._power_on, now + self._recover_s)
        if self._unanswered == PATIENCE:
            text = "no lens answers: taken for a passive adapter, focus is manual"
            yield Note(text, DISPLAY, {"kind": PASSIVE})
        yield self._say("power_off")

    def _power_on(self, now: float) -> Iterator[Act]:
        self._later(self._identify, now + self._boot_s)
        yield self._say("power_on")

    def _attached(self, _message: Message, now: float) -> Iterator[Act]:
        yield from self._power_on(now)

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

    def _capabilities(self, message: Message, _now: float) -> Iterator[Act]:
        self._operation.agree(message.fields["mask"])
        yield self._rate

    def _rate_set(self, message: Message, _now: float) -> Iterator[Act]:
        baud = message.fields["baud"]
        count = periods(self._spec, self._hz, baud)
        self._period = count / self._hz
        if count > 1:
            text = f"{baud} baud are too slow for {self._hz:g} Hz: a cycle every {count} periods"
            yield Note(text, DISPLAY, {"baud": baud, "hz": self._hz, "periods": count})
        yield self._say("get_optics")

    def _optics(self, message: Message, now: float) -> Iterator[Act]:
        if self._operation.asking:
            yield from self._operation.answered(message, now)
            return
        yield from self._operation.attach(message, self._period)
        self._later(self._still_homing, now + HOME_S)
        yield self._say("home")

    def _still_homing(self, _now: float) -> Iterator[Act]:
        yield Note(f"the lens still homes after {HOME_S} s: a motor may be stuck", DISPLAY)

    def _homed(self, _message: Message, now: float) -> Iterator[Act]:
        self._later(self._cycle, now + self._period)
        yield from self._operation.ready(now)

    def _cycle(self, now: float) -> Iterator[Act]:
        """One cycle: sync and command, and a request if a part has one."""
        self._later(self._cycle, now + self._period)
        yield self._sync
        yield self._operation.command(self._say)
        if self._operation.script.next == "wake":
            self._operation.script.done()  # it is awake, since it lost sleep to a fault
        if self._operation.asking:
            return
        for act in self._operation.ask(self._say, now):
            if isinstance(act, Message) and act.name in {"sleep", "enter_bootloader"}:
                self.deadline = None  # no cycle until it is answered
            yield act

    def _asleep(self, message: Message, now: float) -> Iterator[Act]:
        yield from self._operation.answered(message, now)
        script = self._operation.script
        if script.next:
            self._later(self._wake, max(now, script.due))

    def _wake(self, _now: float) -> Iterator[Act]:
        yield self._say("wake")

    def _awake(self, _message: Message, _now: float) -> Iterator[Act]:
        if self._operation.script.next == "wake":
            self._operation.script.done()
        yield self._rate

    def _refused(self, message: Message, now: float) -> Iterator[Act]:
        reason = message.fields["reason"]
        if self._operation.asking and reason != "illegal_state":
            yield from self._operation.refused(reason, now)
            if self.deadline is None:
                self._later(self._cycle, now + self._period)
        else:
            yield from self._recover(now)
