"""Docs on the format of specs: the example grows as the page is read, and every key is told."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lensbus.spec.load import schema_path
from tests.shown import blocks, is_ours, prints_as_shown

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/spec-format.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "docs/examples/my_lens.yaml").read_text(encoding="utf-8")
SCHEMA = json.loads(schema_path().read_text(encoding="utf-8"))


def test_the_example_grows_step_by_step_and_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = 0
    for language, block in blocks(PAGE):
        if language == "yaml" and (name := re.match(r"# (\w+\.yaml)\b", block)):
            with (tmp_path / name[1]).open("a") as file:
                file.write(block)
        elif is_ours(block):
            prints_as_shown(block)
            commands += 1

    assert commands > 4


def test_the_private_spec_that_is_shown_is_the_one_in_the_examples() -> None:
    (shown,) = [block for _, block in blocks(PAGE) if "spec: my/lens" in block]

    assert shown.split("\n", 1)[1] == EXAMPLE.split("\n", 1)[1]


def test_every_key_of_the_format_is_told() -> None:
    keys = set(SCHEMA["properties"])
    for name, schema in SCHEMA["$defs"].items():
        if not name.startswith("whole"):
            keys |= nested(schema)
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", prose))))

    assert sorted(keys - told) == []


def nested(schema: dict[str, Any]) -> set[str]:
    found = set(schema.get("properties", {}))
    for each in schema.get("properties", {}).values():
        found |= nested(each) if isinstance(each, dict) else set()
    return found
