from dataclasses import replace

import pytest

from lensbus.spec.behaviour import table_of
from lensbus.spec.load import load
from lensbus.spec.played import Rules, Voice, over, played

SPEC = load("l_mount")
WITH, BARE = Rules(2, 1), Rules(2, 1, lines=False)


@pytest.mark.parametrize(
    ("name", "with_lines", "bare"),
    [
        ("identify", "frame", "frame"),
        ("sync", "edge", "frame"),
        ("reset", "edge", "frame"),
        ("attached", "edge", "level"),
        ("power_off", "edge", "level"),
    ],
)
def test_a_message_goes_as_its_link_carries_it(name: str, with_lines: str, bare: str) -> None:
    assert played(SPEC, WITH)[name].by == with_lines
    assert played(SPEC, BARE)[name].by == bare


@pytest.mark.parametrize(
    ("name", "told", "forced"),
    [("attached", True, False), ("detached", False, True), ("power_off", False, True)],
)
def test_what_leaves_the_level_that_a_link_without_the_line_has_takes_a_hand(
    name: str, *, told: bool, forced: bool
) -> None:
    word = played(SPEC, WITH)[name]

    assert (word.told, word.forced) == (told, forced)


def test_a_pulse_is_over_at_once_and_nobody_is_forced() -> None:
    word = played(SPEC, WITH)["reset"]

    assert word.pulse
    assert not word.forced


def test_a_line_whose_edges_lead_nowhere_has_no_level_to_remember() -> None:
    update = load("l_mount/update")

    assert played(update, WITH)["detached"].pulse
    assert not played(update, WITH)["power_off"].pulse


def test_a_refusal_may_answer_any_request() -> None:
    assert played(SPEC, WITH)["refused"].answers == set(SPEC.replies)
    assert played(SPEC, WITH)["homed"].answers == {"home"}
    assert played(SPEC, WITH)["status"].answers == frozenset()


def test_requests_interim_answers_and_numbers_are_known() -> None:
    home, busy = (played(SPEC, WITH)[name] for name in ("home", "busy"))

    assert (home.asks, home.retried, home.numbered) == (True, True, True)
    assert (busy.asks, busy.interim) == (False, True)


def test_a_life_is_over_in_a_deaf_state_that_no_row_of_its_own_leaves() -> None:
    assert over(SPEC.roles["lens"]) == {"gone"}
    assert over(SPEC.roles["body"]) == frozenset()
    assert over(load("l_mount/update").roles["target"]) == {"off"}


def test_a_side_says_its_requests_and_what_is_no_answer_by_itself() -> None:
    words = played(SPEC, WITH)
    role = SPEC.roles["body"]
    rows = table_of(role)["ready"]["send"]
    own = Voice(table_of(role), words).own("ready", bare=False)

    assert {row.message for row, _ in own.asks} == {n for n in rows if words[n].asks}
    assert {word.name for _, word in own.rest} == {
        n for n in rows if not words[n].asks and not words[n].answers
    }
    assert own.speaks


def test_on_a_wire_that_is_full_only_edges_are_left_to_say() -> None:
    words = played(SPEC, WITH)
    own = Voice(table_of(SPEC.roles["body"]), words).own("ready", bare=True)

    assert {word.by for _, word in (*own.asks, *own.rest)} == {"edge"}
    assert not own.speaks


def test_a_level_that_a_link_has_not_is_said_by_nobody_who_would_have_to_change_it() -> None:
    words = played(SPEC, BARE)
    rows = dict.fromkeys(words, SPEC.roles["body"].rows[0])
    voice = Voice({"any": {"send": rows, "recv": {}, "timeout": {}}}, words)
    said = {word.name for _, word in voice.own("any", bare=False).rest}

    assert "attached" in said
    assert not said & {"detached", "power_off"}


def test_every_answer_is_known_to_its_request_in_one_pass() -> None:
    """It takes minutes where each message is looked for in each reply."""
    some = next(iter(SPEC.replies.values()))
    answers = frozenset(list(SPEC.messages)[:20])
    replies = {f"r{n}": replace(some, request=f"r{n}", answers=answers) for n in range(2_000)}
    kinds = {f"m{n}": SPEC.messages["status"] for n in range(5_000)}
    words = played(replace(SPEC, replies=replies, messages={**SPEC.messages, **kinds}), WITH)

    assert len(words[next(iter(answers))].answers) == 2_000
    assert words["m4999"].answers == frozenset()
