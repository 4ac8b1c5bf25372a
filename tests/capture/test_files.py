import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lensbus.bench.pair import BODY, LENS
from lensbus.capture import sigrok
from lensbus.capture.decode import Decoder
from lensbus.capture.drawing import trace_of
from lensbus.capture.files import STDIN, open_writer, read_cuts
from lensbus.cli.setup import load_pair
from lensbus.errors import CaptureError
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

SUFFIXES = (".jsonl", ".pcapng")
SECONDS = 3.0
PLAN = """
faults:
  - {side: lens, do: flip, byte_chance: 0.002}
  - {side: lens, do: truncate, chance: 0.03}
  - {side: body, do: insert, chance: 0.03}
  - {side: body, do: drop, chance: 0.03}
  - {side: body, do: unplug, time: 1.5, for_s: 0.2}
"""


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load("l_mount")


@pytest.fixture(scope="module", params=[False, True], ids=["clean", "faults"])
def records(
    request: pytest.FixtureRequest, spec: Spec, tmp_path_factory: pytest.TempPathFactory
) -> list[Record]:
    """A simulated run, as both sides tell it."""
    plan = tmp_path_factory.mktemp("plan") / "plan.yaml"
    plan.write_text(PLAN if request.param else "faults: []")
    made = load_pair(spec, "panasonic_s1", "panasonic_s_20_60", 7, str(plan))
    found = list(made.pair.run(SECONDS, made.chance))
    assert any(isinstance(record.event, Fault) for record in found) == request.param
    return found


def write(path: Path, spec: Spec, roles: Sequence[str], records: Sequence[Record]) -> None:
    with closing(open_writer(path, spec, roles)) as writer:
        for record in records:
            writer.tell(record)


def decoded(path: Path, spec: Spec) -> list[Record]:
    return list(Decoder(spec).decode(read_cuts(path, spec)))


def messages(records: Sequence[Record]) -> list[tuple[str, str, Any, int | None]]:
    """Side, name, fields and seq of what was said."""
    return [
        (record.side, record.event.name, record.event.fields, record.event.seq)
        for record in records
        if isinstance(record.event, Message)
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recorded_run_decodes_to_what_was_said(
    tmp_path: Path, spec: Spec, records: list[Record], suffix: str
) -> None:
    path = tmp_path / f"own{suffix}"
    write(path, spec, (BODY, LENS), records)
    told = [record for record in records if record.verb == "said" and record.raw]
    found = decoded(path, spec)

    assert messages(found) == messages(told)
    assert len(found) == len(told) > 100
    for got, want in zip(found, told, strict=True):
        assert got.raw == want.raw
        assert got.window
        assert want.window
        assert got.window.baud == want.window.baud
        assert got.window.start == pytest.approx(want.window.start, rel=0, abs=1e-6)
        assert got.window.end == pytest.approx(want.window.end, rel=0, abs=1e-6)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("side", "peer"), [(BODY, LENS), (LENS, BODY)])
def test_what_one_side_recorded_is_the_talk_of_both(
    tmp_path: Path, spec: Spec, records: list[Record], suffix: str, side: str, peer: str
) -> None:
    path = tmp_path / f"own{suffix}"
    mine = [record for record in records if record.side == side]
    write(path, spec, [side], mine)
    sides = {"said": side, "heard": peer}
    told = [
        record
        for record in mine
        if record.raw and not (isinstance(record.event, Fault) and record.event.kind == "no reply")
    ]
    found = decoded(path, spec)

    assert [(got.side, got.raw) for got in found] == [(sides[one.verb], one.raw) for one in told]
    for got, want in zip(found, told, strict=True):
        start = want.window.start if want.window else want.t
        assert got.t == pytest.approx(start, rel=0, abs=1e-6)
        if isinstance(want.event, Message):
            assert messages([got])[0][1:] == messages([want])[0][1:]
        elif isinstance(got.event, Message):  # well said, but not then and there
            assert isinstance(want.event, Fault)
            assert want.event.kind in {"illegal message", "unexpected reply"}


def test_every_format_is_known_by_its_content(
    tmp_path: Path, spec: Spec, records: list[Record]
) -> None:
    drawn, found = tmp_path / "own.sr", []
    early = [record for record in records if record.t < 1]
    sigrok.write(drawn, trace_of(spec, early, 1.1))
    for path in (drawn, tmp_path / "own.jsonl", tmp_path / "own.pcapng"):
        if path != drawn:
            write(path, spec, (BODY, LENS), early)
        odd = path.rename(path.with_suffix(".bin"))
        found.append(messages(decoded(odd, spec)))

    assert sorted(found[0], key=str) == sorted(found[1], key=str)
    assert found[1] == found[2]
    assert len(found[1]) > 10


def test_standard_input_is_json_lines(
    tmp_path: Path, spec: Spec, records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.jsonl"
    write(path, spec, (BODY, LENS), records)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes()[:-2])))
    told: list[str] = []

    found = list(read_cuts(STDIN, spec, told.append))

    assert found == list(read_cuts(path, spec))[:-1]
    assert told == [f"standard input:{len(found) + 1}: the last line is cut off: left out"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_json_lines(tmp_path: Path, spec: Spec) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    line = '{"t": 0, "t_end": 1, "baud": null, "from": "lens", "raw": "aa"}'
    with subprocess.Popen(["sh", "-c", f"echo '{line}' > {pipe}"]):
        found = list(read_cuts(pipe, spec))

    assert [cut.data for cut in found] == [b"\xaa"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_recording_of_nothing_is_read(tmp_path: Path, spec: Spec, suffix: str) -> None:
    path = tmp_path / f"own{suffix}"
    write(path, spec, [LENS], [])

    assert list(read_cuts(path, spec)) == []


@pytest.mark.parametrize("name", ["own.txt", "own", "own.sr", "own.pcap"])
def test_an_unknown_suffix_lists_those_that_are_known(
    tmp_path: Path, spec: Spec, name: str
) -> None:
    path = tmp_path / name
    with pytest.raises(CaptureError) as caught:
        open_writer(path, spec, [LENS])

    known = "wanted .jsonl or .pcapng, or .sr for `sim --virtual` alone: name another file"
    assert str(caught.value) == f"{path}: got suffix '{path.suffix}', {known}"
    assert not path.exists()


def test_suffixes_may_be_in_capitals(tmp_path: Path, spec: Spec) -> None:
    open_writer(tmp_path / "OWN.JSONL", spec, [LENS]).close()


@pytest.mark.parametrize(
    ("name", "content"), [("photo.jpg", b"\xff\xd8\xff\xe0"), ("own.sr", b""), ("own.txt", b"one")]
)
def test_what_is_no_capture_is_told_what_is_one(
    tmp_path: Path, spec: Spec, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CaptureError) as caught:
        read_cuts(path, spec)

    wanted = "wanted a sigrok session (.sr), pcapng, or JSON lines: name another file"
    assert str(caught.value) == f"{path}: got {content!r} at its start, {wanted}"


def test_a_file_that_is_missing_or_a_folder_is_one_line(tmp_path: Path, spec: Spec) -> None:
    for path in (tmp_path, tmp_path / "none.sr", Path("a\0b")):
        with pytest.raises(CaptureError, match=r"name a capture$"):
            read_cuts(path, spec)


def lensbus(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lensbus", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_command_line_records_and_decodes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"own{suffix}"
    sim = lensbus("sim", "--virtual", "--seconds", "1", "--seed", "1", "--record", f"{path}")
    whole = lensbus("decode", f"{path}")
    path.write_bytes(path.read_bytes()[:-5])
    killed = lensbus("decode", f"{path}", "--summary")

    assert sim.returncode == whole.returncode == killed.returncode == 0
    assert "the lens is LUMIX S 20-60mm F3.5-5.6" in whole.stdout
    assert not whole.stderr
    assert killed.stderr.startswith(f"lensbus: {path}")
    assert killed.stderr.endswith("is cut off: left out\n")


def test_the_command_line_decodes_its_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    lensbus("sim", "--virtual", "--seconds", "1", "--seed", "1", "--record", f"{path}")

    piped = lensbus("decode", "-", stdin=path.read_text())

    assert piped.stdout == lensbus("decode", f"{path}").stdout
    assert piped.returncode == 0
