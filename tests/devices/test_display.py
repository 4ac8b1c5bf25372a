import pytest

from lensbus.devices.display import DISPLAY, Display, behind, cropped
from lensbus.session.event import Note
from lensbus.wire.message import Message
from tests.devices.test_eye import OPTICS
from tests.peers import SAY, STATUS

MAGNIFIED, DONE = "manual focus: magnified", "manual focus: done"


def status(**fields: object) -> Message:
    return SAY("status", **{**STATUS.fields, **fields})


def shown(display: Display, now: float, **fields: object) -> list[str]:
    return [note.text for note in display.see(status(**fields), now)]


def test_an_ordinary_status_shows_nothing() -> None:
    assert shown(Display(), 0.0) == []


def test_a_ring_that_is_turned_magnifies_until_it_rests_a_while() -> None:
    display = Display()

    assert shown(display, 1.0, ring_counts=3) == [MAGNIFIED]
    assert shown(display, 1.5, ring_counts=-1) == shown(display, 2.4) == []
    assert display.manual
    assert shown(display, 2.5) == [DONE]
    assert not display.manual


def test_a_switch_to_manual_magnifies_for_as_long_as_it_is_there() -> None:
    display = Display()

    assert shown(display, 1.0, switches=("manual_focus",)) == [MAGNIFIED]
    assert shown(display, 9.0, switches=("manual_focus",)) == []
    assert shown(display, 9.1) == [DONE]


def test_errors_of_the_lens_and_their_end_are_shown() -> None:
    display = Display()

    assert shown(display, 0.0, errors=("iris", "low_supply")) == [
        "the lens reports: iris, low_supply"
    ]
    assert shown(display, 0.1, errors=("iris", "low_supply")) == []
    assert shown(display, 0.2) == ["the lens reports: all is well"]


def test_who_stabilises_is_shown_when_it_changes() -> None:
    display = Display()

    assert shown(display, 0.0, stabiliser="shared") == [
        "stabiliser: pitch and yaw in the lens, the rest in the body"
    ]
    assert shown(display, 0.1, stabiliser="shared") == []
    assert shown(display, 0.2, stabiliser="off") == ["stabiliser: not in the lens"]


def test_a_status_of_an_older_version_lacks_what_came_later() -> None:
    told = {name: STATUS.fields[name] for name in ("ring_counts", "switches")}

    assert list(Display().see(Message("status", told), 0.0)) == []


@pytest.mark.parametrize(
    ("sensor", "circle", "crops"),
    [("full_frame", "aps_c", True), ("full_frame", "full_frame", False), ("aps_c", "aps_c", False)],
)
def test_a_full_frame_body_crops_for_a_smaller_circle(
    sensor: str, circle: str, crops: bool
) -> None:
    optics = SAY("optics", **{**OPTICS.fields, "image_circle": circle})

    assert [note.about for note in cropped(sensor, optics)] == [DISPLAY] * crops


def test_an_accessory_is_shown_by_name() -> None:
    teleconverter = SAY("accessory", kind="teleconverter", serial="7", name="DMW-STC14")
    facts = {"kind": "teleconverter", "serial": "7"}

    assert list(behind(teleconverter)) == [Note("teleconverter: DMW-STC14", DISPLAY, facts)]
    assert list(behind(SAY("accessory", kind="none", serial="", name=""))) == []
