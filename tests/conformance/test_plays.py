from lensbus.conformance.plays import read_play
from lensbus.conformance.proof import Proof
from lensbus.conformance.usual import Play
from lensbus.spec.load import load
from lensbus.spec.node import Problems, Section
from lensbus.spec.parse import parse

UPDATE = load("l_mount/update")


def play(text: str, problems: Problems) -> Play:
    root = parse("a.yaml", text.encode(), problems)
    assert root is not None
    return read_play(Section(root, "target", problems), Proof(UPDATE))


def test_how_a_tester_plays_is_read() -> None:
    problems = Problems()
    found = play(
        "recover: [reset]\nfirst: {finish: [chunk, chunk_state]}\nfields: {chunk: {offset: 0}}",
        problems,
    )

    assert problems.found == []
    assert (found.recover, found.period_s) == (("reset",), 0.0)
    assert found.first == {"finish": ("chunk", "chunk_state")}
    assert found.fields == {"chunk": {"offset": 0}}


def test_all_that_is_wrong_is_told_with_its_place() -> None:
    problems = Problems()
    play("first: {finish: [chunk]}\nfields: {chunk: {offset: far}, chunkk: {}}\nspeed: 3", problems)

    assert [str(problem).partition(": ")[0] for problem in sorted(problems.found)] == [
        "a.yaml:1:17",
        "a.yaml:2:26",
        "a.yaml:2:40",
        "a.yaml:3:1",
    ]
