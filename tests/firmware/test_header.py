import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import ImageError
from lensbus.firmware.header import Header, Version, pack_header, read_header
from tests.images import FORM, VERSION, made

versions = st.builds(
    Version,
    *(st.integers(0, most) for most in (0xFF, 0xFF, 0xFFFF, 0xFFFFFFFF)),
)
headers = st.builds(
    Header,
    payload_size=st.integers(1, FORM.payload_most),
    protected_size=st.integers(0, 0xFFFF),
    version=versions,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", Version(1, 0, 0, 0)),
        ("1.2", Version(1, 2, 0, 0)),
        ("1.2.3", Version(1, 2, 3, 0)),
        ("1.2.3+4", Version(1, 2, 3, 4)),
        ("01.2", Version(1, 2, 0, 0)),
    ],
)
def test_a_version_is_read_as_imgtool_reads_it(text: str, expected: Version) -> None:
    assert expected == Version.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "v1", "1.", "1.2.3.4", "1+4", "1.2+4", "-1", "1.2.3+", " 1", "1\n", "\u0661", "9" * 11],
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ImageError, match=r"^version: got .*, wanted one as 1\.1\.0 or "):
        Version.parse(text)


@given(versions)
def test_the_text_of_a_version_is_read_back(version: Version) -> None:
    assert version == Version.parse(str(version))


def test_versions_are_ordered_by_number_and_not_by_text() -> None:
    texts = ["0.9.9+9", "1.0.0+0", "1.0.0+1", "1.0.1+0", "1.2.0+0", "1.10.0+0", "2.0.0+0"]
    ordered = sorted(map(Version.parse, texts))

    assert texts == [str(version) for version in ordered]


@given(headers)
def test_a_header_is_read_back(header: Header) -> None:
    data = pack_header(FORM, header)

    assert len(data) == FORM.header_size
    assert header == read_header(FORM, data)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (Version(256), "major: got 256, wanted at most 255"),
        (Version(1, -1), "minor: got -1, wanted at most 255"),
        (Version(1, 0, 65536), "revision: got 65536, wanted at most 65535"),
        (Version(1, 0, 0, 1 << 32), "build: got 4294967296, wanted at most 4294967295"),
    ],
)
def test_a_version_that_no_header_can_say_is_refused(version: Version, expected: str) -> None:
    with pytest.raises(ImageError) as caught:
        made(version=version)

    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("offset", "data", "expected"),
    [
        (0, b"\x3c", "magic at 0x0: got 0x96f3b83c, wanted 0x96f3b83d: an MCUboot image begins so"),
        (4, b"\x01", "load_address at 0x4: got 0x1, wanted 0x0: an image runs where it lies"),
        (9, b"\x02", "header_size at 0x8: got 0x220, wanted 0x20: the payload follows at once"),
        (16, b"\x04", "flags at 0x10: got 0x4, wanted 0x0: no encrypted, compressed,"),
        (31, b"\x01", "padding at 0x1c: got 0x1000000, wanted 0x0: unused"),
        (12, bytes(4), "a payload of 0 bytes, wanted 1 to 1048576"),
        (12, b"\x01\x00\x10", "a payload of 1048577 bytes, wanted 1 to 1048576"),
    ],
)
def test_a_header_of_another_format_is_refused_with_the_place(
    offset: int, data: bytes, expected: str
) -> None:
    header = bytearray(made()[: FORM.header_size])
    header[offset : offset + len(data)] = data
    with pytest.raises(ImageError) as caught:
        read_header(FORM, bytes(header))

    assert str(caught.value).startswith(expected)


@given(st.binary(max_size=31))
def test_a_header_that_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match=rf"^cut off at {len(data):#x}, wanted a header up to 0x"):
        read_header(FORM, data)


def test_what_follows_a_header_does_not_count() -> None:
    header = made()[: FORM.header_size]

    assert read_header(FORM, header + b"more") == read_header(FORM, header)
    assert read_header(FORM, header).version == VERSION
