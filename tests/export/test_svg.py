import re
from itertools import chain
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.paper import WIDTH
from lensbus.export.plot import Picture
from lensbus.export.svg import draw
from lensbus.session.event import LinkDown, Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault
from tests.export.made import GOLDEN, OPTICS, SVG, drawn, parsed, picture, said, status
from tests.peers import COMMAND, SAY, SPEC
from tests.sampled import sampled

MOST_BYTES = 600_000
"""Of a picture in which everything happens all the time."""

KINDS = ("noise", "bad checksum", "no reply")
EVENTS = st.one_of(
    st.sampled_from([OPTICS, COMMAND, LinkDown(), Note("f/4", "exposure"), *map(Fault, KINDS)]),
    st.builds(status, st.floats(100, 1e5), st.integers(0, 5000)),
    st.builds(
        lambda near, share: Note("", "scene", {"subject_mm": near, "contrast": share}),
        st.floats(0, 1e9),
        st.floats(0, 1),
    ),
    st.builds(
        lambda state, where: Note("", "af", {"state": state, "distance_mm": where}),
        st.sampled_from(["searching", "locked", "gave up", "thinking"]),
        st.floats(0, 1e9),
    ),
)
RECORDS = st.lists(
    st.builds(
        Record,
        st.floats(0, 1e5),
        st.sampled_from(["body", "lens"]),
        st.just("said"),
        EVENTS,
        st.just(b"\xe0"),
        st.none(),
        st.sampled_from(["", "ready", "lost", "homing"]),
    ),
    max_size=40,
)


def numbers(root: ET.Element) -> list[tuple[float, float]]:
    """Every place on the page that something is drawn at, but for shapes that are put there."""
    found: list[tuple[float, float]] = []
    for element in root:
        if element.tag == SVG + "path":
            found += places(element.get("d", ""))
        elif element.tag in {SVG + "rect", SVG + "text"}:
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            size = float(element.get("width", 0)), float(element.get("height", 0))
            found += [(x, y), (x + size[0], y + size[1])]
        elif element.tag == SVG + "g":
            x, y = re.findall(r"[-\d.]+", element.get("transform", ""))
            found.append((float(x), float(y)))
    return found


def places(drawn: str) -> list[tuple[float, float]]:
    """The ends of the strokes of a path that says everything but `h` by page coordinates."""
    at, found = [0.0, 0.0], list[tuple[float, float]]()
    for letter, text in re.findall(r"([MLHVhZ])([^MLHVhZ]*)", drawn):
        values = [float(one) for one in re.findall(r"[-\d.]+", text)]
        if letter in "ML":
            found += list(zip(values[::2], values[1::2], strict=True))
            at = list(found[-1])
        elif letter in "HV":
            at["HV".index(letter)] = values[0]
            found.append((at[0], at[1]))
        elif letter == "h":
            at[0] += values[0]
            found.append((at[0], at[1]))
    return found


def test_the_golden_picture_is_drawn_to_the_letter() -> None:
    """If it is to change: `python -m tests.export.made`, and look at it."""
    assert drawn() == GOLDEN.read_text(encoding="utf-8")


def test_a_picture_has_its_title_its_lanes_its_legend_and_its_units() -> None:
    root = parsed(drawn())
    words = [element.text for element in root.iter(SVG + "text")]

    assert root.get("aria-label") == "a lens on a body"
    for word in (
        *("a lens on a body", "scene walk-in · seed 1 · 4 s"),
        *("distance in m", "∞", "subject", "focus, told by the lens", "locked", "gave up"),
        *("aperture", "f/3.5", "asked by the body", "contrast", "seen by the body"),
        *("states", "ready", "listening", "done", "heard", "notes", "seconds"),
    ):
        assert word in words
    assert {f"curve {name}" for name in ("focus", "subject", "aperture", "asked", "contrast")} <= {
        element.get("class") for element in root.iter(SVG + "path")
    }


def test_a_picture_needs_nothing_beside_it_and_knows_the_dark() -> None:
    text = drawn()

    assert not re.search(r"<script|<image|href|@import|url\(", text)
    assert text.count("http") == 1
    assert "@media (prefers-color-scheme:dark)" in text


@given(RECORDS, st.floats(0, 1e5))
@sampled(400)
def test_whatever_happens_is_drawn_on_the_page(records: list[Record], seconds: float) -> None:
    found = Picture(SPEC)
    for record in records:
        found.tell(record)
    root = parsed(draw(found, "title", "", seconds))
    height = float(root.get("height", 0))
    hovers = "\n".join(element.text or "" for element in root.iter(SVG + "title"))
    faults = {record.event.kind for record in records if isinstance(record.event, Fault)}

    assert all(0 <= x <= WIDTH and 0 <= y <= height + 0.1 for x, y in numbers(root))
    assert all(kind in hovers for kind in faults)


@pytest.mark.parametrize(("seconds", "cycle_s"), [(1.0, 1 / 60), (86400.0, 9.0)])
def test_a_picture_stays_small_however_long_the_run_was(seconds: float, cycle_s: float) -> None:
    assert len(draw(picture(seconds, cycle_s), "a day", "", seconds)) < MOST_BYTES / 4


def test_a_picture_of_everything_all_the_time_is_bounded() -> None:
    found = Picture(SPEC)
    events: list[Any] = [Fault(kind) for kind in KINDS]
    for n in range(10_000):
        t, high = n / 10, n % 2
        found.tell(said(t, "lens", status(200 + 5000 * high, 500 + 900 * high), f"s{n % 9}"))
        found.tell(Record(t, "body", "heard", events[n % 3], b"", state=f"s{n % 7}"))

    assert len(draw(found, "storm")) < MOST_BYTES


def test_a_zoom_has_a_lane_when_it_is_turned() -> None:
    fields, titles = status(1000, 925).fields, list[bool]()
    found = Picture(SPEC)
    for n, focal_length in enumerate((200, 200, 600)):
        turned = SAY("status", **{**fields, "focal_length": focal_length})
        found.tell(said(n / 10, "lens", turned, "ready"))
        titles.append("focal length in mm" in draw(found, "zoom"))

    assert titles == [False, False, True]


def test_a_recording_that_begins_late_is_drawn_from_there() -> None:
    found = Picture(SPEC)
    for n in range(60):
        found.tell(said(1000 + n / 60, "lens", status(1000, 925), "ready"))
    words = [element.text for element in parsed(draw(found, "late")).iter(SVG + "text")]

    assert "1000.5" in words
    assert "0" not in words


def test_nothing_is_a_picture_too() -> None:
    root = parsed(draw(Picture(SPEC), "nothing", "", 2.0))

    assert list(chain.from_iterable(numbers(root)))
    assert "2" in [element.text for element in root.iter(SVG + "text")]
