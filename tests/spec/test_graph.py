from pathlib import Path

import pytest

from lensbus.spec.graph import Extent, Graph
from lensbus.spec.played import Rules
from lensbus.spec.product import Product
from tests.spec.tables import two_tables

GO = ("[idle, send go, going]", "[going, recv done, idle]")
FAR = Extent(100, 9999)
DONE = ("[idle, recv go, busy]", "[busy, send done, idle]")


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """There and back: go, heard, done, heard; and each of both may be lost."""
    return Graph(Product(two_tables(tmp_path, GO, DONE), Rules(2, 1)), FAR)


def states(graph: Graph, *places: int) -> list[str]:
    return [graph.states(at) for at in places]


def test_every_place_is_found_once_nearest_first(graph: Graph) -> None:
    assert graph.whole
    assert len(set(graph.places)) == len(graph.places)
    lengths = [len(graph.way(at)) for at in range(len(graph.places))]
    assert lengths == sorted(lengths)


def test_a_graph_that_is_too_big_is_not_whole(tmp_path: Path) -> None:
    small = Graph(Product(two_tables(tmp_path, GO, DONE), Rules(2, 1)), Extent(2, 9999))

    assert not small.whole
    assert 2 < len(small.places) < 6


def test_who_is_stuck_leads_nowhere(graph: Graph) -> None:
    """What was lost is lost by force, so only what was not leads back to the start."""
    back = graph.leading_to({0})
    stuck = set(range(len(graph.places))) - back

    assert 0 in back
    assert {graph.states(at) for at in graph.entries(stuck)} == {
        "body going, lens idle",
    }


def test_a_story_tells_the_shortest_way(graph: Graph) -> None:
    at = next(graph.entries(set(range(len(graph.places))) - graph.leading_to({0})))
    role, row = graph.led_by(at)

    assert graph.story(at) == "from body idle, lens idle: body sends go; lens misses go"
    assert (role.name, row.verb, row.message) == ("body", "send", "go")


def test_at_the_start_there_is_no_way_yet(graph: Graph) -> None:
    assert graph.way(0) == []
    assert graph.led_by(0)[1] == graph.play.roles[0].rows[0]


def test_a_story_begins_at_the_last_usual_place(tmp_path: Path) -> None:
    body = ("[idle, send a, on]", "[on, send b, far]", "[far, send c, idle]")
    lens = ("[idle, recv a, on]", "[on, recv b, far]", "[far, recv c, idle]")
    long = Graph(Product(two_tables(tmp_path, body, lens), Rules(1, 0)), FAR)
    at = next(n for n in range(len(long.places)) if long.states(n) == "body idle, lens far")

    assert long.story(at) == "from body far, lens far: body sends c"


def test_a_graph_with_too_many_moves_tells_of_those(tmp_path: Path) -> None:
    small = Graph(Product(two_tables(tmp_path, GO, DONE), Rules(2, 1)), Extent(100, 2))

    assert (small.whole, small.stopped) == (False, "moves")
    assert 2 < small.extent.moves < 6


def test_what_is_left_of_an_extent_counts_both(graph: Graph) -> None:
    assert graph.extent == (len(graph.places), len(list(graph.edges())))
    assert FAR.less(graph.extent) == (100 - graph.extent.places, 9999 - graph.extent.moves)


def test_of_a_long_way_only_its_end_is_told(tmp_path: Path) -> None:
    body = ["[idle, send ask, s0]", "[s0, recv answer, same]", "[s0, timeout ask, same]"]
    body += [f"[s{n}, send a, s{n + 1}]" for n in range(60)] + ["[s60, recv answer, idle]"]
    lens = ["[idle, recv ask, s0]", *(f"[s{n}, recv a, s{n + 1}]" for n in range(60))]
    spec = two_tables(tmp_path, body, (*lens, "[s60, send answer, idle]"), {"ask": "answer"})
    long = Graph(Product(spec, Rules(1, 0)), Extent(999, 9999))
    at = next(n for n in range(len(long.places)) if long.states(n) == "body s60, lens s60")

    assert len(long.way(at)) == 122
    assert long.story(at).startswith("from body s40, lens s40: body sends a; lens hears a; ")
