from pathlib import Path

import pytest

from lensbus.cli.real import Real
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


def test_a_device_is_reset_by_a_command_or_a_message() -> None:
    assert Real("/dev/x", "cmd:'usbreset 1:2' now", known=True).command == ["usbreset 1:2", "now"]
    assert Real("/dev/x", "message", known=True).command == []
