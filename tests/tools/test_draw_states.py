import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def draw(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/draw_states", "--out", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("states")
    assert draw(folder).returncode == 0
    return folder


@pytest.fixture
def states(drawn: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(drawn, tmp_path / "states"))


def test_what_was_drawn_is_not_stale(drawn: Path) -> None:
    done = draw(drawn, "--check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_pages_in_the_documentation_are_not_stale() -> None:
    done = draw(ROOT / "docs" / "states", "--check")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_stale_page_is_named_and_left_alone(states: Path) -> None:
    page = states / "l_mount_lens.md"
    stale = page.read_text().replace("recv power_on", "recv power_of")
    page.write_text(stale)
    done = draw(states, "--check")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{page}: stale: run tools/draw_states\n"
    assert page.read_text() == stale


def test_a_page_that_is_missing_is_stale(states: Path) -> None:
    (states / "sony_e_lens.md").unlink()
    done = draw(states, "--check")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert not (states / "sony_e_lens.md").exists()


def test_a_page_that_no_spec_draws_is_named(states: Path) -> None:
    (states / "z_mount_lens.md").touch()
    done = draw(states, "--check")

    assert done.returncode == 1
    assert done.stderr == f"{states / 'z_mount_lens.md'}: no spec draws it: remove it\n"


def test_each_role_has_a_diagram_with_one_arrow_between_two_states(drawn: Path) -> None:
    page = (drawn / "l_mount_lens.md").read_text()
    diagrams = page.split("```mermaid\n")[1:]

    assert len(diagrams) == 2
    for diagram in diagrams:
        lines = diagram.partition("```")[0].splitlines()
        arrows = [line.partition(":")[0] for line in lines if " --> " in line]
        assert lines[0] == "stateDiagram-v2"
        assert len(arrows) == len(set(arrows))


@pytest.mark.parametrize(
    "line",
    [
        "    [*] --> off",
        "    ready --> dozing: send sleep<br/>send enter_bootloader",
        "    listening --> fast: send rate_set (rate baud)",
        "    homing --> lost: timeout home (rate slow)",
        "- `recv power_off (rate slow)` leads to `off`",
        "- `send refused` stays there",
        "It hears no byte in `gone`, `off`.",
        "What its state does not allow is answered with `refused`.",
        "Silence is 0.3 s without a whole frame.",
    ],
)
def test_every_part_of_a_table_has_its_line(drawn: Path, line: str) -> None:
    assert line in (drawn / "l_mount_lens.md").read_text().splitlines()


def test_a_switch_of_frame_and_rate_stands_at_its_arrow(drawn: Path) -> None:
    page = (drawn / "tamron_usb_lens.md").read_text().splitlines()
    line = "    connected --> starting: send begin_firmware (rate 3000000, frame transfer)"

    assert line in page


def test_who_minds_no_silence_is_told_none(drawn: Path) -> None:
    assert "Silence" not in (drawn / "canon_ef_lens.md").read_text()
