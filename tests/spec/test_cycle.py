from pathlib import Path

import pytest

from lensbus.spec.cycle import loads, overload, period
from lensbus.spec.load import load
from tests.samples import delimited, loaded, patched, shipped, write
from tests.spec.tables import two_tables

STATUS = "errors: {type: u8, flags: error,"


def test_each_side_of_the_l_mount_says_little_in_a_cycle() -> None:
    spec = load("l_mount")
    said = {load.role: ([kind.name for kind in load.messages], load.size) for load in loads(spec)}

    assert said == {"lens": (["status"], 21), "body": (["sync", "command"], 20)}


def test_messages_in_a_row_share_a_frame_and_stale_bytes_count() -> None:
    spec = load("sony_e")

    assert {load.role: load.size for load in loads(spec)} == {"body": 48, "lens": 145}


def test_the_frame_of_a_message_that_takes_the_rest_is_full(tmp_path: Path) -> None:
    text = patched(shipped("sony_e/lens"), ("size: 9}\n\n", "size: rest}\n\n"))
    spec = load(str(write(tmp_path, text)))
    body, _ = loads(spec)

    assert body.size % 16 == 0
    assert body.size > delimited(spec).max_size


def test_the_share_of_a_cycle_falls_with_the_rate() -> None:
    spec = load("l_mount")
    _, body = loads(spec)

    assert period(spec, 115_200) == pytest.approx(192.2, abs=0.1)
    assert body.share(spec, 115_200) == pytest.approx(20 / 192.2, abs=0.001)
    assert body.share(spec, 1_152_000) == pytest.approx(body.share(spec, 115_200) / 10)


def test_a_spec_without_a_cycle_costs_nothing(tmp_path: Path) -> None:
    assert loads(loaded(tmp_path)) == ()
    assert list(overload(loaded(tmp_path))) == []


@pytest.mark.parametrize(("hz", "found"), [(100, False), (200, True)])
def test_a_cycle_that_the_fastest_rate_cannot_hold_is_told(
    tmp_path: Path, hz: int, *, found: bool
) -> None:
    """8 bytes of a message without fields: 19200 baud carry 19.2 in a hundredth of a second."""
    rows = ("[run, send cyclic_a, run]", "[run, send cyclic_b, run]")
    spec = two_tables(tmp_path, rows, ("[run, recv cyclic_a, run]", "[run, recv cyclic_b, run]"))
    text = (
        (tmp_path / "lens.yaml")
        .read_text()
        .replace("sync_hz: {value: 50", f"sync_hz: {{value: {hz}")
    )
    spec = load(str(write(tmp_path, text)))
    problems = list(overload(spec))

    assert [load.size for load in loads(spec)] == [14]
    assert bool(problems) == found
    if found:
        where, words = problems[0]
        assert where == spec.messages["cyclic_a"].where
        assert words == "the body's cycle: 14 bytes a cycle, 19200 baud carry 10"


def test_a_greater_status_weighs_more(tmp_path: Path) -> None:
    text = patched(shipped("l_mount/lens"), (STATUS, "errors: {type: bytes, size: 200,"))
    lens, _ = loads(load(str(write(tmp_path, text))))

    assert lens.size == 21 + 199
