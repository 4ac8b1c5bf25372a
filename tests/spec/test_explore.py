from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.spec.explore import explore
from lensbus.spec.graph import Extent
from lensbus.spec.lint import lint
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from tests.spec.tables import two_tables

ASK = ("[idle, send ask, asking]", "[asking, recv answer, idle]", "[asking, timeout ask, idle]")
GO = ("[idle, send go, going]", "[going, recv done, idle]")
RATE = (
    "[idle, send set_rate, asking]",
    "[asking, recv rate_set, fast, {rate: baud}]",
    "[asking, timeout set_rate, idle]",
)


def told(spec: Spec) -> list[str]:
    _, problems = explore(spec)
    return [text for _, text in problems]


def first(spec: Spec) -> str:
    return told(spec)[0]


def test_a_request_that_is_answered_or_given_up_leaves_nobody_stuck(tmp_path: Path) -> None:
    lens = ("[idle, recv ask, idle]", "[idle, send answer, idle]")
    spec = two_tables(tmp_path, ASK, lens, {"ask": "answer"})
    explored, problems = explore(spec)

    assert problems == []
    assert str(explored) == "explored 13 configurations (2 in flight, 1 lost)"


def test_a_lost_message_that_both_wait_for_is_a_dead_end(tmp_path: Path) -> None:
    spec = two_tables(tmp_path, GO, ("[idle, recv go, busy]", "[busy, send done, idle]"))
    story = "from body idle, lens idle: body sends go; lens misses go; then body going, lens idle"

    assert told(spec) == [f"body table, state idle, send go: neither side can ever go on ({story})"]


def test_a_problem_stands_at_the_row_that_led_to_it(tmp_path: Path) -> None:
    spec = two_tables(tmp_path, GO, ("[idle, recv go, busy]", "[busy, send done, idle]"))
    _, [(where, _)] = explore(spec)

    assert where == spec.roles["body"].rows[0].where


def test_a_side_that_waits_while_the_other_one_goes_on_waits_for_ever(tmp_path: Path) -> None:
    news = ("[going, recv cyclic_news, going]", "[idle, recv cyclic_news, idle]")
    lens = ("[idle, recv go, busy]", "[busy, send done, idle]", '["*", send cyclic_news, same]')
    spec = two_tables(tmp_path, (*GO, *news), lens)

    assert [text.partition(" (")[0] for text in told(spec)] == [
        "body table, state idle, send go: the body waits for ever"
    ]


def test_a_rate_without_a_way_back_leaves_the_sides_apart(tmp_path: Path) -> None:
    lens = (
        "[idle, recv set_rate, same]",
        "[idle, send rate_set, fast, {rate: baud}]",
        "[fast, recv set_rate, same]",
    )
    body = (*RATE, "[fast, recv rate_set, same]")
    spec = two_tables(tmp_path, body, lens, {"set_rate": "rate_set"})
    story = (
        "from body idle, lens idle: body sends set_rate; lens hears set_rate; lens sends rate_set; "
        "body misses rate_set; then body asking, lens fast"
    )
    words = "both sides stay at different rates for good"

    assert f"lens table, state idle, send rate_set: {words} ({story})" in told(spec)


def test_silence_leads_back_from_a_rate(tmp_path: Path) -> None:
    """Each side gives up a rate at which it hears nothing, and the lens takes what comes late."""
    body = (*RATE, "[fast, send tick, fast]", "[fast, timeout silence, idle, {rate: slow}]")
    lens = (
        "[idle, recv set_rate, same]",
        "[idle, send rate_set, fast, {rate: baud}]",
        "[fast, recv set_rate, same]",
        "[[idle, fast], recv tick, same]",
        "[fast, timeout silence, idle, {rate: slow}]",
    )
    spec = two_tables(tmp_path, body, lens, {"set_rate": "rate_set"})

    assert not [text for text in told(spec) if "different rates" in text]


def test_messages_that_cross_arrive_where_no_row_knows_them(tmp_path: Path) -> None:
    body = ("[open, send stop, closed]", "[open, recv event, open]", "[closed, send start, open]")
    lens = ('["*", recv stop, closed]', "[open, send event, open]", '["*", recv start, open]')
    spec = two_tables(tmp_path, body, ("[open, send event, open]", *lens[::2]))
    story = "from body open, lens open: body sends stop; lens sends event; body hears event"

    assert told(spec) == [
        "body table: event can arrive in state closed, which has no row for it " + f"({story})"
    ]


def test_a_session_that_never_runs_again_is_a_trap(tmp_path: Path) -> None:
    body = (
        "[run, send cyclic_tick, run]",
        "[run, send pause, paused]",
        "[paused, send poke, paused]",
    )
    lens = ('["*", recv cyclic_tick, run]', '["*", recv pause, paused]', '["*", recv poke, same]')
    spec = two_tables(tmp_path, body, ("[run, recv pause, paused]", *lens))
    story = "from body run, lens run: body sends pause; then body paused, lens run"

    assert first(spec) == (
        f"body table, state run, send pause: no session can run or begin any more ({story})"
    )


def test_an_answer_that_cannot_come_is_told_at_the_reply(tmp_path: Path) -> None:
    lens = ("[idle, recv ask, idle]", "[idle, recv far, far]", "[far, send answer, far]")
    body = (*ASK, "[idle, send far, idle]")
    spec = two_tables(tmp_path, body, lens, {"ask": "answer"})
    _, problems = explore(spec)

    assert (spec.replies["ask"].where, "replies.ask: no answer is ever heard") in problems


def test_a_row_that_is_never_followed_is_told(tmp_path: Path) -> None:
    lens = ("[idle, recv ask, idle]", "[idle, send answer, idle]")
    spec = two_tables(tmp_path, (*ASK, "[idle, recv answer, idle]"), lens, {"ask": "answer"})

    assert told(spec) == ["body table, state idle: recv answer can never happen"]


def test_an_order_that_was_only_seen_is_played_in_step(tmp_path: Path) -> None:
    """A lost message would be a dead end, but nobody knows what the real ones do then."""
    lens = ("[idle, recv go, busy]", "[busy, send done, idle]")
    explored, problems = explore(two_tables(tmp_path, GO, lens, more="unknown: opaque"))

    assert problems == []
    assert str(explored) == "explored 2 configurations (in step)"


def test_in_step_only_what_no_loss_would_lead_to_is_never_followed(tmp_path: Path) -> None:
    lens = ("[idle, recv ask, idle]", "[idle, send answer, idle]", "[idle, recv bye, idle]")
    body = (*ASK, "[idle, recv answer, gone]", "[gone, send bye, gone]")
    spec = two_tables(tmp_path, body, lens, {"ask": "answer"}, more="unknown: opaque")

    assert told(spec) == [
        "body table, state gone: send bye can never happen",
        "lens table, state idle: recv bye can never happen",
    ]


def test_what_is_too_much_is_told_and_what_was_seen_until_then() -> None:
    spec = load("l_mount")
    explored, problems = explore(spec, Extent(places=100, moves=9999))

    assert problems == []
    assert not explored.whole
    assert str(explored).endswith("(2 in flight, 1 lost, stopped there: too many configurations)")
    assert explored.configurations < 200


def without(spec: Spec, role: str, *gone: tuple[str, str, str]) -> Spec:
    """The spec without some rows of a role, as a person forgets them."""
    known = spec.roles[role]
    rows = tuple(row for row in known.rows if (row.state, row.verb, row.message) not in gone)

    assert len(rows) == len(known.rows) - len(gone)
    return replace(spec, roles={**spec.roles, role: replace(known, rows=rows)})


@pytest.mark.parametrize(
    ("role", "row", "words"),
    [
        ("lens", ("fast", "timeout", "silence"), "both sides stay at different rates for good"),
        ("lens", ("ready", "recv", "focus_stop"), "replies.focus_stop: no answer is ever heard"),
        ("body", ("homing", "recv", "status"), "status can arrive in state homing"),
    ],
)
def test_a_row_that_the_l_mount_lacks_is_found_by_what_comes_of_it(
    role: str, row: tuple[str, str, str], words: str
) -> None:
    """Rows that lint cannot miss: it takes both tables and what is between them."""
    spec = without(load("l_mount"), role, row)

    assert list(lint(spec)) == []
    assert any(words in text for text in told(spec))


def test_too_many_moves_are_told_as_such() -> None:
    explored, problems = explore(load("l_mount"), Extent(places=9999, moves=500))

    assert problems == []
    assert explored.stopped == "moves"
    assert str(explored).endswith("(2 in flight, 1 lost, stopped there: too many moves)")
    assert 500 < explored.moves < 600


def test_a_row_is_not_looked_at_in_each_place(tmp_path: Path) -> None:
    """Of twenty thousand messages one flies at a time; it takes minutes to ask each whether."""
    spec = two_tables(tmp_path, ("[idle, send m, idle]",), ("[idle, recv m, idle]",))
    names = [f"m{n}" for n in range(20_000)]
    messages = {name: replace(spec.messages["m"], name=name) for name in names}
    roles = {
        name: replace(role, rows=tuple(replace(role.rows[0], message=each) for each in names))
        for name, role in spec.roles.items()
    }
    explored, _ = explore(replace(spec, messages=messages, roles=roles), Extent(99_999, 30_000))

    assert explored.stopped == "moves"
    assert 30_000 < explored.moves < 30_010


def test_of_many_problems_a_hundred_are_told(tmp_path: Path) -> None:
    body = tuple(f"[s{n}, send a, s{n + 1}]" for n in range(150))
    lens = ("[idle, recv a, idle]", "[idle, send b, idle]")
    _, problems = explore(two_tables(tmp_path, (*body, "[s150, recv b, s150]"), lens))

    assert len([text for _, text in problems if "can arrive in state" in text]) == 100
