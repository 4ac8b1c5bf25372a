import pytest

from lensbus.front.printable import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LUMIX S 20-60mm", "LUMIX S 20-60mm"),
        ("10 k\u03a9", "10 k\u03a9"),
        ("\x1b[31mred\nFAKE", r"\x1b[31mred\nFAKE"),
        ("\udcff.yaml", r"\udcff.yaml"),
        ("\u202etxt", r"\u202etxt"),
    ],
)
def test_what_moves_a_terminal_is_escaped(text: str, expected: str) -> None:
    assert printable(text) == expected
