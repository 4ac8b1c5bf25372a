import pytest

from lensbus.wire.text import digits, padded, whole


def test_zeros_at_the_end_are_no_part_of_padded_text() -> None:
    assert (padded(b"ab\0\0"), padded(b"\0"), padded(b"ab")) == ("ab", "", "ab")


def test_whole_text_is_every_byte() -> None:
    assert (whole(b""), whole(b"ab")) == ("", "ab")


def test_each_byte_is_two_digits() -> None:
    assert digits(b"\x01\x56") == "0156"


@pytest.mark.parametrize(
    ("read", "data"),
    [(padded, b"a\0b"), (padded, b"\xe9"), (whole, b"a\0"), (whole, b"\x80"), (digits, b"\x0a")],
)
def test_what_is_no_text_is_none(read: type, data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read(data)
