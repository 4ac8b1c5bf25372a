import time
from pathlib import Path

import pytest

from lensbus.spec.lint import lint
from lensbus.spec.load import load, spec_names
from tests.samples import patched, refuses, shipped, write

CHAIN_S = 5.0  # it took 40, when every state looked at every row

FIRST = ("  attached: {from: lens", "  attached: ¦{from: lens")
STATUS = ("  status:\n    from", "  status:\n    ¦from")
REFUSED = ("  refused:\n    from", "  refused:\n    ¦from")
SONY = "basis: analogue, source: sony}"


@pytest.mark.parametrize("name", spec_names())
def test_a_shipped_spec_has_nothing_to_find(name: str) -> None:
    assert list(lint(load(name))) == []


@pytest.mark.parametrize(
    ("patches", "expected"),
    [
        (
            [("power_on: {from: body, line: power", "power_on: ¦{from: body, line: pwr")],
            "power_on: unknown line 'pwr' (detect, power, reset, sync, select)",
        ),
        (
            [("attached: {from: lens, line: detect", "attached: ¦{from: lens, line: power")],
            "attached: the body drives the line power",
        ),
        (
            [
                (
                    "reset: {from: body, line: reset, level: low, key: 0x0f,",
                    "reset: ¦{from: body, line: reset, level: low,",
                )
            ],
            "reset: goes in band at need, so it needs a key",
        ),
        (
            [STATUS, ("errors: {type: u8, flags: error,", "errors: {type: bytes, size: 284,")],
            "status: 294 bytes of fields, a frame holds 293",
        ),
        (
            [("focus_stop: {from: body, key: 0x13", "focus_stop: ¦{from: body, key: 0x12")],
            "focus_stop: same key as focus_move",
        ),
    ],
    ids=["unknown line", "driver", "in band", "too big", "same key"],
)
def test_a_message_that_contradicts_another_part_is_refused(
    tmp_path: Path, patches: list[tuple[str, str]], expected: str
) -> None:
    refuses(tmp_path, patched(shipped("l_mount/lens"), *patches), expected)


def test_the_biggest_message_that_a_frame_holds_passes(tmp_path: Path) -> None:
    text = patched(
        shipped("l_mount/lens"),
        ("errors: {type: u8, flags: error,", "errors: {type: bytes, size: 283,"),
    )
    path = tmp_path / "lens.yaml"
    path.write_text(text, encoding="utf-8")

    assert load(str(path)).messages["status"].fields[-1].size == 283


def test_two_sides_may_use_the_same_key() -> None:
    spec = load("sony_e")

    assert spec.messages["features"].key == spec.messages["lens_features"].key


LENS_ROW = "      - [ready, send status, ready]"
BODY_ROW = "      - [ready, recv status, ready]"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("[ready, send status, homing]", "a second row for send status"),
        ("[sleeping, send stats, same]", "unknown message 'stats'"),
        ('[sleeping, send status, "*"]', "the next state cannot be * (same stays)"),
        ("[sleeping, recv status, same]", "recv status, but it comes from the lens"),
        ("[sleeping, send command, same]", "send command, but it comes from the body"),
        (
            "[sleeping, send status, same, {rate: baud}]",
            "rate 'baud' is neither slow nor a field of status",
        ),
        (
            "[sleeping, send status, same, {rate: focal_length}]",
            "rate 'focal_length' could be 0: give the field a low",
        ),
        (
            "[sleeping, timeout identify, same, {rate: baud}]",
            "a time-out can only set the rate slow, not 'baud'",
        ),
        (
            "[sleeping, timeout status, same]",
            "timeout status: nothing is awaited after it (see replies)",
        ),
    ],
)
def test_a_row_that_leads_nowhere_is_refused_at_its_place(
    tmp_path: Path, row: str, expected: str
) -> None:
    text = patched(shipped("l_mount/lens"), (LENS_ROW, f"{LENS_ROW}\n      - ¦{row}"))
    state = row.partition(",")[0].strip("[")
    refuses(tmp_path, text, f"lens table, state {state}: {expected}")


def test_a_state_that_is_never_reached_is_refused_at_each_row(tmp_path: Path) -> None:
    rows = "\n      - ¦[parked, recv status, ready]\n      - ¦[parked, send sync, parked]"
    text = patched(shipped("l_mount/lens"), (BODY_ROW, BODY_ROW + rows))
    expected = "body table: state parked is never reached"
    refuses(tmp_path, text, expected, expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("with: awake", "with: awoken", "replies.wake: unknown message 'awoken'"),
        ("with: awake", "with: sleep", "replies.wake: sleep comes from the same side"),
        ("with: awake", "with: awake, interim: bsy", "replies.wake: unknown message 'bsy'"),
    ],
)
def test_a_reply_that_leads_nowhere_is_refused(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = patched(shipped("l_mount/lens"), ("  wake: {with", "  wake: ¦{with"), (old, new))
    refuses(tmp_path, text, expected)


def test_a_reply_to_an_unknown_request_is_refused_and_so_is_its_time_out(tmp_path: Path) -> None:
    row = "- [waking, timeout wake, lost, {rate: slow}]"
    text = patched(
        shipped("l_mount/lens"),
        ("  wake: {with:", "  waken: ¦{with:"),
        (row, row.replace("[", "¦[")),
    )
    refuses(
        tmp_path,
        text,
        "body table, state waking: timeout wake: nothing is awaited after it (see replies)",
        "replies: unknown request 'waken'",
    )


def test_a_request_without_a_row_for_its_time_out_is_refused(tmp_path: Path) -> None:
    row = "      - [waking, timeout wake, lost, {rate: slow}]\n"
    text = patched(shipped("l_mount/lens"), (row, ""), ("  wake: {with", "  wake: ¦{with"))
    refuses(tmp_path, text, "replies.wake: the body table has no row for its time-out")


SAY = "on_illegal: {say: refused, fields: {opcode: key, reason: illegal_state}}"


@pytest.mark.parametrize(
    ("say", "at", "expected"),
    [
        (
            "{say: refsed, fields: {opcode: key, reason: illegal_state}}",
            FIRST,
            "it has no message 'refsed'",
        ),
        ("{say: command, fields: {opcode: key}}", FIRST, "it has no message 'command'"),
        ("{say: refused, fields: {opcode: key}}", REFUSED, "refused has the fields opcode, reason"),
    ],
)
def test_a_refusal_that_cannot_be_said_is_refused(
    tmp_path: Path, say: str, at: tuple[str, str], expected: str
) -> None:
    text = patched(shipped("l_mount/lens"), (SAY, f"on_illegal: {say}"), at)
    refuses(tmp_path, text, f"roles.lens.on_illegal: {expected}")


def test_a_refusal_with_an_unknown_reason_is_refused(tmp_path: Path) -> None:
    reason = (SAY, SAY.replace("illegal_state", "no_idea"))
    text = patched(shipped("l_mount/lens"), reason, REFUSED)
    refuses(tmp_path, text, "roles.lens.on_illegal.reason: unknown value 'no_idea'")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("identity.name}", "identity.nam}", "identifies.lens: there is no identity.nam"),
        ("identity.name}", "identty.name}", "identifies.lens: there is no identty.name"),
        ("identifies: {lens", "identifies: {lense", "identifies.lense: unknown role"),
        ("  lens: {data: RXD", "  lense: {data: RXD", "capture.lense: unknown role"),
        (
            "select: {driver: both",
            "select: {driver: bath",
            "link.lines.select: unknown driver 'bath'",
        ),
        (
            "line: power, basis: analogue, source: sony}\n  3",
            "line: pwr, basis: analogue, source: sony}\n  3",
            "contacts.2: unknown line 'pwr'",
        ),
        (
            "    seq: {laps",
            "    pad: {to: 16, from: bodi}\n    seq: {laps",
            "frames.strip.pad: unknown role 'bodi'",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_at_the_first_message(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    refuses(tmp_path, patched(shipped("l_mount/lens"), FIRST, (old, new)), expected)


def test_a_link_has_two_ends(tmp_path: Path) -> None:
    table = "  witness:\n    start: s\n    table: [[s, recv command, s]]\n"
    table += "    basis: model\n    reason: r\n"
    silence = "    silence_s: {value: 1, basis: model, reason: r}\n"
    text = patched(shipped("l_mount/lens"), FIRST, ("\nroles:\n", f"\nroles:\n{table}{silence}"))
    refuses(tmp_path, text, "roles: a link has 2 ends, got 3 roles")


def test_a_spec_without_a_frame_shape_is_refused(tmp_path: Path) -> None:
    text = shipped("l_mount/lens")
    start, end = text.index("frames:\n"), text.index("enums:\n")
    text = patched(text[:start] + text[end:], FIRST)
    refuses(tmp_path, text, "frames: needs at least one shape")


def test_a_refusal_whose_value_does_not_fit_is_refused(tmp_path: Path) -> None:
    fields = (SAY, SAY.replace("opcode: key", "opcode: 256"))
    text = patched(shipped("l_mount/lens"), fields, REFUSED)
    refuses(tmp_path, text, "roles.lens.on_illegal.opcode: unknown value 256")


def test_an_answer_that_nobody_hears_is_refused_at_the_row_that_asks(tmp_path: Path) -> None:
    text = patched(
        shipped("l_mount/lens"),
        ("      - [greeting, recv identity, greeting]\n", ""),
        ("- [greeting, send identify,", "- ¦[greeting, send identify,"),
    )
    expected = "after identify, state greeting has no row for recv identity"
    refuses(tmp_path, text, f"body table: {expected}")


def test_a_request_that_can_be_refused_needs_a_key(tmp_path: Path) -> None:
    reply = "  power_on: {with: homed, timeout_s: 0.03, retries: 3, basis: model, reason: x}\n"
    row = '      - ["*", recv homed, ready]\n      - ["*", timeout power_on, lost]\n'
    text = patched(
        shipped("l_mount/lens"),
        ("  identify: {with:", f"{reply}  identify: {{with:"),
        ("      - [attached, send power_on", f"{row}      - [attached, send power_on"),
        ("  power_on: {from", "  power_on: ¦{from"),
    )
    refuses(tmp_path, text, "power_on: can be refused, so it needs a key")


def test_a_very_long_chain_of_states_is_followed_in_time(tmp_path: Path) -> None:
    rows = "".join(f"\n      - [t{n + 1}, send detached, t{n}]" for n in range(9000))
    text = patched(
        shipped("l_mount/lens"),
        (LENS_ROW, f"{LENS_ROW}\n      - [ready, send detached, t9000]{rows}"),
    )
    spec = load(str(write(tmp_path, text)))
    began = time.process_time()

    assert list(lint(spec)) == []
    assert time.process_time() - began < CHAIN_S
