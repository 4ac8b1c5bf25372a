from pathlib import Path

import pytest

from lensbus.spec.behaviour import ANY, SAME, Refusal
from tests.samples import MARK, SMALL, loaded, patched, refuses

T = "spec.roles.body.table"
ROW = "- [ready, send ask, waiting]"
A_ROW = "a row is [state, send|recv|timeout message, next] or with {rate: ..., frame: ...}"
WORDS = "expected send, recv or timeout and a message"


def test_a_row_for_several_states_counts_once_for_each(tmp_path: Path) -> None:
    row = "- [[ready, waiting], send stop, same, {rate: slow}]"
    rows = loaded(tmp_path, (ROW, f"{ROW}\n      {row}")).roles["body"].rows
    both = [row for row in rows if row.message == "stop"]

    assert [(row.state, row.verb, row.next, row.rate) for row in both] == [
        ("ready", "send", SAME, "slow"),
        ("waiting", "send", SAME, "slow"),
    ]


def test_a_role_lists_its_states_in_the_order_of_the_table(tmp_path: Path) -> None:
    role = loaded(tmp_path, (ROW, f'{ROW}\n      - ["{ANY}", send stop, done]')).roles["body"]

    assert role.states == ("ready", "waiting", "done")
    assert (role.start, role.deaf, role.silence_s) == ("ready", frozenset(), 1)
    assert role.refusal is None


def test_a_refusal_is_a_message_and_its_fields(tmp_path: Path) -> None:
    say = "on_illegal: {say: state, fields: {m: off, f: 4}}"
    whole = ("f: {type: u8, flags: bits}", "f: {type: u8}")
    patches = ("lens:\n    start", f"lens:\n    {say}\n    start")
    role = loaded(tmp_path, patches, whole).roles["lens"]

    assert role.refusal == Refusal("state", {"m": "off", "f": 4})


def test_a_reply_is_read_as_it_is_written(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("with: answer,", "with: [answer], interim: state,"))
    reply = spec.replies["ask"]

    assert reply.request == "ask"
    assert (reply.answers, reply.interim) == (frozenset({"answer"}), frozenset({"state"}))
    assert (reply.timeout_s, reply.retries) == (0.1, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("- ¦[ready, send ask]", f"{T}: {A_ROW}"),
        ("- ¦[ready, send ask, waiting, {}, {}]", f"{T}: {A_ROW}"),
        ("- ¦[1, send ask, waiting]", f"{T}: {A_ROW}"),
        ("- ¦[ready, send ask, [waiting]]", f"{T}: {A_ROW}"),
        ("- ¦{ready: waiting}", f"{T}: {A_ROW}"),
        ("- ¦ready", f"{T}: {A_ROW}"),
    ],
)
def test_what_is_no_row_is_refused_at_its_place(tmp_path: Path, row: str, expected: str) -> None:
    text = patched(SMALL, (ROW, f"{ROW}\n      {row}"))
    refuses(tmp_path, text, expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("[ready, ¦says stop, ready]", f"{T}: {WORDS}, got 'says stop'"),
        ("[ready, ¦send, ready]", f"{T}: {WORDS}, got 'send'"),
        (
            "[ready, send stop, ready, {¦rat: slow}]",
            "row: unknown key 'rat' (known: frame, rate, since, until, version)",
        ),
        ("[ready, send stop, ready, ¦slow]", "row: expected a mapping, got text"),
        (
            "[ready, send stop, ready, {rate: ¦1.5}]",
            "row.rate: expected a text, got number",
        ),
    ],
)
def test_a_wrong_part_of_a_row_is_refused_at_its_place(
    tmp_path: Path, row: str, expected: str
) -> None:
    refuses(tmp_path, patched(SMALL, (ROW, f"{ROW}\n      - {row}")), expected)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            "on_illegal: ¦{fields: {m: off, f: 4}}",
            "spec.roles.lens.on_illegal.say: missing",
        ),
        (
            "on_illegal: {say: answer, ¦filds: {}, fields: {t: no}}",
            "spec.roles.lens.on_illegal: unknown key 'filds' (known: fields, say)",
        ),
        (
            "¦on_ilegal: {}",
            (
                "spec.roles.lens: unknown key 'on_ilegal' (known: basis, deaf, "
                "on_illegal, silence_s, source, start, table)"
            ),
        ),
    ],
)
def test_a_wrong_refusal_is_refused(tmp_path: Path, new: str, expected: str) -> None:
    refuses(
        tmp_path, patched(SMALL, ("lens:\n    start", f"lens:\n    {new}\n    start")), expected
    )


def test_a_refusal_with_a_list_for_a_field_is_refused_and_lacks_that_field(tmp_path: Path) -> None:
    say = "on_illegal: {say: state, fields: ¦{m: off, f: [red]}}"
    text = patched(
        SMALL,
        ("state: {from: lens", "state: ¦{from: lens"),
        ("lens:\n    start", f"lens:\n    {say}\n    start"),
    )
    refuses(
        tmp_path,
        text,
        "roles.lens.on_illegal: state has the fields m, f",
        "spec.roles.lens.on_illegal.fields: f: expected a name or a number, got list",
    )


@pytest.mark.parametrize("key", ["start: raedy", "start: ready\n    deaf: raedy"])
def test_a_state_without_a_row_is_no_place_to_start_or_be_deaf_in(tmp_path: Path, key: str) -> None:
    text = patched(SMALL, ("lens:\n    start: ready", f"lens:\n    {key}"))
    row = "- [ready, recv ask, ready]"
    text = patched(text, (f"table:\n      {row}", f"table:\n      ¦{row}"))
    expected = ["spec.roles.lens.table: no row leads from or to state 'raedy'"]
    if key == "start: raedy":
        text = patched(text, (f"¦{row}\n      - [", f"¦{row}\n      - ¦["))
        expected.append("lens table: state ready is never reached")
    refuses(tmp_path, text, *expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("timeout_s: 0.1", "timeout_s: ¦-1", "timeout_s: expected a number of at least 0, got -1"),
        ("timeout_s: 0.1", "timeout_s: ¦soon", "timeout_s: expected a number, got text"),
        ("retries: 1", "retries: ¦1.5", "retries: expected a whole number, got number"),
        ("retries: 1", "retries: ¦-1", "retries: expected at least 0"),
        ("with: answer", "with: ¦1", "with: expected a text, got whole number"),
        ("with: answer", "with: ¦[]", "with: expected 1 to 64 messages"),
    ],
)
def test_a_wrong_reply_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    refuses(tmp_path, patched(SMALL, (old, new)), f"spec.replies.ask.{expected}")


def test_a_state_is_a_name(tmp_path: Path) -> None:
    row = "- [[¦[off], ¦{a: 1}], send ask, waiting]"
    expected = f"{T}: expected a state, got "
    text = patched(SMALL, (ROW, f"{ROW}\n      {row}"))
    refuses(tmp_path, text, f"{expected}list", f"{expected}mapping")


def test_a_time_out_takes_time(tmp_path: Path) -> None:
    text = patched(SMALL, ("timeout_s: 0.1", "timeout_s: ¦0"))
    refuses(tmp_path, text, "spec.replies.ask.timeout_s: expected more than 0")


def test_what_rows_for_any_state_stand_for_is_bounded(tmp_path: Path) -> None:
    known = [f'- ["*", send m{n}, same]' for n in range(500)]
    states = [f"- [s{n}, send ask, s{n + 1}]" for n in range(500)]
    rows = "\n      ".join((ROW, *known, *states))
    text = patched(SMALL, (ROW, rows))
    text = text.replace("- [ready", f"{MARK}- [ready", 1)
    words = "expected at most 250000 rows for any state, times the states, got"
    refuses(tmp_path, text, f"{T}: {words} 251500")
