import json

import pytest

from lensbus.cli.options import Live
from lensbus.cli.screen import Screen, print_summary
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message
from tests.export.made import walk
from tests.peers import SPEC

IDENTIFY = Message("identify", {"protocol": 2}, 1)
SAID = Record(0.1, "body", "said", IDENTIFY, b"\x01", state="greeting")
HEARD = Record(0.2, "lens", "heard", IDENTIFY, b"\x01", state="listening")
SPOILT = Record(0.3, "lens", "heard", Fault("noise", b"\x02"), b"\x02", state="listening")


def screen(*, as_json: bool, one_sided: bool = False, scene: str | None = None) -> Screen:
    live = Live(None, 0, None, None, None, as_json=as_json, everything=False, scene=scene)
    return Screen(SPEC, live, one_sided=one_sided)


@pytest.mark.parametrize(("one_sided", "count"), [(False, 2), (True, 3)])
def test_a_message_is_told_by_its_hearer_only_where_nobody_else_tells_it(
    one_sided: bool, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    one = screen(as_json=True, one_sided=one_sided)
    for record in (SAID, HEARD, SPOILT):
        one.tell(record)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert len(told) == count
    assert [told[0]["message"], told[-1]["fault"]] == ["identify", "noise"]


def test_the_end_holds_what_is_known_the_counts_and_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = screen(as_json=True)
    one.tell(SAID)
    one.tell(SPOILT)
    one.sum_up({"seconds": 1}, {"body": "greeting"}, {"late": 3})

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "summary": True,
        "seconds": 1,
        "frames": {"body": 1},
        "faults": 1,
        "faults_by_kind": {"noise": 1},
        "faults_done": 0,
        "states": {"body": "greeting"},
        "late": 3,
    }


def test_what_is_folded_is_told_before_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    fields = {"aperture_av256": 9, "focus_drive": "none", "focus_target": 0, "stabiliser": "off"}
    one = screen(as_json=False)
    one.tell(Record(1.0, "body", "said", Message("command", fields, 1), b"\x01", state="ready"))
    folded = capsys.readouterr().out
    one.rest()

    assert folded == ""
    assert "> body command x1 aperture_av256=9" in capsys.readouterr().out


@pytest.mark.parametrize(("scene", "rows"), [("walk-in", 3), (None, 0)])
def test_what_a_body_sees_is_told_in_blocks(
    scene: str | None, rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    one = screen(as_json=False, scene=scene)
    for record in walk(1.0, 0.1):
        one.tell(record)
    one.sum_up({}, {}, {})
    last = capsys.readouterr().out.splitlines()[-3:]
    told = [line for line in last if line.startswith(("focus ", "subject ", "aperture "))]

    assert len(told) == rows


def test_a_summary_is_harmless_whatever_a_device_is_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    states = {"states": {"lens": "ready"}, "lens": "\x1b[31m\nFAKE", "frames": {"lens": 1}}
    print_summary({**states, "faults_done": 0, "faults_by_kind": {}}, as_json=False)

    assert r"\x1b[31m\nFAKE: ready, 1 frames said" in capsys.readouterr().out


@pytest.mark.parametrize(("missed", "expected"), [(0, ""), (3, ", 3 cycles missed")])
def test_a_summary_tells_how_punctual_a_run_was(
    capsys: pytest.CaptureFixture[str], missed: int, expected: str
) -> None:
    run = {"states": {}, "faults_done": 0, "faults_by_kind": {}}
    late = {"ticks": 90, "late": 2, "worst_late_s": 0.0052, "cycles_missed": missed}
    print_summary({**run, **late}, as_json=False)
    last = capsys.readouterr().out.splitlines()[-1]

    assert last == f"late    2 of 90 deadlines by more than 2 ms, worst 5.2 ms{expected}"
