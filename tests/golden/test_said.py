from dataclasses import replace

from lensbus.golden.said import Said, plain, told
from lensbus.session.event import LinkUp, Note, Raw
from lensbus.session.log import Record, Window
from lensbus.wire.message import Fault, Message
from tests.golden.runs import FAULTY, ran
from tests.peers import APERTURE, SPEC, STATUS

UP = Record(0.0, "lens", "noted", LinkUp(frozenset(), "application"))
"""That there is a lens at all."""


def test_each_message_is_told_once_by_who_said_it() -> None:
    found = told(SPEC, ran())
    said = [record for record in ran() if record.verb == "said"]

    assert len(found) == len(said)
    assert {each.side for each in found} == {"body", "lens"}
    assert [each.t for each in found] == sorted(each.t for each in found)


def test_a_message_is_told_at_the_time_when_its_first_bit_went_out() -> None:
    late = Record(0.1, "body", "said", APERTURE, b"x", Window(0.25, 0.26, 9600))

    assert [each.t for each in told(SPEC, [UP, late])] == [0.25]


def test_faults_that_were_heard_are_told_and_notes_are_not() -> None:
    note, fault = Note("on its way"), Fault("bad checksum", b"\x01", "status", "got 1, wanted 2")
    records = [UP, Record(1.0, "body", "noted", note), Record(2.0, "body", "heard", fault)]

    assert told(SPEC, records) == [
        Said(
            2.0,
            "body",
            "bad checksum",
            {"path": "status", "detail": "got 1, wanted 2"},
            fault="heard",
        )
    ]


def test_where_one_side_records_what_it_heard_is_what_its_peer_said() -> None:
    """On a real link nobody else tells."""
    body = [record for record in ran() if record.side == "body"]
    both, one = (
        sorted(str((each.side, each.name, each.fields)) for each in told(SPEC, records))
        for records in (ran(), body)
    )

    assert both == one


def test_raw_bytes_are_told_as_such() -> None:
    raw = Record(1.0, "body", "said", Raw(b"\x0a\x0b"))

    assert told(SPEC, [UP, raw]) == [Said(1.0, "body", "bytes", {"data": "0a0b"}, fault="said")]


def test_a_message_of_the_cycle_is_known_by_its_spec() -> None:
    status, order = (Record(1.0, "lens", "said", each) for each in (STATUS, APERTURE))
    unknown = replace(status, event=Message("unknown_1c"))

    assert [each.cyclic for each in told(SPEC, [status, order, unknown])] == [True, False, False]


def test_streams_part_faults_the_cycle_and_the_rest() -> None:
    streams = {each.stream for each in told(SPEC, ran(FAULTY))}

    assert {("body", ""), ("body", "sync"), ("lens", "status"), ("body", "heard")} <= streams


def test_values_are_such_as_json_has() -> None:
    fields = {
        "mode": "on",
        "flags": ("a", "b"),
        "raw": b"\x01\xff",
        "inner": {"n": 1, "of": (b"",)},
    }

    assert plain(fields) == {
        "mode": "on",
        "flags": ["a", "b"],
        "raw": "01ff",
        "inner": {"n": 1, "of": [""]},
    }


def test_many_bytes_are_their_size_and_hash() -> None:
    assert plain(b"\0" * 32) == "00" * 32
    assert plain(b"\0" * 4096) == "4096 bytes, sha256 ad7facb2"
    assert plain(b"\0" * 4096) != plain(b"\0" * 4095 + b"\1")
