"""The program that resets a device between cases: run each time, and ended with the run."""

import asyncio
import shlex
from collections.abc import Sequence
from shutil import which

from lensbus.cli.say import warn
from lensbus.errors import LinkError

COMMAND = "cmd:"
"""What a way to reset begins with that is a program."""

PATIENCE_S = 1.0
"""How long a program may take to end that is asked to."""

STANDARD_ERROR = 2


def command_of(reset: str) -> list[str]:
    """The words of the program; none, where the device is reset in another way.

    Raises:
        LinkError: no program is named, its quotes are unclosed, or there is none of that name.
    """
    if not reset.startswith(COMMAND):
        return []
    try:
        words = shlex.split(reset.removeprefix(COMMAND))
    except ValueError as error:
        raise LinkError(f"--reset {reset}: {str(error).lower()}") from error
    if not words or which(words[0]) is None:
        text = f"there is no program {words[0]}" if words else "names no program"
        raise LinkError(f"--reset {reset}: {text}")
    return words


class Program:
    """Runs on the event loop; what goes wrong is told once."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command, self._told = command, False
        self._running = set[asyncio.Task[None]]()

    def start(self) -> None:
        """Run it once more, if there is one."""
        if self._command:
            self._running.add(asyncio.ensure_future(self._run()))

    async def end(self) -> None:
        """End what still runs."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=STANDARD_ERROR
            )
        except OSError as error:
            self._tell(f"cannot be run: {error.strerror}")
            return
        try:
            if code := await process.wait():
                self._tell(f"ended with {code}")
        finally:
            if process.returncode is None:
                await _end(process)

    def _tell(self, text: str) -> None:
        if not self._told:
            self._told = True
            warn(f"--reset: {shlex.join(self._command)} {text}")


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
