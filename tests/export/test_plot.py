import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.plot import Picture, per_m
from lensbus.export.thinning import Mark, Point, Stay
from lensbus.session.event import LinkDown, Note, Restart
from lensbus.session.log import Record
from lensbus.spec.load import load, spec_names
from lensbus.wire.message import Fault, Message
from tests.export.made import NEAR_MM, OPTICS, RANGE, af, note, picture, said, status
from tests.peers import COMMAND, IDENTITY, SAY, SPEC
from tests.sampled import sampled
from tests.strategies import distinct, fields_of

ALL = 1 << 20


def told(*records: Record, one_sided: bool = False) -> Picture:
    found = Picture(SPEC, one_sided=one_sided)
    for record in records:
        found.tell(record)
    return found


def test_focus_is_where_the_position_is_between_near_and_far() -> None:
    places = [status(distance, 925) for distance in (NEAR_MM, 1000, math.inf)]
    found = told(
        said(0, "lens", OPTICS, "fast"),
        *(said(1 + n, "lens", place, "ready") for n, place in enumerate(places)),
    )
    near, metre, far = found.focus.columns(ALL)

    assert near.y == pytest.approx(1000 / NEAR_MM)
    assert far.y == 0
    assert metre.y == pytest.approx(1, abs=1 / RANGE * 7)


def test_the_near_end_is_that_of_the_focal_length() -> None:
    optics = SAY("optics", **{**OPTICS.fields, "near_tele": 300})
    found = told(
        said(0, "lens", optics, "fast"),
        *(said(t, "lens", zoomed(f), "") for t, f in ((1, 200), (2, 400), (3, 600), (4, 900))),
    )

    assert [1 / point.y for point in found.focus.columns(ALL)] == [
        pytest.approx(metres) for metres in (0.15, 0.225, 0.3, 0.3)
    ]


def zoomed(focal_length: int) -> Message:
    return SAY("status", **{**status(NEAR_MM, 925).fields, "focal_length": focal_length})


def test_focal_lengths_are_in_mm() -> None:
    found = told(said(1, "lens", zoomed(205), ""), said(2, "lens", zoomed(600), ""))

    assert [point.y for point in found.focal_length.columns(ALL)] == [20.5, 60]


def test_what_a_lens_finds_wrong_with_itself_is_noted_when_it_changes() -> None:
    hot = SAY("status", **{**status(1000, 925).fields, "errors": ("over_temperature", "iris")})
    well = status(1000, 925)
    found = told(*(said(t, "lens", told, "") for t, told in enumerate([well, hot, hot, well])))

    assert [(mark.t, mark.text) for mark in found.notes.columns(ALL)] == [
        (1, "lens: over_temperature, iris"),
        (3, "lens: all is well"),
    ]


def test_without_optics_a_position_is_counts() -> None:
    found = told(said(1, "lens", status(math.inf, 925), "ready"))

    assert found.position.columns(ALL) == [Point(1, RANGE)]
    assert not found.focus


def test_apertures_are_stops_told_by_the_lens_and_asked_by_the_body() -> None:
    found = told(said(1, "lens", status(1000, 1280), "ready"), said(2, "body", COMMAND, "ready"))

    (lens,), (body,) = found.aperture.columns(ALL), found.asked.columns(ALL)

    assert (lens.t, body.t) == (1, 2)
    assert lens.y == pytest.approx(5)
    assert body.y == pytest.approx(900 / 256)


def test_what_the_body_sees_comes_from_its_notes() -> None:
    facts = {"subject_mm": 2000.0, "focus_mm": 1.0, "contrast": 1.5}
    found = told(Record(1, "body", "noted", Note("", "scene", facts)))

    assert found.subject.columns(ALL) == [Point(1, 0.5)]
    assert found.contrast.columns(ALL) == [Point(1, 1.0)]


@pytest.mark.parametrize("bad", ["far", math.nan])
def test_a_note_without_numbers_draws_nothing(bad: float | str) -> None:
    found = told(Record(1, "body", "noted", Note("", "scene", {"subject_mm": bad})))

    assert not found.subject
    assert not found.contrast


def test_a_search_begins_and_ends_somewhere() -> None:
    found = told(af(1, "searching"), af(2, "locked", 500.0))

    assert found.search.columns(ALL) == [Stay(1, "searching"), Stay(2, "locked")]
    assert found.found.columns(ALL) == [Mark(2, "locked", "body: locked", 1, 2.0)]
    assert not found.notes


def test_a_search_that_ends_nowhere_is_a_note() -> None:
    found = told(af(1, "gave up"), af(2, "off"))

    assert [mark.text for mark in found.notes.columns(ALL)] == ["body: gave up", "body: off"]
    assert not found.found


def test_a_state_is_told_when_it_changes() -> None:
    found = told(
        said(0, "body", COMMAND, "ready"),
        said(1, "body", COMMAND, "ready"),
        said(2, "body", COMMAND, "lost"),
        said(3, "lens", IDENTITY, "fast"),
    )

    assert found.states["body"].columns(ALL) == [Stay(0, "ready"), Stay(2, "lost")]
    assert found.states["lens"].columns(ALL) == [Stay(3, "fast")]


def test_faults_that_are_done_and_heard_and_other_notes_are_three_things() -> None:
    fault = Fault("bad checksum", b"\xe0", "status", "got 1")
    found = told(
        note(1, "lens", "fault done: flip frame 7 (status)", "fault done"),
        Record(2, "body", "heard", fault, b"\xe0"),
        note(3, "body", "f/5.6", "exposure"),
        Record(4, "body", "noted", LinkDown()),
        Record(5, "lens", "noted", Restart("bootloader")),
    )

    assert [mark.kind for mark in found.done.columns(ALL)] == ["flip"]
    assert found.heard.columns(ALL) == [
        Mark(2, "bad checksum", "body heard bad checksum status got 1")
    ]
    assert [mark.text for mark in found.notes.columns(ALL)] == [
        "body: f/5.6",
        "body: link down",
        "lens: restarts into its bootloader",
    ]


@pytest.mark.parametrize(("one_sided", "count"), [(False, 0), (True, 1)])
def test_what_is_heard_counts_where_nobody_else_tells_it(one_sided: bool, count: int) -> None:
    heard = Record(1, "body", "heard", IDENTITY, b"\xe0")
    found = told(heard, one_sided=one_sided)

    assert sum(one.n for one in found.frames["lens"].columns(ALL)) == count
    assert found.names == ({"lens": "a lens"} if count else {})


def test_frames_are_counted_for_who_said_them() -> None:
    found = picture(1.0)
    frames = {side: sum(c.n for c in counts.columns(ALL)) for side, counts in found.frames.items()}

    assert frames == {"lens": 2 + 48, "body": 1 + 48}


@pytest.mark.parametrize("name", spec_names())
@given(data=st.data())
@sampled(16)
def test_every_message_of_every_mount_can_be_told(name: str, data: st.DataObject) -> None:
    spec = load(name)
    kind = data.draw(st.sampled_from(distinct(spec.messages.values())))
    message = Message(kind.name, data.draw(fields_of(kind)))
    found = Picture(spec)
    found.tell(Record(1.0, kind.sender, "said", message, b"\x00"))

    assert sum(one.n for one in found.frames[kind.sender].columns(ALL)) == 1
    for curve in (found.aperture, found.asked, found.position, found.focus):
        assert all(math.isfinite(point.y) for point in curve.columns(ALL))


@pytest.mark.parametrize(("distance_mm", "y"), [(math.inf, 0), (2000, 0.5), (0, 1000), (-5, 1000)])
def test_a_distance_is_told_by_its_inverse(distance_mm: float, y: float) -> None:
    assert per_m(distance_mm) == y
