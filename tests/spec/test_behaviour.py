from dataclasses import replace

import pytest

from lensbus.spec.behaviour import ANY, KEY, SAME, Refusal, Row
from lensbus.spec.load import load, spec_names


@pytest.mark.parametrize("name", spec_names())
def test_a_role_lists_every_state_of_its_table_once_and_no_placeholder(name: str) -> None:
    for role in load(name).roles.values():
        named = {row.state for row in role.rows} | {row.next for row in role.rows}

        assert sorted(role.states) == sorted(named - {ANY, SAME})
        assert role.start in role.states
        assert role.deaf <= set(role.states)


def test_the_lens_of_the_l_mount_refuses_with_the_key_of_what_it_refuses() -> None:
    expected = Refusal("refused", {"opcode": KEY, "reason": "illegal_state"})

    assert load("l_mount").roles["lens"].refusal == expected


def test_rows_of_one_entry_keep_its_place() -> None:
    rows = load("l_mount").roles["lens"].rows
    fast, ready = (row for row in rows if row.message == "get_optics")

    assert fast == Row("fast", "recv", "get_optics", SAME, None, ready.where)
    assert ready.state == "ready"


@pytest.mark.parametrize(
    ("rate", "expected"), [(3_000_000, 3_000_000), ("slow", 19_200), ("baud", 9600)]
)
def test_a_row_sets_a_rate_of_its_own_or_that_of_a_field(rate: str | int, expected: int) -> None:
    spec = load("tamron_usb")
    row = replace(spec.roles["host"].rows[0], rate=rate)

    assert row.baud({"baud": 9600}, spec.link) == expected


def test_a_row_may_switch_the_frame_and_the_rate() -> None:
    rows = load("tamron_usb").roles["host"].rows
    switches = {(row.state, row.message): (row.rate, row.frame) for row in rows if row.frame}

    assert switches["connected", "begin_firmware"] == (3_000_000, "transfer")
    assert switches["closed", "taken"] == ("slow", "command")
