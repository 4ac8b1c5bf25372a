"""Docs on profiles: its examples run, and its tables tell every key with its unit and default."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile
from tests.running import run
from tests.shown import blocks, is_ours, prints_as_shown

PAGE = (Path(__file__).parents[1] / "docs/profiles.md").read_text(encoding="utf-8")
SECTIONS = {"A lens": LensProfile, "A body": BodyProfile, "An accessory": AccessoryProfile}
UNITS = {"_mm": "mm", "_s": "s", "_ma": "mA", "_hz": "Hz", "_f": "f-number", "_deg": "degrees"}


def rows(section: str) -> list[list[str]]:
    """The cells of all tables of a section; the first names one or more keys."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    table = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in cells] for cells in table]


def keys(section: str, *, columns: int) -> list[str]:
    """The keys of tables of so many columns: those with four have a default."""
    told = [cells[0] for cells in rows(section) if len(cells) == columns]
    return re.findall(r"`(\w+)`", " ".join(told))


def test_the_list_is_printed_as_shown() -> None:
    (shown,) = [block for _, block in blocks(PAGE) if is_ours(block)]

    prints_as_shown(shown)


def test_the_lens_of_ones_own_is_ready_soon(tmp_path: Path) -> None:
    (block,) = [block for language, block in blocks(PAGE) if language == "yaml"]
    path = tmp_path / "my_35.yaml"
    path.write_text(block)
    done = run("sim", "--virtual", "--seconds", "1.2", "--json", "--lens", path)
    summary = done.objects[-1]

    assert (done.code, summary["lens"]) == (0, "Our 35mm prototype")
    assert summary["states"] == {"body": "ready", "lens": "ready"}


@pytest.mark.parametrize(("section", "kind"), SECTIONS.items())
def test_every_key_is_told_and_those_that_may_be_left_out_apart(section: str, kind: type) -> None:
    needed = ["profile", *(field.name for field in fields(kind)[1:] if field.default is MISSING)]
    others = [field.name for field in fields(kind) if field.default is not MISSING]

    assert sorted(needed) == sorted(keys(section, columns=3))
    assert others == keys(section, columns=4)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_key_that_ends_in_a_unit_has_that_unit(section: str) -> None:
    for key, unit, *_ in rows(section):
        for end, expected in UNITS.items():
            assert not key.strip("`").endswith(end) or unit == expected, key


@pytest.mark.parametrize(("section", "kind"), SECTIONS.items())
def test_the_defaults_are_the_ones_that_are_told(section: str, kind: type) -> None:
    told = {cells[0].strip("`"): cells[2] for cells in rows(section) if len(cells) == 4}
    words: dict[object, set[str]] = {(): {"none", "all of its mount"}, (0, 0): {"0, 0"}}
    for field in fields(kind):
        if field.name in told:
            plain = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            assert told[field.name] in words.get(field.default, {plain}), field.name
