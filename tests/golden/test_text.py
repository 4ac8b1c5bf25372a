from lensbus.golden.fold import fold
from lensbus.golden.said import Said
from lensbus.golden.text import line, said_lines, word, words, write
from tests.golden.runs import FAULTY, cycle, kept, order


def test_a_golden_trace_is_a_head_a_trace_and_what_it_hangs_on() -> None:
    head, trace, parts = write(kept()).split("\n\n")

    assert head.splitlines() == [
        "lensbus golden 1",
        "made sim lens=panasonic_s_20_60 body=panasonic_s1 spec=l_mount seconds=2.2 seed=1",
        f"with lensbus={word('1.2.3')} spec=l_mount/lens version=2 digest={word(kept().digest)}",
        "tolerance_s 0.002",
        "ignore identify.layout_hash",
        "ignore identity.layout_hash",
    ]
    assert trace.splitlines()[:2] == ["    0.000000 lens attached", "    0.000000 body power_on"]
    *hashes, end = parts.splitlines()
    assert all(each.startswith("of ") for each in hashes)
    assert end == "end"


def test_two_seconds_of_a_pair_are_a_page_or_two() -> None:
    """What a person reads, and git compares, must not be a megabyte."""
    assert len(write(kept())) < 8000


def test_a_cyclic_message_tells_how_often_until_when_and_only_what_is_new() -> None:
    every = [*cycle(1.0, 1.5, 2.0, place=1, focus="idle"), *cycle(2.5, place=2, focus="idle")]

    assert list(said_lines(fold(every, 0.001))) == [
        "    1.000000 lens status x3 to 2.000000 place=1 focus=idle",
        "    2.500000 lens status x1 .. place=2",
    ]


def test_a_message_that_lost_a_field_is_told_whole() -> None:
    every = [*cycle(1.0, place=1, humidity=40), *cycle(2.0, place=1)]

    assert list(said_lines(fold(every, 0)))[1] == "    2.000000 lens status x1 place=1"


def test_an_order_is_told_whole_each_time() -> None:
    every = [order(1.0, "focus_stop", why="full"), order(2.0, "focus_stop", why="full")]

    assert list(said_lines(fold(every, 0)))[1] == "    2.000000 body focus_stop why=full"


def test_a_fault_is_told_by_its_kind_and_who_heard_it() -> None:
    fault = Said(0.1, "body", "no reply", {"path": "home"}, fault="heard")

    assert line(fault) == '    0.100000 body heard "no reply" path=home'
    assert ' body heard "bad checksum"' in write(kept(FAULTY))


def test_a_plain_word_stands_bare_and_all_else_is_json() -> None:
    assert words({"a": "idle", "b": 3, "c": -1.5, "d": ["x", "y"], "e": "l_mount/lens"}) == (
        'a=idle b=3 c=-1.5 d=["x", "y"] e=l_mount/lens'
    )
    bare = ["", "two words", "1e20", "true", "null", "NaN", 'a"b', "-x", "=", "größer als\n"]
    assert all(word(each)[0] == word(each)[-1] == '"' for each in bare)
    assert word({"n": [1, None]}) == '{"n": [1, null]}'
