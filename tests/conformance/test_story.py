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
from lensbus.conformance.story import Stories, plain
from lensbus.spec.node import Problems
from lensbus.spec.parse import parse
from tests.peers import SPEC


def steps(text: str) -> list[Step]:
    problems = Problems()
    root = parse("a.yaml", f"steps: [{text}]".encode(), problems)
    assert root is not None
    found = Stories(SPEC, problems).read(root.entries["steps"], "steps")

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


def test_lists_in_values_are_tuples() -> None:
    root = parse("a.yaml", b"a: {b: [1, [2, 3]]}", Problems())
    assert root is not None

    assert plain(root) == {"a": {"b": (1, (2, 3))}}


def test_two_beats_are_no_rhythm() -> None:
    problems = Problems()
    root = parse("a.yaml", b"steps: [{beats: sync, times: 2, hz: 60, even: 0.1}]", problems)
    assert root is not None
    Stories(SPEC, problems).read(root.entries["steps"], "steps")

    assert [str(each) for each in problems.found] == [
        "a.yaml:1:30: steps.times: expected 3 or more, got 2"
    ]
