import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.wire.checksum import CHECKSUMS, PARAMETERS
from tests.sampled import sampled


def checksum(name: str, data: bytes) -> int:
    function, start = CHECKSUMS[name]
    return function(data, start)


def sum16(data: bytes) -> int:
    return checksum("sum16", data)


def crc16(data: bytes) -> int:
    return checksum("crc16_ibm3740", data)


def test_the_crc_gives_the_check_value_of_the_catalogue() -> None:
    assert crc16(b"123456789") == 0x29B1


def crc(data: bytes, width: int, polynomial: int, start: int, *, reflected: bool) -> int:
    """Bit by bit, as the catalogue's parameters say; the final XOR is the start where reflected."""
    register, top = start, 1 << (width - 1)
    for byte in data:
        value = int(f"{byte:08b}"[::-1], 2) if reflected else byte
        register ^= value << (width - 8)
        for _ in range(8):
            register = (register << 1) ^ (polynomial if register & top else 0)
        register &= (1 << width) - 1
    return int(f"{register:0{width}b}"[::-1], 2) ^ start if reflected else register


def test_the_other_crc_gives_its_check_value() -> None:
    assert checksum("crc16_xmodem", b"123456789") == 0x31C3


@given(st.binary(max_size=300))
def test_with_its_zero_sum_every_frame_sums_to_zero(data: bytes) -> None:
    assert checksum("sum8", data + bytes([checksum("zero8", data)])) == 0
    assert checksum("sum8", data) == sum(data) % 256


@pytest.mark.parametrize(
    ("name", "width"), [("crc16_ibm3740", 16), ("crc16_xmodem", 16), ("crc32", 32)]
)
def test_a_crc_is_what_its_parameters_say(name: str, width: int) -> None:
    numbers = re.findall(r"(?:polynomial|start) ([0-9a-f]+)", PARAMETERS[name])
    polynomial, start = (int(number, 16) for number in numbers)
    reflected = "not reflected" not in PARAMETERS[name]

    for data in (b"123456789", b"", bytes(range(256))):
        assert checksum(name, data) == crc(data, width, polynomial, start, reflected=reflected)


def test_each_checksum_is_told_to_people() -> None:
    assert list(PARAMETERS) == list(CHECKSUMS)


def test_the_sum_is_that_of_a_frame_on_a_sony_strip() -> None:
    frame = bytes.fromhex("f0 0a 00 02 00 07 00 13 00 55")

    assert sum16(frame[1:7]) == int.from_bytes(frame[7:9], "little") == 0x13


@pytest.mark.parametrize(("name", "expected"), [("sum16", 0), ("crc16_ibm3740", 0xFFFF)])
def test_no_bytes_give_the_start_value(name: str, expected: int) -> None:
    assert checksum(name, b"") == expected


def test_the_sum_wraps_at_sixteen_bits() -> None:
    assert sum16(b"\xff" * 258) == 258 * 255 - 65_536


@sampled(100)
@given(data=st.binary(min_size=1, max_size=64), at=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_flipped_bit_changes_every_checksum(data: bytes, at: int, bit: int) -> None:
    flipped = bytearray(data)
    flipped[at % len(data)] ^= 1 << bit

    assert [
        name for name in CHECKSUMS if checksum(name, data) == checksum(name, bytes(flipped))
    ] == []


def test_two_opposite_flips_deceive_the_sum_but_not_the_crc() -> None:
    before, after = b"\x01\x00", b"\x00\x01"

    assert sum16(before) == sum16(after)
    assert crc16(before) != crc16(after)


def test_the_running_checksum_is_73_times_what_came_before_and_each_byte() -> None:
    assert checksum("panasonic73", b"\1\2\3") == (1 * 73 + 2) * 73 + 3
    assert checksum("panasonic73", b"\xff" * 9) < 0xFFEF
    assert checksum("panasonic73", b"") == 0
