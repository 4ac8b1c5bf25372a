import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lensbus.session.rule import KINDS
from lensbus.spec.load import spec_root
from tests.peers import IDENTIFY, body_and_lens, frame
from tests.running import Done, run

PAIRS = body_and_lens(10)
MINUTE = ("sim", "--seconds", "60", "--virtual", "--seed", "1", "--json")
TIMELINE = [
    "< lens attached",
    "> body power_on",
    "> body identify",
    "< lens identity",
    "> body set_rate",
    "< lens rate_set",
    "> body home",
    "< lens homed",
    "> body focus_move",
    "> body aperture_set",
    "> body sleep",
    "< lens asleep",
    "> body wake",
    "< lens awake",
]


@pytest.fixture(scope="module")
def short() -> Done:
    return run("sim", "--seconds", 2, "--virtual", "--seed", 1, "--json")


@pytest.fixture(scope="module")
def five() -> Done:
    """Five seconds in people's words."""
    return run("sim", "--virtual", "--seed", 1)


def minutes() -> list[Done]:
    """The same minute twice, by processes whose hashes differ."""
    command = [sys.executable, "-m", "lensbus", *MINUTE]
    runs = [
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    told = [one.communicate() for one in runs]
    return [Done(one.returncode, *texts) for one, texts in zip(runs, told, strict=True)]


@pytest.fixture(scope="module")
def unfolded() -> Done:
    return run("sim", "--virtual", "--seed", 1, "--all")


def said(done: Done) -> list[dict[str, Any]]:
    """The frames of a run, without what went by lines alone."""
    return [one for one in done.objects if one.get("raw") and "message" in one]


def fault_plan(path: Path, *rules: str) -> Path:
    path.write_text("faults:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules))
    return path


def test_with_a_seed_the_output_of_a_minute_is_the_same_each_time() -> None:
    one, again = minutes()
    summary = one.objects[-1]

    assert one.out == again.out
    assert (one.code, again.code) == (0, 0)
    assert (summary["faults"], summary["states"]) == (0, {"body": "ready", "lens": "ready"})
    assert 3500 < summary["frames"]["body"] < 3600
    for done in (one, again):
        assert re.fullmatch(r"60 s simulated in [\d.]+ s, \d+ x real time\n", done.err)


def test_the_summary_is_the_last_object_and_tells_how_it_went(short: Done) -> None:
    *others, summary = short.objects
    frames = summary.pop("frames")

    assert summary == {
        "summary": True,
        "seconds": 2,
        "seed": 1,
        "faults": 0,
        "faults_by_kind": {},
        "faults_done": 0,
        "states": {"body": "ready", "lens": "ready"},
        "lens": "LUMIX S 20-60mm F3.5-5.6",
        "body": "Panasonic LUMIX S1",
        "fps_simulated_per_wall": None,
    }
    assert set(frames) == {"body", "lens"}
    assert not any("summary" in one for one in others)


def test_a_passive_adapter_is_told_in_one_note_and_no_fault() -> None:
    done = run("sim", "--virtual", "--seed", 1, "--seconds", 20, "--accessory", "passive_m")
    lines = done.out.splitlines()
    (noted,) = [n for n, line in enumerate(lines) if "taken for a passive adapter" in line]

    assert lines[noted + 1] == ""
    assert lines[-2].startswith("lens    M-Adapter without electronics: ")
    assert lines[-1] == "faults  none  (seed 1)"


def test_the_summary_counts_the_frames_of_each_side(short: Done) -> None:
    frames = short.objects[-1]["frames"]
    senders = [one["from"] for one in said(short)]

    assert frames == {side: senders.count(side) for side in frames}


def test_without_a_seed_the_speed_is_told() -> None:
    done = run("sim", "--seconds", 1, "--virtual", "--json")
    summary = done.objects[-1]

    assert summary["fps_simulated_per_wall"] > 0
    assert (summary["seed"], summary["faults"]) == (0, 0)


def test_what_is_said_by_a_line_has_no_bytes(short: Done) -> None:
    lines = {one["message"] for one in short.objects if one.get("raw") == "" and "message" in one}

    assert {"attached", "power_on", "sync"} == lines


def test_frames_carry_their_time_on_the_wire_rate_and_sequence_number(short: Done) -> None:
    first = said(short)[0]

    assert first == {
        "t": 0.08,
        "t_end": 0.081041667,
        "baud": 115200,
        "from": "body",
        "frame": "strip",
        "message": "identify",
        "fields": IDENTIFY.fields,
        "seq": 1,
        "raw": frame(IDENTIFY, 1).hex(),
        "state": "greeting",
    }


def test_the_timeline_tells_the_steps_of_a_session_in_order(five: Done, unfolded: Done) -> None:
    for done in (five, unfolded):
        lines = iter(done.out.splitlines())

        assert [step for step in TIMELINE if any(step in line for line in lines)] == TIMELINE


def test_the_timeline_ends_with_states_frames_and_faults(five: Done) -> None:
    *_, blank, body, lens, faults = five.out.splitlines()

    assert blank == ""
    assert re.fullmatch(r"body    Panasonic LUMIX S1: ready, \d+ frames said", body)
    assert re.fullmatch(r"lens    LUMIX S 20-60mm F3\.5-5\.6: ready, \d+ frames said", lens)
    assert faults == "faults  none  (seed 1)"


def test_the_cycle_is_folded_and_no_frame_of_it_lost_in_the_count(
    five: Done, unfolded: Done
) -> None:
    counts = {"command": 0, "status": 0}
    for name, count in re.findall(r"(?:body|lens) (command|status) x(\d+)", five.out):
        counts[name] += int(count)

    assert {name: unfolded.out.count(f" {name} ") for name in counts} == counts
    assert len(five.out.splitlines()) < 80


def test_a_fold_tells_what_changed(five: Done) -> None:
    (moving,) = re.findall(r"< lens status .*(focus_position=0\.\.\S+ .*)", five.out)

    assert re.fullmatch(r"focus_position=0\.\.\d+ focus_state=near_end\.\.moving", moving)
    assert "aperture_av256=f/3.5..f/5.6" in five.out
    assert five.out.count("(as before)") > 1


def test_all_prints_every_frame_and_every_sync(unfolded: Done) -> None:
    frames = run("sim", "--virtual", "--seed", 1, "--json")
    told = [one for one in frames.objects if "message" in one]
    lines = [line for line in unfolded.out.splitlines() if re.match(r" +[\d.]+ [<>] ", line)]

    assert [f"{one['from']} {one['message']}" for one in told] == [
        " ".join(line.split()[2:4]) for line in lines
    ]
    assert " x2 " not in unfolded.out


@pytest.mark.parametrize(("body", "lens"), PAIRS)
def test_every_body_and_every_lens_come_to_terms(body: str, lens: str) -> None:
    done = run("sim", "--virtual", "--seed", 2, "--body", body, "--lens", lens, "--json")
    summary = done.objects[-1]

    assert (done.code, summary["faults"]) == (0, 0)
    assert summary["states"] == {"body": "ready", "lens": "ready"}


NEEDS = {
    "unplug": "for_s: 0.2",
    "delay": "for_s: 0.04",
    "slow": "for_s: 0.2, by_s: 0.04",
    "stuck": "for_s: 0.1, level: low",
    "shake": "for_s: 0.5",
    "replace": "with: {hex: e005}",
}
UNHEARD = ("unplug", "bounce", "shake", "delay", "slow")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_is_done_noted_counted_and_overcome(tmp_path: Path, kind: str) -> None:
    more = f", {NEEDS[kind]}" if kind in NEEDS else ""
    plan = fault_plan(
        tmp_path / "plan.yaml",
        f"side: lens, do: {kind}, message: rate_set{more}",
        f"side: body, do: {kind}, frame: 60{more}",
    )
    done = run("sim", "--virtual", "--seconds", 6, "--seed", 7, "--faults", plan, "--json")
    summary = done.objects[-1]
    notes = [one["note"] for one in done.objects if "note" in one]
    faults = [one["fault"] for one in done.objects if "fault" in one]

    assert done.code == 0
    assert f"fault done: {kind} frame 3 (rate_set)" in notes
    assert any(note.startswith(f"fault done: {kind} frame 60 (") for note in notes)
    assert summary["faults_done"] == 2
    assert len(faults) == summary["faults"] == sum(summary["faults_by_kind"].values())
    assert {kind: faults.count(kind) for kind in set(faults)} == summary["faults_by_kind"]
    assert summary["states"] == {"body": "ready", "lens": "ready"}
    # nobody waits for what a link that parts loses, and what was late is said again
    assert bool(faults) == (kind not in UNHEARD)


def test_faults_are_told_in_the_timeline_and_in_the_summary(tmp_path: Path) -> None:
    plan = fault_plan(tmp_path / "plan.yaml", "side: lens, do: drop, message: identity")
    done = run("sim", "--virtual", "--seconds", 2, "--seed", 1, "--faults", plan)
    lines = done.out.splitlines()

    assert "    0.0810 * lens fault done: drop frame 1 (identity)" in lines
    assert sum("> body identify protocol=2" in line for line in lines) == 2
    assert lines[-1] == "faults  none  (seed 1)"


def test_a_fault_that_a_side_heard_is_a_line_with_a_mark(tmp_path: Path) -> None:
    plan = fault_plan(tmp_path / "plan.yaml", "side: body, do: flip, byte: 4")
    done = run("sim", "--virtual", "--seconds", 2, "--seed", 1, "--faults", plan)

    assert re.search(r"^ +0\.08\d\d ! lens heard bad checksum", done.out, re.MULTILINE)
    assert done.out.endswith("faults  1 bad checksum  (seed 1)\n")


def test_chance_follows_the_seed(tmp_path: Path) -> None:
    plan = fault_plan(tmp_path / "plan.yaml", "side: lens, do: flip, byte_chance: 0.002")
    args = ["sim", "--virtual", "--seconds", 4, "--faults", plan, "--json"]
    one, same, other = (run(*args, "--seed", seed) for seed in (3, 3, 4))

    assert one.out == same.out
    assert one.out != other.out
    assert one.objects[-1]["faults"] > 0


def model(path: Path, old: str, new: str) -> Path:
    """The shipped model with one thing changed."""
    text = (spec_root() / "l_mount/lens.yaml").read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return path


def test_a_frame_at_time_0_is_recorded_too(tmp_path: Path) -> None:
    spec = model(tmp_path / "mine.yaml", "boot_s: {value: 0.08,", "boot_s: {value: 0,")
    args = ("--seconds", 1.2, "--seed", 1, "--spec", spec, "--record", tmp_path / "own.sr")
    done = run("sim", "--virtual", *args)
    decoded = run("decode", tmp_path / "own.sr", "--spec", spec)

    assert done.code == 0
    assert " > body identify" in decoded.out
    assert ", 0 faults, 0 no data" in decoded.out


def test_what_cannot_be_drawn_is_told_with_its_file_and_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "own.sr"
    spec = model(tmp_path / "mine.yaml", "  lens: {data: RXD,", "  lens: {data: SYNC,")
    done = run("sim", "--virtual", "--seconds", 1, "--spec", spec, "--record", path)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.err.startswith(f"lensbus: {path}: can't be drawn: got lines ")
    assert done.err.endswith("; or record to .jsonl or .pcapng\n")


def test_a_profile_may_be_a_file(tmp_path: Path) -> None:
    text = (spec_root() / "l_mount/lenses/panasonic_s_20_60.yaml").read_text()
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("LUMIX S 20-60mm F3.5-5.6", "Mine"))
    done = run("sim", "--virtual", "--seconds", 1, "--seed", 1, "--lens", path, "--json")

    assert done.objects[-1]["lens"] == "Mine"


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("--virtual", "--mqtt", "mqtt://h"), "--mqtt is for real time: leave out --virtual"),
        (("--virtual", "--seconds", "0"), "'--seconds'"),
        (("--virtual", "--seconds", "-1"), "'--seconds'"),
        (("--virtual", "--seconds", "86401"), "'--seconds'"),
        (("--virtual", "--seconds", "nan"), "'--seconds'"),
        (("--virtual", "--seconds", "soon"), "'--seconds'"),
        (("--virtual", "--seed", "x"), "'--seed'"),
        (
            ("--virtual", "--record", "own.json"),
            "own.json: got suffix '.json', wanted .json",
        ),
        (("--virtual", "--record", "none/own.sr"), "none/own.sr: there is no folder none"),
        (("--virtual", "--record", "own.sr", "--seconds", "179"), "holds at most 178 s, got 179"),
        (
            ("--virtual", "--spec", "sony_e"),
            "lensbus: panasonic_s1 and panasonic_s_20_60 with sony_e/lens: ",
        ),
        (("--virtual", "--spec", "none"), "lensbus: none: unknown spec (known: canon_ef/lens, "),
        (("--virtual", "--spec", "none.yaml"), "lensbus: none.yaml: cannot be read: No such file"),
        (("--virtual", "--lens", "none"), "lensbus: none: unknown lens profile (known: "),
        (("--virtual", "--body", "none"), "lensbus: none: unknown body profile (known: "),
        (("--virtual", "--lens", "panasonic_s1"), "panasonic_s1: unknown lens profile (near: "),
        (("--virtual", "--body", "none.yaml"), "lensbus: none.yaml: cannot be read: No such file"),
        (("--virtual", "--faults", "none.yaml"), "lensbus: none.yaml: cannot be read: No such fi"),
        (("--virtual", "--faults", "."), "lensbus: .: unknown plan of faults (known: "),
        (("--virtual", "--scene", "none"), "lensbus: none: unknown scene (known: "),
        (("--virtual", "--scene", "still", "--hz", "17"), "offers "),
        (("--virtual", "--af", "c"), "--af c needs something to look at: give a --scene"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("sim", *args)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert text in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_scene_is_looked_at_instead_of_the_demo_and_told_in_few_lines() -> None:
    done = run("sim", "--virtual", "--seconds", 6, "--seed", 1, "--scene", "walk-in", "--af", "c")
    words = [line.split()[1:] for line in done.out.splitlines() if line]
    scenes = [line for line in words if line[1:3] == ["body", "scene"]]

    assert done.code == 0
    assert "* body autofocus: locked at" in done.out
    assert " sleep " not in done.out
    assert 0 < len(scenes) < 6
    assert sum(int(line[3].removeprefix("x")) for line in scenes) > 250


def test_with_a_scene_focus_is_found_once_unless_it_is_told_otherwise() -> None:
    def states(*more: str) -> list[str]:
        done = run("sim", "--virtual", "--seed", 1, "--json", "--scene", "still", *more)
        return [one["facts"]["state"] for one in done.objects if one.get("about") == "af"]

    assert states() == states("--af", "s") == ["searching", "locked"]
    assert states("--af", "off") == []
