from lensbus.spec.load import load
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.link import Sides, link_of
from lensbus.wire.message import Fault, Message
from lensbus.wire.table import Clocks

TAMRON = load("tamron_usb")
CONNECT = bytes.fromhex("0f0100000200f800a316f0")


def taken(link: Sides | Clocks) -> list[tuple[str, str]]:
    found = []
    while (item := link.next()) is not None:
        side, frame = item
        found.append((side, frame.kind if isinstance(frame, Fault) else frame.raw.hex()))
    return found


def test_both_sides_speak_at_once() -> None:
    link = link_of(load("fujinon_l10"))
    link.feed("body", bytes.fromhex("0013"), 0.0)
    link.feed("lens", bytes.fromhex("0001ff"), 0.0)
    first = taken(link)
    link.feed("body", b"\xed", 0.1)

    assert first == [("lens", "0001ff")]
    assert taken(link) == [("body", "0013ed")]


def test_the_end_of_a_window_is_that_of_its_side() -> None:
    link = link_of(TAMRON)
    for side in TAMRON.roles:
        link.feed(side, CONNECT[:4], 0.0)
    link.end("lens", 0.0)

    assert taken(link) == [("lens", "truncated")]


def test_what_was_not_taken_is_cut_as_the_frame_that_is_spoken_from_now_on() -> None:
    link = link_of(TAMRON)
    link.feed("lens", CONNECT + b"C\x06", 0.0)
    link.end("lens", 0.0)
    first = link.next()
    assert first is not None
    assert isinstance(first[1], Frame)
    link.use("transfer")

    assert taken(link) == [("lens", "43"), ("lens", "06")]
    link.close()
    assert link.next() is None


def test_a_frame_may_go_on_where_it_was_cut_by_a_switch() -> None:
    link, block = link_of(TAMRON), Codec(TAMRON).encode(Message("block", {"data": bytes(1024)}), 1)
    link.feed("host", block[:100], 0.0)
    link.use("transfer")
    link.feed("host", block[100:], 0.1)

    assert taken(link) == [("host", block.hex())]


def test_a_table_has_one_frame_whatever_is_used() -> None:
    link = link_of(load("canon_ef"))
    link.use("clocks")

    assert isinstance(link, Clocks)
