import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import Problem, SpecError
from lensbus.spec.build import build
from lensbus.spec.load import (
    find_profile,
    load,
    load_any,
    load_image_format,
    profile_names,
    read,
    spec_names,
    spec_root,
)
from lensbus.spec.node import Node, Problems
from lensbus.spec.parse import MAX_BYTES
from lensbus.wire.codec import Codec
from tests.sampled import sampled
from tests.samples import SMALL, patched, problems, refuses, shipped, write


def test_every_shipped_spec_has_a_name_and_loads_by_it() -> None:
    names = spec_names()

    assert {"l_mount/lens", "sony_e/lens"} <= set(names)
    assert [load(name).name for name in names] == names


def test_the_name_of_a_mount_alone_means_its_lens_spec() -> None:
    assert load("l_mount").name == "l_mount/lens"


def test_a_spec_loads_by_its_path(tmp_path: Path) -> None:
    assert load(str(write(tmp_path, SMALL))).name == "small/lens"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SpecError) as caught:
        load("none")

    known = f"known: {', '.join(spec_names())}; or give a path that ends in .yaml"
    assert caught.value.problems == (Problem("none", 0, 0, f"unknown spec ({known})"),)


@pytest.mark.parametrize(
    ("name", "near"),
    [("panasonic_s5", "panasonic_s_85, panasonic_s_50"), ("leica_24_90", "leica_vario_elmarit_sl")],
)
def test_an_unknown_name_that_is_like_a_known_one_lists_those(name: str, near: str) -> None:
    with pytest.raises(SpecError, match=rf"unknown lens profile \(near: [^)]*{near}"):
        find_profile("lenses", name)


@pytest.mark.parametrize(
    "name", ["", "../l_mount/lens", "l_mount/../l_mount", "L_MOUNT", "*", "l_*"]
)
def test_a_name_never_leads_out_of_the_folder_of_specs(name: str) -> None:
    with pytest.raises(SpecError, match="unknown spec"):
        load(name)


def test_profiles_are_no_specs() -> None:
    assert [name for name in spec_names() if "lenses" in name or "bodies" in name] == []


def test_an_image_format_is_no_spec_and_loads_by_its_mount_or_its_path() -> None:
    path = str(spec_root() / "l_mount/image.yaml")

    assert "l_mount/image" not in spec_names()
    assert load_image_format("l_mount").name == "l_mount/image"
    assert load_image_format(path).name == load_any(path).name == load_any("l_mount/image").name
    assert load_any("l_mount").name == "l_mount/lens"


def test_one_kind_of_file_where_the_other_is_wanted_is_told_in_one_line() -> None:
    with pytest.raises(SpecError) as caught:
        load("l_mount/image")
    assert str(caught.value) == "l_mount/image: a format of firmware images, not a protocol"
    path = spec_root() / "l_mount/lens.yaml"
    with pytest.raises(SpecError) as caught:
        load_image_format(str(path))
    assert str(caught.value) == f"{path}: a protocol, not a format of firmware images"


def test_an_unknown_image_format_lists_the_mounts_that_have_one() -> None:
    with pytest.raises(SpecError, match=r"sony_e: unknown image format \(known: l_mount; "):
        load_image_format("sony_e")


@pytest.mark.parametrize("kind", ["lenses", "bodies"])
def test_every_profile_is_found_by_its_name_and_by_its_path(kind: str) -> None:
    names = profile_names(kind)

    assert names == sorted(set(names))
    for name in names:
        path = find_profile(kind, name)
        assert (path.stem, path.parent.name) == (name, kind)
        assert find_profile(kind, str(path)) == path


@pytest.mark.parametrize(
    ("kind", "words"), [("lenses", "lens profile"), ("bodies", "body profile")]
)
def test_an_unknown_profile_lists_the_known_ones(kind: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        find_profile(kind, "holga")

    known = ", ".join(profile_names(kind))
    assert str(caught.value).startswith(f"holga: unknown {words} (known: {known}; ")


def test_the_specs_stand_in_the_package_or_else_in_the_checkout() -> None:
    assert (spec_root() / "l_mount" / "lens.yaml").is_file()


STEPS = ("steps: {value: 256", "steps: {value: ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("¦1e999", "expected a number of at least 0, got inf"),
        ("¦-1", "expected a number of at least 0, got -1"),
        ("¦.nan", "expected a number, got text"),
        ("¦.inf", "expected a number, got text"),
        ("¦true", "expected a number, got true/false"),
        ("¦'256'", "expected a number, got text"),
        ("¦[256]", "expected a number, got list"),
        (f"¦{'9' * 30}", "expected a number, got text"),
    ],
)
def test_a_constant_is_a_finite_number(tmp_path: Path, value: str, expected: str) -> None:
    text = patched(SMALL, (STEPS[0], STEPS[1] + value))
    refuses(tmp_path, text, f"spec.constants.steps.value: {expected}")


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "gone.yaml"

    assert problems(path) == [(0, 0, "cannot be read: No such file or directory")]


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    path = tmp_path / "folder.yaml"
    path.mkdir()

    assert problems(path) == [(0, 0, "cannot be read: Is a directory")]


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)

    assert problems(path) == [(0, 0, f"bigger than {MAX_BYTES} bytes: no spec is")]


WRONG: list[object] = [None, [], {}, "zzz", -1, 0, 3, 1.5, True, 2**40]


def paths_of(node: Node, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(node.value, dict):
        below = [paths_of(child, (*path, key)) for key, child in node.value.items()]
    elif isinstance(node.value, list):
        below = [paths_of(child, (*path, i)) for i, child in enumerate(node.value)]
    else:
        below = []
    return [path, *(found for some in below for found in some)]


def with_value(node: Node, path: tuple[str | int, ...], value: object) -> Node:
    """A copy of a tree with another value at one place."""
    if not path:
        return Node(node.where, value)  # type: ignore[arg-type]  # any of WRONG is a node's value
    if isinstance(node.value, dict):
        key = str(path[0])
        changed = {**node.value, key: with_value(node.value[key], path[1:], value)}
        return Node(node.where, changed, node.keys)
    assert isinstance(node.value, list)
    entries = list(node.value)
    entries[int(path[0])] = with_value(entries[int(path[0])], path[1:], value)
    return Node(node.where, entries)


def root_of(name: str) -> Node:
    root = read(spec_root() / f"{name}.yaml", Problems())
    assert root is not None
    return root


ROOTS = {name: root_of(name) for name in spec_names()}
PATHS = [(name, path) for name, root in ROOTS.items() for path in paths_of(root)]


@sampled(200)
@given(place=st.sampled_from(PATHS), value=st.sampled_from(WRONG))
def test_any_value_in_any_place_gives_problems_or_a_spec_that_works(
    place: tuple[str, tuple[str | int, ...]], value: object
) -> None:
    found = Problems()
    spec = build(with_value(ROOTS[place[0]], place[1], value), found)
    if not found.found:
        Codec(spec)

    assert all(problem.line for problem in found.found)


def test_three_mistakes_of_three_kinds_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    text = patched(
        shipped("l_mount/lens"),
        ("bayonet_tabs: {value: 4,", "bayonet_tabs: {value: ¦four,"),
        ("mode: {type: u8, enum: focus_mode}", "mode: {type: u8, enum: ¦focus_mod}"),
        ("- [sleeping, send awake, listening]", "- ¦[sleeping, send awoken, listening]"),
        ("home: {with: homed, interim: busy,", "home: {with: homed, ¦interm: busy,"),
    )
    enums = ", ".join(ROOTS["l_mount/lens"].entries["enums"].entries)
    refuses(
        tmp_path,
        text,
        "spec.mount.bayonet_tabs.value: expected a number, got text",
        f"spec.messages.focus_move.fields.mode.enum: unknown enum 'focus_mod' (known: {enums})",
        "lens table, state sleeping: unknown message 'awoken' (near: awake, wake)",
        "spec.replies.home: unknown key 'interm' "
        "(known: basis, interim, retries, since, source, timeout_s, until, with)",
    )


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)

    assert problems(fifo) == [(0, 0, "cannot be read: it is no regular file")]
    found = Problems()
    assert read(Path("/dev/zero"), found) is None
    assert [problem.text for problem in found.found] == ["cannot be read: it is no regular file"]


def test_a_spec_knows_the_files_that_it_was_read_from(tmp_path: Path) -> None:
    mine, more = tmp_path / "mine.yaml", tmp_path / "more.yaml"
    mine.write_text("extends: l_mount/lens\nspec: mine/lens\n", encoding="utf-8")
    more.write_text("extends: ./mine.yaml\nspec: more/lens\n", encoding="utf-8")

    assert load(str(more)).files == (*load("l_mount").files, str(mine), str(more))
