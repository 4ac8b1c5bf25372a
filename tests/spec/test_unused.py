from pathlib import Path

import pytest

from lensbus.spec.load import load, spec_names
from tests.samples import MARK, SMALL, loaded, marks, patched, write


@pytest.mark.parametrize("name", spec_names())
def test_a_shipped_spec_uses_all_that_it_names(name: str) -> None:
    assert load(name).unused == ()


def test_the_small_spec_uses_all_that_it_names(tmp_path: Path) -> None:
    assert loaded(tmp_path).unused == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{bench: "a bench"}', '{bench: "a bench", ¦spare: "a spare one"}', "sources.spare"),
        (
            "enums:\n",
            "enums:\n  ¦spare: {values: {a: 0}, basis: observed, source: bench}\n",
            "enums.spare",
        ),
        (
            "flags:\n",
            "flags:\n  ¦spare: {values: {a: 1}, basis: observed, source: bench}\n",
            "flags.spare",
        ),
        (
            "flags:\n",
            "names:\n  ¦spare: {values: {1: a}, basis: observed, source: bench}\nflags:\n",
            "names.spare",
        ),
    ],
)
def test_what_no_item_names_is_told_at_its_place_and_does_not_keep_a_spec_from_loading(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = patched(SMALL, (old, new))
    [(where, words)] = load(str(write(tmp_path, text))).unused

    assert [(where.line, where.column)] == marks(text)
    assert words == f"{expected}: nothing names it"


LINE = "    {}spare: {{driver: lens, idle: high, absent: low, basis: observed, source: bench{}}}\n"


def test_what_is_of_no_use_in_a_file_that_is_extended_is_no_matter(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: lens.yaml\nspec: mine\nmessages: {state: {fields: {f: null}}}\n")

    assert load(str(mine)).unused == ()


def test_a_line_without_a_message_is_told(tmp_path: Path) -> None:
    text = patched(SMALL, ("timing:\n", LINE.format(MARK, "") + "timing:\n"))
    [(where, words)] = load(str(write(tmp_path, text))).unused

    assert [(where.line, where.column)] == marks(text)
    assert words == "link.lines.spare: no message is on it"


def test_a_line_around_frames_and_one_that_a_contact_carries_need_no_message(
    tmp_path: Path,
) -> None:
    framing = patched(SMALL, ("timing:\n", LINE.format("", ", frames: true") + "timing:\n"))
    contact = '  3: {role: "spare", line: spare, basis: observed, source: bench}\nlink:\n'
    carried = patched(SMALL, ("timing:\n", LINE.format("", "") + "timing:\n"), ("link:\n", contact))

    assert load(str(write(tmp_path, framing))).unused == ()
    assert load(str(write(tmp_path, carried))).unused == ()
