import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "firmware_samples"


def make(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/make_samples", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(KEPT, tmp_path / "samples"))


def test_the_samples_are_those_that_the_tool_writes(tmp_path: Path) -> None:
    assert make("--out", tmp_path / "new").returncode == 0
    expected = files(KEPT)
    del expected["README.md"]

    assert expected == files(tmp_path / "new")


def test_a_check_of_the_kept_samples_writes_nothing_and_is_silent(samples: Path) -> None:
    done = make("--check", "--out", samples)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files(samples) == files(KEPT)


@pytest.mark.parametrize("how", ["spoilt", "missing", "foreign"])
def test_a_file_that_is_not_as_it_is_made_fails_the_check(samples: Path, how: str) -> None:
    path = samples / ("other.img" if how == "foreign" else "bad_byte.img")
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"spoilt")
    before = files(samples)
    done = make("--check", "--out", samples)

    assert done.returncode == 1
    assert done.stdout.startswith(f"{path.name}: not as tools/make_samples makes it")
    assert len(done.stdout.splitlines()) == 1
    assert files(samples) == before


def test_the_manifest_tells_every_image() -> None:
    told = json.loads((KEPT / "MANIFEST.json").read_text())["samples"]
    found = {path.name: path.read_bytes() for path in KEPT.glob("*.img")}

    assert {entry["file"]: (entry["size"], entry["sha256"]) for entry in told} == {
        name: (len(data), sha256(data).hexdigest()) for name, data in found.items()
    }


def test_the_key_says_that_it_is_no_secret() -> None:
    assert (KEPT / "demo_key.pem").read_text().startswith("DEMO KEY - never use it for real lenses")
