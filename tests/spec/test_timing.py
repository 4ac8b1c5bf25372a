from pathlib import Path

import pytest

from lensbus.spec.load import load, spec_names
from lensbus.spec.timing import untimely
from tests.samples import SMALL, loaded, patched, refuses, shipped


@pytest.mark.parametrize("name", spec_names())
def test_the_times_of_a_shipped_spec_fit_together(name: str) -> None:
    assert list(untimely(load(name))) == []


def test_times_are_read_by_name(tmp_path: Path) -> None:
    assert loaded(tmp_path).timing["gap_s"].value == 0.002


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sync_hz: {value: 50", "sync_hz: ¦{value: 0", "sync_hz: expected more than 0"),
        (
            "sync_hz: {value: 50",
            "sync_hz: ¦{value: 1001",
            "sync_hz: expected at most 1000, got 1001",
        ),
        ("gap_s: {value: 0.002", "gap_s: ¦{value: 0", "gap_s: expected more than 0"),
        (
            "pulse_s: {value: 0.001",
            "pulse_s: ¦{value: 0.02",
            "pulse_s: as long as a cycle: expected less than 1/sync_hz",
        ),
    ],
)
def test_a_time_out_of_its_bounds_is_refused(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    refuses(tmp_path, patched(SMALL, (old, new)), f"spec.timing.{expected}")


def test_busy_takes_time(tmp_path: Path) -> None:
    text = patched(shipped("l_mount/lens"), ("busy_s: {value: 0.1", "busy_s: ¦{value: 0"))
    refuses(tmp_path, text, "spec.timing.busy_s: expected more than 0")


def test_silence_is_longer_than_a_cycle(tmp_path: Path) -> None:
    row = "- [ready, timeout silence, lost, {rate: slow}]"
    text = patched(
        shipped("l_mount/lens"),
        ("silence_s: {value: 0.2", "silence_s: {value: 0.016"),
        (row, row.replace("[", "¦[")),
    )
    expected = "body table, state ready: silence_s is no longer than a cycle of sync_hz"
    refuses(tmp_path, text, expected)


def test_a_request_that_changes_the_rate_is_answered_after_the_pause(tmp_path: Path) -> None:
    text = patched(
        shipped("l_mount/lens"),
        ("rate_pause_s: {value: 0.005", "rate_pause_s: {value: 0.03"),
        ("  identify: {with:", "  identify: ¦{with:"),
    )
    expected = "timeout_s ends within rate_pause_s, before the lens answers"
    refuses(tmp_path, text, f"replies.identify: {expected}")
