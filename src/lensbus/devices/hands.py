"""What hands do to a lens: turn its rings, set its switches, knock it, at times given as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lensbus.devices.profile import BREAKABLE, LensProfile
from lensbus.errors import LocalProtocolError

TURNED = ("aperture_ring", "focus_ring", "zoom_ring")
"""Controls that are turned, all others are switched: True is what their name says."""

KNOCK = "knock"
AUTO = "A"


@dataclass(frozen=True, slots=True)
class Hand:
    """At `at_s` seconds after its link first came up, a hand does something to a lens.

    `what` is a control, `value` where it goes: an aperture ring to an f-number or `A`, a focus
    ring by degrees (above 0 towards far), a zoom ring to mm, within `for_s` seconds; a switch to
    True or False. A `knock` breaks what `value` names.
    """

    at_s: float
    what: str
    value: float | str
    for_s: float = 0.0


class Hands:
    """A schedule of hands, each done once, whatever becomes of link and power in between."""

    def __init__(self, profile: LensProfile, hands: Sequence[Hand]) -> None:
        problems = [text for hand in hands for text in misfits(profile, hand)]
        if problems:
            raise LocalProtocolError("; ".join(problems))
        self._left = sorted(hands, key=lambda hand: hand.at_s)[::-1]
        self._begin: float | None = None
        self.due: float | None = None
        """When the next one is due."""

    def begin(self, now: float) -> None:
        """The times count from here, if they did not before."""
        if self._begin is None:
            self._begin = now
            self._look()

    def take(self, now: float) -> Iterator[Hand]:
        """All that are due."""
        while self.due is not None and self.due <= now:
            hand = self._left.pop()
            self._look()
            yield hand

    def _look(self) -> None:
        if self._begin is not None:
            self.due = self._begin + self._left[-1].at_s if self._left else None


def misfits(profile: LensProfile, hand: Hand) -> Iterator[str]:
    """Why such a lens cannot be handled so; nothing, if it can."""
    if hand.what != KNOCK and hand.what not in profile.controls:
        known = ", ".join((*profile.controls, KNOCK))
        yield f"hand at {hand.at_s:g} s: {profile.name} has no {hand.what} (it has {known})"
    elif hand.at_s < 0 or hand.for_s < 0:
        got = f"at_s {hand.at_s:g} and for_s {hand.for_s:g}"
        yield f"hand at {hand.at_s:g} s: {hand.what}: got {got}, wanted 0 or more"
    elif wanted := _wanted(hand):
        yield f"hand at {hand.at_s:g} s: {hand.what}: got {hand.value!r}, wanted {wanted}"


def _wanted(hand: Hand) -> str:
    """What a value should be; nothing if it is so."""
    is_bool = isinstance(hand.value, bool)
    is_number = isinstance(hand.value, int | float) and not is_bool
    if hand.what == KNOCK:
        return "" if hand.value in BREAKABLE else f"one of {', '.join(BREAKABLE)}"
    if hand.what not in TURNED:
        return "" if is_bool else "true or false"
    if hand.what == "aperture_ring":
        fits = hand.value == AUTO or (is_number and float(hand.value) > 0)
        return "" if fits else f"an f-number or {AUTO}"
    return "" if is_number else "a number"
