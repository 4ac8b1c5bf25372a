import pytest

from lensbus.conformance.cases import (
    Asked,
    Beats,
    Every,
    Expect,
    Given,
    Keep,
    Mute,
    Quiet,
    Reach,
    Rest,
    Say,
    Step,
)
from lensbus.conformance.plays import plain
from lensbus.conformance.proof import Proof
from lensbus.conformance.story import Stories
from lensbus.spec.node import Node, Problems
from lensbus.spec.parse import parse
from tests.peers import SPEC


def steps(text: str) -> list[Step]:
    problems = Problems()
    root = parse("a.yaml", f"steps: [{text}]".encode(), problems)
    assert root is not None
    found = Stories(Proof(SPEC), problems).read(root.entries["steps"], "steps")

    assert problems.found == []
    return found


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("{reach: ready}", Reach("ready")),
        ("{reach: ready, judged: true}", Reach("ready", judged=True)),
        ("{asked: [home, identify]}", Asked(("home", "identify"))),
        ("{say: command, number: new}", Say("command", number="new")),
        ("{say: status, fields: {errors: [iris]}}", Say("status", {"errors": ("iris",)})),
        (
            "{expect: [optics, refused], after_s: 1, never: status, cycles: true}",
            Expect(("optics", "refused"), after_s=1, never=("status",), cycles=True),
        ),
        ("{quiet: 0.5, of: [status]}", Quiet(0.5, ("status",))),
        (
            "{every: command, fields: {focus_target: 3}, for_s: 2}",
            Every(("command",), {"focus_target": 3}, 2),
        ),
        (
            "{beats: sync, times: 3, hz: {at_least: 24}, even: 0.1}",
            Beats("sync", 3, {"at_least": 24}, 0.1),
        ),
        (
            "{given: capabilities, fields: {mask: {has: zoom}}}",
            Given("capabilities", {"mask": {"has": "zoom"}}),
        ),
        ("{rest: 2}", Rest(2)),
        ("{rest: 2, cycles: false}", Rest(2, cycles=False)),
        ("{mute: status}", Mute(("status",))),
        ("{keep: optics}", Keep("optics")),
    ],
)
def test_a_step_is_read(text: str, step: Step) -> None:
    assert steps(text) == [step]


def test_steps_are_repeated() -> None:
    assert steps("{repeat: 3, steps: [{say: sync}, {rest: 1}]}") == [Say("sync"), Rest(1)] * 3


def told(text: str, role: str = "lens") -> str:
    """What is wrong with the only step of `steps`, and where."""
    problems = Problems()
    root = parse("a.yaml", f"steps: {text}".encode(), problems)
    assert root is not None
    stories = Stories(Proof(SPEC, {"new.data"}), problems)
    stories.add(
        "begun", Node(root.where, [Node(root.where, {"expect": Node(root.where, "optics")})])
    )
    stories.read(root.entries["steps"], "steps", role)
    (problem,) = problems.found
    return str(problem).removeprefix("a.yaml:1:")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alive", "8: steps: expected a list of steps, got text"),
        ("[]", "8: steps: expected a list of steps, got list"),
        ("[dead]", "9: steps: expected alive or play, "),
        ("[{dance: 3}]", "9: steps: expected alive or play, repeat, reach, "),
        ("[{play: nosuch}]", "16: steps.play: unknown 'nosuch' (known: begun)"),
        ("[{repeat: -1, steps: [alive]}]", "18: steps.repeat: expected 1 to 10000, got -1"),
        ("[{repeat: 9999, steps: [alive, alive]}]", "18: steps.repeat: expected 1 to 5000, got 99"),
        ("[{reach: nosuch}]", "17: steps.reach: unknown state 'nosuch' (known: off, "),
        ("[{say: [home, sleep]}]", "15: steps.say: expected a text, got list"),
        ("[{say: hom}]", "15: steps.say: unknown message 'hom'"),
        ("[{say: status}]", "15: steps.say: status is what the lens says"),
        ("[{expect: home}]", "18: steps.expect: home is what the body says"),
        ("[{expect: status, never: home}]", "33: steps.never: home is what the body says"),
        ("[{expect: []}]", "18: steps.expect: names no message"),
        ("[{mute: []}]", "16: steps.mute: names no message"),
        ("[{expect: status, within_s: 1, after_s: 2}]", "36: steps.within_s: expected more than 2"),
        ("[{expect: status, within: 1}]", "26: steps: unknown key 'within'"),
        ("[{quiet: 0}]", "17: steps.quiet: expected more than 0 seconds"),
        ("[{say: command, fields: [a]}]", "32: steps.fields: expected a mapping, got list"),
        ("[{keep: []}]", "16: steps.keep: expected a text, got list"),
    ],
)
def test_a_step_that_could_never_be_is_told_with_its_place(text: str, words: str) -> None:
    assert words in told(text)


def test_a_story_for_another_role_is_told_where_it_is_played() -> None:
    assert "16: steps.play: optics is what the lens says" in told("[{play: begun}]", "body")


def test_lists_in_values_are_tuples() -> None:
    root = parse("a.yaml", b"a: {b: [1, [2, 3]]}", Problems())
    assert root is not None

    assert plain(root) == {"a": {"b": (1, (2, 3))}}


def test_two_beats_are_no_rhythm() -> None:
    problems = Problems()
    root = parse("a.yaml", b"steps: [{beats: sync, times: 2, hz: 60, even: 0.1}]", problems)
    assert root is not None
    Stories(Proof(SPEC), problems).read(root.entries["steps"], "steps")

    assert [str(each) for each in problems.found] == [
        "a.yaml:1:30: steps.times: expected 3 or more, got 2"
    ]
