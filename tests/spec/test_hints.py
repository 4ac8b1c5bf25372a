import pytest

from lensbus.spec.hints import MOST, hint, near, unhinted


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("helo", ["move", "hello"], "near: hello"),
        ("moveed", ["move", "moved", "hello"], "near: moved, move"),
        ("zzz", ["move", "hello"], "known: move, hello"),
        ("zzz", [], "known: none"),
    ],
)
def test_near_names_are_proposed_and_else_all_that_are_known(
    name: str, known: list[str], words: str
) -> None:
    assert hint(name, known) == words


def test_a_name_is_not_held_to_too_many() -> None:
    many = [f"name_{number}" for number in range(MOST + 1)]

    assert near("name_7x", many) == []
    assert near("name_7x", many[:MOST])


def test_a_text_is_the_same_without_what_it_proposes() -> None:
    for words in ("near: hello", "known: move, hello"):
        assert unhinted(f"unknown message 'helo' ({words})") == "unknown message 'helo'"
    assert unhinted("a row is (so) short") == "a row is (so) short"
