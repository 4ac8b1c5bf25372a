"""Docs on CI: the workflow is run as it stands, in a repository that is set up as the page says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.shown import blocks, prints_as_shown

PAGE = (Path(__file__).parents[1] / "docs/ci.md").read_text(encoding="utf-8")
BLOCKS = dict(blocks(PAGE))
WORKFLOW: dict[str, Any] = yaml.safe_load(BLOCKS["yaml"])
STEPS = {step["name"]: step["run"] for step in WORKFLOW["jobs"]["lens"]["steps"] if "run" in step}

QUICK = "lensbus conform lens --only lens/ready/sleep"
"""In place of all cases, which take a while."""


class Repository:
    """A clone with a branch, as a runner has it, and `lensbus` on its path."""

    def __init__(self, folder: Path) -> None:
        self._clone, temp, programs = folder / "clone", folder / "temp", folder / "bin"
        for each in (folder / "origin", temp, programs):
            each.mkdir()
        (programs / "lensbus").write_text(f'#!/bin/sh\nexec {sys.executable} -m lensbus "$@"\n')
        (programs / "lensbus").chmod(0o755)
        self._environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(temp),
            "GITHUB_BASE_REF": "main",
            **{f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in NAMES},
        }
        self._shell("git init -q --bare -b main origin && git init -q -b change clone", folder)
        self.run("git remote add origin ../origin")
        self.run(BLOCKS["sh"])
        self.commit()
        self.run("git push -q origin change:main && git fetch -q origin")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a step; it must end well."""
        done = self.tried(script)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def tried(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a step, as a runner does."""
        return self._shell(script, self._clone)

    def commit(self) -> None:
        """Commit all that is there."""
        self.run("git add -A && git commit -qm change")

    def _shell(self, script: str, where: Path) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-e", "-c", script]
        return subprocess.run(
            command, cwd=where, env=self._environment, capture_output=True, text=True, check=False
        )


NAMES = ("NAME", "EMAIL")


@pytest.mark.real
def test_the_workflow_passes_what_did_not_change_and_stops_what_breaks(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for name, script in STEPS.items():
        if name != "Install":
            repository.run(script.replace("lensbus conform lens", QUICK))
    assert "<testsuites" in repository.run("cat conform.xml conform.html").stdout

    repository.run("git worktree remove $RUNNER_TEMP/base")
    repository.run(
        "printf 'replies:\\n  home: {with: homed, timeout_s: 0.9, basis: model, reason: slower}\\n'"
        " >> spec/lens.yaml"
    )
    broken = repository.tried(STEPS["What the change breaks"])

    assert broken.returncode == 1
    assert "breaking" in broken.stdout


def test_the_example_prints_what_is_shown() -> None:
    prints_as_shown(BLOCKS["console"])
