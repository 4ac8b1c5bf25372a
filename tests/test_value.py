from dataclasses import replace

import pytest

from lensbus.value import value


@value(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


def test_a_change_is_refused_by_mypy() -> None:
    point = Point(1)
    point.x = 2  # type: ignore[misc]  # strict mypy fails where this ignore is not needed


def test_values_are_equal_and_hash_by_their_fields() -> None:
    assert {Point(1), Point(1, 0), Point(2)} == {Point(1), Point(2)}
    assert replace(Point(1), y=3) == Point(1, 3)


def test_a_value_has_no_room_for_more() -> None:
    with pytest.raises(AttributeError):
        setattr(Point(1), "z", 3)  # noqa: B010 mypy would refuse `.z`
