import pytest

from tests.shown import blocks, examples, filled, is_ours


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a b", "a b", True),
        ("a b", "a b c", False),
        ("... c", "a b c", True),
        ("...", "", True),
        ("a ... c", "a c", True),
        ("a ... b ... d", "a x b x b d", True),
        ("a ... b ...", "a x b x", True),
        ("a ... b", "a x c", False),
        ("a ... b ... c", "a x c", False),
        ("a b ... b c", "a b c", False),
    ],
)
def test_a_gap_stands_for_any_number_of_lines(shown: str, printed: str, same: bool) -> None:
    assert same == (filled(shown.split(), printed.split()) == printed.split())


def test_blocks_are_found_with_their_language_and_commands_with_their_output() -> None:
    page = "a\n```yaml\nb: 1\n```\n```console\n$ lensbus x\ny\n$ lensbus z\n```\n```\nnone\n```\n"

    assert blocks(page) == [("yaml", "b: 1\n"), ("console", "$ lensbus x\ny\n$ lensbus z\n")]
    assert examples(blocks(page)[1][1]) == [("x", ["y"]), ("z", [])]
    assert [is_ours(text) for text in ("$ lensbus x\n", "$ ls\n", "b: 1\n")] == [True, False, False]
