import os
import signal
from dataclasses import replace

import pytest

from lensbus.bench.matrix import cells
from lensbus.cli.cores import FEWEST, Task, cores, outcomes
from lensbus.errors import LensbusError
from tests.peers import PRIME, S1, SL, ZOOM, named

TASK = Task("l_mount", "chart", 1, 0.3)
EVERY = cells(named(S1, SL), named(*(replace(ZOOM, id=f"lens_{n}") for n in range(FEWEST))))


def test_two_processes_tell_the_same_in_the_same_order_as_one() -> None:
    assert list(outcomes(TASK, EVERY, 1)) == list(outcomes(TASK, EVERY, 2))


def test_a_few_cells_are_run_without_processes() -> None:
    assert [one.lens for one in outcomes(TASK, cells(named(S1), named(PRIME)), 64)] == [PRIME.id]
    assert list(outcomes(TASK, [], 2)) == []


def heeded(_cell: int) -> set[int]:
    return {int(each) for each in signal.pthread_sigmask(signal.SIG_BLOCK, ())}


def killed(_cell: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_never_hears_of_ctrl_c_and_whoever_started_it_does() -> None:
    blocked = list(outcomes(heeded, range(9), 2))

    assert all({signal.SIGINT, signal.SIGHUP} <= each for each in blocked)
    assert not heeded(0)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(LensbusError, match="was killed"):
        list(outcomes(killed, range(9), 2))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_ends_a_long_run_at_once(jobs: int) -> None:
    ran = outcomes(abs, range(10**9), jobs)

    assert next(ran) == 0
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        list(ran)


def test_there_is_a_core() -> None:
    assert cores() >= 1


@pytest.mark.parametrize(
    ("task", "command"),
    [
        (Task("l_mount", "chart", 0, 3.0), "lensbus matrix"),
        (
            Task("my lens.yaml", "still", 7, 4.5),
            "lensbus matrix --spec 'my lens.yaml' --scene still --seconds 4.5 --seed 7",
        ),
    ],
)
def test_a_task_knows_the_command_that_runs_it(task: Task, command: str) -> None:
    assert command == task.command
