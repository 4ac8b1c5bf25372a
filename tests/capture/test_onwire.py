import pytest

from lensbus.capture.onwire import MAX_BYTES, OnWire
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.event import LinkUp, Note, Raw
from lensbus.session.log import Record, Window
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

BOTH = ("body", "lens")
SAID = Record(0.5, "body", "said", Message("wake"), b"\x01\x02", Window(0.6, 0.7, 115200))


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load("l_mount")


def heard(event: Message | Fault, raw: bytes, side: str = "body") -> Record:
    return Record(1.5, side, "heard", event, raw)


def test_what_was_said_stands_in_its_window(spec: Spec) -> None:
    assert OnWire(spec, ["body"]).cut(SAID) == Cut("body", 0.6, 0.7, 115200, b"\x01\x02", 0)


def test_what_was_said_without_a_window_stands_at_its_time(spec: Spec) -> None:
    said = Record(0.5, "lens", "said", Raw(b"\xff"), b"\xff")

    assert OnWire(spec, BOTH).cut(said) == Cut("lens", 0.5, 0.5, None, b"\xff", 0)


@pytest.mark.parametrize(("side", "peer"), [BOTH, BOTH[::-1]])
def test_what_one_side_heard_its_peer_said(spec: Spec, side: str, peer: str) -> None:
    record = heard(Message("wake"), b"\x01", side)

    assert OnWire(spec, [side]).cut(record) == Cut(peer, 1.5, 1.5, None, b"\x01", 0)


def test_the_bytes_of_a_fault_were_on_the_wire(spec: Spec) -> None:
    cut = OnWire(spec, ["body"]).cut(heard(Fault("noise", b"\x00"), b"\x00"))

    assert cut is not None
    assert cut.data == b"\x00"


def test_where_both_record_nothing_stands_twice(spec: Spec) -> None:
    assert OnWire(spec, BOTH).cut(heard(Message("wake"), b"\x01\x02")) is None


def test_a_request_without_reply_is_not_heard_from_the_peer(spec: Spec) -> None:
    assert OnWire(spec, ["body"]).cut(heard(Fault("no reply", b"\x01\x02"), b"\x01\x02")) is None


@pytest.mark.parametrize(
    "record",
    [
        Record(0.0, "body", "noted", LinkUp(frozenset(), "application")),
        Record(0.0, "body", "noted", Note("unplugged"), b"\x01"),
        Record(0.0, "body", "said", Message("sync")),
        heard(Message("attached"), b""),
        heard(Fault("missing frame"), b""),
    ],
    ids=lambda record: type(record.event).__name__,
)
def test_what_has_no_bytes_was_not_on_the_wire(spec: Spec, record: Record) -> None:
    assert OnWire(spec, ["body"]).cut(record) is None


def test_the_messages_of_a_packed_frame_are_one_frame() -> None:
    wire, raw = OnWire(load("sony_e"), ["body"]), bytes.fromhex("f00011")
    answer = Record(1.5, "body", "said", Message("ack"), b"\x05\x06")
    told = [heard(Message("one"), raw), answer, heard(Message("two"), raw)]

    assert [cut is not None for cut in map(wire.cut, told)] == [True, True, False]


@pytest.mark.parametrize("raw", [b"\x07", b"\x07\x08"])
def test_equal_bytes_heard_again_were_said_again(spec: Spec, raw: bytes) -> None:
    wire = OnWire(spec, ["body"])
    again = bytes(bytearray(raw))

    assert wire.cut(heard(Fault("noise", raw), raw)) is not None
    assert wire.cut(heard(Fault("noise", again), again)) is not None


def test_a_frame_that_no_reader_would_take_is_refused(spec: Spec) -> None:
    big = bytes(MAX_BYTES + 1)

    with pytest.raises(CaptureError, match=r"^frame at 0\.5 s: got 262145 bytes, wanted 262144$"):
        OnWire(spec, BOTH).cut(Record(0.5, "body", "said", Raw(big), big))
