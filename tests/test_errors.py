from dataclasses import FrozenInstanceError

import pytest

from lensbus import errors
from lensbus.errors import CaptureError, LensbusError, LocalProtocolError, Problem, SpecError


def test_a_problem_prints_as_an_editor_can_open_it() -> None:
    problem = Problem("lens.yaml", 3, 7, "unknown key 'drvie'")

    assert str(problem) == "lens.yaml:3:7: unknown key 'drvie'"


def test_a_problem_of_the_whole_file_has_no_place() -> None:
    assert str(Problem("lens.yaml", 0, 0, "the file is empty")) == "lens.yaml: the file is empty"


def test_a_spec_error_holds_and_prints_every_problem_in_the_order_of_the_file() -> None:
    last, first, second = (Problem("a", *place, "x") for place in ((10, 1), (9, 2), (9, 11)))
    error = SpecError([last, first, second])

    assert error.problems == (first, second, last)
    assert str(error).splitlines() == ["a:9:2: x", "a:9:11: x", "a:10:1: x"]


def test_a_problem_cannot_be_changed() -> None:
    problem = Problem("a", 1, 1, "x")

    with pytest.raises(FrozenInstanceError):
        problem.line = 2  # type: ignore[misc]  # that it is refused is what is tested


@pytest.mark.parametrize("kind", [SpecError, LocalProtocolError, CaptureError])
def test_one_except_clause_catches_all_that_lensbus_raises(kind: type[Exception]) -> None:
    assert issubclass(kind, LensbusError)


def test_the_docstring_draws_the_whole_tree() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    names = [kind.__name__ for kind in kinds if issubclass(kind, LensbusError)]

    assert [name for name in names if name not in (errors.__doc__ or "")] == []
