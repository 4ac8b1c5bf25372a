"""Edits of a field, and of parts of fields, of a message that only the lens says."""

from pathlib import Path

import pytest

from lensbus.spec.diff import diff
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from tests.samples import SMALL, patched, write

OLD_BODY, OLD_LENS = "an old body with a new lens", "an old lens with a new body"
BOTH = {OLD_BODY, OLD_LENS}
NOBODY: set[str] = set()

STATE = "fields: {m: {type: u8, enum: modes}, f: {type: u8, flags: bits}}}"
FIELDS = """fields:
      packed:
        type: u16be
        bits:
          mode: {at: 0, width: 2, enum: modes}
          axis: {at: 4, width: 3, high: 5}
      track: {type: array, count: 2, of: {type: i16be, low: -9, high: 9, unit: deg}}
      pair:
        type: block
        fields:
          a: {type: u8, high: 8}
          b: {type: u8, enum: modes}
      f: {type: u8, flags: bits}"""
MESSAGE = """  state:
    from: lens
    key: [1, 2]
    basis: observed
    source: bench
    """
PACKED = patched(
    SMALL,
    (
        f"  state: {{from: lens, key: [1, 2], basis: observed, source: bench, {STATE}\n",
        f"{MESSAGE}{FIELDS}\n",
    ),
)


def edited(folder: Path, *edits: tuple[str, str]) -> Spec:
    return load(str(write(folder, patched(PACKED, *edits))))


@pytest.mark.parametrize(
    ("old", "new", "words", "breaks", "line"),
    [
        ("high: 5}", "high: 4}", "state.packed.axis takes less: high 4, was 5", {OLD_LENS}, "axis:"),
        ("high: 5}", "high: 6}", "state.packed.axis takes more: high 6, was 5", {OLD_BODY}, "axis:"),
        ("high: 5}", "low: 1, high: 5}", "state.packed.axis takes less: low 1, was 0", {OLD_LENS}, "axis:"),
        ("width: 3, high: 5}", "width: 4}", "state.packed.axis takes more: high 15, was 5", {OLD_BODY}, "axis:"),
        ("width: 3, high: 5}", "width: 4, high: 5}", "state.packed.axis: width is 4, was 3, for the same values", NOBODY, "axis:"),
        ("width: 2, enum", "width: 3, enum", "state.packed.mode: width is 3, was 2, for the same values", NOBODY, "mode:"),
        ("at: 4, width", "at: 5, width", "state.packed.axis: bits is 5 to 7, was 4 to 6", BOTH, "axis:"),
        ("high: 5}", "high: 5}\n          more: {at: 9}", "state.packed.more is new, in bits that were zero", {OLD_BODY}, "more:"),
        ("high: 5}", "high: 5}\n          more: {at: 9, low: 1}", "state.packed.more is new, in bits that were zero", BOTH, "more:"),
        ("          axis: {at: 4, width: 3, high: 5}\n", "", "state.packed.axis is gone, its bits are zero", {OLD_LENS}, "type: u16be"),
        ("          mode: {at: 0, width: 2, enum: modes}\n", "", "state.packed.mode is gone, its bits are zero", {OLD_LENS}, "type: u16be"),
        ("low: -9, high: 9", "low: -10, high: 9", "state.track.of takes more: low -10, was -9", {OLD_BODY}, "track:"),
        ("low: -9, high: 9", "low: -9, high: 8", "state.track.of takes less: high 8, was 9", {OLD_LENS}, "track:"),
        ("of: {type: i16be", "of: {type: i32be", "state.track.of: type is i32be, was i16be", BOTH, "track:"),
        ("count: 2", "count: 3", "state.track: count is 3, was 2", BOTH, "track:"),
        ("a: {type: u8, high: 8}", "a: {type: u8, high: 7}", "state.pair.a takes less: high 7, was 8", {OLD_LENS}, "a: {type: u8"),
        ("a: {type: u8, high: 8}", "a: {type: u16be, high: 8}", "state.pair.a: type is u16be, was u8", BOTH, "a: {type: u16"),
        ("a: {type: u8, high: 8}", "a: {type: u8, high: 8}\n          c: {type: u8}", "state.pair.c is new, in the middle of the block", BOTH, "c: {type: u8}"),
        ("f: {type: u8, flags: bits}", "f: {type: u8, flags: bits}\n      z: {type: u8, optional: true}", "state.z is new, at the end of the message", {OLD_BODY}, "z: {type"),
        ("type: u16be\n        bits", "type: u32be\n        bits", "state.packed: type is u32be of bits, was u16be of bits", BOTH, "type: u32be"),
    ],
)  # fmt: skip
def test_a_part_is_graded_as_a_field_is_and_told_at_its_own_line(
    tmp_path: Path, old: str, new: str, words: str, breaks: set[str], line: str
) -> None:
    (change,) = diff(edited(tmp_path), edited(tmp_path, (old, new)))
    text = (tmp_path / "lens.yaml").read_text(encoding="utf-8").splitlines()

    assert (change.words, set(change.breaks)) == (words, breaks)
    assert change.grade == ("breaking" if breaks else "compatible")
    assert line in text[change.where.line - 1]


def test_a_value_that_is_new_is_told_of_every_part_that_has_it(tmp_path: Path) -> None:
    changes = diff(edited(tmp_path), edited(tmp_path, ("on: 1}", "on: 1, park: 2}")))

    assert [(change.words, change.breaks) for change in changes] == [
        ("state.packed.mode: value park is new", (OLD_BODY,)),
        ("state.pair.b: value park is new", (OLD_BODY,)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("axis: {", "tilt: {", "messages.state.fields.packed.bits.tilt was called axis"),
        ("a: {type: u8, high", "z: {type: u8, high", "messages.state.fields.pair.fields.z was called a"),
    ],
)  # fmt: skip
def test_a_part_of_another_name_is_one_change(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    (change,) = diff(edited(tmp_path), edited(tmp_path, (old, new)))

    assert change.grade == "compatible"
    assert change.words == f"{words}: the same bytes, and another layout hash"


def test_values_of_other_names_are_told_of_each_part(tmp_path: Path) -> None:
    changes = diff(edited(tmp_path), edited(tmp_path, ("on: 1}", "up: 1}")))

    assert [change.words.partition(" ")[0] for change in changes] == [
        "messages.state.fields.packed.bits.mode.enum.up",
        "messages.state.fields.pair.fields.b.enum.up",
    ]
    assert {change.grade for change in changes} == {"compatible"}


def test_the_order_of_bits_changes_no_bytes(tmp_path: Path) -> None:
    mode, axis = "mode: {at: 0, width: 2, enum: modes}", "axis: {at: 4, width: 3, high: 5}"
    new = edited(tmp_path, (f"{mode}\n          {axis}", f"{axis}\n          {mode}"))

    assert diff(edited(tmp_path), new) == []


def test_the_order_of_fields_in_a_block_does(tmp_path: Path) -> None:
    a, b = "a: {type: u8, high: 8}", "b: {type: u8, enum: modes}"
    new = edited(tmp_path, (f"{a}\n          {b}", f"{b}\n          {a}"))
    (change,) = diff(edited(tmp_path), new)

    assert change.grade == "breaking"
    assert change.words == "state.pair: the fields stand in another order: b a"


def test_the_unit_of_a_part_is_told_to_people(tmp_path: Path) -> None:
    (change,) = diff(edited(tmp_path), edited(tmp_path, ("unit: deg", "unit: rad")))

    assert change.grade == "documentation"
    assert change.words == "messages.state.fields.track.of.unit is rad, was deg"
