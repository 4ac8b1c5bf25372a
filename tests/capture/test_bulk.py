import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.capture.bulk import Bulk, BulkDecoder
from lensbus.capture.columns import Column
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Framer
from lensbus.wire.message import Message
from tests.sampled import sampled
from tests.samples import delimited
from tests.strategies import fields_of

L_MOUNT, SONY = load("l_mount"), load("sony_e")
bounded = sampled(20)
sides = pytest.mark.parametrize(
    ("spec", "sender"),
    [(L_MOUNT, "lens"), (L_MOUNT, "body"), (SONY, "lens"), (SONY, "body")],
    ids=lambda value: value if isinstance(value, str) else value.name,
)


def in_bulk(spec: Spec, sender: str, data: bytes) -> Bulk:
    return BulkDecoder(spec, sender, delimited(spec)).decode(data)


def one_by_one(spec: Spec, sender: str, data: bytes) -> list[Frame]:
    framer = Framer(delimited(spec), sender)
    framer.feed(data)
    framer.end()
    return [item for item in framer.take() if isinstance(item, Frame)]


def places(found: Bulk) -> list[int]:
    return sorted(np.concatenate([found.others, *(one.at for one in found.messages.values())]))


def raw(spec: Spec, name: str, field: str, value: Any) -> object:  # noqa: ANN401 what a spec says
    kind = next(entry for entry in spec.messages[name].fields if entry.name == field)
    if kind.enum is not None:
        return kind.enum[value]
    if kind.flags is not None:
        return sum(kind.flags[flag] for flag in value)
    return value.encode() if isinstance(value, str) else value


def cell(column: Column, row: int) -> object:
    value = column[row]
    return value.tobytes() if isinstance(value, np.ndarray) else value.item()


@st.composite
def streams(draw: st.DrawFn, spec: Spec, sender: str) -> bytes:
    """Frames of a side, whole, damaged and cut, with noise between them."""
    codec, shape = Codec(spec), delimited(spec)
    kinds = [kind for kind in spec.messages.values() if kind.key and kind.sender == sender]
    data = b""
    for what in draw(st.lists(st.sampled_from(["frame", "frame", "damaged", "noise"]), max_size=8)):
        kind = draw(st.sampled_from(kinds))
        message = Message(kind.name, draw(fields_of(kind)))
        frame = codec.encode(message, draw(st.integers(0, 255)))
        if what == "damaged":
            at = draw(st.integers(0, len(frame) - 1))
            frame = frame[:at] + bytes([frame[at] ^ draw(st.integers(1, 255))]) + frame[at + 1 :]
        stale = -len(frame) % (shape.pad_to if sender in shape.pad_from else 1)
        data += frame + bytes(stale) if what != "noise" else draw(st.binary(max_size=40))
        data += shape.sync * draw(st.integers(0, 2))
    return data


@sides
def test_in_bulk_the_same_frames_are_found_as_one_by_one(spec: Spec, sender: str) -> None:
    @bounded
    @given(data=streams(spec, sender))
    def same(data: bytes) -> None:
        frames, found = one_by_one(spec, sender, data), in_bulk(spec, sender, data)
        at = places(found)

        assert found.frames == len(frames)
        assert [frame.raw for frame in frames] == [
            data[start : start + len(frame.raw)] for start, frame in zip(at, frames, strict=True)
        ]

    same()


@sides
def test_in_bulk_the_same_values_are_read_as_one_by_one(spec: Spec, sender: str) -> None:
    @bounded
    @given(data=streams(spec, sender))
    def same(data: bytes) -> None:
        codec, found = Codec(spec), in_bulk(spec, sender, data)
        wanted: defaultdict[str, list[Message]] = defaultdict(list)
        for frame in one_by_one(spec, sender, data):
            for message in codec.decode(frame, sender):
                if isinstance(message, Message):
                    wanted[message.name].append(message)
        for name, columns in found.messages.items():
            assert len(columns.at) == len(wanted[name])
            for row, message in enumerate(wanted[name]):
                assert columns.seq is None or columns.seq[row] == message.seq
                assert {field: cell(column, row) for field, column in columns.fields.items()} == {
                    field: raw(spec, name, field, value) for field, value in message.fields.items()
                }

    same()


def statuses(count: int) -> list[bytes]:
    """Frames of one fixed size, whose bytes are any."""
    chance, codec, kind = random.Random(7), Codec(L_MOUNT), L_MOUNT.messages["focus_move"]
    fields = [{"mode": "absolute", "target": chance.randrange(60_000), "speed": 9}] * count
    assert set(fields[0]) == {field.name for field in kind.fields}
    return [codec.encode(Message(kind.name, one), at % 255 + 1) for at, one in enumerate(fields)]


def spoilt(frames: Iterable[bytes]) -> tuple[bytes, int]:
    """A stream in which one byte in a hundred is another, and how many frames are still whole."""
    chance, whole, data = random.Random(8), 0, b""
    for frame in frames:
        other = bytes(byte ^ (chance.randrange(100) == 0) for byte in frame)
        whole += other == frame
        data += other
    return data, whole


def test_every_whole_frame_of_a_long_damaged_stream_is_found() -> None:
    data, whole = spoilt(statuses(3000))
    found = in_bulk(L_MOUNT, "body", data)

    assert 2000 < whole == found.frames == len(found.messages["focus_move"].at)


def test_a_value_that_does_not_fit_is_left_to_the_codec() -> None:
    frames = statuses(3)
    kinds = {**L_MOUNT.messages}
    move = kinds["focus_move"]
    narrow = tuple(
        replace(field, high=8) if field.name == "speed" else field for field in move.fields
    )
    spec = replace(L_MOUNT, messages={**kinds, "focus_move": replace(move, fields=narrow)})
    found = in_bulk(spec, "body", b"".join(frames))

    assert (found.frames, found.messages, len(found.others)) == (3, {}, 3)


@pytest.mark.parametrize("data", [b"", b"\xe0", b"\xe0" * 500, bytes(500)])
def test_where_there_is_no_frame_none_is_found(data: bytes) -> None:
    found = in_bulk(L_MOUNT, "lens", data)

    assert (found.frames, found.messages, found.others.tolist()) == (0, {}, [])


def test_keys_that_go_on_in_the_payload_are_left_to_the_codec() -> None:
    spec = load("samyang_dock")
    raw = Codec(spec).encode(Message("get_model", {"fill": bytes(17)}), 0)
    found = in_bulk(spec, "host", raw * 3)

    assert (found.frames, found.messages, len(found.others)) == (3, {}, 3)
