from typing import Any

import pytest

from lensbus.cli.recipe import Recipe, recipe_of
from lensbus.errors import CaptureError, LensbusError
from lensbus.golden.kept import Made
from tests.golden.runs import DEMO, FAULTY
from tests.peers import SPEC


@pytest.mark.parametrize("recipe", [DEMO, FAULTY], ids=["demo", "faulty"])
def test_a_recipe_is_read_as_it_is_kept(recipe: Recipe) -> None:
    assert recipe_of(recipe.made) == recipe
    assert recipe.made.how == "sim"


def test_a_recipe_makes_the_same_run_each_time() -> None:
    assert FAULTY.run(SPEC) == FAULTY.run(SPEC)
    assert any(record.verb == "heard" for record in FAULTY.run(SPEC))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lens": 5},
        {"lens": None},
        {"seconds": -1},
        {"seconds": 1e9},
        {"seconds": "long"},
        {"seconds": float("nan")},
        {"seed": 0.5},
        {"af": "x"},
        {"hz": "fast"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_what_makes_no_run_is_told(wrong: dict[str, Any]) -> None:
    facts = {**DEMO.made.facts, **wrong}

    with pytest.raises(CaptureError, match=r"^got made sim lens=.*, wanted the options of `sim`"):
        recipe_of(Made("sim", facts))


@pytest.mark.parametrize("name", ["body", "spec", "seconds"])
def test_what_is_needed_must_be_there(name: str) -> None:
    with pytest.raises(CaptureError):
        recipe_of(Made("sim", {n: v for n, v in DEMO.made.facts.items() if n != name}))


def test_a_profile_that_is_not_there_is_told() -> None:
    with pytest.raises(LensbusError, match="none_such"):
        Recipe("none_such", "panasonic_s1", "l_mount", 1.0).run(SPEC)
