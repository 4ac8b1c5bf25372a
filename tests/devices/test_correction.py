import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.correction import BLOCK, WORDS, Corrections, Distortion, distortion_at
from lensbus.errors import LocalProtocolError
from lensbus.wire.message import Fault
from tests.peers import SPEC
from tests.sampled import sampled

CORRECTIONS = Corrections(SPEC)
UNIT = SPEC.constant("correction_unit")
NEUTRAL, BARREL = Distortion(), Distortion(0.95, 0.1, -0.03, 0.005)
ROWS = ((20.0, 0.9, 0.2, -0.1, 0.0), (40.0, 1.0, 0.0, 0.1, 0.1))

BY_HAND = bytes.fromhex(
    "836d 4ac5 0000 0000 0000 0100 0000 0100 0000 0000 0000 0000 0000 0000 0000 9bf1"
)
"""Scale 1/(1 + 1/32768), all else 0: only the words 5 and 7 are not 0, each 1.

All sums modulo 65519. First, over bytes 4 to 15 with 1 at bytes 10 and 14: 73^5 + 73 = 50506, or
c54a. Second, over zeros: 0. Even, over bytes 2, 4 ... 28, that is 4a at the first of 14, 1 at the
fifth and 1 at the seventh: 74 x 73^13 + 73^9 + 73^7 = 74 x 28251 + 35550 + 64038 = 28035, or 6d83.
Odd, with c5 at the first of 14: 197 x 28251 = 61851, or f19b.
"""

words = st.integers(-32_768, 32_767)
terms = words.map(lambda word: word / UNIT)
scales = st.integers(-16_384, 32_767).map(lambda word: 1 / (1 + word / UNIT))


def test_a_block_is_as_worked_out_by_hand() -> None:
    distortion = Distortion(1 / (1 + 1 / 32_768))

    assert CORRECTIONS.write(distortion) == BY_HAND
    assert CORRECTIONS.read(BY_HAND) == distortion


def test_a_block_holds_each_number_in_its_word() -> None:
    block = dict(zip(WORDS, BLOCK.unpack(CORRECTIONS.write(BARREL)), strict=True))
    told = {name: block[name] for name in ("a", "b", "c", "scale", "on")}

    assert told == {"a": 3277, "b": -983, "c": 164, "scale": 1725, "on": 1}
    assert [WORDS.index(name) for name in ("b", "scale", "on", "a", "c")] == [4, 5, 7, 8, 11]


def test_a_picture_without_distortion_is_told_so() -> None:
    assert CORRECTIONS.write(NEUTRAL) == bytes(BLOCK.size)
    assert CORRECTIONS.read(bytes(BLOCK.size)) == NEUTRAL


@sampled(400)
@given(scales, terms, terms, terms)
def test_what_is_written_is_read(scale: float, a: float, b: float, c: float) -> None:
    found = CORRECTIONS.read(CORRECTIONS.write(Distortion(scale, a, b, c)))

    assert isinstance(found, Distortion)
    assert (found.scale, found.a, found.b, found.c) == pytest.approx((scale, a, b, c), abs=1e-6)


@pytest.mark.parametrize("at", range(32))
@pytest.mark.parametrize("bit", [0, 7])
def test_a_block_with_any_byte_spoilt_is_a_fault(at: int, bit: int) -> None:
    block = bytearray(CORRECTIONS.write(BARREL))
    block[at] ^= 1 << bit
    found = CORRECTIONS.read(bytes(block))

    assert isinstance(found, Fault)
    assert (found.kind, found.raw, found.path) == ("bad checksum", bytes(block), "correction.block")
    assert "wanted 0x" in found.detail


def test_a_block_of_another_length_is_a_fault() -> None:
    expected = Fault("bad length", bytes(31), "correction.block", "got 31, wanted 32")

    assert expected == CORRECTIONS.read(bytes(31))


@pytest.mark.parametrize(
    "wide", [Distortion(a=1.0), Distortion(b=-1.1), Distortion(c=2.0), Distortion(0.4)]
)
def test_what_does_not_fit_is_refused(wide: Distortion) -> None:
    with pytest.raises(LocalProtocolError, match="does not fit a correction block"):
        CORRECTIONS.write(wide)


@pytest.mark.parametrize(
    ("focal_mm", "expected"),
    [
        (10.0, (0.9, 0.2, -0.1, 0.0)),
        (20.0, (0.9, 0.2, -0.1, 0.0)),
        (25.0, (0.925, 0.15, -0.05, 0.025)),
        (40.0, (1.0, 0.0, 0.1, 0.1)),
        (99.0, (1.0, 0.0, 0.1, 0.1)),
    ],
)
def test_between_two_rows_a_distortion_goes_evenly(
    focal_mm: float, expected: tuple[float, ...]
) -> None:
    for rows in (ROWS, ROWS[::-1]):
        found = distortion_at(rows, focal_mm)

        assert expected == pytest.approx((found.scale, found.a, found.b, found.c))


def test_one_row_counts_for_all_and_none_means_no_distortion() -> None:
    assert distortion_at(ROWS[:1], 99.0) == Distortion(0.9, 0.2, -0.1, 0.0)
    assert distortion_at((), 99.0) == NEUTRAL


@pytest.mark.parametrize("row", [(20.0, 1.0, 0.0), (20.0, 0.0, 0.0, 0.0, 0.0)])
def test_a_row_that_tells_no_distortion_is_refused(row: tuple[float, ...]) -> None:
    with pytest.raises(LocalProtocolError, match="wanted focal mm, scale above 0, a, b, c"):
        distortion_at((row,), 20.0)
