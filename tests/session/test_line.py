import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.line import Strip, garble
from tests.peers import BARE, SPEC
from tests.sampled import sampled

bounded = sampled(100)
seeded = pytest.mark.parametrize("seed", range(5), ids=lambda seed: f"seed={seed}")
data = st.binary(max_size=300)
bauds = st.sampled_from(SPEC.link.rates)


def strip(latency_s: float = 0.0, *, jitter_s: float = 0.0, bit_error_rate: float = 0.0) -> Strip:
    return Strip(10, BARE, latency_s, 0.0, jitter_s, bit_error_rate)


def flips(before: bytes, after: bytes) -> int:
    assert len(before) == len(after)
    return sum((a ^ b).bit_count() for a, b in zip(before, after, strict=True))


def test_the_strip_of_a_spec_has_all_its_lines_and_costs_nothing_but_bits() -> None:
    lines = frozenset({"detect", "power", "reset", "sync", "select"})
    expected = Strip(10, lines, 0.0, 0.0, 0.0, 0.0, frozenset({"select"}))

    assert Strip.of(SPEC) == expected


@pytest.mark.parametrize(
    ("size", "bits", "baud", "expected"),
    [
        (0, 10, 9600, 0.0),
        (1, 10, 10, 1.0),
        (12, 10, 115_200, 120 / 115_200),
        (12, 11, 115_200, 132 / 115_200),
        (300, 10, 3_000_000, 0.001),
    ],
)
def test_bytes_take_the_time_of_their_bits(
    size: int, bits: int, baud: int, expected: float
) -> None:
    assert Strip(bits, BARE).duration(bytes(size), baud) == pytest.approx(expected)


@bounded
@given(data, data, bauds)
def test_two_pieces_take_as_long_as_one_whole(first: bytes, second: bytes, baud: int) -> None:
    whole = strip().duration(first + second, baud)

    assert strip().duration(first, baud) + strip().duration(second, baud) == pytest.approx(whole)


@bounded
@given(data, bauds)
def test_what_bytes_hold_does_not_matter_to_their_time(said: bytes, baud: int) -> None:
    assert strip().duration(said, baud) == strip().duration(bytes(len(said)), baud)


def test_without_jitter_a_frame_is_as_late_as_the_latency_and_nothing_is_drawn() -> None:
    chance = random.Random(1)

    assert strip(latency_s=0.25).delay(chance) == 0.25
    assert chance.random() == random.Random(1).random()


@seeded
def test_jitter_makes_a_frame_late_by_chance_up_to_its_bound(seed: int) -> None:
    chance = random.Random(seed)
    delays = [strip(latency_s=1.0, jitter_s=0.5).delay(chance) for _ in range(500)]

    assert 1.0 <= min(delays) < 1.02
    assert 1.48 < max(delays) < 1.5


def test_a_strip_without_errors_carries_bytes_as_they_are_and_draws_nothing() -> None:
    chance = random.Random(1)

    assert strip().spoil(b"\0\xff\x55", chance) == b"\0\xff\x55"
    assert chance.random() == random.Random(1).random()


@seeded
@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 0.5])
def test_as_many_bits_are_flipped_as_the_rate_says(rate: float, seed: int) -> None:
    said = random.Random(-seed).randbytes(20_000)
    heard = strip(bit_error_rate=rate).spoil(said, random.Random(seed))
    bits = 8 * len(said)
    deviation = (bits * rate * (1 - rate)) ** 0.5

    assert flips(said, heard) == pytest.approx(bits * rate, abs=5 * deviation)


@seeded
def test_every_bit_of_a_frame_is_hit_alike(seed: int) -> None:
    chance, hits, frames = random.Random(seed), [0] * 24, 4000
    for _ in range(frames):
        heard = int.from_bytes(strip(bit_error_rate=0.1).spoil(bytes(3), chance), "little")
        for bit in range(24):
            hits[bit] += heard >> bit & 1

    assert all(count == pytest.approx(frames * 0.1, abs=100) for count in hits)


@bounded
@given(data, st.sampled_from([1e-9, 0.01, 0.9]), st.integers(0, 99))
def test_errors_flip_bits_and_neither_add_nor_take_bytes(
    said: bytes, rate: float, seed: int
) -> None:
    noisy = strip(bit_error_rate=rate)

    assert len(noisy.spoil(said, random.Random(seed))) == len(said)
    assert noisy.spoil(said, random.Random(seed)) == noisy.spoil(said, random.Random(seed))


def test_a_rare_error_is_rare() -> None:
    said = bytes(10_000)

    assert strip(bit_error_rate=1e-12).spoil(said, random.Random(1)) == said


@pytest.mark.parametrize(
    ("size", "said_at", "heard_at", "expected"),
    [
        pytest.param(12, 115_200, 230_400, 24, id="a faster ear hears more bytes"),
        pytest.param(12, 1_500_000, 115_200, 1, id="a slower one fewer, but one at least"),
        pytest.param(120, 1_500_000, 115_200, 9, id="whole bytes only"),
        pytest.param(4, 115_200, 0, 1, id="an ear that has no rate yet"),
    ],
)
def test_another_rate_hears_noise_of_the_same_duration(
    size: int, said_at: int, heard_at: int, expected: int
) -> None:
    noise = garble(bytes(size), said_at, heard_at, random.Random(1))

    assert noise == random.Random(1).randbytes(expected)


@seeded
def test_noise_has_nothing_of_what_was_said(seed: int) -> None:
    one = garble(bytes(50), 9600, 19_200, random.Random(seed))
    other = garble(bytes([255] * 50), 9600, 19_200, random.Random(seed))

    assert one == other
    assert one != garble(bytes(50), 9600, 19_200, random.Random(seed + 100))
