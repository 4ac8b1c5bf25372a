"""Run the examples of the README and compare what it shows with what is printed.

A line `...` stands for any number of lines. A YAML example that begins with `# NAME.yaml` is a
file that the commands find. Lines with times and speeds of this machine are left out.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.peers import IDENTIFY, frame
from tests.running import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMPT = "$ lensbus "
GAP = "..."
MACHINE = "real time"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def is_ours(block: str) -> bool:
    prompts = [line for line in block.splitlines() if line.startswith("$ ")]
    return bool(prompts) and all(line.startswith(PROMPT) for line in prompts)


def examples(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a block, and the lines that are shown below it."""
    first, *parts = f"\n{block}".split(f"\n{PROMPT}")
    assert first == ""
    split = [part.rstrip("\n").split("\n") for part in parts]
    return [(command, comparable(shown)) for command, *shown in split]


def comparable(lines: list[str]) -> list[str]:
    kept = [line.rstrip() for line in lines if MACHINE not in line]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def filled(shown: list[str], printed: list[str]) -> list[str]:
    """What is shown, with the printed lines that each gap stands for in its place."""
    first, *others = chunks(shown)
    found, at = first, len(first)
    for number, chunk in enumerate(others, 1):
        last = number == len(others)
        starts = [len(printed) - len(chunk)] if last else range(at, len(printed))
        fits = (n for n in starts if n >= at and printed[n : n + len(chunk)] == chunk)
        start = next(fits, at)
        found = [*found, *printed[at:start], *chunk]
        at = start + len(chunk)
    return found


def chunks(lines: list[str]) -> list[list[str]]:
    """The lines between the gaps."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line == GAP:
            found.append([])
        else:
            found[-1].append(line)
    return found


OURS = [block for block in blocks("console") if is_ours(block)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where commands run, with the files that the README shows or takes for granted."""
    shutil.copytree(ROOT / "firmware_samples", tmp_path / "firmware_samples")
    (tmp_path / "lens.bin").write_bytes(bytes(4096))
    for block in blocks("yaml"):
        if name := re.match(r"# ([\w.-]+\.ya?ml)\b", block):
            (tmp_path / name[1]).write_text(block)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a b", "a b", True),
        ("a b", "a b c", False),
        ("... c", "a b c", True),
        ("...", "", True),
        ("a ... c", "a c", True),
        ("a ... b ... d", "a x b x b d", True),
        ("a ... b ...", "a x b x", True),
        ("a ... b", "a x c", False),
        ("a ... b ... c", "a x c", False),
        ("a b ... b c", "a b c", False),
    ],
)
def test_a_gap_stands_for_any_number_of_lines(shown: str, printed: str, same: bool) -> None:
    assert same == (filled(shown.split(), printed.split()) == printed.split())


def test_the_readme_has_examples() -> None:
    assert len(OURS) > 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("block", OURS, ids=[block.splitlines()[0][2:] for block in OURS])
def test_the_readme_shows_what_is_printed(block: str) -> None:
    for command, shown in examples(block):
        done = run(*shlex.split(command))
        printed = comparable((done.out + done.err).splitlines())

        assert filled(shown, printed) == printed, command


def test_the_frame_that_the_hardware_page_shows_is_the_models() -> None:
    page = (Path(__file__).parents[1] / "docs" / "hardware.md").read_text(encoding="utf-8")
    shown = re.search(r"^e0 [0-9a-f ]+$", page, re.MULTILINE)

    assert shown is not None
    assert bytes.fromhex(shown[0]) == frame(IDENTIFY, 1)
    assert "".join(re.findall(r"^\| `([0-9a-f ]+)` \|", page, re.MULTILINE)).replace(" ", "") == (
        shown[0].replace(" ", "")
    )
