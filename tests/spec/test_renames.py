import re
from pathlib import Path

import pytest

from lensbus.spec.canon import tree
from lensbus.spec.load import load
from lensbus.spec.renames import renamed
from tests.samples import shipped, write

L_MOUNT = load("l_mount")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("focus_stop", "focus_halt", ("messages", "focus_halt")),
        ("refused", "denied", ("messages", "denied")),
        ("identity", "who", ("messages", "who")),
        ("focus_target", "focus_goal", ("messages", "command", "fields", "focus_goal")),
        ("on_trial", "tried", ("messages", "firmware", "fields", "state", "enum", "tried")),
        ("waking", "rousing", ("roles", "body", "states", "rousing")),
        ("empty", "alone", ("roles", "body", "states", "alone")),
    ],
)
def test_with_its_new_name_everywhere_nothing_else_differs(
    tmp_path: Path, old: str, new: str, path: tuple[str, ...]
) -> None:
    text = re.sub(rf"\b{old}\b", new, shipped("l_mount/lens"))
    later = tree(load(str(write(tmp_path, text))))
    found, names = renamed(tree(L_MOUNT), later)

    assert found == later
    assert names == {path: old}


def test_a_field_that_sets_a_rate_takes_its_row_along(tmp_path: Path) -> None:
    text = re.sub(r" baud(: {type|})", r" bits\1", shipped("l_mount/lens"))
    later = tree(load(str(write(tmp_path, text))))
    found, names = renamed(tree(L_MOUNT), later)

    assert found == later
    assert {path[1] for path in names} == {"set_rate", "rate_set"}


def test_what_has_changed_is_not_the_same_by_another_name(tmp_path: Path) -> None:
    text = shipped("l_mount/lens").replace(" speed: {type: u16le", " pace: {type: u32le")
    _, names = renamed(tree(L_MOUNT), tree(load(str(write(tmp_path, text)))))

    assert names == {}


def test_the_tree_that_is_renamed_stays_as_it_was(tmp_path: Path) -> None:
    text = re.sub(r"\bfocus_stop\b", "focus_halt", shipped("l_mount/lens"))
    renamed(tree(L_MOUNT), tree(load(str(write(tmp_path, text)))))

    assert "focus_stop" in tree(L_MOUNT)["messages"]
