import json
import re
import zipfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lensbus.capture import sigrok
from lensbus.capture.files import open_writer
from lensbus.capture.uart import Burst, draw
from lensbus.spec.load import load
from tests.mounts import EF_BODY, EF_LENS, PUBLISHED, TAMRON, TAMRON_NAMES, tamron_update
from tests.peers import LAYOUT, body_and_lens
from tests.running import Done, run

PAIRS = body_and_lens(6)
TOLERANCE_S = 10e-6
SAME = ("from", "frame", "message", "fields", "seq", "baud", "raw")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("captures") / "own.sr"
    assert run("sim", "--virtual", "--seconds", 1.2, "--seed", 1, "--record", path).code == 0
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A capture of one frame with a wrong checksum."""
    path, spec = tmp_path / "faulty.sr", load("l_mount")
    burst = Burst("body", 0.001, 115_200, bytes.fromhex("e008000101026238"))
    sigrok.write(path, draw([burst], {}, rate_hz=24_000_000, length_s=0.01, sides=spec.capture))
    return path


def messages(done: Done) -> list[dict[str, Any]]:
    return [one for one in done.objects if one.get("raw") and "message" in one]


@pytest.mark.parametrize(("body", "lens"), PAIRS)
def test_a_recorded_session_decodes_to_exactly_what_was_said(
    tmp_path: Path, body: str, lens: str
) -> None:
    path = tmp_path / "own.sr"
    run_args = ["--seconds", 3.9, "--seed", 1, "--body", body, "--lens", lens, "--json"]
    said = run("sim", "--virtual", *run_args, "--record", path)
    decoded = run("decode", path, "--json")
    # what was said while the line was busy, is on it later, and an answer may come before
    expected = sorted(messages(said), key=lambda one: float(one["t"]))
    actual = messages(decoded)

    assert [[one[key] for key in SAME] for one in expected] == [
        [one[key] for key in SAME] for one in actual
    ]
    for key in ("t", "t_end"):
        assert all(
            abs(one[key] - other[key]) <= TOLERANCE_S
            for one, other in zip(expected, actual, strict=True)
        )
    assert {"sleep", "asleep", "wake", "awake"} <= {one["message"] for one in actual}
    assert said.objects[-1]["states"] == {"body": "ready", "lens": "ready"}
    assert sum(said.objects[-1]["frames"].values()) == decoded.objects[-1]["frames"]
    assert tuple(decoded.objects[-1][key] for key in ("faults", "no_data", "unknown")) == (0, 0, 0)
    assert {"lens": said.objects[-1]["lens"]} == decoded.objects[-1]["identified"]


def test_recording_does_not_change_what_is_printed(own: Path, tmp_path: Path) -> None:
    args = ["sim", "--virtual", "--seconds", 1.2, "--seed", 1]
    path = tmp_path / "again.sr"

    assert run(*args).out == run(*args, "--record", path).out
    assert own.read_bytes() == path.read_bytes()


def test_every_message_is_a_line_and_the_counts_are_the_last(own: Path) -> None:
    done = run("decode", own)
    first, *_, blank, counts, name = done.out.splitlines()

    assert (done.code, done.err) == (0, "")
    assert first == f"    0.0800 > body identify protocol=2 layout_hash={LAYOUT}"
    assert blank == ""
    assert counts == "50 windows, 50 frames, 0 faults, 0 no data, 0 unknown"
    assert name == "the lens is LUMIX S 20-60mm F3.5-5.6"


def test_a_summary_alone_is_the_counts_and_who_was_there(own: Path) -> None:
    done = run("decode", own, "--summary")

    assert done.out.splitlines() == run("decode", own).out.splitlines()[-2:]


def test_a_summary_for_programs_is_one_object(own: Path) -> None:
    done = run("decode", own, "--summary", "--json")

    assert [run("decode", own, "--json").objects[-1]] == done.objects
    assert done.objects[0]["messages"]["identity"] == 1


def test_with_another_spec_nothing_is_understood(own: Path) -> None:
    done = run("decode", own, "--spec", "sony_e")
    counts = done.out.splitlines()[-1]

    assert done.code == 0
    assert re.fullmatch(r"\d+ windows, 0 frames, 0 faults, \d+ no data, 0 unknown", counts)


def test_a_line_that_was_not_recorded_is_named_with_those_that_were(tmp_path: Path) -> None:
    path, spec = tmp_path / "body.sr", load("l_mount")
    sides = {"body": spec.capture["body"]}
    sigrok.write(path, draw([], {}, rate_hz=24_000_000, length_s=0.01, sides=sides))
    done = run("decode", path)

    assert (done.code, done.out) == (2, "")
    warning, error = done.errors
    assert "has no select line LENS_SELECT (it has TXD, BODY_SELECT): cut by silence" in warning
    assert f"{path}: the capture has no line 'RXD', only TXD, BODY_SELECT" in error


@pytest.mark.parametrize(
    ("rate_hz", "expected"),
    [
        (1, "own.sr: sampled at 1 Hz, wanted at least 460800 for 115200 baud: sample faster"),
        (6_000_000, "own.sr: sampled at 6000000 Hz, too slow for 3000000 baud: left out"),
    ],
)
def test_a_capture_that_is_sampled_too_slowly_is_told(
    tmp_path: Path, own: Path, rate_hz: int, expected: str
) -> None:
    trace, path = sigrok.read(own), tmp_path / "own.sr"
    sigrok.write(path, replace(trace, rate_hz=rate_hz))
    done = run("decode", path, "--summary")

    assert expected in done.errors[0]


def test_a_capture_of_another_mount_is_told_and_fails_where_that_counts(own: Path) -> None:
    codes = [run("decode", own, "--spec", "sony_e", *strict).code for strict in ((), ("--strict",))]
    done = run("decode", own, "--spec", "sony_e", "--summary")

    assert codes == [0, 1]
    assert "no frame of sony_e/lens in " in done.errors[-1]
    assert "--spec names one" in done.errors[-1]


def test_a_fault_is_printed_and_counted(faulty: Path) -> None:
    done = run("decode", faulty, "--json")
    fault, summary = done.objects

    assert done.code == 0
    assert (
        fault["from"],
        fault["fault"],
        fault["raw"],
    ) == ("body", "bad checksum", "e008000101026238")
    assert (summary["windows"], summary["faults"]) == (1, 1)
    assert "! body said bad checksum" in run("decode", faulty).out


def test_strict_fails_where_there_are_faults_and_only_there(own: Path, faulty: Path) -> None:
    assert run("decode", faulty, "--strict").code == 1
    assert run("decode", faulty).out == run("decode", faulty, "--strict").out
    assert run("decode", own, "--strict").code == 0


def damaged(path: Path, own: Path, how: str) -> None:
    data = bytearray(own.read_bytes())
    if how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif how == "damaged":
        with zipfile.ZipFile(own) as archive:
            at = archive.getinfo("logic-1-1").header_offset + 200
        data[at : at + 64] = bytes(byte ^ 0xA5 for byte in data[at : at + 64])
        path.write_bytes(data)
    elif how == "text":
        path.write_text("0.08 > body identify\n")
    elif how == "empty":
        path.touch()
    elif how == "folder":
        path.mkdir()


@pytest.mark.parametrize("how", ["truncated", "damaged", "text", "empty", "folder", "missing"])
def test_what_is_no_whole_capture_is_refused_in_one_line(
    own: Path, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "capture.sr"
    damaged(path, own, how)
    done = run("decode", path)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.err.startswith(f"lensbus: {path}: ")


@pytest.mark.parametrize("spec", ["none", "none.yaml"])
def test_the_spec_is_looked_for_first(spec: str) -> None:
    done = run("decode", "none.sr", "--spec", spec)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.err.startswith(f"lensbus: {spec}: ")


def recorded(path: Path, said: Iterable[tuple[str, bytes, float]]) -> Path:
    """What was said, as `--record FILE.jsonl` would have written it."""
    lines = [
        {"t": t, "t_end": t, "baud": None, "from": side, "raw": data.hex()}
        for side, data, t in said
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_capture_of_another_mount_is_decoded_with_its_spec(name: str, tmp_path: Path) -> None:
    frames = PUBLISHED[name]
    said = [(frame.side, frame.data, at / 100) for at, frame in enumerate(frames)]
    done = run("decode", recorded(tmp_path / "a.jsonl", said), "--spec", name, "--json", "--strict")

    assert done.code == 0
    assert [one["message"] for one in messages(done)] == [frame.name for frame in frames]
    assert done.objects[-1]["unknown"] == done.objects[-1]["faults"] == 0


def test_a_capture_of_clocks_names_the_lens(tmp_path: Path) -> None:
    path = recorded(tmp_path / "ef.jsonl", [("body", EF_BODY, 0.0), ("lens", EF_LENS, 0.0)])
    done = run("decode", path, "--spec", "canon_ef")

    assert done.code == 0
    assert "< lens focal_length focal_length=200" in done.out
    assert done.out.splitlines()[-1] == "the lens is Canon EF 200mm f/1.8L USM"


@pytest.mark.parametrize("suffix", [".jsonl", ".pcapng"])
def test_a_recorded_update_decodes_over_both_rates(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"update{suffix}"
    with closing(open_writer(path, TAMRON, list(TAMRON.roles))) as writer:
        for record in tamron_update():
            writer.tell(record)
    done = run("decode", path, "--spec", "tamron_usb", "--json", "--strict")

    assert done.code == 0
    assert [one["message"] for one in messages(done)] == TAMRON_NAMES
    assert {one["frame"] for one in messages(done)} == {"command", "transfer"}


@pytest.mark.parametrize("name", ["fuji_gf", "canon_ef", "fujinon_l10"])
def test_lines_without_a_sync_byte_are_not_read_from_a_logic_analyser(name: str, own: Path) -> None:
    done = run("decode", own, "--spec", name)

    assert (done.code, done.out) == (2, "")
    assert f"got lines of {name}/lens, wanted a mount whose frames begin with a" in done.errors[0]


def test_a_capture_becomes_columns(tmp_path: Path) -> None:
    run("sim", "--virtual", "--seconds", "2", "--seed", "1", "--record", tmp_path / "run.jsonl")
    done = run("decode", tmp_path / "run.jsonl", "--columns", tmp_path / "run.npz")
    told = run("decode", tmp_path / "run.jsonl", "--summary", "--json")
    counts = json.loads(told.out)["messages"]

    assert (done.code, done.out) == (0, "")
    assert "columns; 0 frames are in none" in done.err
    with np.load(tmp_path / "run.npz") as columns:
        assert len(columns["lens.status.focus_position"]) == counts["status"]
        assert len(columns["body.command.t"]) == counts["command"]
