from dataclasses import replace

import pytest

from lensbus.cli.field_lines import lines, since
from lensbus.spec.span import ALWAYS
from tests.zoo import zoo

ZOO = list(zoo().messages.values())


def test_every_kind_of_field_is_told_with_what_is_within_it() -> None:
    told = [line for kind in ZOO for field in kind.fields for line in lines(field, "")]

    for line in (
        "a: u24be, 5 to 70000",
        "a: u16be",
        "  mode: bits 0 to 3, off=0 | on=1",
        "  ready: bit 4",
        "  level: bits 8 to 15, percent, v x 0.5, 1 to 99",
        "b: bcd, 2 bytes",
        "a: bytes, n bytes",
        "d: m x u16le",
        "a: ascii, until a zero",
        "b: ascii, rest",
        "f: rest x i32be",
        "a: 2 x 2 x u8",
        "d: rest x block",
        "  x: n x u16le",
        "b: u24le, optional",
        "a: block, then u16le, panasonic73 over it",
        "e: 2 x u8, red=1 + blue=4",
    ):
        assert f"{line}  (observed)" in told, line


@pytest.mark.parametrize(
    ("span", "expected"),
    [(ALWAYS, ""), (range(2, ALWAYS[-1] + 1), "  since 2"), (range(2, 4), "  since 2  until 3")],
)
def test_a_field_tells_the_versions_that_have_it(span: range, expected: str) -> None:
    field = replace(ZOO[0].fields[0], versions=span)

    assert since(span) == expected
    assert list(lines(field, "")) == [f"a_u8: u8{expected}  (observed)"]


@pytest.mark.parametrize(("default", "expected"), [(0, "0"), ((), "none"), (("a", "b"), "a + b")])
def test_a_field_tells_what_it_holds_where_it_is_left_out(default: object, expected: str) -> None:
    field = replace(ZOO[0].fields[0], default=default)  # type: ignore[arg-type]  # as read

    assert list(lines(field, "")) == [f"a_u8: u8, else {expected}  (observed)"]
