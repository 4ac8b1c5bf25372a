"""Docs on golden traces: the examples print what is shown, in the order of the page."""

import re
from pathlib import Path

import pytest

from lensbus.cli.goldens import VERDICTS, Result
from lensbus.golden.reading import read
from tests.golden.runs import DEMO
from tests.peers import SPEC
from tests.shown import blocks, is_ours, prints_as_shown

PAGE = (Path(__file__).parents[1] / "docs/golden.md").read_text(encoding="utf-8")


def test_the_examples_print_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (spec,) = [block for language, block in blocks(PAGE) if language == "yaml"]
    (tmp_path / "hasty.yaml").write_text(spec)
    for shown in [block for language, block in blocks(PAGE) if is_ours(block) and language]:
        prints_as_shown(shown)


def test_the_file_that_is_shown_is_one() -> None:
    (text,) = re.findall(r"^```\n(lensbus golden.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    kept = read(text, "docs/golden.md")

    assert [each.name for each in kept.said].count("status") == 31
    assert (kept.spec, kept.version, len(kept.parts)) == ("l_mount/lens", 2, 2)


def test_the_python_that_is_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    first, second = re.split(r"(?=golden\.check)", program)
    names = {"records": DEMO.run(SPEC)}
    exec(compile(f"{first}golden.update(records)\n{second}", "page", "exec"), names)  # noqa: S102 what a reader would run

    assert (tmp_path / "demo.golden").is_file()


def test_every_verdict_and_every_field_of_json_is_told() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", PAGE.split("## JSON")[1], re.MULTILINE)
    fields = re.findall(r"\w+", " ".join(rows))

    assert fields == list(Result(Path(), "same").plain(0))
    assert all(f"`{verdict}`" in PAGE for verdict in VERDICTS)
