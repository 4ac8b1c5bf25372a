from pathlib import Path

import pytest

from lensbus.spec.load import load
from tests.samples import patched, refuses, shipped

STATUS = ("  status:\n    from", "  status:\n    ¦from")


@pytest.mark.parametrize(
    ("patches", "expected"),
    [
        (
            [("power_on: {from: body, line: power", "power_on: ¦{from: body, line: pwr")],
            "power_on: unknown line 'pwr' (near: power)",
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
            [STATUS, ("errors: {type: u8, flags: error,", "errors: {type: bytes, size: 281,")],
            "status: 294 bytes of fields, a frame holds 293 (in version 2)",
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
        ("errors: {type: u8, flags: error,", "errors: {type: bytes, size: 280,"),
    )
    path = tmp_path / "lens.yaml"
    path.write_text(text, encoding="utf-8")

    assert load(str(path)).messages["status"].fields[-1].size == 280


def test_two_sides_may_use_the_same_key() -> None:
    spec = load("sony_e")

    assert spec.messages["features"].key == spec.messages["lens_features"].key
