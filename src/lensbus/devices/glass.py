"""What a lens is made of, put together: zoom, focus, iris, rings, stabiliser, warmth, power."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import inf
from typing import NamedTuple

from lensbus.devices.facts import av_counts, highest, words
from lensbus.devices.focus import Focus
from lensbus.devices.hands import AUTO, KNOCK, Hand, Hands
from lensbus.devices.motor import Motor
from lensbus.devices.power import Power
from lensbus.devices.profile import LensProfile
from lensbus.devices.rings import ApertureRing
from lensbus.devices.stabiliser import MODES, OFF, Stabiliser
from lensbus.devices.warmth import Warmth
from lensbus.devices.zoom import Zoom
from lensbus.session.event import Note
from lensbus.spec.model import Spec


class State(NamedTuple):
    """All that a status tells, by the names of its fields."""

    focus_position: int
    focus_state: str
    aperture_av256: int
    focal_length: int
    ring_counts: int
    switches: tuple[str, ...]
    aperture_ring_av256: int
    stabiliser: str
    temperature: int
    errors: tuple[str, ...]


class Glass:
    """The parts of one lens, and the hands on it. Only what is `awake` is driven.

    Of switches and errors it tells those that the spec has a word for.
    """

    def __init__(
        self, spec: Spec, profile: LensProfile, hands: Sequence[Hand], supply_ma: int
    ) -> None:
        self._profile, self.awake = profile, False
        self._per_mm = spec.constant("focal_counts_per_mm")
        self._per_stop = spec.constant("counts_per_stop")
        self._counts_most = highest(spec, "status", "ring_counts")
        self._switch_words = words(spec, "status", "switches")
        self._error_words = words(spec, "status", "errors")
        wide, tele = (av_counts(number, self._per_stop) for number in profile.open_f)
        ends = min(wide, tele), av_counts(profile.closed_f, self._per_stop)
        self.hands, self.zoom = Hands(profile, hands), Zoom(profile)
        self.focus = Focus(spec, profile, self.zoom)
        self._open, self.iris = (wide, tele), Motor(*ends, profile.iris_speed, wide)
        self.ring = ApertureRing(spec, profile.controls, ends)
        self.stabiliser = Stabiliser(there="stabiliser" in profile.capabilities)
        self.warmth = Warmth(profile, spec.constant("cooling_s"))
        self.power = Power(supply_ma, spec.constant("brown_out_s"))
        most_ma = profile.idle_ma + profile.focus_ma + profile.iris_ma + profile.stabiliser_ma
        self._short = 0 < supply_ma < most_ma
        self._broken = set(profile.broken)
        self._on = {"aperture_click", "stabiliser_switch"}
        self._done: dict[str, Callable[[Hand, float], None]] = {
            "aperture_ring": self._turn_aperture,
            "focus_ring": self._turn_focus,
            "zoom_ring": self._turn_zoom,
            KNOCK: self._knock,
        }
        self._switch()

    @property
    def homing_s(self) -> float:
        """How long homing takes; with a motor that is broken, for ever."""
        return inf if self.focus.broken else self._profile.homing_s

    def halt(self, now: float) -> None:
        """The power is gone, or the program begins anew: nothing moves, orders are forgotten."""
        self.awake = False
        self.focus.motor.halt(now)
        self.focus.ring.set_linear(None)
        self.iris.halt(now)
        self.stabiliser.wanted = OFF

    def doze(self, now: float) -> None:
        """Go to sleep."""
        self.awake = False
        self.focus.motor.stop(now)

    def set_aperture(self, av256: int, now: float) -> None:
        """Let the iris go to an aperture, as far as the focal length lets it."""
        if "iris" not in self._broken:
            self.iris.go(max(av256, self._open_at(self.zoom.focal_mm(now))), now)

    def feel(self, now: float) -> None:
        """Do what hands do now."""
        for hand in self.hands.take(now):
            self._done.get(hand.what, self._flip)(hand, now)
            self._switch()

    def starved(self, now: float) -> Note | None:
        """A note, if it has drawn more than the body can give for longer than an instant."""
        if not self._short:
            return None
        has = self._profile
        draws_ma = has.focus_ma * abs(self.focus.motor.speed(now)) / has.focus_speed
        draws_ma += has.idle_ma + has.iris_ma * self.iris.moving(now)
        draws_ma += has.stabiliser_ma * (self.stabiliser.doing(awake=self.awake) != OFF)
        return self.power.drawn(draws_ma, now)

    def extremes(self) -> Iterator[State]:
        """What a status could have to tell, at its least and at its most."""
        has, iris, warmth, most = self._profile, self.iris, self.warmth, self._counts_most
        low = 0, iris.low, has.focal_mm[0], -most, warmth.celsius
        high = has.focus_range, iris.high, has.focal_mm[1], most, warmth.hottest
        switches, errors = self._switch_words, self._error_words
        for place, av256, focal_mm, counts, celsius in (low, high):
            av, focal = round(av256), round(focal_mm * self._per_mm)
            told = State(place, "", av, focal, counts, switches, av, OFF, celsius, errors)
            for state, mode in product(("idle", "moving", "near_end", "far_end"), MODES):
                yield told._replace(focus_state=state, stabiliser=mode)

    def state(self, now: float) -> State:
        """What there is to tell now."""
        motor, warmth, fastest = self.focus.motor, self.warmth, self._profile.focus_speed
        place, focal_mm = motor.place(now), self.zoom.focal_mm(now)
        warmth.feel(place, now)
        hot = warmth.hot
        motor.fastest = fastest / 2 if hot else fastest
        return State(
            round(place),
            self.focus.state(now),
            round(max(self.iris.place(now), self._open_at(focal_mm))),
            round(focal_mm * self._per_mm),
            self.focus.ring.counts(now, self._counts_most),
            self._switches,
            self.ring.av256,
            self.stabiliser.doing(awake=self.awake),
            warmth.celsius,
            self._errors(hot=hot),
        )

    def _open_at(self, focal_mm: float) -> float:
        wide, tele = self._open
        return wide if wide == tele else wide + (tele - wide) * self.zoom.share(focal_mm)

    def _errors(self, *, hot: bool) -> tuple[str, ...]:
        low = self.power.low
        if not self._broken and not hot and not low:
            return ()
        wrong = {*self._broken, "over_temperature" if hot else "", "low_supply" if low else ""}
        return tuple(name for name in self._error_words if name in wrong)

    def _turn_aperture(self, hand: Hand, now: float) -> None:
        auto = hand.value == AUTO
        self.ring.turn(None if auto else av_counts(float(hand.value), self._per_stop))

    def _turn_focus(self, hand: Hand, now: float) -> None:
        self.focus.turn(float(hand.value), now, hand.for_s, awake=self.awake)

    def _turn_zoom(self, hand: Hand, now: float) -> None:
        self.focus.zoom(float(hand.value), now, hand.for_s, awake=self.awake)

    def _knock(self, hand: Hand, now: float) -> None:
        self._broken.add(str(hand.value))
        for motor, name in ((self.focus.motor, "focus_motor"), (self.iris, "iris")):
            if name in self._broken:
                motor.halt(now)

    def _flip(self, hand: Hand, now: float) -> None:
        """Set a switch; focus that is taken out of the body's hands stays where it is."""
        (self._on.add if hand.value else self._on.discard)(hand.what)
        if hand.what == "focus_limiter":
            self.focus.limit(on=bool(hand.value))
        elif hand.what in {"focus_switch", "focus_clutch"} and hand.value:
            self.focus.motor.stop(now)

    def _switch(self) -> None:
        """Let all parts know how the switches stand."""
        on, ring, focus = self._on, self.ring, self.focus
        ring.clicks, ring.locked = "aperture_click" in on, "aperture_lock" in on
        focus.switched, focus.clutched = "focus_switch" in on, "focus_clutch" in on
        focus.broken = "focus_motor" in self._broken
        self.stabiliser.switched_off = "stabiliser_switch" not in on
        self.stabiliser.broken = "stabiliser" in self._broken
        are_on = {
            "manual_focus": focus.manual,
            "stabiliser_off": self.stabiliser.switched_off,
            "function_button": "function_button" in on,
            "aperture_ring_auto": ring.auto,
            "focus_limiter": focus.limited,
            "aperture_ring_locked": ring.locked,
        }
        self._switches = tuple(name for name in self._switch_words if are_on.get(name))
