"""A virtual lens: what it answers, and how its focus motor and iris move."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from lensbus.devices.facts import identity, optics
from lensbus.devices.motor import Motor
from lensbus.devices.profile import LensProfile
from lensbus.errors import LocalProtocolError
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

NAMED = ("home", "focus_move", "focus_stop", "aperture_set", "enter_bootloader")
"""What it names by key when it answers."""

SELF_TEST = "self-test"
"""What a note is about that tells that firmware on trial moves the motors as it should."""

Handler = Callable[[Message, float], Iterator[Act]]


class Lens:
    """A Device of the role `lens`. Homing is the one thing it does by itself, in time."""

    _homed_at: float | None
    _busy_at: float | None
    _ready = False  # a sync before it has homed is of a session that is not its own

    def __init__(
        self,
        spec: Spec,
        profile: LensProfile,
        *,
        bootloader: bool = False,
        confirmed: bool = True,
        build: int = 0,
    ) -> None:
        self.speaks, self._profile = spoken(spec, profile.protocol), profile
        self._voices = {version: Vocabulary(at(spec, version)) for version in self.speaks}
        self._say = self._voices[self.speaks[-1]]
        self._bootloader, self.confirmed, self._build = bootloader, confirmed, build
        self._keys = {name: kind.key[-1] for name, kind in spec.messages.items() if kind.key}
        self._busy_s, self._homed_at, self._busy_at = spec.constant("busy_s"), None, None
        self._handlers: dict[str, Handler] = {
            "power_off": self._rest,
            "reset": self._reset,
            "identify": self._identify,
            "exchange_capabilities": self._capabilities,
            "set_rate": self._set_rate,
            "get_optics": self._optics,
            "home": self._home,
            "sync": self._status,
            "command": self._command,
            "focus_move": self._focus_move,
            "focus_stop": self._focus_stop,
            "aperture_set": self._aperture_set,
            "sleep": self._sleep,
            "wake": self._wake,
            "get_firmware": self._firmware,
            "enter_bootloader": self._enter_bootloader,
        }
        self._say.require("lens", self._handlers, READ, NAMED)
        self._rates = self._rates_of(spec)
        self._who = identity(self._say, profile, spec, self.speaks)
        self._optics_of = {v: optics(say, profile, spec) for v, say in self._voices.items()}
        self._mask = self._say("capabilities", mask=profile.capabilities)
        self._focus, self._iris = self._motors(self._optics_of[self.speaks[-1]])
        self._rehearse()

    def _motors(self, optics: Message) -> tuple[Motor, Motor]:
        profile, wide = self._profile, optics.fields["open_wide_av256"]
        focus = Motor(0, profile.focus_range, profile.focus_speed, 0)
        return focus, Motor(wide, optics.fields["closed_av256"], profile.iris_speed, wide)

    def _speak(self, version: int) -> None:
        """Go on in a version of the spec."""
        self._say = self._voices[version]
        self._static = self._optics_of[version]
        health = {"temperature": self._profile.temperature, "errors": ()}
        self._still = self._say.part("status", ring_counts=0, switches=(), **health)

    @property
    def deadline(self) -> float | None:
        """When homing has something to tell."""
        return self._busy_at

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, LinkUp):
            self._busy_at, self._homed_at, self._ready = None, None, False
            self._speak(self.speaks[-1])
            return (self._say("attached"),)
        if isinstance(event, Fault) and event.kind == SILENCE:
            self._ready = False
        if isinstance(event, Message) and event.name in self._handlers:
            return self._handlers[event.name](event, now)
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Tell that homing goes on, or that it is over."""
        if self._homed_at is not None and self._homed_at <= now:
            self._busy_at = None
            yield from self._homed(now)
        elif self._homed_at is not None and self._busy_at is not None:
            following = self._busy_at + self._busy_s
            late = following <= now
            self._busy_at = min(now + self._busy_s if late else following, self._homed_at)
            yield self._say("busy", opcode=self._keys["home"])

    def _rest(self, _message: Message, _now: float) -> Iterator[Act]:
        self._busy_at, self._homed_at, self._ready = None, None, False
        yield from ()

    def _reset(self, _message: Message, _now: float) -> Iterator[Act]:
        yield Restart(APPLICATION)

    def _identify(self, message: Message, _now: float) -> Iterator[Act]:
        self._busy_at, self._ready = None, False  # the body begins anew; the motor goes on
        self._speak(common(self.speaks, FIRST, message.fields["protocol"]) or self.speaks[-1])
        yield self._who

    def _capabilities(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._mask

    def _set_rate(self, message: Message, _now: float) -> Iterator[Act]:
        limit = min(message.fields["baud"], self._profile.max_baud)
        fit = [rate for rate in self._rates if rate <= limit]
        yield self._rates[max(fit, default=min(self._rates))]

    def _rates_of(self, spec: Spec) -> dict[int, Message]:
        slow, most = int(spec.link.slow.value), self._profile.max_baud
        if most < slow:
            raise LocalProtocolError(f"max_baud {most} is below the slow rate {slow}")
        rates = [rate for rate in spec.link.rates if slow <= rate <= most]
        return {rate: self._say("rate_set", baud=rate) for rate in rates}

    def _rehearse(self) -> None:
        """Say once what it will have to say, so that nothing fails in mid-run."""
        states = ("idle", "moving", "near_end", "far_end")
        for version in self.speaks:
            self._speak(version)
            for name in ("attached", "asleep", "awake", "entering_bootloader"):
                self._say(name)
            for place, state in product((0, self._profile.focus_range), states):
                self._say("homed", focus_position=place)
                self._state(place, state, self._iris.low)
                self._state(place, state, self._iris.high)
            for name, key in self._keys.items():
                if name in NAMED:
                    self._say("busy", opcode=key)
                    self._say("accepted", opcode=key)
                    self._say("refused", opcode=key, reason="no_bootloader")

    def _optics(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._static

    def _home(self, _message: Message, now: float) -> Iterator[Act]:
        if self._homed_at is None:
            self._homed_at = now + self._profile.homing_s
        if self._homed_at <= now:
            yield from self._homed(now)
        else:
            self._busy_at = min(now + self._busy_s, self._homed_at)

    def _homed(self, now: float) -> Iterator[Act]:
        if not self.confirmed:
            yield Note("self-test passed: the firmware stays", SELF_TEST)
        self._ready = True
        yield self._say("homed", focus_position=self._position(now))

    def _status(self, _message: Message, now: float) -> Iterator[Act]:
        if self._ready:
            yield self._state(self._position(now), self._focus_state(now), self._iris.place(now))

    def _state(self, position: int, doing: str, aperture: float) -> Message:
        return self._say(
            "status",
            focus_position=position,
            focus_state=doing,
            aperture_av256=round(aperture),
            focal_length=self._static.fields["focal_wide"],
            **self._still,
        )

    def _command(self, message: Message, now: float) -> Iterator[Act]:
        self._iris.go(message.fields["aperture_av256"], now)
        if message.fields["focus_drive"] == "follow":
            self._focus.go(message.fields["focus_target"], now)
        yield from ()

    def _focus_move(self, message: Message, now: float) -> Iterator[Act]:
        target, mode = message.fields["target"], message.fields["mode"]
        if mode == "relative":
            target += self._focus.place(now)
        elif mode == "speed":
            target = self._focus.high if target > 0 else self._focus.low
        self._focus.go(target, now, message.fields["speed"])
        yield self._accepted(message)

    def _focus_stop(self, message: Message, now: float) -> Iterator[Act]:
        self._focus.stop(now)
        yield self._accepted(message)

    def _aperture_set(self, message: Message, now: float) -> Iterator[Act]:
        self._iris.go(message.fields["aperture_av256"], now)
        yield self._accepted(message)

    def _sleep(self, _message: Message, now: float) -> Iterator[Act]:
        self._focus.stop(now)
        self._ready = False
        yield self._say("asleep")

    def _wake(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("awake")

    def _firmware(self, _message: Message, _now: float) -> Iterator[Act]:
        state = "confirmed" if self.confirmed else "on_trial"
        yield self._say("firmware", state=state, build=self._build)

    def _enter_bootloader(self, message: Message, _now: float) -> Iterator[Act]:
        if self._bootloader:
            yield self._say("entering_bootloader")
            yield Restart(BOOTLOADER)
            return
        opcode = self._keys[message.name]
        yield self._say("refused", opcode=opcode, reason="no_bootloader", seq=message.seq)

    def _accepted(self, message: Message) -> Message:
        return self._say("accepted", opcode=self._keys[message.name], seq=message.seq)

    def _position(self, now: float) -> int:
        return round(self._focus.place(now))

    def _focus_state(self, now: float) -> str:
        if self._focus.moving(now):
            return "moving"
        ends = {self._focus.low: "near_end", self._focus.high: "far_end"}
        return ends.get(self._focus.place(now), "idle")
