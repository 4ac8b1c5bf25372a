import pytest

from lensbus.wire.source import Source, formats, gaps, is_quick, runs
from tests.zoo import zoo

ZOO = zoo().messages


def test_a_function_is_made_of_its_lines() -> None:
    source = Source("number")
    table = source.keep({1: "one", 2: "two"})
    word = source.let(f"{table}[number]")
    with source.block(f"if {word} == 'two'"):
        source.add("return word" if word == "word" else f"return {word} * 2")
    source.refuse_if("number == 1")
    source.add("return 'never'")
    made = source.made()

    assert made(2) == "twotwo"
    assert made(1) is None
    assert made(3) is None  # what raises gives None too


def test_a_name_stays_as_it_is_and_an_expression_gets_one() -> None:
    source = Source("x")

    assert source.let("x") == "x"
    assert source.let("x + 1") != source.let("x + 1")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("texts", [(True, "abcd")]),
        ("counted", [(True, "mnk"), (False, "a"), (True, "b"), (False, "cd")]),
        ("group", [(True, "ab")]),
        ("checked", [(False, "ab")]),
    ],
)
def test_neighbours_of_a_fixed_size_are_one_row(name: str, expected: object) -> None:
    found = [(fixed, "".join(f.name for f in some)) for fixed, some in runs(ZOO[name].fields)]

    assert found == expected


def test_what_varies_within_a_block_or_has_a_checksum_is_not_quick() -> None:
    slow = {
        f"{kind.name}.{field.name}"
        for kind in ZOO.values()
        for field in kind.fields
        if not is_quick(field)
    }

    assert slow == {
        *(f"deep_arrays.{name}" for name in "abcd"),
        *("late_tail.b", "checked.a", "checked.b"),
    }


def test_a_row_holds_the_pieces_of_a_field() -> None:
    (block, _) = ZOO["group"].fields

    assert formats(block) == [("", "B"), ("", "B"), (">", "H"), ("", "2s"), ("", "B")]


def test_the_bits_that_no_part_takes_are_gaps() -> None:
    assert [gaps(field) for field in ZOO["words"].fields] == [0x00E0, 0x400002, 0]
