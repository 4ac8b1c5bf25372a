from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import ImageError
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, digest, measure, parse, parse_parts
from lensbus.firmware.judge import damage, forgery
from tests.images import (
    COUNTER,
    FACTS,
    FORM,
    KEY,
    LIKE_OURS,
    PAYLOAD,
    VERSION,
    imgtool,
    imgtool_sign,
    made,
    offer,
)
from tests.sampled import sampled

IMAGE = made()

# Header, payload, protected TLVs, head of the others, digest, key hash, signature.
GOLDEN = """
3db8f3960000000020001f000c00000000000000010203000400000000000000
6e6f74206669726d77617265
08691f005000040005000000a04c04000b400360a14c02000102a24c010001
07699000
10002000679d5ab54450297d324948a6a64e322c16b067de2b93382ccf5e81b816932213
01002000a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5
24004000af4f898f44deb0b92107d30033fb92585ab4566bcbca32c6ca7fbff6ea11115d6ef0b4a9
5ef0b893959ab401b6e2045188a8e3ae1f2a3cc6b6373aead2d51905
"""

facts = st.builds(
    Facts,
    lens_numbers=st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=20).map(tuple),
    hardware=st.lists(st.integers(0, 0xFF), min_size=1, max_size=20).map(tuple),
    protocol_least=st.integers(0, 0xFF),
)
versions = st.builds(Version, *(st.integers(0, most) for most in (0xFF, 0xFF, 0xFFFF, 0xFFFFFFFF)))


def accepted(data: bytes) -> bool:
    """Whether a lens that trusts the key would run this."""
    try:
        image = parse(FORM, data)
    except ImageError:
        return False
    return not (damage(image) or forgery(image.offer, KEY.public))


def test_an_image_is_these_bytes() -> None:
    assert IMAGE.hex() == "".join(GOLDEN.split())


@given(st.binary(min_size=1, max_size=300), versions, facts, st.integers(0, 0xFFFFFFFF))
def test_what_is_built_is_read_back(
    payload: bytes, version: Version, facts: Facts, counter: int
) -> None:
    data = made(payload=payload, version=version, facts=facts, counter=counter)
    image = parse(FORM, data)
    told = image.offer

    assert (payload, version, facts, counter) == (
        image.payload,
        told.version,
        told.facts,
        told.counter,
    )
    assert told.key_hash == KEY.key_hash
    assert told.size == len(data) == measure(FORM, data)
    assert told.header + image.payload + told.tlv_area == data
    assert image.is_whole
    assert KEY.public.verify(told.signature, told.digest)


def test_an_offer_is_told_without_the_payload() -> None:
    told = offer(IMAGE)

    assert told == parse_parts(FORM, told.header, told.tlv_area)
    assert (told.version, told.facts, told.counter) == (VERSION, FACTS, COUNTER)
    assert told.digest == digest(told.header, PAYLOAD, told.protected)


def test_an_image_is_measured_with_what_lies_behind_it() -> None:
    assert len(IMAGE) == measure(FORM, IMAGE + b"\xff" * 100)


@sampled(500)
@given(st.integers(0, len(IMAGE) - 1), st.integers(1, 255))
def test_an_image_with_any_other_byte_is_refused(place: int, flip: int) -> None:
    data = bytearray(IMAGE)
    data[place] ^= flip

    assert not accepted(bytes(data))


def test_an_image_with_any_other_bit_is_refused() -> None:
    for bit in range(8 * len(IMAGE)):
        data = bytearray(IMAGE)
        data[bit // 8] ^= 1 << bit % 8
        assert not accepted(bytes(data)), bit


def test_an_image_that_is_cut_off_anywhere_is_none() -> None:
    for size in range(len(IMAGE)):
        with pytest.raises(ImageError, match="cut off at "):
            parse(FORM, IMAGE[:size])


@given(st.binary(min_size=1, max_size=50))
def test_bytes_after_an_image_are_refused(more: bytes) -> None:
    with pytest.raises(ImageError) as caught:
        parse(FORM, IMAGE + more)

    expected = f"{len(more)} bytes after the image, at {len(IMAGE):#x}, wanted none"
    assert str(caught.value) == expected


@given(st.binary(max_size=300))
def test_noise_is_no_image_and_nothing_worse(noise: bytes) -> None:
    for data in (noise, IMAGE[:32] + noise, IMAGE[:44] + noise):
        assert not accepted(data)
        with pytest.raises(ImageError) as caught:
            parse_parts(FORM, data[:32], data[32:])
        assert "\n" not in str(caught.value)


def test_a_header_that_promises_four_gigabytes_costs_nothing() -> None:
    data = IMAGE[:12] + b"\xff\xff\xff\xff" + IMAGE[16:]
    with pytest.raises(ImageError, match=r"^a payload of 4294967295 bytes, wanted 1 to 1048576$"):
        parse(FORM, data)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_offer_with_a_header_of_another_size_is_refused(size: int) -> None:
    told = offer(IMAGE)
    with pytest.raises(ImageError, match=f"^a header of {size} bytes, wanted 32$"):
        parse_parts(FORM, (told.header * 2)[:size], told.tlv_area)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"payload": b""}, "a payload of 0 bytes, wanted 1 to 1048576"),
        ({"payload": bytes(1048577)}, "a payload of 1048577 bytes, wanted 1 to 1048576"),
        ({"counter": -1}, "security_counter: got -1, wanted numbers from 0 to 4294967295"),
        (
            {"facts": replace(FACTS, lens_numbers=())},
            "lens_numbers: got nothing, wanted numbers from 0 to 65535",
        ),
        (
            {"facts": replace(FACTS, hardware=(1, 256))},
            "hardware: got 1, 256, wanted numbers from 0 to 255",
        ),
        (
            {"facts": replace(FACTS, lens_numbers=(1,) * 430)},
            "1031 bytes of TLVs, wanted at most 1024",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:20],
)
def test_what_no_image_can_hold_is_refused_when_it_is_built(
    change: dict[str, bytes | int | Facts], expected: str
) -> None:
    with pytest.raises(ImageError) as caught:
        made(**change)  # type: ignore[arg-type]  # of the kind that each name asks for

    assert str(caught.value) == expected


def test_imgtool_makes_the_same_bytes(tmp_path: Path) -> None:
    assert imgtool_sign(tmp_path, *LIKE_OURS) == IMAGE


def test_imgtool_verifies_ours_and_no_other_byte(tmp_path: Path) -> None:
    key, image = tmp_path / "key.pem", tmp_path / "image.img"
    key.write_bytes(KEY.pem())
    codes = []
    for data in (IMAGE, IMAGE[:40] + b"!" + IMAGE[41:], IMAGE[:-1] + b"!"):
        image.write_bytes(data)
        codes.append(imgtool("verify", "--key", key, image).returncode)

    assert codes == [0, 1, 1]


def test_tlvs_of_other_vendors_that_imgtool_signed_are_accepted(tmp_path: Path) -> None:
    data = imgtool_sign(tmp_path, *LIKE_OURS, "--custom-tlv", "0x00a0", "more")

    assert accepted(data)
    assert offer(data).facts == FACTS


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--pure"], "a pure signature, over the image instead of its digest: sign without --pure"),
        (["--sha", "512"], "a SHA-512 digest: sign with --sha 256"),
        (["--public-key-format", "full"], "a whole public key: sign with --public-key-format hash"),
        (["--dependencies", "(1, 1.0.0)"], "a dependency on another image: sign without"),
        (["--boot-record", "lens"], "a boot record: sign without --boot-record"),
        (["--vid", "example.org"], "a vendor's UUID: sign without --vid"),
        (["--non-bootable"], "flags at 0x10: got 0x10, wanted 0x0: no encrypted, compressed,"),
        (["--load-addr", "0x1000"], "load_address at 0x4: got 0x1000, wanted 0x0: "),
        (["--header-size", "64"], "header_size at 0x8: got 0x40, wanted 0x20: "),
        (["--pad"], "bytes after the image, at 0xdb, wanted none"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_imgtool_makes_and_a_lens_does_not_take_is_named(
    tmp_path: Path, options: list[str], expected: str
) -> None:
    data = imgtool_sign(tmp_path, *LIKE_OURS, *options)
    with pytest.raises(ImageError) as caught:
        parse(FORM, data)

    assert expected in str(caught.value)


def test_an_image_without_lens_facts_is_refused_by_name(tmp_path: Path) -> None:
    data = imgtool_sign(tmp_path, "--version", "1.0.0", "--security-counter", "1")
    with pytest.raises(
        ImageError, match=r"^no lens_numbers \(TLV 0x4ca0\) among the protected TLVs"
    ):
        parse(FORM, data)
