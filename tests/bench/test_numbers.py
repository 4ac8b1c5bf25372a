from pathlib import Path

import pytest

from lensbus.bench.numbers import Numbers, clash, read_numbers
from lensbus.devices.facts import identity, optics
from lensbus.devices.profile import LensProfile
from lensbus.errors import SpecError
from lensbus.front.named import load_profile
from lensbus.spec.load import load, numbers_path, profile_names, read
from lensbus.spec.node import Problems
from lensbus.wire.message import Vocabulary
from tests.samples import patched

SPEC = load("l_mount")
SAY = Vocabulary(SPEC)
TEXT = numbers_path().read_text(encoding="utf-8")
NEWEST = range(1, 3)
LENSES = [load_profile(LensProfile, "lenses", name) for name in profile_names("lenses")]


def numbers(path: Path) -> Numbers:
    problems = Problems()
    root = read(path, problems)
    assert root is not None
    return read_numbers(root, problems, SPEC)


TABLE = numbers(numbers_path())


def clashes(lens_number: int, **fields: object) -> str | None:
    """What is told of a Lumix S 20-60 that says another number, or other optics."""
    lens = next(lens for lens in LENSES if lens.id == "panasonic_s_20_60")
    told = {**optics(SAY, lens, SPEC).fields, **fields}
    return clash({"lens_number": lens_number}, told, TABLE)


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: str(lens.id))
def test_no_lens_that_comes_along_clashes_with_its_number(lens: LensProfile) -> None:
    who = identity(SAY, lens, SPEC, NEWEST)

    assert clash(who.fields, optics(SAY, lens, SPEC).fields, TABLE) is None


def test_every_lens_has_a_number_of_the_table_or_one_of_the_models_own() -> None:
    for lens in LENSES:
        assert lens.lens_number in TABLE.lenses or lens.lens_number in TABLE.own


def test_an_own_number_names_the_vendor() -> None:
    codes = {"other": 0, "leica": 1, "panasonic": 2, "sigma": 3}
    for lens in LENSES:
        if lens.lens_number in TABLE.own:
            assert codes[lens.vendor] == lens.lens_number >> 8 & 0xF


def test_no_number_stands_for_two_lenses() -> None:
    assert len({lens.lens_number for lens in LENSES}) == len(LENSES)


def test_a_number_that_clashes_with_the_optics_is_told_in_a_sentence() -> None:
    expected = (
        "lens number 0x4001 is known as LUMIX S 24-105mm F4 MACRO O.I.S., "
        "but its optics say 20-60mm F3.5-5.6"
    )

    assert expected == clashes(0x4001)


@pytest.mark.parametrize(
    ("number", "fields", "expected"),
    [
        (0x400B, {}, None),
        (0x400B, {"focal_tele": 700}, "say 20-70mm F3.5-5.6"),
        (0x400B, {"open_tele_av256": 925}, "say 20-60mm F3.5"),
        (0x400B, {"open_tele_av256": 1280, "focal_wide": 203}, None),
        (0x6013, {}, "TC-1411, but its optics"),
        (0x6003, {}, "45mm F2.8 DG DN | C (not confirmed), but its optics"),
        (0x6012, {"focal_wide": 1500, "focal_tele": 6000}, "say 150-600mm F3.5-5.6"),
        (0x400B, {"focal_wide": 996, "focal_tele": 996}, "say 100mm F3.5-5.6"),
        (0x4FFF, {}, None),
        (0xF101, {}, None),
    ],
)
def test_only_what_is_no_rounding_clashes(
    number: int, fields: dict[str, int], expected: str | None
) -> None:
    found = clashes(number, **fields)

    assert found is None if expected is None else expected in str(found)


def test_a_number_has_the_source_that_its_entry_names() -> None:
    assert TABLE.lenses[0x4001].basis.source.startswith(
        "exiftool/exiftool:lib/Image/ExifTool/Sigma"
    )
    assert "Olympus.pm" in TABLE.lenses[0x4007].basis.source
    assert not TABLE.lenses[0x6001].confirmed


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("0x4001: {", "0xf001: {", "lenses.61441: no number that a maker has given"),
        ("0x4001: {", "first: {", "lenses.first: no number that a maker has given"),
        ("[24, 105]", "[24]", "lenses.16385.focal_mm: expected two numbers, wide and tele"),
        ("[24, 105]", "[24, far]", "lenses.16385.focal_mm: expected two numbers, wide and tele"),
        ('{name: "LUMIX S 24-105', '{nam: "LUMIX S 24-105', "lenses.16385.name: missing"),
        ("basis: public\n", "basis: rumour\n", "unknown 'rumour' (known: public, "),
        ("first: 0xf000", "first: none", "own.first: expected a whole number, got text"),
    ],
)
def test_a_mistake_in_the_table_has_its_place(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    path = tmp_path / "numbers.yaml"
    path.write_text(patched(TEXT, (old, new)), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        numbers(path)

    line = 1 + TEXT.partition(old)[0].count("\n")
    assert any(one.line == line and expected in one.text for one in caught.value.problems)
