from pathlib import Path

import pytest

from lensbus.spec.basis import GROUNDS, KINDS, Basis, Constant
from lensbus.spec.load import load, spec_names
from tests.samples import SMALL, loaded, patched, refuses

STEPS = "steps: {value: 256, basis: observed, source: bench}"


def test_a_constant_has_its_value_unit_and_the_words_of_its_source(tmp_path: Path) -> None:
    spec = loaded(tmp_path, (STEPS, "steps: {value: 2.5, unit: mm, basis: public, source: bench}"))

    assert spec.constants["steps"] == Constant(2.5, "mm", Basis("public", "a bench"))


def test_what_is_our_own_choice_has_a_reason_instead_of_a_source(tmp_path: Path) -> None:
    spec = loaded(tmp_path, (STEPS, 'steps: {value: 1, basis: model, reason: "so"}'))

    assert spec.items["spec.constants.steps"] == Basis("model", "so")


def test_a_choice_of_which_a_part_is_known_has_a_reason_and_a_source(tmp_path: Path) -> None:
    both = 'steps: {value: 1, basis: model, reason: "the unit is known", source: bench}'
    spec = loaded(tmp_path, (STEPS, both))

    assert spec.items["spec.constants.steps"] == Basis("model", "the unit is known (a bench)")


def test_a_field_without_a_basis_has_that_of_its_message(tmp_path: Path) -> None:
    spec = loaded(tmp_path)

    assert spec.items["spec.messages.ask.fields.a"] == spec.items["spec.messages.ask"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("¦{value: 1}", [f"spec.constants.steps.basis: missing ({GROUNDS})"]),
        ("{value: 1, basis: ¦}", [f"spec.constants.steps.basis: missing ({GROUNDS})"]),
        (
            "{value: 1, basis: ¦guess, source: bench}",
            [
                (
                    "spec.constants.steps.basis: unknown 'guess' "
                    "(known: public, observed, analogue, model)"
                )
            ],
        ),
        (
            "¦{value: 1, source: ¦rumour}",
            [
                f"spec.constants.steps.basis: missing ({GROUNDS})",
                "spec.constants.steps.source: unknown source 'rumour' (sources: bench)",
            ],
        ),
        ("¦{value: 1, basis: public}", ["spec.constants.steps.source: missing"]),
        ("¦{value: 1, basis: model}", ["spec.constants.steps.reason: missing"]),
        (
            "{value: 1, basis: public, source: ¦rumour}",
            ["spec.constants.steps.source: unknown source 'rumour' (sources: bench)"],
        ),
        (
            "¦{value: 1, basis: model, source: ¦rumour}",
            [
                "spec.constants.steps.reason: missing",
                "spec.constants.steps.source: unknown source 'rumour' (sources: bench)",
            ],
        ),
    ],
)
def test_an_item_without_ground_is_refused(tmp_path: Path, steps: str, expected: list[str]) -> None:
    refuses(tmp_path, patched(SMALL, (STEPS, f"steps: {steps}")), *expected)


@pytest.mark.parametrize("name", spec_names())
def test_every_item_of_a_shipped_spec_has_a_kind_and_a_ground(name: str) -> None:
    spec = load(name)

    assert [path for path, basis in spec.items.items() if basis.kind not in KINDS] == []
    assert [path for path, basis in spec.items.items() if not basis.source] == []
    assert {f"spec.messages.{message}" for message in spec.messages} <= set(spec.items)
