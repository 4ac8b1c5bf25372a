from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec import undelimited
from lensbus.spec.load import load
from lensbus.spec.shapes import Word
from lensbus.wire.frame import Frame
from lensbus.wire.word import CHECKS, WordShape, group_sum, part_of
from tests.sampled import sampled
from tests.samples import shape_named

GF = shape_named(load("fuji_gf"), "word", Word)
SHAPE = WordShape(GF)
quick = sampled(100)


def found(raw: str) -> Frame | str | int:
    return SHAPE.look(bytes.fromhex(raw), 0)


def test_a_word_is_its_key_and_the_rest_of_its_parts() -> None:
    assert found("72401892") == Frame("word", b"\x72\x40\x18\x92", ((0, 0x18), b"\x72\x40\x02"))
    assert found("08008832") == Frame("word", b"\x08\x00\x88\x32", ((1, 8), b"\x08\x00\x00"))


def test_the_last_group_of_a_sum_is_what_is_left() -> None:
    assert group_sum(0b11111_00010_1_0, (11, 1), 5) == (31 + 2 + 1) % 32
    assert [part_of(0xA5, bits) for bits in ((7, 4), (3, 0), (7, 7), (6, 6))] == [10, 5, 1, 0]


def test_each_check_that_a_spec_can_name_exists() -> None:
    assert tuple(CHECKS) == undelimited.WORD_CHECKS


@pytest.mark.parametrize("raw", ["", "72", "724018"])
def test_less_than_a_word_waits_for_more(raw: str) -> None:
    assert found(raw) == ""


def test_a_word_that_says_nothing_is_passed_over() -> None:
    assert found("00000000") == 4
    assert isinstance(WordShape(replace(GF, idle=None)).look(bytes(4), 0), Frame)


@quick
@given(value=st.integers(0, 2**16 - 1), ack=st.integers(0, 1), command=st.integers(0, 127))
def test_what_is_built_is_found_and_no_bit_of_it_may_change(
    value: int, ack: int, command: int
) -> None:
    payload = value.to_bytes(2, "big") + b"\3"
    raw = SHAPE.fill(SHAPE.start({"acknowledge": ack, "command": command}), 0, payload)

    assert SHAPE.look(b"??" + raw, 2) == Frame("word", raw, ((ack, command), payload))
    for at, bit in product(range(4), range(8)):
        damaged = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
        assert SHAPE.look(damaged, 0) in {"bad checksum", 4}


def test_a_part_that_is_too_big_for_its_bits_cannot_be_built() -> None:
    with pytest.raises(LocalProtocolError, match="4 does not fit into bits 7 to 6"):
        SHAPE.fill(SHAPE.start({"acknowledge": 0, "command": 0}), 0, b"\0\0\4")


def test_the_order_of_bytes_is_that_of_its_type() -> None:
    little = WordShape(replace(GF, integer=replace(GF.integer, order="little")))
    raw = little.fill(little.start({"acknowledge": 0, "command": 0x18}), 0, b"\x72\x40\2")

    assert raw == bytes.fromhex("92184072")
    assert little.look(raw, 0) == Frame("word", raw, ((0, 0x18), b"\x72\x40\x02"))
