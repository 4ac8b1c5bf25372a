from random import Random

import pytest

from lensbus.bench.pair import BODY, LENS
from lensbus.session.event import Raw
from lensbus.session.rule import KINDS, Rule
from tests.peers import BARE, LINES, SPEC
from tools.drawn import BUSY_S, busy, drawn, drawn_rule, typical

TRIGGERS = ("frame", "byte", "message", "time", "chance", "byte_chance")
LASTING = set(KINDS) - {"drop", "flip", "truncate", "insert", "duplicate", "replace", "reset"}


def rules(side: str) -> list[Rule]:
    return [drawn_rule(side, Random(seed), 30.0) for seed in range(400)]


@pytest.mark.parametrize("side", [BODY, LENS])
def test_rules_are_drawn_of_all_kinds_with_one_trigger_each(side: str) -> None:
    found = rules(side)
    triggers = [[name for name in TRIGGERS if getattr(rule, name) is not None] for rule in found]

    assert set(KINDS) == {rule.kind for rule in found}
    assert {(name,) for name in TRIGGERS} == {tuple(names) for names in triggers}


@pytest.mark.parametrize("side", [BODY, LENS])
def test_a_drawn_rule_is_one_that_can_strike_and_that_ends(side: str) -> None:
    messages = {rule.message for rule in rules(side) if rule.message is not None}
    lines = {rule.line for rule in rules(side) if rule.line}

    assert all(SPEC.messages[name].sender == side and SPEC.messages[name].key for name in messages)
    assert all(SPEC.link.lines[name].driver in {side, "both"} for name in lines)
    assert {rule.until for rule in rules(side) if rule.chance or rule.byte_chance} == {30.0}
    assert all(rule.for_s > 0 for rule in rules(side) if rule.kind in LASTING)


def test_what_stands_in_for_a_frame_is_a_message_or_noise() -> None:
    kinds = {type(rule.instead.what) for rule in rules(LENS) if rule.instead}

    assert Raw in kinds
    assert len(kinds) == 2


def test_pairs_are_drawn_from_all_that_there_is() -> None:
    strips = [drawn(Random(seed), 30.0).strip for seed in range(20)]

    assert {BARE, LINES} < {strip.lines for strip in strips}
    assert {0.0, 0.002} == {strip.latency_s for strip in strips}


def test_a_body_has_something_to_do_until_shortly_before_the_end() -> None:
    times = [step.at_s for step in busy(Random(1), 30.0)]

    assert times == sorted(times)
    assert 30.0 - 2 * BUSY_S < times[-1] <= 30.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_typical_fault_has_all_that_its_kind_takes(kind: str) -> None:
    rule = typical(kind, BODY, frame=3)

    assert (rule.kind, rule.frame) == (kind, 3)
    assert (rule.for_s > 0) == (kind in LASTING)
    assert (rule.instead is not None) == (kind == "replace")
