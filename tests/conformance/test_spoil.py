import pytest

from lensbus.conformance.spoil import Damage, can_spoil, parts_of, places, spoilt
from lensbus.spec.load import load
from lensbus.wire.frame import Frame
from lensbus.wire.message import Fault, Message
from tests.peers import SAY, SPEC, frame
from tests.wires import decoded, heard

MOVE = SPEC.messages["focus_move"]
RAW = frame(SAY("focus_move", mode="absolute", target=5, speed=7), 9)


def damaged(how: str, at: int = 0, data: bytes = b"") -> bytes:
    return spoilt(SPEC, MOVE, RAW, Damage(how, at, data))


@pytest.mark.parametrize("size", range(7))
def test_a_payload_that_is_cut_is_truncated_and_its_frame_is_sound(size: int) -> None:
    (fault,) = decoded(SPEC, MOVE, damaged("cut", size))

    assert isinstance(fault, Fault)
    assert fault.kind == "truncated"


def test_a_payload_with_a_byte_too_many_is_a_fault() -> None:
    assert isinstance(decoded(SPEC, MOVE, damaged("longer", data=b"\0"))[0], Fault)


def test_a_field_is_set_to_what_it_must_not_be() -> None:
    (fault,) = decoded(SPEC, MOVE, damaged("set", 0, b"\x63"))

    assert isinstance(fault, Fault)
    assert fault.path == "focus_move.mode"


def test_a_field_that_is_set_to_what_it_may_be_is_heard_so() -> None:
    (message,) = decoded(SPEC, MOVE, damaged("set", 5, b"\x09\x00"))

    assert isinstance(message, Message)
    assert (message.fields["speed"], message.seq) == (9, 9)


@pytest.mark.parametrize("part", parts_of(SPEC, MOVE))
def test_a_flipped_bit_in_any_part_leaves_no_sound_frame(part: str) -> None:
    found = heard(SPEC, MOVE, damaged(part))

    assert sum(a != b for a, b in zip(RAW, damaged(part), strict=True)) == 1
    assert not any(isinstance(each, Frame) for each in found)


def test_other_damage_is_what_it_says() -> None:
    assert damaged("short", 4) == RAW[:4]
    assert damaged("noise", data=b"xyz") == b"xyz"
    assert damaged("length", 500)[1:3] == (500).to_bytes(2, "little")
    assert isinstance(decoded(SPEC, MOVE, damaged("key", data=b"\x7f"))[0], Fault)


def test_the_fields_of_a_message_stand_at_their_places() -> None:
    assert [(field.name, at) for field, at in places(MOVE)] == [
        ("mode", 0),
        ("target", 1),
        ("speed", 5),
    ]


def test_frames_of_other_shapes_are_left_alone() -> None:
    fuji = load("fuji_gf")

    assert can_spoil(SPEC, MOVE)
    assert not any(can_spoil(fuji, kind) for kind in fuji.messages.values() if kind.frame == "word")
