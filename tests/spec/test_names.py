from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.spec.names import MOST, misnamed, reserved
from lensbus.spec.node import listed
from tests.samples import SMALL, loaded, patched, refuses

FORM = "is no name, which begins with a letter, goes on with a-z, 0-9 and _, and ends after 63"


REGEXES = ("(a+)+$", "[a-z]*", "a\x1b[2J", "a\u202e", "__class__", "*", "../a")


@pytest.mark.parametrize("name", ["a", "focus_move", "u8", "a__", "class", "x" * MOST])
def test_a_name_is_lower_snake(name: str) -> None:
    assert misnamed(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "focusMove",
        "focus-move",
        "_a",
        "7",
        "1a",
        "a b",
        "a.b",
        "a\n",
        "é",
        "x" * 64,
        "(a+)+$",
        "[a-z]*",
        "a\x1b[2J",
        "a\u202e",
        "__class__",
        "*",
        "../a",
    ],
)
def test_what_is_no_name_is_told_as_it_is_written(name: str) -> None:
    assert misnamed(name) == f"{name!r} {FORM} characters"


@given(name=st.text(max_size=80))
def test_a_name_is_an_identifier_and_prints_as_itself(name: str) -> None:
    if not misnamed(name):
        assert name.isidentifier()
        assert name.isascii()
        assert name == name.lower()


@pytest.mark.parametrize(("name", "word"), [("class", True), ("from", True), ("match", False)])
def test_a_word_of_python_can_be_no_attribute(name: str, word: bool) -> None:
    assert bool(reserved(name)) == word


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("  stop: {from", "  ¦Stop: {from", "messages"),
        ("{a: {type: u8}}", "{¦A: {type: u8}}", "messages.ask.fields"),
        ("{off: 0, on: 1}", "{¦OFF: 0, on: 1}", "enums.modes.values"),
        ("{red: 1, blue: 4}", "{¦RED: 1, blue: 4}", "flags.bits.values"),
        ("constants:\n  steps:", "constants:\n  ¦Steps:", "constants"),
    ],
)
def test_what_becomes_an_attribute_or_a_word_of_a_line_is_checked(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    word = new[new.index("¦") + 1 :].split(":", maxsplit=1)[0]

    refuses(tmp_path, patched(SMALL, (old, new)), f"spec.{path}: {word!r} {FORM} characters")


def test_states_are_names_too(tmp_path: Path) -> None:
    text = patched(
        SMALL,
        (
            "- [ready, recv ask, ready]",
            "- ¦[ready, recv ask, Busy]\n      - ¦[Busy, recv stop, ready]",
        ),
    )
    said = f"spec.roles.lens.table: 'Busy' {FORM} characters"

    refuses(tmp_path, text, said, said)


@pytest.mark.parametrize("name", ["Small/lens", "small/lens/", "/small", "small lens", "a//b"])
def test_a_spec_is_called_by_mount_and_protocol(tmp_path: Path, name: str) -> None:
    part = next(part for part in name.split("/") if misnamed(part))
    text = patched(SMALL, ("spec: small/lens", f"spec: ¦{name}"))

    refuses(tmp_path, text, f"spec.spec: {part!r} {FORM} characters")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("  stop: {", "  class: ¦{", "messages.class"),
        ("{a: {type: u8}}", "{from: ¦{type: u8}}", "messages.ask.fields.from"),
    ],
)
def test_words_of_python_are_no_messages_and_no_fields(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    words = f"{path.rsplit('.', maxsplit=1)[-1]} is a word of Python, choose another one"

    refuses(tmp_path, patched(SMALL, (old, new)), f"spec.{path}: {words}")


def test_what_only_becomes_a_value_may_be_a_word_of_python(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("{off: 0, on: 1}", "{pass: 0, return: 1}"))

    assert listed(spec.messages["state"].fields[0].enum or {}) == "pass, return"
