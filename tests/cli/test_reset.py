import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lensbus.cli.reset import Program, command_of
from lensbus.errors import LinkError
from tests.running import PATIENCE_S

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
]


def ran(command: Sequence[str], until: Callable[[], bool] = lambda: False) -> None:
    """Run a program twice, to its end or until something is true."""

    async def main() -> None:
        program = Program(command)
        program.start()
        program.start()
        while len(asyncio.all_tasks()) > 1 and not until():  # noqa: ASYNC110 no event tells it
            await asyncio.sleep(0.01)
        await asyncio.wait_for(program.end(), PATIENCE_S)

    asyncio.run(main())


def test_a_program_is_named_in_words() -> None:
    assert command_of("cmd:sh -c 'reset 1:2' now") == ["sh", "-c", "reset 1:2", "now"]
    assert command_of("message") == []


@pytest.mark.parametrize(
    ("reset", "words"),
    [
        ("cmd:", "cmd:: names no program"),
        ("cmd:'sh", "no closing quotation"),
        ("cmd:/nosuch/prog 1", "there is no program /nosuch/prog"),
    ],
)
def test_what_cannot_be_run_is_told(reset: str, words: str) -> None:
    with pytest.raises(LinkError, match=words):
        command_of(reset)


def test_a_program_that_fails_each_time_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    ran([sys.executable, "-c", "print('reset'); exit(3)"])
    out, err = capfd.readouterr()

    assert out == ""
    assert err.count("ended with 3") == 1
    assert err.count("reset\n") == 2


def test_a_program_that_still_runs_is_ended(tmp_path: Path) -> None:
    code = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w'); time.sleep(1000)"
    ran([sys.executable, "-c", code], lambda: len(list(tmp_path.iterdir())) == 2)

    for pid in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.name), 0)


def test_a_program_that_is_none_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    ran(["/"])

    assert capfd.readouterr().err.count("lensbus: --reset: / cannot be run: ") == 1
