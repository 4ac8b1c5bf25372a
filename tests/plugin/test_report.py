from pathlib import Path
from typing import cast

import pytest

from lensbus.capture.files import read_cuts
from lensbus.plugin.make import benched
from lensbus.plugin.report import MOST, Running
from lensbus.plugin.wish import Wish
from lensbus.session.event import Raw
from lensbus.session.log import Record
from tests.peers import SPEC
from tests.plugin.ways import lens


def report() -> pytest.TestReport:
    return pytest.TestReport("t.py::a b", ("t.py", 1, ""), {}, "failed", None, "call")


class Item:
    """As much of a test as is asked for."""

    def __init__(self) -> None:
        self.user_properties: list[tuple[str, object]] = []


def attached(running: Running) -> tuple[str, list[tuple[str, object]]]:
    """What the report of a failed test shows, and what a JUnit file has of it."""
    told, item = report(), Item()
    running.attach(told, cast("pytest.Item", item))
    ((title, text),) = told.sections

    assert title == "lensbus"
    return text, item.user_properties


def played(folder: Path) -> Running:
    one = lens()
    one.device.reach("listening")
    one.device.ask("identify")
    return Running(one.run, SPEC, Wish(seed=7), folder, is_played=True)


def test_the_frames_are_shown_as_sim_prints_them(tmp_path: Path) -> None:
    lines = list(played(tmp_path).lines())

    assert any(line.endswith("   lens is listening") for line in lines)
    assert any("> body identify protocol=2" in line for line in lines)
    assert any("* body expects identity" in line for line in lines)
    assert any("< lens identity lens_number=16395" in line for line in lines)
    assert not any("step" in line or "body is" in line for line in lines)


def test_a_recording_is_written_and_its_place_is_told_with_the_seed(tmp_path: Path) -> None:
    text, properties = attached(played(tmp_path / "out"))
    path = tmp_path / "out" / "t.py-a-b.pcapng"

    assert text.endswith(f"recording: {path}\nagain: pytest 't.py::a b' --lensbus-seed 7")
    assert properties == [("lensbus_recording", str(path))]
    assert [cut.side for cut in read_cuts(path, SPEC)] == ["body", "lens"] * 2


def test_a_recording_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    text, properties = attached(played(tmp_path / "file"))

    assert "recording: " in text
    assert not properties


def test_what_breaks_in_a_report_becomes_a_line_of_it(tmp_path: Path) -> None:
    running = played(tmp_path)
    running.run.records.append(Record(9.0, "body", "said", Raw(b"abc"), "abc"))  # type: ignore[arg-type] # broken
    text, properties = attached(running)

    assert "recording: TypeError(" in text
    assert "again: " in text
    assert not properties
    running.run.records.append(cast("Record", None))
    assert "the frames can't be shown: AttributeError(" in attached(running)[0]


def test_the_last_lines_are_shown_of_many(tmp_path: Path) -> None:
    bench, run = benched(Wish())
    bench.ready()
    for _ in range(MOST):
        run.records += run.records[:3]
    text, _ = attached(Running(run, SPEC, Wish(), tmp_path, is_played=False))

    assert text.startswith("... ")
    assert len(text.splitlines()) == MOST + 4
