"""Run the command line in the tests' own process, so that coverage sees it."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest

from lensbus.cli.app import main


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
