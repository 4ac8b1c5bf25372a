"""An update as its host sees it: the image, what the lens told, how far it is, how it ended."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from lensbus.errors import ImageError
from lensbus.firmware.flash import BLANK
from lensbus.firmware.header import Version, read_field
from lensbus.firmware.image import parse
from lensbus.firmware.judge import Refusal
from lensbus.session.event import Note
from lensbus.spec.image import ImageFormat
from lensbus.value import value

BUSY = 0.9
"""A line that carries more than this share of its rate is what limits a transfer."""


REFUSALS = {
    "illegal_state": "it was asked at the wrong time",
    "malformed": "header and TLVs are none of an image",
    "too_big": "it does not fit into a slot",
    "key": "it is signed with another key",
    "signature": "its signature is wrong",
    "lens": "it is for another lens",
    "hardware": "it is for another hardware revision",
    "protocol": "it needs a newer protocol",
    "counter": "its security counter is too low",
    "older": "it is older than what the lens runs",
    "digest": "what arrived is not what was signed",
    "worn_out": "its flash takes no more updates",
}
"""A lens's refusals in words."""


@value(frozen=True, slots=True)
class Parcel:
    """An image as it goes over the link; header and TLVs are offered first."""

    data: bytes
    header: bytes
    tlvs: bytes
    version: Version | None

    @classmethod
    def of(cls, form: ImageFormat, data: bytes) -> "Parcel":
        """Raises: ImageError, these are no image."""
        offer = parse(form, data).offer
        return cls(data, offer.header, offer.tlv_area, offer.version)

    @classmethod
    def anyhow(cls, form: ImageFormat, data: bytes) -> "Parcel":
        """Whatever these bytes are, cut where an image would be: for lenses to judge."""
        with suppress(ImageError):
            return cls.of(form, data)
        sizes = {field.name: read_field(field, data) for field in form.header}
        start = form.header_size
        end = start + min(sizes["payload_size"], len(data))
        header = data[:start].ljust(start, BLANK)
        return cls(data, header, data[end : end + form.tlv_most], None)


@value(frozen=True, slots=True)
class Ending:
    """How an update ended, and a line for people.

    `kind` is done, up_to_date, refused (by us), rejected (by the lens) or failed; `reason` names
    the rule that the image broke, as `judge` and the spec do.
    """

    kind: str
    words: str
    reason: str = ""


class Check(Protocol):
    """Why the host would not send the image to a lens like that; None: it would."""

    def __call__(
        self, lens_number: int, hardware: int, protocol: int, version: Version | None, counter: int
    ) -> Refusal | None: ...


@dataclass(slots=True)
class Job:
    """One update, through all the programs that both ends run on the way."""

    parcel: Parcel
    check: Check | None = None
    """What the host thinks of it; None: whatever the lens says goes."""
    take_older: bool = False
    may_probe: bool = True
    """Whether a bootloader may be called where no lens answers."""
    heard_at: float | None = None
    """When the lens was last heard."""
    lens: str = ""
    before: Version | None = None
    after: Version | None = None
    rate: int = 0
    """Of the line, in baud."""
    sent_bytes: int = 0
    resent_bytes: int = 0
    had_bytes: int = 0
    """That the lens had from an earlier try."""
    done_bytes: int = 0
    began_at: float | None = None
    ended_at: float | None = None
    held_s: dict[str, float] = field(default_factory=dict)
    """How long what kept the next chunk back, by name: line, flash, window."""
    loaded: bool = False
    """Whether the lens has taken the image, and is to start it."""
    ending: Ending | None = None

    def limit(self, used: float) -> str:
        """What limits the transfer: line, flash or latency; `used` is the share of the line's rate.

        A link that carries more than its rate has none, and is told as `link`.
        A window that is full is none of them while the line is busy all the same.
        """
        if used > BUSY:
            return "line" if used < 1 / BUSY else "link"
        held = max(self.held_s, key=self.held_s.__getitem__, default="line")
        return "latency" if held == "window" else held

    def end(self, kind: str, words: str, reason: str = "") -> Note:
        """It is over; only the first ending counts."""
        self.ending = self.ending or Ending(kind, words, reason)
        return Note(self.ending.words, self.ending.kind)

    def judge(
        self, lens_number: int, hardware: int, protocol: int, version: Version | None, counter: int
    ) -> Ending | None:
        """How it ends already, now that this is known of the lens; None: it goes on."""
        self.before = self.before or version
        found = self.check and self.check(lens_number, hardware, protocol, version, counter)
        if not found:
            return None
        kind = "up_to_date" if found.reason == "up_to_date" else "refused"
        return Ending(kind, found.words, found.reason)

    def silent_for(self, now: float) -> float:
        """Seconds since the lens was last heard, or the update began."""
        if self.heard_at is None:
            self.heard_at = now
        return now - self.heard_at
