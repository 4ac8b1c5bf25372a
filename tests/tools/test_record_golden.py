import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "golden"


def record(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/record_golden", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def recorded(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.jsonl")}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("golden") / "new"
    assert record("--out", str(folder)).returncode == 0
    return recorded(folder)


@pytest.fixture
def golden(written: dict[str, str], tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_golden_bytes_are_those_that_the_tool_writes(written: dict[str, str]) -> None:
    assert recorded(KEPT) == written


def test_a_broken_byte_fails_the_check_and_is_left_as_it_is(golden: Path) -> None:
    path = golden / "l_mount_lens.jsonl"
    spoilt = path.read_text().replace("e007000f01f2d5", "e007000f01f2d4")
    path.write_text(spoilt)
    done = record("--check", "--out", str(golden))

    assert done.returncode == 1
    assert done.stdout.startswith("l_mount_lens.jsonl: not the bytes of the specs")
    assert path.read_text() == spoilt


def test_a_missing_file_and_one_of_no_spec_fail_the_check(golden: Path) -> None:
    (golden / "sony_e_lens.jsonl").unlink()
    (golden / "other.jsonl").write_text("")
    done = record("--check", "--out", str(golden))

    assert done.returncode == 1
    assert "sony_e_lens.jsonl" in done.stdout
    assert "other.jsonl" in done.stdout
