from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.wire.fitting import check, filled, misfits
from tests.sampled import sampled
from tests.strategies import fields_of
from tests.zoo import zoo

ZOO = zoo().messages
COUNTS = {"m": 1, "n": 1, "k": 2, "a": b"x", "b": 0, "c": "AB", "d": (7,)}


def wrong(field: Any, value: object) -> str:  # noqa: ANN401 a field by any means
    return "; ".join(misfits("m.f", field, value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("x" * 12, ""),
        ("x" * 13, "m.f: got 13 characters, wanted at most 12"),
        ("ø", "m.f: got 'ø', wanted ASCII text without zeros"),
        ("a\0b", "m.f: got 'a\\x00b', wanted ASCII text without zeros"),
        (b"abc", "m.f: got b'abc', wanted ASCII text without zeros"),
        (3, "m.f: got 3, wanted ASCII text without zeros"),
    ],
)
def test_a_text_is_ascii_and_fits(value: object, expected: str) -> None:
    fields = load("l_mount").messages["identity"].fields
    serial = next(field for field in fields if field.name == "serial")

    assert wrong(serial, value) == expected


@pytest.mark.parametrize(
    ("size", "value", "expected"),
    [
        (4, b"abcd", ""),
        (4, b"abc", "m.f: got b'abc', wanted 4 bytes"),
        (4, "abcd", "m.f: got 'abcd', wanted 4 bytes"),
        (4, 4, "m.f: got 4, wanted 4 bytes"),
        (None, b"", ""),
        (None, "x", "m.f: got 'x', wanted any bytes"),
    ],
)
def test_bytes_are_bytes_of_the_right_number(
    size: int | None, value: object, expected: str
) -> None:
    assert wrong(replace(ZOO["more"].fields[0], size=size), value) == expected


@pytest.mark.parametrize("value", ["015", "01 5", "015a", 156, "01\u0665\u0666"])
def test_decimal_digits_are_two_a_byte(value: object) -> None:
    assert wrong(ZOO["texts"].fields[1], value) == f"m.f: got {value!r}, wanted 4 digits"


def test_a_scaled_number_is_told_raw() -> None:
    level = ZOO["words"].fields[0].parts[2]

    assert wrong(level, 100) == "m.f: got 100, wanted 1 to 99"


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        (
            "words",
            {"a": {"mode": "of", "ready": 2, "level": 1}, "b": 3, "c": {"all": 1, "more": 2}},
            (
                "words.a.mode: got 'of', wanted one of off, on; "
                "words.a.ready: got 2, wanted 0 to 1; "
                "words.b: got 3, wanted high, low, whole by name; "
                "words.c: unknown more (fields: all)"
            ),
        ),
        (
            "deepest",
            {"a": {"b": {"c": {"d": 256}}}},
            "deepest.a.b.c.d: got 256, wanted 0 to 255",
        ),
        ("counted", COUNTS | {"n": 2}, "counted.n: got 2, wanted 1, as a has"),
        ("counted", COUNTS | {"d": [7]}, "counted.d: got [7], wanted (any values)"),
        ("pixels", {"a": (1, 10)}, "pixels.a[1]: got 10, wanted 0 to 9"),
        (
            "deep_arrays",
            {"a": ((1,), (1, 2)), "b": ({"x": 0, "y": 0},) * 2, "c": ("A",), "d": ()},
            "deep_arrays.a[0]: got (1,), wanted (2 values)",
        ),
        (
            "tail",
            {"a": 1, "c": ""},
            "tail: missing b (fields: a, b, c, d, e)",
        ),
        (
            "tail",
            {},
            "tail: missing a (fields: a, b, c, d, e)",
        ),
    ],
)
def test_all_that_does_not_fit_is_told_in_one_line(
    name: str, fields: dict[str, Any], expected: str
) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        check(ZOO[name], fields)

    assert str(caught.value) == expected


def test_counts_that_were_left_out_are_filled_in_wherever_they_are() -> None:
    left_out = {name: COUNTS[name] for name in ("d", "c", "b", "a")}
    rows = ({"x": (1, 2)}, {"x": ()})

    assert list(filled(ZOO["counted"].fields, left_out).items()) == list(COUNTS.items())
    assert filled(ZOO["deep_arrays"].fields, {"d": rows}) == {
        "d": ({"n": 2, "x": (1, 2)}, {"n": 0, "x": ()})
    }
    assert filled(ZOO["late_tail"].fields, {"a": b"", "b": {"x": b"xy"}}) == {
        "n": 0,
        "a": b"",
        "b": {"m": 2, "x": b"xy"},
    }


@pytest.mark.parametrize(
    "fields", [{"a": 3}, {"a": None, "n": 1}, {"none": 1}, {}, {"n": 7, "a": b""}]
)
def test_what_is_wrong_or_given_stays_as_it_is(fields: dict[str, Any]) -> None:
    assert filled(ZOO["counted"].fields, fields) == fields


@pytest.mark.parametrize("name", ["counted", "deep_arrays", "late_tail", "arrays", "tail"])
def test_what_a_message_can_have_fits_and_stays_as_it_is(name: str) -> None:
    @sampled(20)
    @given(fields=fields_of(ZOO[name]))
    def fits(fields: dict[str, Any]) -> None:
        check(ZOO[name], fields)
        assert filled(ZOO[name].fields, fields) == fields

    fits()
