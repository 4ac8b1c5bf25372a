"""Run the examples of the README and compare what it shows with what is printed.

A YAML example that begins with `# NAME.yaml` is a file that the commands find.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.peers import IDENTIFY, frame
from tests.shown import blocks, is_ours, prints_as_shown

ROOT = Path(__file__).parents[1]
BLOCKS = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
OURS = [block for language, block in BLOCKS if language == "console" and is_ours(block)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where commands run, with the files that the README shows or takes for granted."""
    shutil.copytree(ROOT / "firmware_samples", tmp_path / "firmware_samples")
    (tmp_path / "lens.bin").write_bytes(bytes(4096))
    for language, block in BLOCKS:
        if language == "yaml" and (name := re.match(r"# ([\w.-]+\.ya?ml)\b", block)):
            (tmp_path / name[1]).write_text(block)
    monkeypatch.chdir(tmp_path)


def test_the_readme_has_examples() -> None:
    assert len(OURS) > 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("block", OURS, ids=[block.splitlines()[0][2:] for block in OURS])
def test_the_readme_shows_what_is_printed(block: str) -> None:
    prints_as_shown(block)
    for name in re.findall(r"--plot (\S+)", block):  # it is to be seen on the page: renew it there
        assert Path(name).read_text() == (ROOT / "docs" / "examples" / name).read_text()


def test_the_frame_that_the_hardware_page_shows_is_the_models() -> None:
    page = (Path(__file__).parents[1] / "docs" / "hardware.md").read_text(encoding="utf-8")
    shown = re.search(r"^e0 [0-9a-f ]+$", page, re.MULTILINE)

    assert shown is not None
    assert bytes.fromhex(shown[0]) == frame(IDENTIFY, 1)
    assert "".join(re.findall(r"^\| `([0-9a-f ]+)` \|", page, re.MULTILINE)).replace(" ", "") == (
        shown[0].replace(" ", "")
    )


def test_the_python_of_the_readme_prints_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    ((program, shown),) = re.findall(r"```python\n([^`]*)```\n\n```\n([^`]*)```", page)
    exec(compile(program, "README.md", "exec"), {})  # noqa: S102 what a reader would run

    assert shown == capsys.readouterr().out
