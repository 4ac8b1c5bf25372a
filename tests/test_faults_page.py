"""Docs on faults: the example prints what is shown, and every word of a plan is told."""

import re
from pathlib import Path

import pytest

from lensbus.bench.plan import TAKES, TRIGGERS
from lensbus.cli.console import HELP
from lensbus.session.rule import FRAME_KINDS, SIDE_KINDS
from tests.shown import blocks, is_ours, prints_as_shown

PAGE = (Path(__file__).parents[1] / "docs/faults.md").read_text(encoding="utf-8")


def told(heading: str) -> list[str]:
    """What the rows of the table below a heading begin with."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.split(r"\n[|-]+\n", section)[1]
    return re.findall(r"^\| `(\w+)", rows, re.MULTILINE)


def test_the_example_prints_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (plan,) = [block for language, block in blocks(PAGE) if language == "yaml"]
    (tmp_path / "slow.yaml").write_text(plan)
    (shown,) = [block for language, block in blocks(PAGE) if is_ours(block) and language]

    prints_as_shown(shown)


def test_every_kind_and_every_trigger_is_told_in_order() -> None:
    assert told("What happens to a frame") == list(FRAME_KINDS)
    assert told("What befalls a side") == list(SIDE_KINDS)
    assert told("When") == list(TRIGGERS)


@pytest.mark.parametrize("key", [*TAKES, "nth", "until"])
def test_every_key_is_told(key: str) -> None:
    assert re.search(rf"`[^`]*\b{key}\b", PAGE)


def test_every_word_of_the_console_is_told() -> None:
    words = {word.split()[0] for word in HELP.split(", ")}

    assert set(told("Switch them while it runs")) == words - {"plug"}  # on the line of unplug
