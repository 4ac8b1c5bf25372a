from collections.abc import Sequence
from random import Random

import pytest

from lensbus.bench.pair import BODY, LENS, Tally, pair
from lensbus.bench.silence import Silence
from lensbus.devices.display import DISPLAY
from lensbus.session.event import LinkDown, LinkUp, Note
from lensbus.session.log import Record, Told
from lensbus.wire.message import Fault
from tests.peers import BARE, IDENTIFY, IDENTITY, POWER_ON, S1, SPEC

TAKEN = Record(1, BODY, "noted", Note("taken", DISPLAY, {"kind": "passive"}))
KNOWN = Record(0, LENS, "noted", Note("it is", "passive"))
UP = LinkUp(BARE, "application")
NO_REPLY = Fault("no reply", b"\xe0", "identify")
TRIED = [Record(2, BODY, "said", IDENTIFY, b"\xe0"), Record(2, BODY, "heard", NO_REPLY, b"\xe0")]


def expected(records: Sequence[Record]) -> list[bool]:
    silence = Silence()
    return [silence.expects(record) for record in records]


def test_what_is_tried_after_something_was_taken_for_passive_tells_nothing_new() -> None:
    switched = Record(2, BODY, "said", POWER_ON)

    assert expected([*TRIED, TAKEN, switched, *TRIED]) == [False, False, False, True, True, True]


@pytest.mark.parametrize(
    "speaks",
    [
        Record(3, LENS, "said", IDENTITY, b"\xe0"),
        Record(3, BODY, "heard", IDENTITY, b"\xe0"),
        Record(3, BODY, "noted", UP),
        Record(3, BODY, "noted", LinkDown()),
    ],
)
def test_what_speaks_or_is_plugged_in_anew_is_no_adapter_any_more(speaks: Record) -> None:
    assert expected([TAKEN, speaks, *TRIED]) == [False, False, False, False]


def test_what_says_itself_that_it_is_passive_is_known_until_it_is_gone() -> None:
    silence, known = Silence(), []
    for record in (TAKEN, KNOWN, Record(0, BODY, "noted", UP), *TRIED, TAKEN):
        silence.expects(record)
        known.append(silence.known)
    silence.expects(Record(4, LENS, "noted", LinkDown()))

    assert known == [False, True, True, True, True, True]
    assert not silence.known
    assert not any(silence.expects(record) for record in TRIED)


def test_what_a_body_took_for_passive_may_be_broken() -> None:
    tally = Tally()
    for record in (TAKEN, *TRIED):
        tally.add(record)

    assert tally.faults == {"no reply": 1}


@pytest.mark.parametrize("event", [Fault("noise", b"\0"), Note("a fault", "fault done")])
def test_all_else_is_told(event: Told) -> None:
    assert expected([TAKEN, Record(3, BODY, "heard", event)]) == [False, False]


def test_a_passive_adapter_does_nothing_wrong() -> None:
    tally = Tally()
    records = list(tally.watch(pair(SPEC, S1, None).run(5.0, Random(1))))

    assert sum(isinstance(record.event, Fault) for record in records) > 2
    assert tally.summary({BODY: "attached"})["faults_by_kind"] == {}
    assert tally.summary({BODY: "attached"})["faults"] == 0
