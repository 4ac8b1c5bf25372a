import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lensbus.cli.stop import stoppable
from tests.running import PATIENCE_S

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX"),
]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """The signals as a program in the foreground has them, however the tests were started."""
    before = {each: signal.signal(each, signal.SIG_DFL) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture
def full() -> Iterator[int]:
    """A pipe that nobody reads, and that holds all it can."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, bytes(1 << 16))
    except BlockingIOError:
        os.set_blocking(writing, True)
    yield writing
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_the_second_does_not(number: signal.Signals) -> None:
    asked: list[None] = []
    with stoppable(lambda: asked.append(None)):
        signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)

    assert asked == [None]
    assert signal.getsignal(number) is signal.SIG_DFL


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asked: list[None] = []
    with stoppable(lambda: asked.append(None)):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)

    assert asked == []
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_two_signals_end_a_run_whose_output_nobody_reads(tmp_path: Path, full: int) -> None:
    place = tmp_path / "lens0"
    command = [sys.executable, "-m", "lensbus", "lens", "--link", f"pty:{place}"]
    with subprocess.Popen(command, stdout=full, stderr=subprocess.PIPE, text=True) as stuck:
        while not place.is_symlink():  # as long as it takes this machine
            with pytest.raises(subprocess.TimeoutExpired):
                stuck.wait(0.1)
        stuck.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            stuck.wait(0.5)
        stuck.send_signal(signal.SIGTERM)
        _, told = stuck.communicate(timeout=PATIENCE_S)

    assert (stuck.returncode, told) == (130, "lensbus: interrupted\n")
    assert not place.is_symlink()
