from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Table
from lensbus.wire.codec import Codec, Payload, codec
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Framer, Shape
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault, Message, Vocabulary
from tests import wires
from tests.sampled import sampled
from tests.samples import delimited, loaded
from tests.strategies import distinct, fields_of
from tests.zoo import zoo

OPAQUE = ("unknown: fault", "unknown: opaque")
SPECS = {name: load(name) for name in spec_names()} | {"zoo": zoo()}
CODECS = {name: Codec(spec) for name, spec in SPECS.items()}
MESSAGES = {
    kind.name: kind for kind in distinct(k for s in SPECS.values() for k in s.messages.values())
}
KINDS = [
    pytest.param(name, kind, id=f"{name}-{kind.name}")
    for name, spec in SPECS.items()
    for way in product(spec.roles, spec.frames)
    for kind in distinct(k for k in spec.messages.values() if (k.sender, k.frame) == way)
    if kind.key and not (kind.greedy and isinstance(spec.frames[kind.frame], Table))
]


def heard(spec: Spec, raw: bytes, sender: str) -> list[Frame | Fault]:
    framer = Framer(delimited(spec), sender)
    framer.feed(raw)
    framer.end()
    return framer.take()


def decoded(spec: Spec, raw: bytes, sender: str) -> list[Message | Fault]:
    (frame,) = heard(spec, raw, sender)
    assert isinstance(frame, Frame)
    return list(Codec(spec).decode(frame, sender))


def frame_of(spec: Spec, payload: Sequence[int], **header: int) -> bytes:
    """A frame with the right checksum around any payload."""
    shape = delimited(spec)
    whole = {name: header.get(name, 0) for name, _ in shape.header}
    return Shape(shape).build(whole, bytes(payload))


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_what_one_side_encodes_the_other_decodes(name: str, kind: MessageType) -> None:
    spec, codec, vocabulary = SPECS[name], CODECS[name], Vocabulary(SPECS[name])
    room = spec.frames[kind.frame].sizes(kind.key)[1] - kind.size

    @sampled(20)
    @given(fields=fields_of(kind, rest=min(40, room)))
    def both_ways(fields: dict[str, Any]) -> None:
        raw = codec.encode(vocabulary(kind.name, **fields), 5)
        (frame,) = wires.heard(spec, kind, raw)
        assert isinstance(frame, Frame)
        seq = 5 if spec.frames[kind.frame].seq_of(kind.key) else None
        assert list(codec.decode(frame, kind.sender)) == [Message(kind.name, fields, seq)]

    both_ways()


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=MESSAGES)
def test_what_is_wrong_with_a_payload_is_what_its_layout_says(kind: MessageType) -> None:
    payload, layout = Payload(kind), Layout(kind)

    @sampled(12)
    @given(fields=fields_of(kind, rest=10), noise=st.binary(min_size=1, max_size=12))
    def same(fields: dict[str, Any], noise: bytes) -> None:
        data = payload.build(fields)
        assert data == layout.build(fields)
        cuts = [data[:size] for size in range(len(data) + 1)]
        spoilt = [data[:at] + noise[:1] + data[at + 1 :] for at in range(len(data))]
        for some in [noise, data + noise[:1], *cuts, *spoilt]:
            assert payload.parse(some) == layout.parse(some)
            assert payload.take(some) == layout.take(some)

    same()


def test_a_framers_fault_stays_one() -> None:
    noise = Fault("noise", b"\0")

    assert CODECS["l_mount/lens"].decode(noise, "lens") == [noise]


def test_nobody_says_a_frame_whom_the_spec_does_not_know() -> None:
    framer = Framer(delimited(SPECS["l_mount/lens"]), "body")
    framer.feed(CODECS["l_mount/lens"].encode(Message("focus_stop"), 1))

    with pytest.raises(LocalProtocolError, match=r"nobody here is 'bodi' \(roles: lens, body\)"):
        CODECS["l_mount/lens"].decode(framer.take()[0], "bodi")


def test_a_spec_has_one_codec_and_each_of_its_versions_another() -> None:
    spec = SPECS["l_mount/lens"]

    assert codec(spec) is codec(spec)
    assert codec(spec) is not codec(spec.older[1])


@pytest.mark.parametrize("seq", [0, 1, 255])
def test_the_sequence_number_goes_with_the_message(seq: int) -> None:
    spec = SPECS["l_mount/lens"]
    raw = Codec(spec).encode(Message("sleep"), seq)

    assert decoded(spec, raw, "body") == [Message("sleep", {}, seq)]


def test_a_shape_without_a_sequence_number_gives_none(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = Codec(spec).encode(Message("setup", {"b": 7}))

    assert decoded(spec, raw, "body") == [Message("setup", {"b": 7}, None)]


def test_who_says_it_decides_which_message_it_is(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [1, 0x41, 0, 0, 0], type=1)

    assert decoded(spec, raw, "lens") == [Message("answer", {"t": "A"})]
    assert decoded(spec, raw, "body")[0] == Message("ask", {"a": 0x41})


def test_a_key_that_the_other_side_alone_uses_is_unknown() -> None:
    spec = SPECS["l_mount/lens"]
    raw = Codec(spec).encode(Message("sleep"))

    assert decoded(spec, raw, "lens") == [Fault("unknown message", raw, detail="key 06")]


def test_a_packed_frame_is_a_row_of_messages(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [1, 0x11, 2, 1, 0x22, 3, 1, 0x33], type=1)

    assert decoded(spec, raw, "body") == [
        Message("ask", {"a": 0x11}),
        Message("stop", {}),
        Message("ask", {"a": 0x22}),
        Message("more", {"rest": b"\1\x33"}),
    ]


def test_a_row_of_messages_ends_at_its_first_fault(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [1, 0x11, 2, 9, 1, 0x22], type=1)

    assert decoded(spec, raw, "body") == [
        Message("ask", {"a": 0x11}),
        Message("stop", {}),
        Fault("unknown message", raw, detail="key 01_09"),
    ]


def test_a_row_of_messages_that_breaks_off_is_truncated_at_its_field(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [2, 1], type=1)
    stop, fault = decoded(spec, raw, "body")

    assert stop == Message("stop", {})
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.raw, fault.path) == ("truncated", raw, "ask.a")


def test_a_frame_that_is_not_packed_holds_one_message(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [1, 0, 7, 1], type=2)

    expected = Fault("trailing bytes", raw, "setup", "wanted 2 bytes")
    assert decoded(spec, raw, "body") == [expected]


@pytest.mark.parametrize("kind", [1, 2])
def test_a_payload_without_its_key_is_truncated(tmp_path: Path, kind: int) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [], type=kind)

    assert decoded(spec, raw, "body") == [Fault("truncated", raw, "key")]


def test_an_unknown_key_is_a_fault(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    raw = frame_of(spec, [0xAB, 1, 2], type=9)

    assert decoded(spec, raw, "body") == [Fault("unknown message", raw, detail="key 09_ab")]


def test_an_unknown_key_of_an_opaque_spec_is_a_message_with_its_bytes(tmp_path: Path) -> None:
    spec = loaded(tmp_path, OPAQUE)
    raw = frame_of(spec, [0xAB, 1, 2], type=9)

    assert decoded(spec, raw, "body") == [Message("unknown_09_ab", {"payload": b"\1\2"})]


def test_what_follows_an_unknown_key_in_a_row_cannot_be_told_apart(tmp_path: Path) -> None:
    spec = loaded(tmp_path, OPAQUE)
    raw = frame_of(spec, [2, 9, 1, 0x22], type=1)

    expected = [Message("stop", {}), Message("unknown_01_09", {"payload": b"\1\x22"})]
    assert decoded(spec, raw, "body") == expected


def test_an_opaque_spec_still_holds_a_known_message_to_its_layout(tmp_path: Path) -> None:
    spec = loaded(tmp_path, OPAQUE)
    raw = frame_of(spec, [1, 0, 1], type=2)
    (fault,) = decoded(spec, raw, "body")

    assert isinstance(fault, Fault)
    assert (fault.kind, fault.path, fault.raw) == ("out of range", "setup.b", raw)


@pytest.mark.parametrize("name", ["attached", "hello", "unknown_07", ""])
def test_what_no_frame_can_carry_is_not_encoded(name: str) -> None:
    with pytest.raises(LocalProtocolError, match=f"no frame can carry '{name}'"):
        Codec(SPECS["l_mount/lens"]).encode(Message(name))


def test_a_message_that_outgrows_its_frame_is_not_encoded(tmp_path: Path) -> None:
    codec = Codec(loaded(tmp_path))

    assert len(codec.encode(Message("more", {"rest": bytes(25)}))) == 32
    with pytest.raises(LocalProtocolError, match="a frame of 33 bytes, at most 32"):
        codec.encode(Message("more", {"rest": bytes(26)}))


def test_a_field_that_does_not_fit_is_named() -> None:
    with pytest.raises(LocalProtocolError, match=r"set_rate\.baud: got 1, wanted 115200 to"):
        Codec(SPECS["l_mount/lens"]).encode(Message("set_rate", {"baud": 1}))


def test_fields_that_were_changed_after_the_check_are_packed_anew() -> None:
    spec = load("l_mount")
    message = Vocabulary(spec)("aperture_set", aperture_av256=1)
    codec, fields = Codec(spec), {"aperture_av256": 2}
    changed = replace(message, fields=fields)

    assert codec.encode(changed) == codec.encode(Message("aperture_set", fields))
    assert codec.encode(changed) != codec.encode(message)


def test_what_another_spec_checked_is_not_taken_for_checked() -> None:
    first, second = load("l_mount"), load("l_mount")
    message = Vocabulary(first)("aperture_set", aperture_av256=1)
    kind = second.messages["aperture_set"]
    narrow = replace(kind, fields=(replace(kind.fields[0], low=2),))
    other = replace(second, messages={**second.messages, kind.name: narrow})

    with pytest.raises(LocalProtocolError, match="aperture_set"):
        Codec(other).encode(message)


def test_the_longest_key_in_a_payload_that_fits_is_the_message(tmp_path: Path) -> None:
    longer = "more: {from: body, key: [1, 2, 9],"
    spec = loaded(tmp_path, ("more: {from: body, key: [1, 3],", longer))
    raw = Codec(spec).encode(Message("more", {"rest": b"!"}))

    assert decoded(spec, raw, "body") == [Message("more", {"rest": b"!"})]
    assert raw == frame_of(spec, b"\2\x09!", type=1)
    assert decoded(spec, frame_of(spec, b"\2\x08", type=1), "body")[0] == Message("stop")
