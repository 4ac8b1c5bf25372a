from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.spec.shapes import Table
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.message import Fault, Message
from lensbus.wire.table import Clocks, TableShape
from tests.mounts import EF_BODY, EF_LENS
from tests.sampled import sampled
from tests.samples import shape_named

EF = load("canon_ef")
TABLE = shape_named(EF, "clocks", Table)
Told = list[tuple[str, str]]


def taken(link: Clocks) -> Told:
    found = []
    while (item := link.next()) is not None:
        side, frame = item
        found.append((side, frame.kind if isinstance(frame, Fault) else frame.raw.hex()))
    return found


def told(body: bytes, lens: bytes) -> Told:
    """What one window says."""
    link = Clocks(EF, TABLE)
    link.feed("body", body, 1.0)
    link.feed("lens", lens, 1.0)
    return taken(link)


def test_an_answer_has_as_many_bytes_as_what_it_answers() -> None:
    assert told(bytes.fromhex("a000 0c 0f"), bytes.fromhex("00 00c8 0c")) == [
        ("body", "a000"),
        ("lens", "00c8"),
        ("body", "0c"),
        ("lens", "0c"),
        ("body", "0f"),
    ]


def test_an_opcode_that_no_message_has_takes_one_clock() -> None:
    assert told(b"\xee\x0c\0", b"\0\xee\x0c") == [
        ("body", "ee"), ("lens", "ee"), ("body", "0c"), ("lens", "0c"), ("body", "00"),
    ]  # fmt: skip


def test_a_name_ends_with_its_zero() -> None:
    found = told(b"\x82\0\0\0\0\x0c\0", b"\0EF1\0\0\x0c")

    assert found[:3] == [("body", "8200000000"), ("lens", b"EF1\0".hex()), ("body", "0c")]


def test_a_name_that_never_ends_is_one_clock() -> None:
    found = told(b"\x82" + b"\x0c" * 300, b"\0" + b"x" * 300)

    assert found[:3] == [("body", "82"), ("lens", "78"), ("body", "0c")]


@sampled(60)
@given(
    clocks=st.lists(
        st.tuples(st.sampled_from([0, 0x0C, 0x80, 0xA0, 0x82, 0xEE]), st.integers(0, 2))
    ),
    places=st.lists(st.integers(0, 40), max_size=6),
)
def test_any_cut_into_windows_gives_the_same(
    clocks: list[tuple[int, int]], places: list[int]
) -> None:
    body, lens = (bytes(clock[side] for clock in clocks) for side in (0, 1))
    ends = sorted({min(place, len(body)) for place in places} | {0, len(body)})
    link, found = Clocks(EF, TABLE), list[tuple[str, str]]()
    for t, (start, end) in enumerate(pairwise(ends)):
        for side, data in (("lens", lens), ("body", body)):
            link.feed(side, data[start:end], float(t))
            found += taken(link)
            link.end(side, float(t))

    assert found == told(body, lens)


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([("body", EF_BODY[:2], 1.0), ("body", EF_BODY[2:10], 2.0)], ["0a00", "800a990100000000"]),
        ([("lens", EF_LENS, 1.0)], []),
        (
            [
                ("body", b"\xa0\0", 1.0),
                ("lens", b"\0", 1.0),
                ("body", b"\x0c", 2.0),
                ("lens", b"\1", 2.0),
            ],
            ["a000", "truncated", "0c"],
        ),
        ([("lens", b"\1", 1.0), ("body", b"\x0c", 2.0), ("lens", b"\0", 2.0)], ["0c"]),
    ],
    ids=["the body alone", "the lens alone", "a byte that is missing", "a window without opcode"],
)
def test_what_one_side_did_not_record_is_left_out(
    windows: Sequence[tuple[str, bytes, float]], expected: list[str]
) -> None:
    link, found = Clocks(EF, TABLE), list[tuple[str, str]]()
    for window in windows:
        link.feed(*window)
        found += taken(link)
    link.close()
    found += taken(link)

    assert [text for _, text in found] == expected


def test_the_side_that_leads_says_opcodes_and_the_other_does_not() -> None:
    codec = Codec(EF)
    answer = Message("focal_length", {"focal_length": 200})

    assert codec.encode(Message("get_focal_length", {"unknown_1": 0})) == b"\xa0\0"
    assert codec.encode(answer) == b"\0\xc8"
    assert codec.decode(Frame("clocks", b"", ((0xA0,), b"\0\xc8")), "lens") == [answer]


def test_no_message_is_longer_than_the_shape_allows() -> None:
    with pytest.raises(LocalProtocolError, match="256 bytes of fields, at most 255"):
        TableShape(TABLE, leads=True).fill([1], 0, bytes(256))
