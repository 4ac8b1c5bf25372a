from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.firmware.areas import areas
from tests.images import FORM, LIKE_OURS, SAMPLES, imgtool_sign, made

IMAGE = made()


def words(data: bytes) -> dict[str, str]:
    return {area.name: area.words for area in areas(FORM, data)}


def covers(data: bytes) -> bool:
    """Whether each byte is told once, in order."""
    at = 0
    for area in areas(FORM, data):
        assert area.offset == at
        assert area.size > 0
        at += area.size
    return at == len(data)


def test_an_image_is_told_byte_for_byte() -> None:
    told = [(area.offset, area.size, area.name) for area in areas(FORM, IMAGE)]

    assert covers(IMAGE)
    assert told == [
        (0x00, 4, "magic"),
        (0x04, 4, "load_address"),
        (0x08, 2, "header_size"),
        (0x0A, 2, "protected_size"),
        (0x0C, 4, "payload_size"),
        (0x10, 4, "flags"),
        (0x14, 1, "major"),
        (0x15, 1, "minor"),
        (0x16, 2, "revision"),
        (0x18, 4, "build"),
        (0x1C, 4, "padding"),
        (0x20, 12, "payload"),
        (0x2C, 4, "protected TLVs"),
        (0x30, 8, "security_counter"),
        (0x38, 8, "lens_numbers"),
        (0x40, 6, "hardware"),
        (0x46, 5, "protocol_least"),
        (0x4B, 4, "unprotected TLVs"),
        (0x4F, 36, "digest"),
        (0x73, 36, "key_hash"),
        (0x97, 68, "signature"),
    ]


def test_values_are_told_with_their_meaning() -> None:
    told = words(IMAGE)

    assert told["magic"] == "0x96f3b83d: an MCUboot image begins so"
    assert told["revision"] == "3: third number of the version"
    assert told["protected TLVs"] == "0x6908: 31 bytes from here"
    assert told["lens_numbers"] == "0x400b, 0x6003: lenses that it fits"
    assert told["hardware"] == "1, 2: hardware revisions that it fits"
    assert told["signature"].endswith("... (64 bytes): Ed25519 over the digest")


def test_what_is_wrong_in_a_header_is_told_in_its_place() -> None:
    told = words(b"\x3c" + IMAGE[1:])

    assert told["magic"] == "0x96f3b83c, wanted 0x96f3b83d: an MCUboot image begins so"
    assert "signature" in told


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (IMAGE[:5], "load_address", "cut off"),
        (IMAGE[:40], "payload", "the firmware, cut off: 4 bytes are missing"),
        (IMAGE + b"\xff" * 9, "trailing", "no part of the image"),
        (
            IMAGE[:-1],
            "unreadable",
            "unprotected TLVs at 0x4b: cut off at 0xda, wanted at least up to 0xdb",
        ),
        (
            IMAGE[:0x3A] + b"\x99" + IMAGE[0x3B:],
            "unreadable",
            "protected TLV 0x4ca0 at 0x38: cut off at 0x4b, wanted at least up to 0xd5",
        ),
    ],
    ids=["header", "payload", "trailing", "area", "TLV"],
)
def test_a_damaged_image_is_told_as_far_as_it_goes(data: bytes, name: str, expected: str) -> None:
    told = words(data)

    assert covers(data)
    assert list(told)[-1] == name
    assert told[name] == expected


def test_tlvs_that_are_not_ours_are_told_too(tmp_path: Path) -> None:
    data = imgtool_sign(tmp_path, *LIKE_OURS, "--custom-tlv", "0x00a0", "0xbeef", "--pure")
    told = words(data)

    assert covers(data)
    assert told["TLV 0x00a0"] == "beef: unknown here"
    assert told["TLV 0x0025"].startswith("01: a pure signature, ")


def test_numbers_of_a_wrong_length_are_told_as_they_are() -> None:
    data = bytearray(IMAGE)
    data[0x3A] = 3  # the list of lens numbers
    data[0x3F:0x43] = (0x4CA1).to_bytes(2, "little") + (3).to_bytes(2, "little")

    assert covers(bytes(data))
    assert words(bytes(data))["lens_numbers"] == "0b4003: lenses that it fits"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.img")), ids=lambda path: path.stem)
def test_every_sample_is_told_to_its_last_byte(path: Path) -> None:
    assert covers(path.read_bytes())


@given(st.binary(max_size=300), st.integers(0, len(IMAGE)))
def test_every_byte_of_anything_is_told(noise: bytes, kept: int) -> None:
    assert covers(IMAGE[:kept] + noise)
    assert covers(IMAGE[:kept] + noise + IMAGE[kept + len(noise) :])
