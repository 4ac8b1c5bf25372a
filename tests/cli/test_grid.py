import pytest

from lensbus.bench.matrix import GRADES, Grade, Outcome
from lensbus.cli.grid import SIGNS, WIDTH, grid


def outcome(body: str, lens: str, grade: Grade = "ok", accessory: str | None = None) -> Outcome:
    return Outcome(body, lens, accessory, grade, (), (), {}, {})


def test_lenses_are_rows_and_bodies_are_stairs_above_them() -> None:
    every = [
        outcome("leica_sl", "vario"),
        outcome("sigma_fp", "vario", "crop"),
        outcome("leica_sl", "macro", "failed"),
        outcome("sigma_fp", "macro", "part"),
    ]

    assert list(grid(every)) == [
        "      leica_sl",
        "      | sigma_fp",
        "vario . c",
        "macro F p",
        "",
        *(f"{SIGNS[grade]}  {words}" for grade, words in GRADES.items()),
    ]


def test_only_the_signs_that_are_there_are_explained() -> None:
    assert list(grid([outcome("a", "b")]))[2:] == ["", f".  {GRADES['ok']}"]


def test_a_pair_that_was_not_run_is_blank() -> None:
    assert list(grid([outcome("a", "x"), outcome("b", "y")]))[2:4] == ["x .", "y   ."]


def test_an_accessory_makes_a_row_of_its_own() -> None:
    every = [outcome("a", "x"), outcome("a", "x", accessory="tube")]

    assert list(grid(every))[1:3] == ["x        .", "x + tube ."]


@pytest.mark.parametrize("width", [1, 20, 40, 80, WIDTH])
@pytest.mark.parametrize("count", [0, 1, 7, 70])
def test_a_table_that_is_too_wide_is_folded_and_loses_nothing(width: int, count: int) -> None:
    every = [outcome(f"body_{n}", "lens", "crop") for n in range(count)]
    lines = list(grid(every, width))
    signs = [line.removeprefix("lens ").split() for line in lines if line.startswith("lens ")]

    assert [sign for row in signs for sign in row] == ["c"] * count
    if width >= 20:
        assert max(map(len, lines[: -len(GRADES)]), default=0) <= width


def test_the_whole_matrix_fits_a_terminal() -> None:
    every = [outcome(f"blackmagic_cinema_camera_{n}k", "panasonic_s_pro_24_70") for n in range(20)]

    assert len([line for line in grid(every) if line.startswith("panasonic")]) == 1
