from pathlib import Path

import pytest

from tests.samples import patched, refuses, shipped

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
            "rate 'focal_length' could be 0 to 65535, link.rates reach from 115200 to 3000000",
        ),
        (
            "[sleeping, timeout identify, same, {rate: baud}]",
            "a time-out can only set the rate slow or a number, not 'baud'",
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


def test_a_rate_that_the_link_cannot_have_is_refused_at_each_row_that_sets_it(
    tmp_path: Path,
) -> None:
    before, rate_set, after = shipped("l_mount/lens").partition("  rate_set:\n")
    text = before + rate_set + after.replace("low: 115200", "low: 9600", 1)
    text = patched(
        text,
        ("- [listening, send rate_set,", "- ¦[listening, send rate_set,"),
        ("- [agreeing, recv rate_set,", "- ¦[agreeing, recv rate_set,"),
    )
    reach = "rate 'baud' could be 9600 to 3000000, link.rates reach from 115200 to 3000000"
    refuses(
        tmp_path,
        text,
        f"lens table, state listening: {reach}",
        f"body table, state agreeing: {reach}",
    )


def test_a_rate_that_is_no_number_is_refused(tmp_path: Path) -> None:
    row = "[sleeping, send status, same, {rate: focus_state}]"
    text = patched(shipped("l_mount/lens"), (LENS_ROW, f"{LENS_ROW}\n      - ¦{row}"))
    refuses(tmp_path, text, "lens table, state sleeping: rate 'focus_state' is no plain number")
