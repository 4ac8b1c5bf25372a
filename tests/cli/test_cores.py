from dataclasses import replace

import pytest

from lensbus.bench.matrix import cells
from lensbus.cli.cores import CHUNK, Task, cores, outcomes
from tests.peers import PRIME, S1, SL, ZOOM, named

TASK = Task("l_mount", "chart", 1, 0.3)
EVERY = cells(named(S1, SL), named(*(replace(ZOOM, id=f"lens_{n}") for n in range(CHUNK))))


def test_two_processes_tell_the_same_in_the_same_order_as_one() -> None:
    assert list(outcomes(TASK, EVERY, 1)) == list(outcomes(TASK, EVERY, 2))


def test_a_few_cells_are_run_without_processes() -> None:
    assert [one.lens for one in outcomes(TASK, cells(named(S1), named(PRIME)), 64)] == [PRIME.id]
    assert list(outcomes(TASK, [], 2)) == []


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
