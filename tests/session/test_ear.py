from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.ear import Ear, Heard
from lensbus.spec.load import load
from lensbus.wire.codec import Codec
from lensbus.wire.message import Fault, Message
from tests.sampled import sampled

L_MOUNT, SONY = load("l_mount"), load("sony_e")
SYNC = Message("sync", {}, 4)
MOVE = Message("focus_move", {"mode": "relative", "target": -7, "speed": 9}, 5)
FRAMES = [Codec(L_MOUNT).encode(message, message.seq) for message in (SYNC, MOVE)]


def ear() -> Ear:
    made = Ear(L_MOUNT, "body")
    made.begin(Codec(L_MOUNT))
    return made


def heard(ear: Ear) -> list[Heard]:
    found = []
    while (one := ear.next()) is not None:
        found.append(one)
    return found


def test_a_frame_that_comes_alone_is_heard_at_once_and_nothing_is_kept() -> None:
    listening = ear()
    for frame, message in zip(FRAMES, (SYNC, MOVE), strict=True):
        assert message == listening.whole(frame)
        assert not listening.pending
        assert heard(listening) == []


def test_a_frame_that_comes_behind_something_does_not_come_alone() -> None:
    listening = ear()
    listening.feed(FRAMES[0][:1])

    assert listening.whole(FRAMES[1]) is None
    assert listening.whole(FRAMES[0][1:]) is None


@pytest.mark.parametrize("data", [b"", FRAMES[0][:-1], FRAMES[0] + FRAMES[1], FRAMES[0] + b"\0"])
def test_less_or_more_than_a_frame_is_no_whole_one(data: bytes) -> None:
    listening = ear()

    assert listening.whole(data) is None
    assert not listening.pending


@sampled(80)
@given(noise=st.binary(max_size=6), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_any_cut_of_one_stream_says_the_same(noise: bytes, cuts: list[int]) -> None:
    stream = FRAMES[0] + noise + FRAMES[1] + FRAMES[0] + noise
    whole, parts = ear(), ear()
    whole.feed(stream)
    whole_heard, parts_heard = heard(whole), list[Heard]()
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    for start, end in pairwise(places):
        parts.feed(stream[start:end])
        parts_heard += heard(parts)
    whole.end()
    parts.end()
    whole_heard += heard(whole)
    parts_heard += heard(parts)

    assert whole_heard == parts_heard
    assert [one for one in whole_heard if one[2]] == [
        (SYNC, FRAMES[0], True),
        (MOVE, FRAMES[1], True),
        (SYNC, FRAMES[0], True),
    ]


def test_what_is_no_frame_is_a_fault_and_says_so() -> None:
    listening = ear()
    spoilt = FRAMES[1][:-1] + b"\0"
    listening.feed(spoilt)
    listening.end()
    (fault, raw, whole), *_ = heard(listening)

    assert isinstance(fault, Fault)
    assert (fault.kind, raw, whole) == ("bad checksum", spoilt, False)


def test_what_is_forgotten_is_not_heard() -> None:
    listening = ear()
    listening.feed(FRAMES[0] + FRAMES[1] + FRAMES[0][:3])
    listening.next()
    listening.forget()

    assert (listening.next(), listening.pending) == (None, False)


def test_a_row_of_messages_in_one_frame_is_heard_one_by_one() -> None:
    listening = Ear(SONY, "lens")
    listening.begin(Codec(SONY))
    raw = bytes.fromhex("f00a0002000710230055")  # one message alone, whatever it is
    listening.feed(raw)
    listening.end()

    assert all(one[1] == raw for one in heard(listening))


def test_the_numbers_are_those_of_the_frame_that_is_heard() -> None:
    tamron = load("tamron_usb")
    listening = Ear(tamron, "host")
    listening.begin(Codec(tamron))
    before = listening.seq
    other = next(name for name in list(tamron.frames)[1:])
    listening.use(other)

    assert (before, listening.seq) == (
        next(iter(tamron.frames.values())).seq,
        tamron.frames[other].seq,
    )
