import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Int
from lensbus.spec.load import load
from lensbus.spec.shapes import Delimited
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Framer, Shape
from lensbus.wire.message import Fault
from tests.sampled import sampled
from tests.samples import delimited

L_MOUNT = delimited(load("l_mount"))
SONY = delimited(load("sony_e"))
TWO_SYNC = replace(
    L_MOUNT,
    name="two_sync",
    sync=b"\xaa\xaa\x55",
    header=(("type", Int(2, "big", signed=True)), ("length", Int(1, "little", signed=False))),
    counts=("payload", "payload"),
    covers=("sync", "payload"),
    tail=b"\r\n",
    seq=None,
    max_size=40,
)
SHAPES = [L_MOUNT, SONY, TWO_SYNC]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=["l_mount", "sony", "two_sync"])
bounded = sampled(60)

SONY_FRAME = bytes.fromhex("f00a0002000700130055")
SONY_HEAD = (b"\xf0", 10, 2, 0)
Items = list[Frame | Fault]


@dataclass(frozen=True)
class Stream:
    """Bytes, and the whole frames that were put into them."""

    data: bytes
    frames: list[bytes]


def frame_of(shape: Delimited, payload: bytes, number: int = 3) -> bytes:
    return Shape(shape).build({name: number for name, _ in shape.header}, payload)


def payloads(shape: Delimited) -> st.SearchStrategy[bytes]:
    """Any bytes, and such that look like the beginning of a frame."""
    beginnings = st.sampled_from([shape.sync, shape.sync[:1], shape.sync + b"\7\0", b"\0"])
    room = shape.max_size - len(frame_of(shape, b""))
    return st.lists(st.binary(max_size=8) | beginnings, max_size=6).map(
        lambda parts: b"".join(parts)[:room]
    )


@st.composite
def streams(draw: st.DrawFn, shape: Delimited, pad_to: int = 1) -> Stream:
    data, frames = b"", []
    kinds = st.sampled_from(["frame", "frame", "noise", "sync", "damaged", "cut"])
    for kind in draw(st.lists(kinds, max_size=8)):
        frame = frame_of(shape, draw(payloads(shape)), draw(st.integers(0, 255)) % 128)
        at = draw(st.integers(0, len(frame) - 1))
        if kind == "frame":
            stale = -len(frame) % pad_to
            data += frame + draw(st.binary(min_size=stale, max_size=stale))
            frames.append(frame)
        elif kind == "damaged":
            flip = draw(st.integers(1, 255))
            data += frame[:at] + bytes([frame[at] ^ flip]) + frame[at + 1 :]
        else:
            noise = draw(st.binary(max_size=3 * shape.max_size // 2))
            data += {"noise": noise, "sync": shape.sync * 5, "cut": frame[:at]}[kind]
    return Stream(data, frames)


def heard(shape: Delimited, parts: Sequence[bytes], sender: str = "lens") -> Items:
    """What comes out when the parts are fed one by one and the window closes after the last."""
    framer, items = Framer(shape, sender), []
    for part in parts:
        framer.feed(part)
        items += framer.take()
    framer.end()
    items += framer.take()
    assert not framer.pending
    assert items == one_by_one(shape, parts, sender)
    return items


def one_by_one(shape: Delimited, parts: Sequence[bytes], sender: str) -> Items:
    """The same, each item when it is asked for."""
    framer, items = Framer(shape, sender), Items()
    for part in parts:
        framer.feed(part)
        items += iter(framer.next, None)
    framer.end()
    items += iter(framer.next, None)
    return items


def frames_in(items: Items) -> list[bytes]:
    return [item.raw for item in items if isinstance(item, Frame)]


def cut_at(data: bytes, places: Sequence[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


@every_shape
@pytest.mark.parametrize("sender", ["lens", "body"])
def test_any_cut_of_a_stream_gives_the_same_frames_and_faults(
    shape: Delimited, sender: str
) -> None:
    pad_to = shape.pad_to if sender in shape.pad_from else 1

    @bounded
    @given(stream=streams(shape, pad_to), places=st.lists(st.integers(0, 400), max_size=12))
    def same(stream: Stream, places: list[int]) -> None:
        whole = heard(shape, [stream.data], sender)

        assert heard(shape, cut_at(stream.data, places), sender) == whole
        assert heard(shape, [bytes([byte]) for byte in stream.data], sender) == whole

    same()


@every_shape
@pytest.mark.parametrize("sender", ["lens", "body"])
def test_every_whole_frame_is_found_whatever_stands_between(shape: Delimited, sender: str) -> None:
    pad_to = shape.pad_to if sender in shape.pad_from else 1

    @bounded
    @given(stream=streams(shape, pad_to))
    def found(stream: Stream) -> None:
        assert frames_in(heard(shape, [stream.data], sender)) == stream.frames

    found()


@every_shape
@bounded
@given(data=st.data())
def test_no_byte_is_lost_between_frames_and_faults(shape: Delimited, data: st.DataObject) -> None:
    stream = data.draw(streams(shape))
    items = heard(shape, [stream.data])

    assert b"".join(item.raw for item in items) == stream.data
    assert all(len(item.raw) <= shape.max_size for item in items)


@pytest.mark.parametrize("shape", SHAPES, ids=["l_mount", "sony", "two_sync"])
def test_every_single_cut_of_a_frame_between_noise_gives_the_same(shape: Delimited) -> None:
    frame = frame_of(shape, shape.sync + b"ab")
    data = b"noise" + frame + shape.sync + frame
    whole = heard(shape, [data])

    assert frames_in(whole) == [frame, frame]
    for place in range(len(data) + 1):
        assert heard(shape, [data[:place], data[place:]]) == whole


def test_a_frame_of_a_sony_strip_comes_apart_into_header_and_payload() -> None:
    expected = Frame("strip", SONY_FRAME, (SONY_HEAD, b"\x07\x00"))

    assert heard(SONY, [SONY_FRAME]) == [expected]


def test_what_was_built_is_what_is_heard() -> None:
    header = {"type": -2, "length": 0}
    frame = Shape(TWO_SYNC).build(header, b"abc")

    assert heard(TWO_SYNC, [frame]) == [Frame("two_sync", frame, ((TWO_SYNC.sync, -2, 3), b"abc"))]
    assert frame.startswith(b"\xaa\xaa\x55\xff\xfe\x03abc")
    assert frame.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x12\x34\x56", "noise"),
        (SONY_FRAME[:1] + b"\xff\xff" + SONY_FRAME[3:], "bad length"),
        (SONY_FRAME[:1] + b"\x07\x00" + SONY_FRAME[3:], "bad length"),
        (SONY_FRAME[:5] + b"\x08" + SONY_FRAME[6:], "bad checksum"),
        (SONY_FRAME[:-1] + b"\x54", "bad tail"),
        (SONY_FRAME[:-1], "truncated"),
        (SONY_FRAME[:3], "truncated"),
        (b"\x12" + SONY_FRAME[:-1] + b"\x54", "bad tail"),
        (SONY_FRAME[:-1] + b"\x54" + SONY_FRAME[:-1], "bad tail"),
    ],
)
def test_bytes_of_no_frame_are_one_fault_named_after_the_first_that_was_wrong(
    data: bytes, kind: str
) -> None:
    assert heard(SONY, [data]) == [Fault(kind, data)]


def test_noise_is_told_before_the_frame_that_follows_it() -> None:
    framer = Framer(SONY, "lens")
    framer.feed(b"\1\2" + SONY_FRAME)
    first, second = framer.take()

    assert first == Fault("noise", b"\1\2")
    assert second.raw == SONY_FRAME


def test_noise_without_an_end_is_told_in_pieces_of_a_frames_greatest_size() -> None:
    framer = Framer(TWO_SYNC, "lens")
    framer.feed(bytes(100))

    assert framer.take() == [Fault("noise", bytes(40)), Fault("noise", bytes(40))]
    framer.end()
    assert framer.take() == [Fault("noise", bytes(20))]


def test_a_false_sync_inside_a_payload_hides_nothing() -> None:
    inner = SONY_FRAME
    frame = frame_of(SONY, inner + b"\xf0" + inner[:4])

    assert frames_in(heard(SONY, [frame])) == [frame]


def test_a_false_sync_before_a_frame_does_not_swallow_it() -> None:
    announces_300 = b"\xf0\x2c\x01\x01\x00"
    framer = Framer(SONY, "lens")
    framer.feed(announces_300 + SONY_FRAME)
    assert framer.take() == []
    framer.end()

    assert framer.take() == [
        Fault("truncated", announces_300),
        Frame("strip", SONY_FRAME, (SONY_HEAD, b"\x07\x00")),
    ]


def test_a_frame_inside_a_damaged_frame_is_found() -> None:
    outer = bytearray(frame_of(SONY, b"\0" + SONY_FRAME))
    outer[5] ^= 1
    raw = bytes(outer)

    assert frames_in(heard(SONY, [raw])) == [SONY_FRAME]


@pytest.mark.parametrize("stale", [SONY_FRAME[:6], b"\xf0" * 6, bytes(6)])
def test_stale_bytes_after_a_frame_of_the_body_are_passed_over(stale: bytes) -> None:
    data = SONY_FRAME + stale + SONY_FRAME + stale

    assert frames_in(heard(SONY, [data], "body")) == [SONY_FRAME, SONY_FRAME]
    assert not [item for item in heard(SONY, [data], "body") if isinstance(item, Fault)]


def test_the_lens_has_no_stale_bytes_to_pass_over() -> None:
    items = heard(SONY, [SONY_FRAME + bytes(6) + SONY_FRAME], "lens")

    assert items[1] == Fault("noise", bytes(6))


def test_padding_ends_with_the_window() -> None:
    framer = Framer(SONY, "body")
    for _ in range(2):
        framer.feed(SONY_FRAME + b"\0\0")
        assert frames_in(framer.take()) == [SONY_FRAME]
        assert framer.pending
        framer.end()
        assert framer.take() == []
        assert not framer.pending


def test_a_frame_in_a_new_window_is_not_held_against_the_old_one() -> None:
    framer = Framer(SONY, "lens")
    framer.feed(SONY_FRAME[:7])
    framer.end()
    first = framer.take()
    framer.feed(SONY_FRAME[7:] + SONY_FRAME)
    framer.end()

    assert first == [Fault("truncated", SONY_FRAME[:7])]
    assert framer.next() == Fault("noise", SONY_FRAME[7:])


def test_frames_come_one_by_one_so_that_the_rest_can_be_forgotten() -> None:
    framer = Framer(SONY, "lens")
    framer.feed(SONY_FRAME * 3)
    first = framer.next()
    framer.reset()

    assert isinstance(first, Frame)
    assert first.raw == SONY_FRAME
    assert not framer.pending
    assert framer.take() == []


def test_bytes_may_come_between_two_items() -> None:
    framer = Framer(SONY, "lens")
    framer.feed(SONY_FRAME * 2)
    framer.next()
    framer.feed(SONY_FRAME)

    assert frames_in(framer.take()) == [SONY_FRAME, SONY_FRAME]


def test_a_window_without_bytes_gives_nothing() -> None:
    assert heard(SONY, []) == []


@every_shape
@pytest.mark.parametrize("unit", ["sync", "big"])
def test_hostile_bytes_cost_a_bounded_time_each(shape: Delimited, unit: str) -> None:
    """A stream in which every frame-like beginning announces the greatest size."""
    biggest = frame_of(shape, bytes(shape.room + ("payload" in shape.key)))
    data = {"sync": shape.sync, "big": biggest[: len(shape.sync) + 4]}[unit] * 20_000
    start = time.process_time()
    items = heard(shape, [data[i : i + 1000] for i in range(0, len(data), 1000)])

    assert time.process_time() - start < 5
    assert frames_in(items) == []


@every_shape
def test_no_frame_is_built_that_the_other_side_would_refuse(shape: Delimited) -> None:
    room = shape.max_size - len(frame_of(shape, b""))
    biggest = frame_of(shape, bytes(room))

    assert frames_in(heard(shape, [biggest])) == [biggest]
    text = f"a frame of {shape.max_size + 1} bytes, at most {shape.max_size}"
    with pytest.raises(LocalProtocolError, match=text):
        frame_of(shape, bytes(room + 1))
