from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.spec.canon import ORDER
from lensbus.spec.edges import ABSENT, Edge, dotted, edges, text

TREES = st.recursive(
    st.integers(0, 3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@given(TREES, TREES)
def test_two_trees_without_a_difference_are_the_same(old: object, new: object) -> None:
    assert (list(edges(old, new)) == []) == (old == new)


@given(
    st.dictionaries(st.sampled_from("abc"), TREES), st.dictionaries(st.sampled_from("abc"), TREES)
)
def test_a_difference_is_told_where_it_is(old: object, new: object) -> None:
    for edge in edges(old, new):
        for tree, value in ((old, edge.before), (new, edge.after)):
            at: Any = tree
            for step in edge.path:
                at = at.get(step, ABSENT)

            assert at == value


@pytest.mark.parametrize(
    ("before", "after", "told", "grown"),
    [
        (1, 2, "is 2, was 1", True),
        (2, 1, "is 1, was 2", False),
        (ABSENT, 3, "is new", True),
        (3, ABSENT, "is gone", False),
        (None, "slow", "is slow, was none", False),
        ((), ("a", "b"), "is a b, was none", False),
    ],
)
def test_a_difference_in_words(before: object, after: object, told: str, grown: bool) -> None:
    edge = Edge(("a",), before, after)

    assert (edge.told, edge.grown) == (told, grown)


def fields(**each: object) -> dict[str, Any]:
    return {"messages": {"m": {"fields": {**each, ORDER: tuple(each)}}}}


def test_another_type_is_one_difference_with_its_size_and_range() -> None:
    old = fields(a={"kind": "int", "integer": "u8", "size": 1, "high": 255})
    new = fields(a={"kind": "ascii", "size": 12})
    (edge,) = edges(old, new)

    assert edge == Edge(("messages", "m", "fields", "a", "type"), "u8", "ascii, 12")


def test_a_field_more_is_no_other_order_but_two_that_changed_places_are() -> None:
    a, b = {"kind": "int"}, {"kind": "bytes"}
    (added,) = edges(fields(a=a), fields(b=b, a=a))
    (swapped,) = edges(fields(a=a, b=b), fields(b=b, a=a))

    assert added.path[-1] == "b"
    assert swapped.path[-1] == ORDER


def test_values_and_paths_as_people_read_them() -> None:
    assert text({"a": (1, 2), "b": b"\xe0"}) == "a 1 2, b e0"
    assert text("") == text(None) == text(b"") == "none"
    assert dotted(("link", "lines", 4)) == "link.lines.4"
