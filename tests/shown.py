"""Examples in a text: the blocks of a page, the commands in them, and what is shown below each.

A line `...` stands for any number of lines. Lines with times and speeds of this machine are left
out.
"""

import re
import shlex

from tests.running import run

PROMPT = "$ lensbus "
GAP = "..."
MACHINE = "real time"


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of every fenced block of a page."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def is_ours(block: str) -> bool:
    """Whether all commands of a block are lensbus."""
    prompts = [line for line in block.splitlines() if line.startswith("$ ")]
    return bool(prompts) and all(line.startswith(PROMPT) for line in prompts)


def examples(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a block, and the lines that are shown below it."""
    first, *parts = f"\n{block}".split(f"\n{PROMPT}")
    assert first == ""
    split = [part.rstrip("\n").split("\n") for part in parts]
    return [(command, comparable(shown)) for command, *shown in split]


def comparable(lines: list[str]) -> list[str]:
    """The lines that must be the same on every machine."""
    kept = [line.rstrip() for line in lines if MACHINE not in line]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def filled(shown: list[str], printed: list[str]) -> list[str]:
    """What is shown, with the printed lines that each gap stands for in its place."""
    first, *others = _chunks(shown)
    found, at = first, len(first)
    for number, chunk in enumerate(others, 1):
        last = number == len(others)
        starts = [len(printed) - len(chunk)] if last else range(at, len(printed))
        fits = (n for n in starts if n >= at and printed[n : n + len(chunk)] == chunk)
        start = next(fits, at)
        found = [*found, *printed[at:start], *chunk]
        at = start + len(chunk)
    return found


def _chunks(lines: list[str]) -> list[list[str]]:
    """The lines between the gaps."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line == GAP:
            found.append([])
        else:
            found[-1].append(line)
    return found


def prints_as_shown(block: str) -> None:
    """Run each command of a block, and compare."""
    for command, shown in examples(block):
        done = run(*shlex.split(command))
        printed = comparable((done.out + done.err).splitlines())

        assert filled(shown, printed) == printed, command
