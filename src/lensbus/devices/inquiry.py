"""What a body asks of a lens that is ready: the accessory once, the correction where it zooms."""

from collections.abc import Collection, Iterable, Iterator

from lensbus.devices.display import behind
from lensbus.session.event import Act, Note
from lensbus.wire.message import Message, Vocabulary

CORRECTION = "correction"
"""What its notes about the correction are about."""

MUCH = 1 / 8
"""A change of the focal length, as a share of it, after which the correction is another."""


class Inquiry:
    """An Asker. A lens is asked for what it says that it can tell."""

    def __init__(self, counts_per_mm: float) -> None:
        self._per_mm = counts_per_mm
        self.reset(())

    def reset(self, able: Collection[str]) -> None:
        """A lens, with its capabilities, of which nothing is known yet."""
        self._wants_accessory = "accessory" in able
        self._wants_correction = "correction" in able
        self._focal = self._corrected = 0
        self.accessory = "none"

    def see(self, focal_length: int) -> None:
        """Take what the lens tells of its zoom."""
        self._focal = focal_length

    def ask(self, say: Vocabulary, _now: float) -> Iterable[Act]:
        """What is not known, or was of another focal length, if the version has words for it."""
        if self._wants_accessory and "get_accessory" in say:
            return (say("get_accessory"),)
        if (
            self._wants_correction
            and abs(self._focal - self._corrected) > MUCH * self._corrected
            and "get_correction" in say
        ):
            self._corrected = self._focal
            return (say("get_correction", focal_length=self._focal),)
        return ()

    def answered(self, message: Message, _now: float) -> Iterator[Act]:
        """Show what was told."""
        if message.name == "accessory":
            self._wants_accessory, self.accessory = False, message.fields["kind"]
            yield from behind(message)
        else:
            focal = message.fields["focal_length"] / self._per_mm
            facts = {"focal_mm": focal, "block": message.fields["block"].hex()}
            yield Note(f"correction for {focal:g} mm", CORRECTION, facts)

    def refused(self, reason: str, _now: float) -> Iterator[Act]:
        """It can't tell, whatever it said."""
        self._wants_accessory = self._wants_correction = False
        yield Note(f"the lens tells nothing of accessory and correction: {reason}")
