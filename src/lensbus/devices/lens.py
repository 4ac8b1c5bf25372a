"""A virtual lens: what it answers, and how its focus motor and iris move."""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import product

from lensbus.devices.motor import Motor
from lensbus.devices.profile import LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act, Event, LinkUp, Note, Restart
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary

READ = (
    *("set_rate.baud", "aperture_set.aperture_av256", "command.aperture_av256"),
    *("command.focus_drive", "command.focus_target", "command.stabiliser"),
    *("focus_move.mode", "focus_move.target", "focus_move.speed"),
)
"""The fields that it reads."""

NAMED = ("home", "focus_move", "focus_stop", "aperture_set", "enter_bootloader")
"""What it names by key when it answers."""

SELF_TEST = "self-test"
"""What a note is about that tells that the motors did what they were told."""

Handler = Callable[[Message, float], Iterator[Act]]


class Lens:
    """A Device of the role `lens`. Homing is the one thing it does by itself, in time."""

    def __init__(
        self,
        spec: Spec,
        profile: LensProfile,
        *,
        bootloader: bool = False,
        confirmed: bool = True,
    ) -> None:
        self._say, self._profile = Vocabulary(spec), profile
        self._bootloader, self.confirmed = bootloader, confirmed
        self._busy_s = spec.constant("busy_s")
        self._keys = {name: kind.key[-1] for name, kind in spec.messages.items() if kind.key}
        counts = spec.constant("counts_per_stop")
        self._open = tuple(av_counts(f, counts) for f in profile.open_f)
        self._closed = av_counts(profile.closed_f, counts)
        per_mm = spec.constant("focal_counts_per_mm")
        self._wide, self._tele = (round(mm * per_mm) for mm in profile.focal_mm)
        self._focus = Motor(0, profile.focus_range, profile.focus_speed, 0)
        self._iris = Motor(self._open[0], self._closed, profile.iris_speed, self._open[0])
        self._homed_at: float | None = None
        self._busy_at: float | None = None
        self._stabiliser = "off"
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
        self._identity, self._static = self._identity_of(profile), self._optics_of(profile)
        self._mask = self._say("capabilities", mask=profile.capabilities)
        self._rehearse()

    @property
    def deadline(self) -> float | None:
        """When homing has something to tell."""
        return self._busy_at

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, LinkUp):
            self._busy_at = self._homed_at = None
            return (self._say("attached"),)
        if isinstance(event, Message) and event.name in self._handlers:
            return self._handlers[event.name](event, now)
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Tell that homing goes on, or that it is over."""
        if self._homed_at is not None and self._homed_at <= now:
            self._busy_at = None
            yield Note("self-test passed", SELF_TEST)
            yield self._say("homed", focus_position=self._position(now))
        elif self._homed_at is not None and self._busy_at is not None:
            following = self._busy_at + self._busy_s
            late = following <= now
            self._busy_at = min(now + self._busy_s if late else following, self._homed_at)
            yield self._say("busy", opcode=self._keys["home"])

    def _rest(self, _message: Message, _now: float) -> Iterator[Act]:
        self._busy_at = self._homed_at = None
        yield from ()

    def _reset(self, _message: Message, _now: float) -> Iterator[Act]:
        yield Restart("application")

    def _identify(self, _message: Message, _now: float) -> Iterator[Act]:
        self._busy_at = None  # the body begins anew; the motor goes on
        yield self._identity

    def _identity_of(self, lens: LensProfile) -> Message:
        major, minor, patch = lens.firmware
        return self._say(
            "identity",
            lens_number=lens.lens_number,
            vendor=lens.vendor,
            protocol=lens.protocol[1],
            protocol_least=lens.protocol[0],
            hardware=lens.hardware,
            firmware_major=major,
            firmware_minor=minor,
            firmware_patch=patch,
            serial=lens.serial,
            name=lens.name,
        )

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
        """Say once what it will have to say, so that nothing of it fails in mid-run."""
        states = ("idle", "moving", "near_end", "far_end")
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

    def _optics_of(self, lens: LensProfile) -> Message:
        return self._say(
            "optics",
            focal_wide=self._wide,
            focal_tele=self._tele,
            open_wide_av256=self._open[0],
            open_tele_av256=self._open[1],
            closed_av256=self._closed,
            near_wide=lens.near_mm[0],
            near_tele=lens.near_mm[1],
            focus_range=lens.focus_range,
            image_circle=lens.image_circle,
            power_class=lens.power_class,
        )

    def _home(self, _message: Message, now: float) -> Iterator[Act]:
        if self._homed_at is None:
            self._homed_at = now + self._profile.homing_s
        if self._homed_at <= now:
            yield Note("self-test passed", SELF_TEST)
            yield self._say("homed", focus_position=self._position(now))
        else:
            self._busy_at = min(now + self._busy_s, self._homed_at)

    def _status(self, _message: Message, now: float) -> Iterator[Act]:
        aperture = self._iris.place(now)
        yield self._state(self._position(now), self._focus_state(now), aperture)

    def _state(self, position: int, doing: str, aperture: float) -> Message:
        return self._say(
            "status",
            focus_position=position,
            focus_state=doing,
            aperture_av256=round(aperture),
            focal_length=self._wide,
            ring_counts=0,
            switches=(),
            temperature=self._profile.temperature,
            errors=(),
        )

    def _command(self, message: Message, now: float) -> Iterator[Act]:
        self._iris.go(message.fields["aperture_av256"], now)
        self._stabiliser = message.fields["stabiliser"]
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
        yield self._say("asleep")

    def _wake(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("awake")

    def _firmware(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("firmware", state="confirmed" if self.confirmed else "on_trial")

    def _enter_bootloader(self, message: Message, _now: float) -> Iterator[Act]:
        if self._bootloader:
            yield self._say("entering_bootloader")
            yield Restart("bootloader")
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


def av_counts(f_number: float, counts_per_stop: float) -> int:
    """An f-number as aperture value Av = 2 log2 N, in counts.

    Raises:
        LocalProtocolError: it is no f-number.
    """
    if f_number <= 0:
        raise LocalProtocolError(f"got f/{f_number:g}, wanted an f-number above 0")
    return round(2 * math.log2(f_number) * counts_per_stop)
