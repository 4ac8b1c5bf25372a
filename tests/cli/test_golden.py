import json
from pathlib import Path

import pytest

from tests.running import run

SHORT = ("--seconds", "1.2", "--seed", "1")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A golden trace of a second of the demo."""
    path = tmp_path / "demo.golden"
    assert run("golden", "record", path, *SHORT).code == 0
    return path


@pytest.fixture
def other(demo: Path) -> Path:
    """The same with another lens in it, as if it had been made by a lens that was changed."""
    path = demo.with_name("other.golden")
    path.write_text(demo.read_text().replace("focus_position=0", "focus_position=7"))
    return path


def test_record_keeps_what_is_said_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "demo.golden"
    done = run("golden", "record", path, *SHORT)

    assert (done.code, done.err) == (0, "")
    assert done.out == f"{path}: is new: 67 messages\n"
    assert path.read_text().startswith("lensbus golden 1\nmade sim lens=panasonic_s_20_60 ")


def test_record_takes_the_options_of_sim(tmp_path: Path) -> None:
    path = tmp_path / "demo.golden"
    options = {
        "--lens": "panasonic_s_pro_70_200_f28",
        "--accessory": "dmw_stc14",
        "--body": "panasonic_s5_ii",
        "--scene": "walk-in",
        "--af": "c",
        "--hz": "50",
        "--faults": "duplicates",
        "--tolerance": "0.01",
        "--ignore": "status.temperature within 2",
    }
    words = [word for each in options.items() for word in each]
    done = run("golden", "record", path, *SHORT, *words)
    head = path.read_text().splitlines()[:7]

    assert (done.code, done.err) == (0, "")
    assert head[1] == (
        "made sim lens=panasonic_s_pro_70_200_f28 body=panasonic_s5_ii spec=l_mount seconds=1.2 "
        "seed=1 accessory=dmw_stc14 scene=walk-in af=c hz=50.0 faults=duplicates"
    )
    assert head[3:] == [
        "tolerance_s 0.01",
        "ignore identify.layout_hash",
        "ignore identity.layout_hash",
        "ignore status.temperature within 2",
    ]
    assert run("golden", "check", path).out.splitlines()[0] == f"same      {path}"


def test_record_leaves_what_is_there_alone(demo: Path) -> None:
    done = run("golden", "record", demo)

    assert (done.code, done.out) == (2, "")
    assert f"is there already: `lensbus golden update {demo}`" in done.err


def test_record_wants_a_name_that_check_finds(tmp_path: Path) -> None:
    done = run("golden", "record", tmp_path / "demo.txt")

    assert (done.code, len(done.errors)) == (2, 1)
    assert "a golden trace is called NAME.golden" in done.err


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("--lens", "none_such"),
        ("--ignore", "a b c"),
        ("--ignore", "stats"),
        ("--af", "c"),
        ("--spec", "none"),
    ],
)
def test_what_cannot_be_made_is_one_line_and_no_file(
    tmp_path: Path, option: str, word: str
) -> None:
    path = tmp_path / "demo.golden"
    done = run("golden", "record", path, option, word)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert not path.exists()


def test_check_makes_the_run_again(demo: Path) -> None:
    done = run("golden", "check", demo)

    assert (done.code, done.err) == (0, "")
    assert done.out == f"same      {demo}\n1 golden trace: 1 same\n"


def test_check_shows_the_first_difference_and_what_is_around_it(other: Path) -> None:
    done = run("golden", "check", other, "--context", "1")

    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        f"differs   {other}: homed.focus_position: got 0, wanted 7 (lens, at 0.946368 s)",
        "        0.896368 lens busy opcode=5",
        "  -     0.946368 lens homed focus_position=7",
        "  +     0.946368 lens homed focus_position=0",
        "  -     0.963081 lens status focus_position=7 ..",
        "  +     0.963081 lens status focus_position=0 ..",
        "and 15 more: 15 x status.focus_position",
        "1 golden trace: 1 differs",
    ]


def test_check_finds_all_in_a_folder(demo: Path, other: Path) -> None:
    done = run("golden", "check", demo.parent)

    assert done.code == 1
    assert [line.split(":")[0] for line in done.out.splitlines() if "golden: " in line] == [
        f"differs   {other}"
    ]
    assert done.out.endswith("2 golden traces: 1 same, 1 differs\n")


def test_check_without_a_name_finds_all_below(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo.parent.parent)

    assert "1 golden trace: 1 same" in run("golden", "check", demo.parent.name).out
    monkeypatch.chdir(demo.parent)
    assert run("golden", "check").out.splitlines()[0] == "same      demo.golden"


def test_where_there_is_none_there_is_nothing_to_check(tmp_path: Path) -> None:
    done = run("golden", "check", tmp_path)

    assert (done.code, done.out) == (2, "")
    assert "there is no golden trace: `lensbus golden record` makes one" in done.err


def test_what_cannot_be_run_is_told_and_the_others_are_checked(demo: Path) -> None:
    text = demo.read_text()
    demo.with_name("a.golden").write_text(text.replace("panasonic_s1", "panasonic_x9"))
    demo.with_name("b.golden").write_text("not one\n")
    done = run("golden", "check", demo.parent)

    first, second, *_ = done.out.splitlines()

    assert done.code == 2
    assert first.startswith(f"could not {demo.with_name('a.golden')}: panasonic_x9: unknown body ")
    assert second.startswith(f"could not {demo.with_name('b.golden')}: ")
    assert "b.golden:1: got 'not one', wanted 'lensbus golden 1': record it again" in second
    assert done.out.endswith("3 golden traces: 1 same, 2 could not\n")


def test_what_a_test_made_is_skipped_and_never_passes(demo: Path) -> None:
    lines = demo.read_text().splitlines(keepends=True)
    demo.write_text("".join(["made test\n" if each.startswith("made") else each for each in lines]))
    done = run("golden", "check", demo)

    assert done.code == 2
    assert done.out.splitlines() == [
        f"skipped   {demo}: a test made it, which can't be run here",
        "1 golden trace: 1 skipped",
    ]


def test_check_as_json_is_an_object_each_and_a_summary(demo: Path, other: Path) -> None:
    done = run("golden", "check", demo, other, "--json", "--context", "0")
    same, differs, summary = done.objects

    assert (done.code, done.err) == (1, "")
    assert same == {
        "golden": f"{demo}",
        "verdict": "same",
        "changed": [],
        "differences": 0,
        "first": "",
        "around": [],
        "reason": "",
    }
    assert differs["first"] == "homed.focus_position: got 0, wanted 7 (lens, at 0.946368 s)"
    assert (differs["differences"], len(differs["around"])) == (16, 2)
    assert summary == {
        "summary": True,
        "goldens": 2,
        "same": 1,
        "differs": 1,
        "updated": 0,
        "skipped": 0,
        "could_not": 0,
    }
    assert all(json.dumps(each) for each in done.objects)


def test_update_keeps_what_is_said_now_and_tells_what_changed(demo: Path, other: Path) -> None:
    before = demo.stat().st_mtime_ns
    done = run("golden", "update", demo, other)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == [
        f"same      {demo}",
        f"updated   {other}: homed.focus_position: got 0, wanted 7 (lens, at 0.946368 s)",
    ]
    assert done.out.endswith("2 golden traces: 1 same, 1 updated\n")
    assert other.read_text() == demo.read_text()
    assert demo.stat().st_mtime_ns == before


def test_a_recording_can_be_held_against_a_golden_trace(demo: Path) -> None:
    recording = demo.with_name("run.jsonl")
    assert run("sim", "--virtual", *SHORT, "--record", recording).code == 0
    done = run("golden", "check", demo, "--against", recording)

    assert done.out.splitlines()[0] == f"same      {demo}"
    lines = recording.read_text().splitlines(keepends=True)
    recording.write_text("".join(lines[:5] + lines[6:]))
    done = run("golden", "check", demo, "--against", recording)
    assert done.code == 1
    assert f"{demo}: lens did not say rate_set at 0.090243 s" in done.out


def test_a_recording_can_be_kept(tmp_path: Path) -> None:
    recording, path = tmp_path / "run.pcapng", tmp_path / "run.golden"
    assert run("sim", "--virtual", *SHORT, "--record", recording).code == 0
    done = run("golden", "record", path, "--from", recording)

    assert (done.code, done.out) == (0, f"{path}: is new: 50 messages\n")
    assert path.read_text().splitlines()[1] == "made recording file=run.pcapng"
    assert "1 skipped" in run("golden", "check", path).out
    assert run("golden", "check", path, "--against", recording).code == 0
    same = run("golden", "update", path, "--from", recording)
    assert same.out == f"same      {path}\n1 golden trace: 1 same\n"
    recording = tmp_path / "longer.jsonl"
    assert run("sim", "--virtual", *SHORT[2:], "--seconds", "1.3", "--record", recording).code == 0
    done = run("golden", "update", path, "--from", recording)
    assert done.out.startswith(f"updated   {path}: body said command at ")
    assert run("golden", "check", path, "--against", recording).code == 0


def test_what_a_run_made_is_not_replaced_by_a_recording(demo: Path) -> None:
    """Its head would say how something else was made."""
    recording, text = demo.with_name("run.jsonl"), demo.read_text()
    recording.write_text("")
    done = run("golden", "update", demo, "--from", recording)

    assert (done.code, demo.read_text()) == (2, text)
    assert done.out.startswith(f"skipped   {demo}: a sim made it, and no recording\n")


def test_a_recording_that_is_none_is_told(demo: Path) -> None:
    done = run("golden", "check", demo, "--against", demo)

    assert done.code == 2
    assert f"could not {demo}: {demo}: got b'lens' at its start" in done.out
