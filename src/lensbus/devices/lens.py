"""A virtual lens: what it answers. How glass and motors behave is the business of its parts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lensbus.devices.facts import LATER, NAMED, Facts, identity
from lensbus.devices.glass import Glass, State
from lensbus.devices.hands import Hand
from lensbus.devices.homing import Homing
from lensbus.devices.profile import LensProfile
from lensbus.session.event import APPLICATION, BOOTLOADER, Act, Event, LinkUp, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.spec.span import FIRST
from lensbus.spec.versions import at, common, spoken
from lensbus.wire.message import Fault, Message, Vocabulary

READ = (
    *("set_rate.baud", "aperture_set.aperture_av256", "command.aperture_av256"),
    *("command.focus_drive", "command.focus_target", "identify.protocol"),
    *("focus_move.mode", "focus_move.target", "focus_move.speed"),
)
"""The fields that it reads."""

SELF_TEST = "self-test"
"""What a note is about that tells that firmware on trial moves the motors as it should."""

Handler = Callable[[Message, float], Iterable[Act]]


class Lens:
    """A Device of the role `lens`. Homing and `hands` are what happens by itself, in time.

    `accessory` are the fields of that message, if there is one behind the lens; `supply_ma` is
    what its body can give it, 0 all that it wants.
    """

    def __init__(  # noqa: PLR0913 what it is, what its flash says, and what is done to it
        self,
        spec: Spec,
        profile: LensProfile,
        *,
        bootloader: bool = False,
        confirmed: bool = True,
        build: int = 0,
        hands: Sequence[Hand] = (),
        accessory: Mapping[str, Any] | None = None,
        supply_ma: int = 0,
    ) -> None:
        self.speaks, self._profile = spoken(spec, profile.protocol), profile
        self._voices = {version: Vocabulary(at(spec, version)) for version in self.speaks}
        self._bootloader, self.confirmed, self._build = bootloader, confirmed, build
        say = self._say = self._voices[self.speaks[-1]]
        self._handlers = self._made(say)
        self._who = identity(say, profile, spec, self.speaks)
        self._facts_of = {
            version: Facts(voice, spec, profile, accessory)
            for version, voice in self._voices.items()
        }
        self._homing = Homing(spec.constant("busy_s"))
        self._glass = Glass(spec, profile, hands, supply_ma)
        self._rehearse()

    def _made(self, say: Vocabulary) -> dict[str, Handler]:
        """What it does with each message, if the spec has all that this takes."""
        handlers: dict[str, Handler] = {
            "power_off": self._power_off,
            "reset": self._reset,
            "identify": self._identify,
            "exchange_capabilities": self._tell,
            "set_rate": self._set_rate,
            "get_optics": self._tell,
            "home": self._home,
            "sync": self._status,
            "command": self._command,
            "focus_move": self._focus_move,
            "focus_stop": self._focus_stop,
            "aperture_set": self._aperture_set,
            "sleep": self._sleep,
            "wake": self._tell,
            "get_firmware": self._firmware,
            "enter_bootloader": self._enter_bootloader,
        }
        later: dict[str, Handler] = {
            "get_accessory": self._tell,
            "get_correction": self._correction,
            "set_focus_ring": self._set_focus_ring,
        }
        read = [f"{name}.{field}" for name in LATER for field in LATER[name][1:] if name in say]
        names = [name for name in NAMED if name in say or name not in LATER]
        say.require("lens", handlers, (*READ, *read), names)
        can = self._profile.capabilities
        return handlers | {
            name: handler if LATER[name][0] in can else self._unsupported
            for name, handler in later.items()
        }

    def _speak(self, version: int) -> None:
        """Go on in a version of the spec."""
        self._say, self._facts = self._voices[version], self._facts_of[version]
        self._told: State | None = None

    @property
    def deadline(self) -> float | None:
        """When homing has something to tell, or a hand something to do."""
        home, hand = self._homing.due, self._glass.hands.due
        return home if hand is None or (home is not None and home < hand) else hand

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message):
            handler = self._handlers.get(event.name)
            return handler(event, now) if handler else ()
        if isinstance(event, LinkUp):
            self._glass.hands.begin(now)
            self._rest(now)
            self._speak(self.speaks[-1])
            return (self._facts.attached,)
        if isinstance(event, Fault) and event.kind == SILENCE:
            self._glass.awake = False
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Let hands do what they do, and tell that homing goes on, or that it is over."""
        self._glass.feel(now)
        is_over = self._homing.tick(now)
        if is_over:
            yield from self._homed(now)
        elif is_over is not None:
            yield self._facts.busy

    def _rest(self, now: float) -> None:
        """Nothing moves, and nothing is homed, until a body begins anew."""
        self._homing.forget()
        self._glass.halt(now)

    def _power_off(self, _message: Message, now: float) -> Iterable[Act]:
        self._rest(now)
        self._glass.power.restore()
        return ()

    def _reset(self, _message: Message, _now: float) -> Iterator[Act]:
        yield Restart(APPLICATION)

    def _identify(self, message: Message, _now: float) -> Iterator[Act]:
        self._homing.leave()  # the body begins anew; the motor goes on
        self._glass.awake = False
        self._speak(common(self.speaks, FIRST, message.fields["protocol"]) or self.speaks[-1])
        yield self._who

    def _tell(self, message: Message, _now: float) -> Iterable[Act]:
        return (self._facts.answers[message.name],)

    def _set_rate(self, message: Message, _now: float) -> Iterator[Act]:
        yield self._facts.rate(message.fields["baud"])

    def _correction(self, message: Message, _now: float) -> Iterator[Act]:
        yield self._facts.correction(message.fields["focal_length"])

    def _rehearse(self) -> None:
        """Say once, in each version, what it will have to say, so that nothing fails in mid-run."""
        for version in self.speaks:
            self._speak(version)
            for state in self._glass.extremes():
                self._say("homed", focus_position=state.focus_position)
                self._state(state)

    def _home(self, _message: Message, now: float) -> Iterator[Act]:
        if self._homing.ask(now, self._glass.homing_s):
            yield from self._homed(now)

    def _homed(self, now: float) -> Iterator[Act]:
        if not self.confirmed:
            yield Note("self-test passed: the firmware stays", SELF_TEST)
        self._glass.awake = True
        yield self._say("homed", focus_position=round(self._glass.focus.motor.place(now)))

    def _status(self, _message: Message, now: float) -> Iterable[Act]:
        if not self._glass.awake:
            return ()  # a sync of a session that is not its own
        brown_out = self._glass.starved(now)
        if brown_out is None:
            return (self._state(self._glass.state(now)),)
        return (brown_out, Restart(APPLICATION))

    def _state(self, state: State) -> Message:
        if state != self._told:  # it is the same in most cycles
            fields = self._say.part("status", **state._asdict())
            self._told, self._told_as = state, self._say("status", **fields)
        return self._told_as

    def _command(self, message: Message, now: float) -> Iterable[Act]:
        order = message.fields
        self._glass.set_aperture(order["aperture_av256"], now)
        # a body that has no say in it leaves it to the lens
        self._glass.stabiliser.wanted = order.get("stabiliser", "on")
        if order["focus_drive"] == "follow" and "focus_follow" in self._profile.capabilities:
            self._glass.focus.move("absolute", order["focus_target"], 0, now)
        return ()

    def _focus_move(self, message: Message, now: float) -> Iterator[Act]:
        order = message.fields
        self._glass.focus.move(order["mode"], order["target"], order["speed"], now)
        yield self._facts.accepted(message)

    def _focus_stop(self, message: Message, now: float) -> Iterator[Act]:
        self._glass.focus.stop(now)
        yield self._facts.accepted(message)

    def _aperture_set(self, message: Message, now: float) -> Iterator[Act]:
        self._glass.set_aperture(message.fields["aperture_av256"], now)
        yield self._facts.accepted(message)

    def _set_focus_ring(self, message: Message, _now: float) -> Iterator[Act]:
        linear, throw_deg = message.fields["mode"] == "linear", message.fields["throw"]
        self._glass.focus.ring.set_linear(throw_deg if linear else None)
        yield self._facts.accepted(message)

    def _sleep(self, message: Message, now: float) -> Iterable[Act]:
        self._glass.doze(now)
        return self._tell(message, now)

    def _firmware(self, _message: Message, _now: float) -> Iterator[Act]:
        state = "confirmed" if self.confirmed else "on_trial"
        yield self._say("firmware", state=state, build=self._build)

    def _enter_bootloader(self, message: Message, _now: float) -> Iterator[Act]:
        if self._bootloader:
            yield self._facts.entering
            yield Restart(BOOTLOADER)
        else:
            yield self._facts.refused(message, "no_bootloader")

    def _unsupported(self, message: Message, _now: float) -> Iterator[Act]:
        yield self._facts.refused(message, "unsupported")
