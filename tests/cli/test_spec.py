import os
import re
import sys
from pathlib import Path

import pytest

from lensbus.spec.load import spec_names, spec_root
from tests.running import run
from tests.samples import SMALL, patched, shipped

ROWS = re.compile(r"  (\w+) +(\d+)")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A spec with three mistakes: a value, a type, and one that only lint can see."""
    text = (spec_root() / "l_mount/lens.yaml").read_text()
    for right, wrong in (
        ("slow: {value: 115200,", "slow: {value: slow,"),
        ("lens_number: {type: u16le,", "lens_number: {type: u17le,"),
        ("[homing, send homed, ready]", "[homing, send homd, ready]"),
    ):
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    return path


def place(path: Path, text: str) -> str:
    """FILE:LINE:COLUMN of the first place where a text stands."""
    lines = path.read_text().splitlines()
    number = next(number for number, line in enumerate(lines, 1) if text in line)
    return f"{path}:{number}:{lines[number - 1].index(text) + 1}: "


def places(path: Path) -> list[str]:
    return [place(path, text) for text in ("slow,", "u17le,", "[homing, send homd")]


def test_list_names_every_shipped_spec_with_its_title() -> None:
    done = run("spec", "list")

    assert (done.code, done.err) == (0, "")
    assert spec_names() == [line.split()[0] for line in done.out.splitlines()]
    assert "open model, not Leica's" in done.out


@pytest.mark.parametrize("name", spec_names())
def test_the_counts_of_each_basis_add_up(name: str) -> None:
    done = run("spec", "show", name, "--basis")
    first, *rows = done.out.splitlines()
    counts = [ROWS.fullmatch(row) for row in rows]

    assert done.code == 0
    assert [row[1] for row in counts if row] == ["public", "observed", "analogue", "model"]
    assert first == f"{name}: {sum(int(row[2]) for row in counts if row)} items"


def test_what_the_l_mount_model_is_based_on_is_never_observed() -> None:
    assert "  observed     0\n" in run("spec", "show", "l_mount", "--basis").out


def test_the_items_of_a_spec_that_extends_another_are_counted_by_file() -> None:
    path = Path(__file__).parents[2] / "docs/examples/my_lens.yaml"
    counts = run("spec", "show", path, "--basis").out.splitlines()

    assert counts[0] == "my/lens: 183 items"
    assert counts[-3:] == ["of these", "   177 from l_mount/lens", f"     6 from {path}"]


def test_editors_are_told_where_the_schema_is() -> None:
    done = run("spec", "schema")

    assert done.code == 0
    assert Path(done.out.strip()) == spec_root() / "schema/spec.schema.json"
    assert Path(done.out.strip()).is_file()


def test_shipped_specs_are_fine() -> None:
    done = run("spec", "check", *spec_names())

    assert (done.code, done.err) == (0, "")
    assert [f"{name}: ok" for name in spec_names()] == [
        line.split(",")[0] for line in done.out.splitlines()
    ]
    assert "stopped" not in done.out
    assert all("explored" in line for line in done.out.splitlines())


def test_an_image_format_is_shown_counted_and_checked_as_a_spec_is() -> None:
    shown = run("spec", "show", "l_mount/image").out.splitlines()

    for line in (
        "   0x0  4 bytes magic 0x96f3b83d: an MCUboot image begins so",
        "protected TLVs (0x6908)",
        "  0x4ca0  lens_numbers: 2 bytes each, lenses that it fits",
    ):
        assert line in shown
    assert "  model        5\n" in run("spec", "show", "l_mount/image", "--basis").out
    checked = "l_mount/image: ok, 11 header fields, 7 TLVs, 44 items with a basis\n"
    assert run("spec", "check", "l_mount/image").out == checked


def test_check_tells_every_mistake_with_its_place_and_goes_on(wrong: Path) -> None:
    done = run("spec", "check", wrong, "l_mount")
    *mistakes, last = done.out.splitlines()

    assert (done.code, done.err) == (1, "")
    assert last.startswith("l_mount: ok, ")
    assert len(mistakes) == 3
    for start, mistake in zip(places(wrong), mistakes, strict=True):
        assert mistake.startswith(start)
    assert "got text" in mistakes[0]
    assert "'u17le'" in mistakes[1]
    assert "unknown message 'homd'" in mistakes[2]


@pytest.fixture
def unused(tmp_path: Path) -> Path:
    """A spec that loads, and in which not everything is of use."""
    path = tmp_path / "unused.yaml"
    path.write_text(SMALL.replace("sources: {", 'sources: {spare: "a spare one", '))
    return path


def test_check_tells_what_loads_and_is_no_good(unused: Path) -> None:
    done = run("spec", "check", unused)
    first, *_, last, count = done.out.splitlines()

    assert (done.code, done.err) == (1, "")
    assert first == f"{place(unused, 'spare:')}sources.spare: nothing names it"
    never = "body table, state ready: recv attached can never happen"
    assert last == f"{place(unused, '[ready, recv attached')}{never}"
    assert count.startswith(f"{unused}: 6 problems, 7 messages, ")
    assert count.endswith(", explored 26 configurations (2 in flight, 1 lost)")


def test_problems_of_several_files_are_sorted(wrong: Path, unused: Path) -> None:
    done = run("spec", "check", wrong, unused, wrong)
    told = [line.split(":")[:3] for line in done.out.splitlines()[:-1]]
    places = [(name, int(line), int(column)) for name, line, column in told]

    assert done.code == 1
    assert places == sorted(places)
    assert len(places) == len(set(done.out.splitlines())) - 1


def test_check_tells_each_problem_as_json_and_a_summary_at_last(wrong: Path) -> None:
    done = run("spec", "check", wrong, "sony_e", "l_mount/image", "--json")
    *problems, summary = done.objects

    assert (done.code, done.err) == (1, "")
    assert [set(problem) for problem in problems] == 3 * [{"file", "line", "column", "text"}]
    assert summary == {
        "summary": True,
        "problems": 3,
        "specs": [
            {"spec": str(wrong), "problems": 3},
            {
                "spec": "sony_e",
                "problems": 0,
                "configurations": 5,
                "moves": 76,
                "in_flight": 0,
                "lost": 0,
                "stopped": "",
                "whole": True,
            },
            {"spec": "l_mount/image", "problems": 0},
        ],
    }


@pytest.mark.parametrize(
    "args", [("spec", "show"), ("sim", "--virtual", "--spec"), ("decode", "x.sr", "--spec")]
)
def test_a_command_that_needs_a_spec_tells_every_mistake_of_it(
    wrong: Path, args: tuple[str, ...]
) -> None:
    done = run(*args, wrong)

    assert (done.code, done.out, len(done.errors)) == (2, "", 3)
    for start, line in zip(places(wrong), done.errors, strict=True):
        assert line.startswith(f"lensbus: {start}")


def test_what_is_not_yaml_is_a_mistake_with_a_place(tmp_path: Path) -> None:
    path = tmp_path / "not.yaml"
    path.write_text("spec: l_mount\nframes: [1, 2\n")
    done = run("spec", "check", path)

    assert (done.code, done.err, len(done.out.splitlines())) == (1, "", 1)
    assert done.out.startswith(f"{path}:3:1: not YAML: ")


@pytest.mark.parametrize("command", ["check", "show"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nikon_z", "unknown spec (known: canon_ef/lens, "),
        ("l_mount/../lens", "unknown spec (near: l_mount/lens, "),
        ("nix/none.yaml", "cannot be read: No such file or directory"),
    ],
)
def test_where_there_is_no_spec_nothing_can_be_done(command: str, name: str, text: str) -> None:
    done = run("spec", command, name)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert f"lensbus: {name}: {text}" in done.err


def test_what_cannot_be_read_hides_no_mistake_of_another_file(wrong: Path) -> None:
    done = run("spec", "check", "none.yaml", wrong, "canon_ef")
    as_json = run("spec", "check", "none.yaml", wrong, "--json")

    assert (done.code, as_json.code) == (2, 2)
    assert [line.split(" ")[0] for line in done.out.splitlines()[:3]] == [
        start.rstrip() for start in places(wrong)
    ]
    assert done.errors == ["lensbus: none.yaml: cannot be read: No such file or directory"]
    assert as_json.objects[-1]["problems"] == 4


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    path = tmp_path / "folder.yaml"
    path.mkdir()
    done = run("spec", "check", path)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.err.startswith(f"lensbus: {path}: cannot be read: ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_told() -> None:
    done = run("spec", "check", os.fsdecode(b"\xff.yaml"))

    assert (done.code, len(done.errors)) == (2, 1)
    assert done.err.startswith(r"lensbus: \udcff.yaml: cannot be read")


def edited(path: Path, *edits: tuple[str, str]) -> Path:
    path.write_text(patched(shipped("l_mount/lens"), *edits), encoding="utf-8")
    return path


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """Two hand-made versions of a spec: one change breaks, two are compatible."""
    retries, row = (
        'timeout_s: 0.05, retries: 3, basis: model, reason: "supplies',
        "[ready, send status, ready]",
    )
    return edited(tmp_path / "old.yaml"), edited(
        tmp_path / "new.yaml",
        ("focus_stop: {from: body, key: 0x13", "focus_stop: {from: body, key: 0x23"),
        (retries, retries.replace("3", "4")),
        (row, f"{row}\n      - [fast, recv focus_stop, fast]"),
    )


def test_diff_tells_each_change_with_its_grade_and_who_fails(versions: tuple[Path, Path]) -> None:
    old, new = versions
    done = run("spec", "diff", old, new)
    *changes, last = done.out.splitlines()

    assert (done.code, done.err) == (1, "")
    assert [change.split()[0] for change in changes] == ["breaking", "compatible", "compatible"]
    where = place(new, "{from: body, key: 0x23").rsplit(":", 2)[0]
    assert f"{where}: focus_stop.key is 0x23, was 0x13 (breaks " in changes[0]
    assert "an old body with a new lens" in changes[0]
    assert last == f"{old} to {new}: 1 breaking, 2 compatible"


def test_diff_as_json_is_an_object_a_line_and_counts(versions: tuple[Path, Path]) -> None:
    done = run("spec", "diff", *versions, "--json")
    worst, *_, summary = done.objects

    assert done.code == 1
    assert worst["grade"] == "breaking"
    assert sorted(worst["breaks"]) == ["an old body with a new lens", "an old lens with a new body"]
    assert worst["file"] == str(versions[1])
    assert worst["line"] > 1
    assert {name: summary[name] for name in ("breaking", "compatible", "documentation")} == {
        "breaking": 1,
        "compatible": 2,
        "documentation": 0,
    }


def test_a_spec_does_not_differ_from_itself_by_name_or_path(tmp_path: Path) -> None:
    done = run("spec", "diff", "l_mount", edited(tmp_path / "same.yaml"))

    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("same.yaml: nothing changed\n")


def test_what_breaks_nothing_ends_well(tmp_path: Path) -> None:
    new = edited(
        tmp_path / "new.yaml",
        (
            "[ready, send status, ready]",
            "[ready, send status, ready]\n      - [fast, recv focus_stop, fast]",
        ),
    )

    assert run("spec", "diff", "l_mount", new).code == 0


@pytest.mark.parametrize("pair", [("l_mount", "l_mount/image"), ("l_mount/image", "l_mount")])
def test_formats_of_images_are_not_compared(pair: tuple[str, str]) -> None:
    done = run("spec", "diff", *pair)

    assert (done.code, done.out) == (2, "")
    assert done.errors == ["lensbus: l_mount/image: a format of firmware images, not a protocol"]


def test_a_spec_that_has_mistakes_is_not_compared(wrong: Path) -> None:
    done = run("spec", "diff", "l_mount", wrong)

    assert (done.code, done.out, len(done.errors)) == (2, "", 3)
