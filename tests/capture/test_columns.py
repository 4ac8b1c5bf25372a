from dataclasses import replace

import numpy as np
import pytest

from lensbus.capture.columns import Kind, Parts, number
from lensbus.spec.fields import INTS, Field, Int
from lensbus.spec.load import load
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message
from tests.samples import delimited
from tests.zoo import zoo

SPEC = load("l_mount")
PARTS = Parts(delimited(SPEC))
MOVE = {"mode": "relative", "target": 513, "speed": 7}


def rows(*frames: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.frombuffer(b"".join(frames), np.uint8).reshape(len(frames), -1)


@pytest.mark.parametrize(("order", "value"), [("little", 0x030201), ("big", 0x010203)])
def test_a_number_is_read_at_any_place_in_either_order(order: str, value: int) -> None:
    integer = Int(3, "little" if order == "little" else "big", signed=False)
    stream = np.array([9, 1, 2, 3, 1, 2, 3], np.uint8)

    assert number(stream, np.array([1, 4]), integer).tolist() == [value, value]


def test_the_parts_of_a_frame_are_where_they_are() -> None:
    frame = Codec(SPEC).encode(Message("focus_move", MOVE), 5)

    assert frame[PARTS.header["seq"][0]] == 5
    assert frame[PARTS.length_at] + PARTS.uncounted == len(frame)
    assert PARTS.payload + PARTS.foot == PARTS.least


@pytest.mark.parametrize(
    ("mount", "name", "held"),
    [
        ("l_mount", "focus_move", True),
        ("l_mount", "identity", True),
        ("sony_e", "status", False),  # one of a row in a packed frame
        ("sony_e", "identity", False),  # its last field takes the rest
        ("sony_e", "home", True),
    ],
)
def test_only_what_always_has_one_size_makes_rows(mount: str, name: str, *, held: bool) -> None:
    spec = load(mount)
    parts = Parts(delimited(spec))

    assert held == parts.holds(spec.messages[name])


def test_a_message_makes_rows_only_where_numpy_knows_all_of_its_fields() -> None:
    spec = zoo()
    parts = Parts(delimited(spec))
    alone = [replace(kind, key=(2, *kind.key[1:])) for kind in spec.messages.values() if kind.key]

    assert {kind.name for kind in alone if parts.holds(kind)} == {
        "ask", "stop", "setup", "answer", "state",
    }  # fmt: skip


def test_a_row_belongs_to_a_message_by_its_key_and_its_values() -> None:
    kind, codec = Kind(SPEC.messages["focus_move"], PARTS), Codec(SPEC)
    good = codec.encode(Message("focus_move", MOVE), 5)
    other, unknown = bytearray(good), bytearray(good)
    other[PARTS.header["opcode"][0]] ^= 1
    unknown[PARTS.payload] = 0xEE  # no such mode

    assert len(good) == kind.size
    assert kind.among(rows(good, bytes(other), bytes(unknown))).tolist() == [True, False, False]


def test_numbers_that_no_float_tells_apart_are_told_apart() -> None:
    stop = SPEC.messages["focus_move"]
    plain = Field("which", "int", 8, stop.fields[0].basis, INTS["u64le"], high=INTS["u64le"].high)
    named = replace(plain, enum={"one": 1, "big": 2**64 - 1})
    kind, known = (replace(stop, fields=(field,)) for field in (plain, named))
    codec = Codec(replace(SPEC, messages={stop.name: kind}))
    said = [codec.encode(Message(stop.name, {"which": n}), 5) for n in (1, 2**64 - 2, 2**64 - 1)]

    assert Kind(known, PARTS).among(rows(*said)).tolist() == [True, False, True]


def test_a_field_is_a_column_of_raw_values() -> None:
    kind = Kind(SPEC.messages["focus_move"], PARTS)
    found = rows(Codec(SPEC).encode(Message("focus_move", MOVE), 5))
    seq = kind.seq(found)

    assert {name: column.tolist() for name, column in kind.fields(found).items()} == {
        "mode": [1],
        "target": [513],
        "speed": [7],
    }
    assert seq is not None
    assert seq.tolist() == [5]
