"""Records of a run that never was: a subject walks in, focus searches, locks and follows."""

from collections.abc import Iterator
from math import sin
from pathlib import Path
from xml.etree import ElementTree as ET

from lensbus.devices.focus_scale import position
from lensbus.export.plot import Picture
from lensbus.export.svg import draw
from lensbus.session.event import LinkDown, Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message
from tests.peers import IDENTITY, SAY, SPEC

SVG = "{http://www.w3.org/2000/svg}"
NEAR_MM, RANGE, OPEN, CLOSED = 150, 8000, 925, 1273
GOLDEN = Path(__file__).parents[1] / "golden" / "plot.svg"
OPTICS = SAY(
    "optics",
    focal_wide=200,
    focal_tele=600,
    open_wide_av256=OPEN,
    open_tele_av256=CLOSED,
    closed_av256=2048,
    near_wide=NEAR_MM,
    near_tele=NEAR_MM,
    focus_range=RANGE,
    image_circle="full_frame",
    power_class="normal",
)


def picture(seconds: float = 4.0, cycle_s: float = 1 / 60) -> Picture:
    """All of it, as a plot gets it."""
    found = Picture(SPEC)
    for record in walk(seconds, cycle_s):
        found.tell(record)
    return found


def walk(seconds: float, cycle_s: float) -> Iterator[Record]:
    """From 8 m to 1 m; at half time a fault is done and heard, in the end the link is gone."""
    yield said(0.0, "lens", IDENTITY, "listening")
    yield said(0.01, "body", SAY("home"), "homing")
    yield said(0.02, "lens", OPTICS, "fast")
    yield af(0.3, "searching")
    for n in range(int((seconds - 0.2) / cycle_s)):
        t = 0.2 + n * cycle_s
        subject_mm = 8000 - 7000 * t / seconds
        focus_mm = NEAR_MM + 8000 * t**3 if t < 1 else subject_mm * (1.02 + 0.02 * sin(9 * t))
        yield from cycle(t, subject_mm, focus_mm, OPEN if t < seconds * 0.6 else CLOSED)
    yield af(1.0, "locked", 6000.0)
    half = seconds / 2
    yield note(half, "lens", "fault done: flip frame 7 (status)", "fault done")
    fault = Fault("bad checksum", b"\xe0", "status", "got 1, wanted 2")
    yield Record(half + 0.001, "body", "heard", fault, b"\xe0", state="ready")
    yield note(half + 0.5, "body", "f/5.6", "exposure")
    yield af(half + 0.6, "gave up", 3000.0)
    yield Record(seconds, "body", "noted", LinkDown(), state="empty")


def cycle(t: float, subject_mm: float, focus_mm: float, av256: int) -> Iterator[Record]:
    """A sync period: a command, a status, and what the body sees."""
    asked = SAY(
        "command", aperture_av256=av256, focus_drive="none", focus_target=0, stabiliser="off"
    )
    yield said(t, "body", asked, "ready")
    yield said(t + 0.001, "lens", status(focus_mm, av256), "ready")
    contrast = 1 / (1 + 5000 * abs(1 / subject_mm - 1 / focus_mm))
    facts = {"subject_mm": subject_mm, "focus_mm": focus_mm, "contrast": contrast}
    yield Record(t + 0.002, "body", "noted", Note("seen", "scene", facts), state="ready")


def status(focus_mm: float, av256: int) -> Message:
    place = round(position(focus_mm, NEAR_MM, 0, RANGE))
    return SAY(
        "status",
        focus_position=min(max(place, 0), RANGE),
        focus_state="idle",
        aperture_av256=av256,
        focal_length=200,
        ring_counts=0,
        switches=(),
        temperature=20,
        errors=(),
    )


def said(t: float, side: str, message: Message, state: str) -> Record:
    return Record(t, side, "said", message, b"\xe0", state=state)


def note(t: float, side: str, text: str, about: str) -> Record:
    return Record(t, side, "noted", Note(text, about))


def af(t: float, state: str, distance_mm: float | None = None) -> Record:
    """What a body's autofocus notes."""
    where = {} if distance_mm is None else {"distance_mm": distance_mm}
    return Record(t, "body", "noted", Note(state, "af", {"state": state, **where}))


def parsed(text: str) -> ET.Element:
    """A picture as its elements, if it is well-formed."""
    return ET.fromstring(text)  # noqa: S314 our own


def drawn() -> str:
    """The golden picture."""
    return draw(picture(), "a lens on a body", "scene walk-in · seed 1 · 4 s", 4.0)


if __name__ == "__main__":
    GOLDEN.write_text(drawn(), encoding="utf-8")
