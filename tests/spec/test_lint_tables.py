from pathlib import Path

import pytest

from tests.samples import SMALL, loaded, patched, refuses, shipped

LENS_ROW = "      - [ready, send status, ready]"
BODY_ROW = "      - [ready, recv status, ready]"


HELD_UP = "body table, state waiting: no row leads from state {} ({})"


@pytest.mark.parametrize(
    ("after", "words"),
    [("redy", ("'redy'", "near: ready")), ("up", ("'up'", "known: ready, waiting"))],
)
def test_a_next_state_without_rows_is_told_once_and_nothing_that_follows(
    tmp_path: Path, after: str, words: tuple[str, str]
) -> None:
    row = "[waiting, recv answer, ready]"
    text = patched(SMALL, (row, f"¦{row.replace(', ready', f', {after}')}"))
    refuses(tmp_path, text, HELD_UP.format(*words))


@pytest.mark.parametrize(
    "edit",
    [
        ("  body:\n    start: ready", "  body:\n    deaf: up\n    start: ready"),
        ("      - [ready, recv attached, same]", '      - ["*", recv attached, same]'),
        ("unknown: fault", "unknown: opaque"),
    ],
    ids=["deaf", "any", "opaque"],
)
def test_what_can_be_an_end_needs_no_row(tmp_path: Path, edit: tuple[str, str]) -> None:
    end = ("[waiting, recv answer, ready]", "[waiting, recv answer, up]")

    assert "up" in loaded(tmp_path, edit, end).roles["body"].states


def test_what_can_be_an_end_and_looks_like_another_state_is_a_slip(tmp_path: Path) -> None:
    row = "[waiting, recv answer, ready]"
    slip = (row, "¦[waiting, recv answer, redy]")
    text = patched(SMALL, ("unknown: fault", "unknown: opaque"), slip)
    refuses(tmp_path, text, HELD_UP.format("'redy'", "near: ready"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("[ready, send status, homing]", "a second row for send status"),
        ("[sleeping, send stats, same]", "unknown message 'stats' (near: status, set_rate)"),
        ('[sleeping, send status, "*"]', "the next state cannot be * (same stays)"),
        ("[sleeping, recv status, same]", "recv status, but it comes from the lens"),
        ("[sleeping, send command, same]", "send command, but it comes from the body"),
        (
            "[sleeping, send status, same, {rate: apertur_av256}]",
            "rate 'apertur_av256' is neither slow nor a field of status (near: aperture_av256)",
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
