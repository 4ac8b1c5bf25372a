import pytest

from lensbus.session.event import LinkDown, LinkUp, Note, Raw, Restart
from lensbus.session.log import Journal, Record, Told, Verb, Window
from lensbus.session.machine import Machine
from lensbus.wire.message import Fault
from tests.peers import BARE, IDENTIFY, IDENTITY, SPEC, frame

LENS = SPEC.roles["lens"]
TOLD: list[tuple[Verb, Told]] = [
    ("heard", IDENTIFY),
    ("heard", Fault("noise", b"\0")),
    ("said", IDENTITY),
    ("said", Raw(b"\xe0")),
    ("noted", LinkUp(BARE, "application")),
    ("noted", LinkDown()),
    ("noted", Restart("bootloader")),
    ("noted", Note("homed")),
]


def test_a_record_says_when_who_what_and_in_which_state() -> None:
    journal = Journal("lens", Machine(LENS))
    raw, window = frame(IDENTITY, 1), Window(0.5, 0.6, 115_200)
    journal.add("said", IDENTITY, 0.5, raw, window)

    assert journal.take() == [Record(0.5, "lens", "said", IDENTITY, raw, window, "off")]


def test_what_has_no_bytes_has_no_window() -> None:
    journal = Journal("lens", Machine(LENS))
    journal.add("noted", LinkDown(), 2.0)
    (record,) = journal.take()

    assert record.raw == b""
    assert record.window is None


@pytest.mark.parametrize(("verb", "event"), TOLD, ids=[type(event).__name__ for _, event in TOLD])
def test_everything_that_can_happen_can_be_recorded(verb: Verb, event: Told) -> None:
    journal = Journal("body", Machine(SPEC.roles["body"]))
    journal.add(verb, event, 1.5)

    assert journal.take() == [Record(1.5, "body", verb, event, state="empty")]


def test_records_are_given_in_order_and_once() -> None:
    journal = Journal("lens", Machine(LENS))
    for verb, event in TOLD:
        journal.add(verb, event, 1.0)

    assert [(record.verb, record.event) for record in journal.take()] == TOLD
    assert journal.take() == []


def test_a_record_that_was_taken_does_not_come_back_with_the_next() -> None:
    journal = Journal("lens", Machine(LENS))
    journal.add("heard", IDENTIFY, 1.0)
    first = journal.take()
    journal.add("said", IDENTITY, 2.0)

    assert [record.t for record in first] == [1.0]
    assert [record.t for record in journal.take()] == [2.0]


def test_each_record_has_the_state_of_its_own_moment() -> None:
    machine = Machine(LENS)
    journal = Journal("lens", machine)
    journal.add("noted", Note("before"), 0.0)
    machine.step("recv", "power_on")
    journal.add("noted", Note("after"), 0.0)

    assert [record.state for record in journal.take()] == ["off", "listening"]


def test_a_capture_window_may_be_without_a_rate() -> None:
    assert Window(0.0, 1.0, None).baud is None
