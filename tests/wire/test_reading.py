import pytest

from lensbus.wire.reading import reader
from tests.zoo import zoo

ZOO = zoo().messages


def test_an_exact_reader_gives_fields_and_another_their_size_too() -> None:
    fields, data = ZOO["line"].fields, b"\1AB"

    assert reader(fields, exact=True)(data) == {"a": 1, "b": "AB"}
    assert reader(fields, exact=False)(data) == ({"a": 1, "b": "AB"}, 3)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("01", {"a": 1}),
        ("01 020000", {"a": 1, "b": 2}),
        ("01 020000 4100", {"a": 1, "b": 2, "c": "A"}),
        ("01 020000 00 0001", {"a": 1, "b": 2, "c": "", "d": {"x": 1}}),
        ("01 020000 00 0001 0304", {"a": 1, "b": 2, "c": "", "d": {"x": 1}, "e": (3, 4)}),
        ("01 0200", None),
        ("01 020000 41", None),
        ("01 020000 00 0002", None),
        ("01 020000 00 0001 03", None),
        ("01 020000 00 0001 030405", None),
    ],
)
def test_optional_fields_are_read_as_far_as_the_payload_goes(data: str, expected: object) -> None:
    assert reader(ZOO["tail"].fields, exact=True)(bytes.fromhex(data)) == expected


def test_more_may_follow_what_an_inexact_reader_takes() -> None:
    read = reader(ZOO["zeros"].fields, exact=False)

    assert read(b"a\0\0\1b\0more") == ({"a": "a", "b": 1, "c": "b"}, 6)
    assert read(b"a\0\0\1b") is None


def test_a_count_is_not_believed_beyond_the_payload() -> None:
    read = reader(ZOO["counted"].fields, exact=True)

    assert read(bytes.fromhex("ffffff 00 0000 aa")) is None
    assert read(bytes.fromhex("000000 14 0000 aa")) is None
