from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.cli.judging import Wanted
from lensbus.cli.verdicts import sum_up, tell, write
from tests.conformance.test_report import made


def test_people_are_told_what_did_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    for verdict in ("PASS", "UNIMPLEMENTED"):
        tell(made(verdict), as_json=False)
    tell(made("FAIL"), as_json=False)
    tell(replace(made("SKIP"), actual="no line power"), as_json=False)
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].startswith("FAIL          lens/ready/sleep  (MUST, lens.yaml:")
    assert lines[1].strip() == "The lens, ready, must answer sleep with asleep within 0.05 s."
    assert [line.split()[0] for line in lines[2:5]] == ["expected", "actual", "again"]
    assert lines[5] == "SKIP          lens/ready/sleep  (no line power)"


def test_counts_are_told_by_device_and_where_not_all_passed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sum_up([made("PASS"), made("FAIL"), replace(made("PASS"), device="B")], 7, as_json=False)

    assert capsys.readouterr().out.splitlines() == [
        "",
        "    roles.lens                       1 PASS, 1 FAIL",
        "lens A: 2 cases: 1 PASS, 1 FAIL  (seed 7)",
        "B: 1 case: 1 PASS  (seed 7)",
    ]


def test_files_are_written_that_were_asked_for(tmp_path: Path) -> None:
    junit, html = tmp_path / "a.xml", tmp_path / "a.html"
    write([made("PASS")], Wanted("lens", "a", made_to="b"), junit, None, strict=False)
    assert not html.exists()
    write([made("PASS")], Wanted("lens", "a", made_to="b"), junit, html, strict=False)

    assert junit.read_text(encoding="utf-8").startswith("<?xml")
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")
