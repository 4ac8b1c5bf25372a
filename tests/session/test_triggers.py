from collections.abc import Sequence
from random import Random

import pytest

from lensbus.session.event import Raw, Send
from lensbus.session.rule import SIDE_KINDS, Rule
from lensbus.session.triggers import Triggers
from tests.peers import IDENTIFY

A, B = Send(b"AAAA", Raw(b"AAAA")), Send(b"BB", Raw(b"BB"))
NAMED = Send(b"CC", IDENTIFY)


def struck(rule: Rule, said: Sequence[Send] = (A, B, NAMED), began: float = 0.0) -> list[object]:
    """Which of these frames, one a second, a rule strikes, and where."""
    triggers = Triggers([rule], Random(1), began)
    hits = [
        (n, at) for n, send in enumerate(said, 1) for _, at in triggers.strikes(send, began + n)
    ]
    return list(hits)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("drop", frame=2), [(2, None)]),
        (Rule("drop", byte=4), [(1, 3)]),
        (Rule("drop", byte=5), [(2, 0)]),
        (Rule("drop", message="identify"), [(3, None)]),
        (Rule("drop", message="identify", nth=2), []),
        (Rule("drop", time=1.5), [(2, None)]),
        (Rule("drop", chance=1.0), [(1, None), (2, None), (3, None)]),
        (Rule("drop", chance=1.0, until=2.0), [(1, None)]),
        (Rule("flip", byte_chance=1.0, until=2.0), [(1, 0), (1, 1), (1, 2), (1, 3)]),
        (Rule("duplicate", byte_chance=1.0), [(1, 0), (2, 0), (3, 0)]),
        (Rule("reset", frame=1), [(1, None)]),
        (Rule("reset", time=1.5), []),
    ],
)
@pytest.mark.parametrize("began", [0.0, 50.0])
def test_a_rule_strikes_when_it_says_counted_from_when_its_plan_began(
    rule: Rule, expected: list[object], began: float
) -> None:
    assert struck(rule, began=began) == expected


@pytest.mark.parametrize("kind", SIDE_KINDS)
def test_what_needs_no_frame_is_due_at_its_time_and_once(kind: str) -> None:
    triggers = Triggers([Rule(kind, time=2.0), Rule("drop", time=1.0)], Random(1), 10.0)

    assert triggers.deadline == 12.0
    assert list(triggers.due(11.9)) == []
    assert list(triggers.due(12.0)) == [Rule(kind, time=2.0)]
    assert triggers.deadline is None
    assert list(triggers.due(12.0)) == []


def test_what_is_due_comes_in_order_of_time() -> None:
    late, soon, same = Rule("reset", time=2.0), Rule("slow", time=1.0), Rule("stuck", time=2.0)

    assert list(Triggers([late, soon, same], Random(1)).due(5.0)) == [soon, late, same]


def test_rules_strike_a_frame_in_the_order_of_the_plan() -> None:
    rules = [Rule("flip", frame=1), Rule("drop", chance=1.0), Rule("insert", byte=1)]
    hit = [rule for rule, _ in Triggers(rules, Random(1)).strikes(A, 1.0)]

    assert hit == rules
