from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.cutting import Arithmetic, Cutter, Cutting
from lensbus.wire.frame import Frame
from lensbus.wire.kinds import framers, shape_of
from lensbus.wire.message import Fault, Message
from lensbus.wire.table import TableShape
from tests.sampled import sampled

GF, TAMRON = load("fuji_gf"), load("tamron_usb")
WORD = bytes.fromhex("72401892")
BLOCK = Codec(TAMRON).encode(Message("block", {"data": bytes(range(256)) * 4}), 1)
GF_BLOCK = b"\xff\xff" + bytes(range(128)) + b"\xbe"
SHAPES = {"fuji_gf": (GF, "word", [WORD, GF_BLOCK]), "tamron": (TAMRON, "transfer", [BLOCK, b"C"])}
bounded = sampled(40)


def framer(spec: Spec, frame: str) -> Cutting:
    found = framers(spec, next(iter(spec.roles)))
    made = found.get(frame) or found["block"]
    assert isinstance(made, Cutter)
    return made


def heard(cutter: Cutting, parts: Sequence[bytes]) -> list[Frame | Fault]:
    """What comes out when the parts are fed one by one and the window closes after the last."""
    items = []
    for part in parts:
        cutter.feed(part)
        items += cutter.take()
    cutter.end()
    items += cutter.take()
    assert not cutter.pending
    return items


def words(items: Sequence[Frame | Fault]) -> list[str]:
    return [item.kind if isinstance(item, Fault) else item.raw.hex() for item in items]


def streams(frames: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Frames, parts of them, and noise that looks a little like them."""
    whole = st.sampled_from(frames)
    part = st.builds(lambda raw, at: raw[:at], whole, st.integers(0, 140))
    noise = st.binary(max_size=9) | st.sampled_from([b"\0\0", b"\xff\xff", b"\2", bytes(8)])
    return st.lists(whole | part | noise, max_size=6).map(b"".join)


@pytest.mark.parametrize("name", SHAPES)
def test_any_cut_of_a_stream_gives_the_same_frames_and_faults(name: str) -> None:
    spec, frame, frames = SHAPES[name]

    @bounded
    @given(data=streams(frames), places=st.lists(st.integers(0, 3000), max_size=8))
    def same(data: bytes, places: list[int]) -> None:
        ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
        parts = [data[start:end] for start, end in pairwise(ends)]
        whole = heard(framer(spec, frame), [data])

        assert heard(framer(spec, frame), parts) == whole
        single = [data[at : at + 1] for at in range(min(len(data), 300))]
        assert heard(framer(spec, frame), [*single, data[300:]]) == whole
        told = b"".join(item.raw for item in whole)
        assert len(told) <= len(data)

    same()


def test_a_word_that_is_wrong_is_skipped_whole() -> None:
    wrong = bytes([WORD[0] ^ 1]) + WORD[1:]

    assert words(heard(framer(GF, "word"), [wrong + WORD])) == ["bad checksum", WORD.hex()]


def test_what_says_nothing_is_not_told() -> None:
    assert words(heard(framer(GF, "word"), [bytes(8) + WORD + bytes(4)])) == [WORD.hex()]


def test_a_block_among_words_is_told_by_its_length_and_sum() -> None:
    found = heard(framer(GF, "word"), [WORD + GF_BLOCK + WORD])

    assert words(found) == [WORD.hex(), GF_BLOCK.hex(), WORD.hex()]


def test_what_might_become_a_block_is_a_word_once_nothing_follows() -> None:
    cutter, request = framer(GF, "word"), bytes.fromhex("00000820")
    cutter.feed(request)
    waiting = cutter.next()
    cutter.end()

    assert waiting is None
    assert cutter.pending
    assert words(cutter.take()) == [request.hex()]


def test_after_noise_the_next_block_is_found() -> None:
    noise = b"?\2\2" + BLOCK[:9]

    assert words(heard(framer(TAMRON, "transfer"), [noise + BLOCK]))[-1] == BLOCK.hex()
    assert words(heard(framer(TAMRON, "transfer"), [b"??C"])) == ["noise", b"C".hex()]


def test_noise_that_never_ends_is_told_in_parts_of_one_frame() -> None:
    found = heard(framer(TAMRON, "transfer"), [b"?" * 3000])

    assert [len(item.raw) for item in found] == [1029, 1029, 942]
    assert {item.kind for item in found if isinstance(item, Fault)} == {"noise"}


class Counted:
    """A shape that counts how often it looks."""

    def __init__(self, shape: Arithmetic) -> None:
        self.places, self.most, self.step = shape.places, shape.most, shape.step
        self._shape, self.looks = shape, 0
        self.start, self.fill = shape.start, shape.fill

    def look(self, data: bytes, at: int) -> Frame | str | int:
        self.looks += 1
        return self._shape.look(data, at)


@pytest.mark.parametrize("wrong", [b"\2", b"\0", b"\2\1\xfe"])
def test_no_place_is_looked_at_twice_however_wrong_it_is(wrong: bytes) -> None:
    shape = shape_of(TAMRON.frames["transfer"], "host")
    assert not isinstance(shape, TableShape)
    counted, data = Counted(shape), wrong * 2000
    found = heard(Cutter([counted]), [data])

    assert sum(len(item.raw) for item in found) == len(data)
    assert counted.looks <= len(data) + 2


def test_what_was_not_taken_is_given_back() -> None:
    cutter = framer(TAMRON, "transfer")
    cutter.feed(b"CC" + BLOCK[:3])
    first = cutter.next()

    assert isinstance(first, Frame)
    assert cutter.rest() == b"C" + BLOCK[:3]
    assert not cutter.pending
