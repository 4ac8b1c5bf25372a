"""Run the command line: in the tests' own process, so that coverage sees it, or in another."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lensbus.cli.app import main

PATIENCE_S = 30.0

QUICK_LENS = Path(__file__).with_name("quick_lens.yaml")
"""A profile for tests in real time."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[str]:
        """The lines of standard error without the usage that typer puts before some of them."""
        lines = self.err.splitlines()
        return [line for line in lines if line and not line.startswith(("Usage: ", "Try '"))]


def run(*args: object) -> Done:
    """Run `lensbus` with these arguments."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["lensbus", *map(str, args)])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


class Started:
    """A `lensbus` in a process of its own; it stands still when a lot of its output is not read."""

    def __init__(self, *args: object) -> None:
        command = [sys.executable, "-m", "lensbus", *map(str, args)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def line(self) -> str:
        """The next line of standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def line_with(self, word: str) -> str:
        """The next line that holds a word; fails at the end of the output."""
        while line := self.line():
            if word in line:
                return line
        raise AssertionError(f"{word!r} was not printed: {self.end().err}")

    def type(self, line: str) -> str:
        """Type a line on its standard input; gives the next line of standard error."""
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stderr.readline().rstrip("\n")

    def stop(self, how: signal.Signals = signal.SIGINT) -> Done:
        """Signal it and wait."""
        self.process.send_signal(how)
        return self.end()

    def end(self) -> Done:
        """Wait for its end, and what else it printed."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return Done(self.process.returncode, out, err)


@contextmanager
def started(*args: object) -> Iterator[Started]:
    """Start `lensbus` with these arguments; it is gone after the block, whatever happens."""
    one = Started(*args)
    with one.process:
        try:
            yield one
        finally:
            one.process.kill()
