from lensbus.golden.compare import compare
from lensbus.golden.recorded import as_recorded
from lensbus.golden.said import Said, told
from lensbus.session.log import Record
from tests.golden.runs import FAULTY, cycle, kept, order, ran, trace
from tests.peers import SPEC


def on_wire() -> list[Said]:
    """What a recording holds of a run: what was said in bytes, without what was wrong with it."""
    said: list[Record] = [each for each in ran(FAULTY) if each.verb == "said" and each.raw]
    return told(SPEC, said)


def test_a_recording_holds_no_edges_and_nothing_that_a_side_heard() -> None:
    assert compare(kept(FAULTY), on_wire()).differences != []
    assert compare(as_recorded(kept(FAULTY), SPEC, on_wire()), on_wire()).differences == []


def test_the_first_message_of_both_is_at_the_same_time() -> None:
    later = [
        Said(each.t + 7.5, each.side, each.name, each.fields, each.cyclic) for each in on_wire()
    ]

    assert compare(as_recorded(kept(FAULTY), SPEC, later), later).differences == []


def test_an_edge_that_a_recording_tells_is_compared() -> None:
    """Where a link lacks the line, it is a frame."""
    every = [order(1.0, "sync"), *cycle(1.1, 1.2)]

    assert as_recorded(trace(every), SPEC, every[1:]).said == every[1:]
    assert as_recorded(trace(every), SPEC, every).said == every


def test_where_there_is_nothing_there_is_nothing_to_lay_beside() -> None:
    assert as_recorded(trace([]), SPEC, []).said == []
