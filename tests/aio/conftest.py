"""Whatever a test of real links does, nothing may be left behind."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.aio.real import until


@pytest.fixture(autouse=True)
async def nothing_leaks() -> AsyncIterator[None]:
    """No descriptor, task or thread of ours is left, and no error was lost in the event loop."""
    lost: list[dict[str, Any]] = []
    loop, before = asyncio.get_running_loop(), descriptors()
    loop.set_exception_handler(lambda _loop, context: lost.append(context))
    yield
    await until(lambda: not descriptors() - before and not ours() and not others())

    assert lost == []


def descriptors() -> Counter[str]:
    """What this process has open, by its name; sockets and pipes have numbers in theirs."""
    folder = Path("/proc/self/fd")
    return Counter(name for path in folder.iterdir() if (name := _target(path)))


def ours() -> list[str]:
    """Threads of ports, ours and pyserial's."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(("lensbus", "pySerial"))]


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # the folder's own descriptor, closed meanwhile
        return ""
