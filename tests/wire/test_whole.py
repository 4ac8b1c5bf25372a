from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType, Spec
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Shape
from lensbus.wire.kinds import framers
from lensbus.wire.message import Fault, Message
from lensbus.wire.whole import is_whole
from tests.sampled import sampled
from tests.samples import delimited
from tests.strategies import fields_of

CODECS = {name: (load(name), Codec(load(name))) for name in spec_names()}
KINDS = [
    (name, kind)
    for name, (spec, _) in CODECS.items()
    for kind in spec.messages.values()
    if kind.key and is_whole(spec.frames[kind.frame], kind)
]
L_MOUNT, CODEC = CODECS["l_mount/lens"]
READ = CODEC.reader("body")
MOVE = Message("focus_move", {"mode": "relative", "target": -7, "speed": 9})
every_kind = pytest.mark.parametrize(
    ("name", "kind"), KINDS, ids=[f"{name}-{kind.name}" for name, kind in KINDS]
)


def the_long_way(spec: Spec, codec: Codec, data: bytes, sender: str) -> list[Message | Fault]:
    framer = next(iter(framers(spec, sender).values()))
    framer.feed(data)
    framer.end()
    found: list[Message | Fault] = []
    for item in framer.take():
        found += codec.decode(item, sender) if isinstance(item, Frame) else [item]
    return found


def test_most_messages_of_the_l_mount_are_always_alike() -> None:
    names = {kind.name for name, kind in KINDS if name == "l_mount/lens"}

    assert {"status", "command", "focus_move", "identify", "accepted"} <= names


@every_kind
def test_a_whole_frame_is_read_as_the_framer_and_the_layout_read_it(
    name: str, kind: MessageType
) -> None:
    spec, codec = CODECS[name]
    read = codec.reader(kind.sender)

    @sampled(20)
    @given(fields=fields_of(kind), data=st.data())
    def same(fields: dict[str, Any], data: st.DataObject) -> None:
        laps = spec.frames[kind.frame].seq_of(kind.key)
        seq = data.draw(st.integers(*laps.laps[0])) if laps else 0
        raw = codec.encode(Message(kind.name, fields), seq)
        flip, at = data.draw(st.integers(1, 255)), data.draw(st.integers(0, len(raw) - 1))
        spoilt = raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]

        assert [read(raw)] == the_long_way(spec, codec, raw, kind.sender)
        for other in (spoilt, raw[:at], raw + b"\0"):
            assert read(other) in (None, *the_long_way(spec, codec, other, kind.sender)[:1])

    same()


@pytest.mark.parametrize("data", [b"", b"\xe0", b"\xe0\0", bytes(300)])
def test_what_is_no_frame_is_left_to_the_framer(data: bytes) -> None:
    assert READ(data) is None


def test_a_value_that_does_not_fit_is_left_to_the_layout() -> None:
    payload = b"\xee" + CODEC.encode(MOVE, 3)[5:-2]  # no such mode
    header = {"opcode": L_MOUNT.messages["focus_move"].key[0], "seq": 3}
    raw = Shape(delimited(L_MOUNT)).build(header, payload)
    (fault,) = the_long_way(L_MOUNT, CODEC, raw, "body")

    assert isinstance(fault, Fault)
    assert (READ(raw), fault.path) == (None, "focus_move.mode")


@pytest.mark.parametrize("seq", [-1, 256, 1000])
def test_no_frame_has_a_number_that_does_not_fit(seq: int) -> None:
    with pytest.raises(LocalProtocolError, match=f"no frame has the number {seq}"):
        CODEC.encode(MOVE, seq)
