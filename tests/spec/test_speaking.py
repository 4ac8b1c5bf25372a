from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.spec.load import load
from lensbus.spec.speaking import unspeakable
from tests.samples import SMALL, loaded, marks, patched, problems, refuses, shipped, write
from tests.spec.test_undelimited import FRAME, MESSAGES, SHAPES

ASK = "ask: {from: body, key: 1,"
TAMRON = shipped("tamron_usb/lens")


def small(kind: str, *patches: tuple[str, str]) -> str:
    """The small spec in frames of this kind, with its messages patched."""
    shape, messages = SHAPES[kind]
    return patched(SMALL, (FRAME, shape), (MESSAGES, patched(messages, *patches)))


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        (
            "word",
            "{a: {type: u8}}",
            "{a: {type: u16le}}",
            "ask: 2 bytes of fields, a frame wants 1",
        ),
        ("word", ", fields: {a: {type: u8}}", "", "ask: 0 bytes of fields, a frame wants 1"),
        (
            "block",
            "{a: {type: u32le}}",
            "{a: {type: u16le}}",
            "ask: 2 bytes of fields, a frame wants 4",
        ),
        (
            "block",
            "{a: {type: u32le}}",
            "{a: {type: bytes, size: rest}}",
            "ask: a frame has 4 bytes of fields: give sizes",
        ),
        (
            "table",
            "{a: {type: u8}}",
            "{a: {type: bytes, size: 300}}",
            "ask: 300 bytes of fields, a frame holds 255",
        ),
    ],
)
def test_a_message_that_its_frame_cannot_carry_is_told(
    tmp_path: Path, kind: str, old: str, new: str, expected: str
) -> None:
    text = small(kind, (old, new), ("ask: {", "ask: ¦{"))
    found = problems(write(tmp_path, text))

    assert (*marks(text)[0], expected) in found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("size: 2}", "size: 3}", "answer: 3 bytes of fields, its clocks are 2"),
        (
            "type: ascii, size: 2}",
            "type: bytes, size: rest}",
            "answer: takes the rest, and so must ask",
        ),
        (
            "answer: {from: lens, key: 1",
            "answer: {from: lens, key: 2",
            "answer: answers an opcode that no message has",
        ),
    ],
)
def test_an_answer_in_a_table_must_fill_its_clocks(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = small("table", (old, new)).replace("answer: {", "answer: ¦{")
    refuses(tmp_path, text, expected)


def test_what_takes_the_rest_of_a_table_needs_an_end(tmp_path: Path) -> None:
    rest = "{type: bytes, size: rest}"
    text = small("table", ("{type: u8}", rest), ("{type: ascii, size: 2}", rest))
    text = text.replace("answer: {", "answer: ¦{").replace("    until: 0\n", "")
    refuses(tmp_path, text, "answer: takes the rest, but the frame has no until")


def test_text_that_a_zero_ends_takes_the_rest_of_a_table_that_a_zero_ends(tmp_path: Path) -> None:
    rest, text = "{type: bytes, size: rest}", "{type: ascii, size: until_zero}"
    good = small("table", ("{type: u8}", rest), ("{type: ascii, size: 2}", text))
    bad = good.replace("answer: {", "answer: ¦{").replace("    until: 0\n", "    until: 1\n")

    assert load(str(write(tmp_path, good))).messages["answer"].varies

    refuses(tmp_path, bad, "answer: of no one size, so no table can cut it")


def test_a_table_is_led_by_a_role_and_shares_its_link_with_no_other_shape(tmp_path: Path) -> None:
    text = small("table").replace("leads: body", "leads: dock")
    whole = problems(write(tmp_path, text))
    two = SMALL.replace("flags:\n", f"  other:\n{SHAPES['table'][0]}flags:\n", 1)
    two = patched(
        two, ("stop: {from: body, key: [1, 2]", "stop: {frame: other, from: body, key: 2")
    )

    assert "frames.row.leads: unknown role 'dock'" in [words for _, _, words in whole]
    assert [words for _, _, words in problems(write(tmp_path, two))] == [
        "frames.other: a table is the only shape of its link"
    ]


def test_padding_needs_a_shape_that_is_heard_alone(tmp_path: Path) -> None:
    start, end = SMALL.index("  row:\n"), SMALL.index("flags:\n")
    other = SMALL[start:end].replace("row:", "other:")
    pad = ("packed: {type: 1}", "packed: {type: 1}\n    pad: {to: 4, from: [body]}")
    text = patched(SMALL, ("flags:\n", f"{other}flags:\n")).replace(*pad, 1)

    assert [words for _, _, words in problems(write(tmp_path, text))] == [
        "frames.row.pad: is known only where no other shape is heard"
    ]


def test_a_row_can_only_switch_to_a_frame_that_exists(tmp_path: Path) -> None:
    row = "- [ready, recv attached, same]"
    text = patched(SMALL, (row, "- ¦[ready, recv attached, same, {frame: rows}]"))
    refuses(tmp_path, text, "body table, state ready: unknown frame 'rows'")


def test_a_row_in_a_frame_that_its_state_never_speaks_is_told(tmp_path: Path) -> None:
    row = "- [sending, send block, waiting]"
    text = patched(TAMRON, (row, f"{row}\n      - ¦[connected, send block, waiting]"))
    refuses(
        tmp_path,
        text,
        "host table, state connected: block is said in a transfer, here it is command",
    )


def test_a_frame_that_is_never_switched_back_is_told(tmp_path: Path) -> None:
    text = patched(
        TAMRON,
        (
            "[closed, recv taken, connected, {rate: slow, frame: command}]",
            "[closed, recv taken, idle]",
        ),
        ("- [idle, send connect", "- ¦[idle, send connect"),
    )
    refuses(tmp_path, text, "host table, state idle: where transfer is spoken, nothing can be said")


def test_a_spec_switches_frames_where_a_row_does(tmp_path: Path) -> None:
    assert not loaded(tmp_path).switches
    assert load("tamron_usb").switches


def test_a_rate_of_a_row_is_one_of_the_link(tmp_path: Path) -> None:
    row = "- [ready, recv attached, same]"
    good = patched(SMALL, (row, "- [ready, recv attached, same, {rate: 19200}]"))
    bad = patched(SMALL, (row, "- ¦[ready, recv attached, same, {rate: 300}]"))
    slow = patched(SMALL, (row, "- ¦[ready, recv attached, same, {rate: 9600}]"))

    assert load(str(write(tmp_path, good))).roles["body"].rows[0].rate == 19200
    refuses(tmp_path, bad, "body table, state ready: rate 300 is not one of the link's rates")
    refuses(tmp_path, slow, "body table, state ready: rate 9600 is the slow one: say slow")


def test_a_ring_of_states_is_gone_round_once() -> None:
    """It takes minutes where each state is held to all rows."""
    spec = load("tamron_usb")
    role = spec.roles["lens"] if "lens" in spec.roles else next(iter(spec.roles.values()))
    row = next(row for row in role.rows if row.frame)
    ring = tuple(
        replace(row, state=f"s{n}", next=f"s{(n + 1) % 20_000}", verb="timeout")
        for n in range(20_000)
    )
    turned = replace(role, rows=ring, start="s0")

    assert list(unspeakable(replace(spec, roles={role.name: turned}))) == []
