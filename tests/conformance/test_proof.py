import pytest

from lensbus.conformance.cases import Beats, Every, Given, Step
from lensbus.conformance.proof import Proof
from lensbus.spec.load import load
from tests.peers import SPEC

SHOULD_FIT = [
    {"focus_position": 3, "focus_state": "idle", "errors": ("iris",)},
    {"focus_position": {"from": "optics.focus_range", "times": 0.5, "plus": -3, "else": 0}},
    {
        "focus_position": {
            "at_least": {"from": "kept.focus_range"},
            "at_most": {"own": "focal_length"},
        }
    },
    {"focus_position": {"own": "focal_length"}, "focus_state": {"not": "idle", "in": ("moving",)}},
    {"errors": {"has": "iris", "lacks": "focus_motor"}},
    {"focus_position": {"in": {"from": "spec.rates"}}},
]


def mistakes(fields: dict[str, object], *, wished: bool = True) -> list[str]:
    proof = Proof(SPEC, {"new.data"})
    return [
        f"{'.'.join(path)}: {text}"
        for path, text in proof.fields(("status",), fields, wished=wished)
    ]


@pytest.mark.parametrize("fields", SHOULD_FIT)
def test_what_a_message_can_hold_is_fine(fields: dict[str, object]) -> None:
    assert mistakes(fields) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("colour", 3, "status has no field 'colour'"),
        ("focus_state", "sideways", "got 'sideways', wanted one of idle, "),
        ("focus_position", 10**9, "got 1000000000, wanted 0 to "),
        ("focus_position", {"at_lest": 3}, "unknown condition 'at_lest' (known: at_least, "),
        ("focus_position", {}, "got {}, wanted a whole number"),
        ("focus_position", {"at_least": "abc"}, "got 'abc', wanted a whole number"),
        ("focus_state", {"at_least": 3}, "at_least is for numbers, and focus_state is none"),
        ("focus_state", {"in": "idle"}, "in: got 'idle', wanted a list"),
        ("focus_state", {"in": ("idle", "sideways")}, "got 'sideways', wanted one of"),
        ("focus_state", {"has": "idle"}, "has is for flags, and focus_state has none"),
        ("errors", {"lacks": "brain"}, "lacks: unknown 'brain' (known: "),
        ("focus_position", {"from": "optics"}, "from: 'optics' is no message.field of this spec"),
        ("focus_position", {"from": "optics.nosuch"}, "from: 'optics.nosuch' is no message.field"),
        ("focus_position", {"from": "spec.colour"}, "from: 'spec.colour' is no message.field"),
        ("focus_position", {"from": 3}, "from: '3' is no message.field"),
        ("focus_position", {"at_most": {"own": "nosuch"}}, "own: status has no field 'nosuch'"),
        ("focus_position", {"from": "optics.focus_range", "pluss": 3}, "unknown pluss beside from"),
        ("focus_position", {"from": "optics.focus_range", "plus": "3"}, "plus: got '3', wanted a"),
        (
            "focus_position",
            {"from": "optics.focus_range", "else": "far"},
            "got 'far', wanted a who",
        ),
        ("focus_position", {"blob": "old.data"}, "unknown blob 'old.data' (known: new.data)"),
    ],
)
def test_what_it_cannot_hold_is_told_by_field(name: str, value: object, words: str) -> None:
    (told,) = mistakes({name: value})

    assert told.startswith(f"{name}: ")
    assert words in told


def test_blobs_are_not_asked_for_where_nobody_knows_them() -> None:
    proof = Proof(load("l_mount/update"))

    assert list(proof.fields(("chunk",), {"data": {"blob": "any.thing"}})) == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Every(("status",), {"colour": 3}, 1.0), "fields.colour: status has no field 'colour'"),
        (Every(("nosuch",), {}, 1.0), "every: unknown message 'nosuch'"),
        (Every(("status",), {}, 0.0), "for_s: expected more than 0 seconds"),
        (Given("status", {"focus_state": "sideways"}), "fields.focus_state: got 'sideways'"),
        (Beats("status", 2, 60, 0.1), "times: expected 3 or more, got 2"),
        (Beats("status", 9, {"about": 60}, 0.1), "hz: unknown condition 'about'"),
        (Beats("status", 9, {"at_least": "often"}, 0.1), "hz: got 'often', wanted a number"),
    ],
)
def test_steps_that_watch_are_held_to_the_spec_too(step: Step, words: str) -> None:
    (told,) = (f"{'.'.join(path)}: {text}" for path, text in Proof(SPEC).mistakes(step))

    assert told.startswith(words)
