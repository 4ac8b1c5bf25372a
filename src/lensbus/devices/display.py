"""What a body shows of the lens it has: crop, accessory, manual focus, stabiliser, errors."""

from collections.abc import Iterator
from math import inf

from lensbus.session.event import Note
from lensbus.wire.message import Message

DISPLAY = "display"
"""What its notes are about."""

HELD_S = 1
"""How long after a ring was turned a hand is thought to be at it."""

HOME_S = 2
"""So long a person waits for a camera that was switched on."""

STABILISER = {
    "off": "stabiliser: not in the lens",
    "on": "stabiliser: in the lens",
    "panning": "stabiliser: in the lens, panning",
    "shared": "stabiliser: pitch and yaw in the lens, the rest in the body",
}


def cropped(sensor: str, optics: Message) -> Iterator[Note]:
    """A lens that fills only part of the sensor."""
    circle = optics.fields["image_circle"]
    if (sensor, circle) == ("full_frame", "aps_c"):
        yield Note("cropped to APS-C: the lens fills no more", DISPLAY, {"image_circle": circle})


def behind(accessory: Message) -> Iterator[Note]:
    """What stands between lens and body."""
    told = accessory.fields
    if told["kind"] != "none":
        facts = {"kind": told["kind"], "serial": told["serial"]}
        yield Note(f"{told['kind'].replace('_', ' ')}: {told['name']}", DISPLAY, facts)


class Display:
    """Shows what changes in the status of a lens; `manual` says whether a hand has the focus."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """There is no lens."""
        self._held_until, self.manual = -inf, False
        self._stabiliser, self._errors = "off", ()

    def see(self, status: Message, now: float) -> Iterator[Note]:
        """Take a status."""
        told = status.fields
        if told["ring_counts"]:
            self._held_until = now + HELD_S
        manual = "manual_focus" in told["switches"] or now < self._held_until
        if manual != self.manual:
            self.manual = manual
            yield Note("manual focus: magnified" if manual else "manual focus: done", DISPLAY)
        if (errors := told.get("errors", ())) != self._errors:
            self._errors = errors
            yield Note(f"the lens reports: {', '.join(errors) or 'all is well'}", DISPLAY)
        if (doing := told.get("stabiliser", "off")) != self._stabiliser:
            self._stabiliser = doing
            yield Note(STABILISER.get(doing, doing), DISPLAY, {"stabiliser": doing})
