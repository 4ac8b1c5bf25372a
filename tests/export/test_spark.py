import pytest

from lensbus.export.plot import Picture
from lensbus.export.spark import BLOCKS, PLAIN, WIDTH, sparks
from tests.export.made import af, picture, said, status
from tests.peers import SPEC


def test_focus_subject_and_aperture_have_a_line_each() -> None:
    focus, subject, aperture = sparks(picture())

    assert [line[:9].rstrip() for line in (focus, subject, aperture)] == [
        "focus",
        "subject",
        "aperture",
    ]
    assert [line[9 + WIDTH :] for line in (focus, subject, aperture)] == [
        "  0.214 m to 7.74 m",
        "  1.03 m to 7.65 m",
        "  f/5.6 to f/3.5",
    ]


def test_far_and_open_are_high_and_a_subject_stands_on_the_scale_of_focus() -> None:
    focus, subject, aperture = (line[9 : 9 + WIDTH].strip() for line in sparks(picture()))

    assert (focus[0], max(focus)) == ("▂", "█")
    assert subject[0] > subject[-1] > "▁"
    assert (aperture[0], aperture[-1]) == ("█", "▁")
    assert set(focus + subject + aperture) <= set(BLOCKS)


def test_a_terminal_without_blocks_gets_letters() -> None:
    lines = list(sparks(picture(), PLAIN))

    assert len(lines) == 3
    assert all(line.isascii() for line in lines)


def test_what_does_not_change_is_low_and_what_is_not_there_has_no_line() -> None:
    found = Picture(SPEC)
    found.tell(af(0, "searching"))
    found.tell(said(1, "lens", status(1000, 925), "ready"))
    (line,) = sparks(found)

    assert line == f"aperture {' ' * (WIDTH - 1)}▁  f/3.5 to f/3.5"


@pytest.mark.parametrize("levels", [BLOCKS, PLAIN])
def test_nothing_is_no_line(levels: str) -> None:
    assert list(sparks(Picture(SPEC), levels)) == []
