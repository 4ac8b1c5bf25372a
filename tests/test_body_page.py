"""The page on the virtual body: its examples print what is shown, and its scene is one."""

from pathlib import Path

import pytest

from lensbus.devices.profile import AUTOFOCUS
from lensbus.front.named import load_scene
from lensbus.spec.load import profile_names
from tests.shown import blocks, is_ours, prints_as_shown

PAGE = (Path(__file__).parents[1] / "docs" / "body.md").read_text(encoding="utf-8")


EXAMPLES = [text for language, text in blocks(PAGE) if language == "console"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_prints_what_is_shown(example: str) -> None:
    assert is_ours(example)
    prints_as_shown(example)


def test_the_scene_that_is_shown_is_one(tmp_path: Path) -> None:
    (text,) = [text for language, text in blocks(PAGE) if language == "yaml"]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    scene = load_scene(str(path))

    assert scene is not None
    assert scene.distance_mm(2.0) == scene.distance_mm(10.0) == 3750


def test_every_scene_and_every_kind_of_autofocus_is_told() -> None:
    names = [name.replace("_", "-") for name in profile_names("scenes")]

    assert [word for word in (*names, *AUTOFOCUS) if f"`{word}`" not in PAGE] == []
