import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.event import LinkDown, LinkUp, Note, Raw, Restart
from lensbus.session.log import Record, Told, Window
from lensbus.spec.load import load
from lensbus.telemetry.records import Outbox, States, compact, note_text, record_json
from lensbus.wire.message import Fault, Message
from tests.peers import SPEC
from tests.telemetry.conftest import Check

SESSION = "0123456789abcdef"


def note(number: int) -> Record:
    return Record(float(number % 10), "lens", "noted", Note(str(number % 10)))


NOTE_BYTES = len(compact({"side": "lens", **record_json(note(0), SPEC)}))


def test_what_was_said_is_from_who_said_it_and_what_was_heard_is_from_the_peer() -> None:
    sync = Message("sync", {})
    found = [
        record_json(Record(1.0, side, verb, sync), SPEC)["from"]
        for side in ("body", "lens")
        for verb in ("said", "heard")
    ]

    assert found == ["body", "lens", "lens", "body"]


def test_a_message_has_its_window_frame_fields_and_bytes() -> None:
    message = Message("status", {"errors": ("hot",), "focus_position": 3000}, seq=7)
    record = Record(1.5, "lens", "said", message, b"\xe0\x01", Window(1.25, 1.375, 3_000_000))

    assert json.loads(compact(record_json(record, SPEC))) == {
        "t": 1.25,
        "t_end": 1.375,
        "baud": 3_000_000,
        "from": "lens",
        "frame": "strip",
        "message": "status",
        "fields": {"errors": ["hot"], "focus_position": 3000},
        "seq": 7,
        "raw": "e001",
    }


def test_a_fault_is_from_who_made_it() -> None:
    fault = Fault("bad checksum", b"\xff", "status.errors", "got 1, wanted 2")
    found = record_json(Record(1.5, "body", "heard", fault, fault.raw), SPEC)

    assert found == {
        "t": 1.5,
        "t_end": None,
        "baud": None,
        "from": "lens",
        "fault": "bad checksum",
        "path": "status.errors",
        "detail": "got 1, wanted 2",
        "raw": b"\xff",
    }


def test_a_note_is_told_in_a_few_words() -> None:
    events: list[Told] = [
        LinkUp(frozenset({"reset", "detect"}), "application"),
        LinkUp(frozenset(), "application"),
        LinkDown(),
        Restart("bootloader"),
        Note("unplugged"),
        Raw(b"\0"),
    ]
    records = [Record(0.0, "lens", "noted", event) for event in events]

    assert [note_text(record) for record in records] == [
        "link up, lines: detect reset",
        "link up, lines: none",
        "link down",
        "restarts into its bootloader",
        "unplugged",
        "Raw",
    ]
    assert record_json(records[-1], SPEC)["note"] == "Raw"


def test_what_json_has_no_form_for_is_told_as_its_text() -> None:
    assert compact({"a": b"\xff", "b": SPEC.constant, "c": {1}})[:17] == '{"a":"ff","b":"<b'


def test_every_record_of_a_run_fits_the_schema(records: list[Record], check: Check) -> None:
    outbox, seen = Outbox(SPEC, SESSION), list[dict[str, Any]]()
    for record in records:
        outbox.add(record)
    while data := outbox.next():
        batch = json.loads(data)
        check(batch, "batch")
        seen += batch["records"]
        outbox.settle()

    assert len(seen) == len(records)
    assert {kind for one in seen for kind in ("message", "note") if kind in one} == {
        "message",
        "note",
    }


def test_the_examples_in_the_documentation_fit_the_schema(check: Check) -> None:
    page = Path("docs/mqtt.md").read_text(encoding="utf-8")
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    for example, name in zip(examples, ("online", "state", "batch", "online"), strict=True):
        check(example, name)


def test_batches_are_numbered_and_stay_in_order_and_under_their_size(
    records: list[Record],
) -> None:
    outbox, batches = Outbox(SPEC, SESSION, batch=4096), list[bytes]()
    for record in records:
        outbox.add(record)
    while data := outbox.next():
        batches.append(data)
        outbox.settle()
    told = [json.loads(data) for data in batches]
    times = [one["t"] for batch in told for one in batch["records"] if one["side"] == "lens"]

    assert [batch["seq"] for batch in told] == list(range(1, len(told) + 1))
    assert all(len(data) < 4096 + 200 for data in batches)
    assert all(a <= b + 0.001 for a, b in pairwise(times))
    assert outbox.made == outbox.delivered == len(records)


def test_a_batch_that_was_not_settled_is_sent_again_as_it_was() -> None:
    outbox = Outbox(SPEC, SESSION, limit=2 * NOTE_BYTES)
    outbox.add(note(1))
    first = outbox.next()
    for number in range(2, 6):
        outbox.add(note(number))

    assert first == outbox.next()

    outbox.settle()
    second = json.loads(outbox.next() or b"")

    assert (second["seq"], second["dropped"]) == (2, 2)
    assert [one["note"] for one in second["records"]] == ["4", "5"]


def test_a_record_larger_than_a_batch_gets_one_of_its_own() -> None:
    outbox = Outbox(SPEC, SESSION, batch=100)
    for size in (1, 5000, 1):
        outbox.add(Record(0.0, "lens", "said", Raw(b""), bytes(size)))
    sizes = []
    while data := outbox.next():
        sizes.append(len(json.loads(data)["records"]))
        outbox.settle()

    assert sizes == [1, 1, 1]


def test_nothing_waits_in_an_empty_outbox() -> None:
    outbox = Outbox(SPEC, SESSION)
    outbox.settle()
    outbox.close()

    assert outbox.next() is None
    assert not outbox.full
    assert outbox.made == outbox.delivered == outbox.dropped == 0


@given(st.lists(st.sampled_from(["add", "next", "settle"]), max_size=200), st.integers(0, 9))
def test_every_record_is_delivered_or_dropped_and_the_queue_is_bounded(
    steps: list[str], room: int
) -> None:
    outbox, made, seen = Outbox(SPEC, SESSION, limit=room * NOTE_BYTES, batch=250), 0, 0
    for step in steps:
        if step == "add":
            outbox.add(note(made))
            made += 1
        elif step == "next" and (data := outbox.next()):
            batch = json.loads(data)
            seen = outbox.delivered
            first = batch["dropped"] + seen
            notes = [str(number % 10) for number in range(first, first + len(batch["records"]))]

            assert [one["note"] for one in batch["records"]] == notes
        elif step == "settle":
            outbox.settle()

        assert outbox.waiting_bytes <= room * NOTE_BYTES
    outbox.close()

    assert outbox.waiting_bytes == 0
    assert made == outbox.made == outbox.delivered + outbox.dropped


def test_the_last_state_of_each_side_is_told_once(check: Check) -> None:
    states = States(SESSION)
    for t, side, state in [
        (1.0, "lens", "off"),
        (2.0, "lens", "ready"),
        (2.5, "body", ""),
        (3.0, "lens", "ready"),
        (3.0, "body", "ready"),
    ]:
        states.watch(Record(t, side, "noted", Note("x"), state=state))
    told = {side: json.loads(data) for side, data in states.take()}

    assert told == {
        "lens": {"session": SESSION, "t": 2.0, "state": "ready"},
        "body": {"session": SESSION, "t": 3.0, "state": "ready"},
    }
    for one in told.values():
        check(one, "state")
    assert states.take() == []

    states.renew()

    assert {side for side, _ in states.take()} == {"lens", "body"}


def test_the_frame_of_an_unknown_message_is_told_where_there_is_but_one() -> None:
    unknown = Record(1.0, "lens", "said", Message("unknown_7f", {"payload": b""}))

    assert record_json(unknown, SPEC)["frame"] == "strip"
    assert record_json(unknown, load("fuji_gf"))["frame"] is None
