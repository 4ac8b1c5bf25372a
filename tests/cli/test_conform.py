import json
import os
from pathlib import Path

import pytest

from tests.running import run, started

ONE = ("conform", "lens", "--only", "lens/ready/sleep", "--jobs", 1)


def test_a_device_that_passes_ends_well() -> None:
    done = run(*ONE)

    assert done.code == 0
    assert "1 case: 1 PASS" in done.out


def test_json_is_one_object_a_case_and_a_summary() -> None:
    done = run(*ONE, "--json")
    case, summary = done.objects

    assert set(case) == {
        *("device", "case", "level", "verdict", "requirement", "section", "place"),
        *("expected", "actual", "took_s", "again", "frames"),
    }
    assert (case["case"], case["verdict"], case["level"]) == ("lens/ready/sleep", "PASS", "MUST")
    assert summary["summary"] is True
    assert summary["cases"] == sum(summary["verdicts"].values()) == 1


def test_a_device_that_fails_ends_with_1_and_its_command_fails_again() -> None:
    done = run("conform", "body", "--only", "body/identify/never", "--timeout-scale", 0.1, "--json")
    case, _ = done.objects

    assert done.code == 1
    assert case["verdict"] == "FAIL"
    assert any("identify" in line for line in case["frames"])
    assert run(*case["again"].split()[1:]).code == 1


def test_what_must_not_come_too_soon_is_held_to_the_spec_however_long_answers_may_take() -> None:
    only = ("--only", "body/identify", "--only", "body/home")
    done = run("conform", "body", *only, "--timeout-scale", 3, "--json")
    verdicts = {each["case"]: each["verdict"] for each in done.objects[:-1]}

    assert verdicts["body/identify/never"] == verdicts["body/home/busy"] == "PASS"
    assert "FAIL" not in verdicts.values()


def test_a_device_that_is_named_twice_is_tried_once() -> None:
    assert "1 case: 1 PASS" in run("conform", "lens", *ONE[1:]).out


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_leaves_what_was_judged_so_far(tmp_path: Path) -> None:
    report = tmp_path / "a.xml"
    with started("conform", "lens", "--json", "--repeat", 1000, "--junit", report) as conform:
        assert '"verdict"' in conform.line()
        done = conform.stop()

    assert (done.code, done.err) == (130, "lensbus: interrupted\n")
    *_, last = done.out.splitlines()  # the first may be cut: its beginning was read before
    assert json.loads(last)["summary"] is True
    assert "<testcase" in report.read_text(encoding="utf-8")


def test_what_is_not_there_judges_nothing() -> None:
    done = run("conform", "lens", "--only", "lens/ready/enter_bootloader")

    assert done.code == 2
    assert "1 UNIMPLEMENTED" in done.out


def test_cases_are_listed_with_their_counts_and_what_none_covers() -> None:
    done = run("conform", "lens", "--list")

    assert done.code == 0
    assert "    roles.lens                       107" in done.out
    assert "    no case covers row lens: off send attached" in done.out
    *cases, summary = run("conform", "lens", "--list", "--json").objects
    assert len(cases) == summary["cases"] == sum(summary["sections"].values())


def test_cases_are_run_as_often_as_they_are_told() -> None:
    assert "3 cases: 3 PASS" in run(*ONE, "--repeat", 3).out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--only", "lens/nowhere"), "no case is left by --only lens/nowhere"),
        (
            ("--only", "lens/ready/sleep", "--junit", "/nowhere/a.xml"),
            "there is no folder /nowhere",
        ),
        (("--junit", "/"), "/: a folder, and a file is wanted"),
        (("--html", "/"), "/: a folder, and a file is wanted"),
        (("--reset", "message"), "--reset is for a device at a link"),
        (("--link", "loop:", "--reset", "cmd:'unclosed"), "no closing quotation"),
        (("--link", "loop:", "--reset", "cmd:"), "--reset cmd:: names no program"),
        (("--link", "loop:", "--reset", "cmd:/nosuch/prog"), "there is no program /nosuch/prog"),
        (("--spec", "l_mount/update"), "l_mount/update has no lens (its roles: target, host)"),
        (("--lens", "leica_summicron_tl_23", "--protocol", 2), "speaks protocol version 1, not 2"),
        (("--protocol", 9), "speaks protocol version 1 to 2, not 9"),
        (("--lens", "nobody"), "unknown lens profile"),
        (
            ("--link", "/dev/null0", "--lens", "panasonic_s_20_60", "--lens", "sigma_45_f28_dg_dn"),
            "one device",
        ),
    ],
)
def test_what_cannot_run_is_told_in_one_line(options: tuple[str, ...], words: str) -> None:
    done = run("conform", "lens", *options)

    assert done.code == 2
    assert words in done.errors[-1]


@pytest.mark.parametrize("spec", ["samyang_dock", "tamron_usb"])
@pytest.mark.parametrize("kind", ["body", "bootloader"])
def test_a_spec_without_the_role_is_told_in_one_line(kind: str, spec: str) -> None:
    done = run("conform", kind, "--spec", spec)

    assert (done.code, len(done.errors)) == (2, 1)


def test_a_page_and_a_report_are_written(tmp_path: Path) -> None:
    page, report = tmp_path / "a.html", tmp_path / "a.xml"
    two = ("--lens", "panasonic_s_20_60", "--lens", "sigma_45_f28_dg_dn")
    done = run(*ONE, *two, "--html", page, "--junit", report)

    assert done.code == 0
    assert "45mm F2.8" in page.read_text(encoding="utf-8")
    assert report.read_text(encoding="utf-8").count("<testcase") == 2
