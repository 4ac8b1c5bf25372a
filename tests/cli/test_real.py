from pathlib import Path

import pytest

from lensbus.cli.real import Real, reset_by
from lensbus.conformance.usual import Play
from lensbus.spec.load import load
from tests.running import run, started

pytestmark = pytest.mark.real

CASES = (
    "lens/listening/identify",
    "lens/fast/get_optics",
    "lens/listening/home",
    "lens/off/power_on",
)


def test_a_lens_in_another_process_is_held_to_its_spec(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    only = [word for each in CASES for word in ("--only", each)]
    with started("lens", "--link", f"pty:{place}") as lens:
        assert "listening" in lens.line()
        done = run("conform", "lens", "--link", place, *only, "--json")
    verdicts = {each["case"]: each["verdict"] for each in done.objects[:-1]}

    assert verdicts == dict.fromkeys(CASES[:3], "PASS") | {CASES[3]: "SKIP"}
    assert done.code == 0


BOOTLOADER = ("target/law/older", "target/law/unconfirmed_runs_once", "target/finish/once")


def test_a_bootloader_in_another_process_is_met_anew_by_each_case(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    only = [word for each in BOOTLOADER for word in ("--only", each)]
    with started("lens", "--bootloader", "--link", f"pty:{place}") as lens:
        assert "listening" in lens.line()
        wary = run("conform", "bootloader", "--link", place, *only)
        done = run("conform", "bootloader", "--link", place, *only, "--i-know-this-device")

    assert (wary.code, done.code) == (2, 0)
    assert "--i-know-this-device" in wary.err
    assert "3 cases: 3 PASS" in done.out


def test_a_link_that_lacks_the_line_of_a_reset_is_told(tmp_path: Path) -> None:
    with started("lens", "--link", f"pty:{tmp_path / 'lens0'}") as lens:
        assert "listening" in lens.line()
        done = run("conform", "lens", "--link", tmp_path / "lens0", "--reset", "line:power")

    assert done.code == 2
    assert "the body drives no line power there; lines that it does: none" in done.err


@pytest.mark.parametrize(
    ("line", "messages"),
    [("power", ("power_off", "power_on")), ("reset", ("reset",))],
)
def test_a_line_resets_by_its_idle_level_and_then_the_other(
    line: str, messages: tuple[str, ...]
) -> None:
    spec, real = load("l_mount/lens"), Real("/dev/x", f"line:{line}", known=True)

    assert reset_by(real, frozenset({line}), spec, "body", Play()).recover == messages


def test_an_unknown_way_to_reset_is_told() -> None:
    done = run("conform", "lens", "--link", "loop:", "--reset", "kick")

    assert done.code == 2
    assert "got 'kick', wanted message, attach, line:NAME or cmd:'COMMAND'" in done.err


def test_a_link_that_is_lost_leaves_what_was_judged_so_far(tmp_path: Path) -> None:
    place, report = tmp_path / "lens0", tmp_path / "a.xml"
    with started("lens", "--link", f"pty:{place}") as lens:
        assert "listening" in lens.line()
        with started("conform", "lens", "--link", place, "--json", "--junit", report) as conform:
            first = conform.line()
            lens.process.kill()
            done = conform.end()

    assert '"verdict"' in first
    assert done.code == 3
    assert done.objects[-1]["summary"] is True
    assert "<testcase" in report.read_text(encoding="utf-8")
