from pathlib import Path

import pytest

from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.parts import changed, digest, parts
from tests.peers import SPEC
from tests.samples import patched, shipped

HELD = ("status", "focus_move", "accepted", "sync")
KNOWN = parts(SPEC, 2, HELD)


def edited(folder: Path, before: str, after: str) -> Spec:
    """The spec of the mount with one change, and without the update beside it."""
    path = folder / "lens.yaml"
    path.write_text(
        patched(shipped("l_mount/lens"), (before, after), ("\nupdate: {spec", "\n# {spec"))
    )
    return load(str(path))


def test_parts_are_what_some_messages_hang_on() -> None:
    assert [path for path in KNOWN if not path.startswith("timing.")] == [
        "frames.strip",
        *(f"messages.{name}" for name in ("sync", "status", "focus_move", "accepted")),
        "replies.focus_move",
        "roles.lens",
        "roles.body",
        "constants",
        "link",
    ]
    assert {f"timing.{name}" for name in SPEC.timing} <= KNOWN.keys()


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        ("focus_state: {type: u8", "focus_state: {type: u16le", ["messages.status"]),
        ("mode: {type: u8, enum: focus_mode}", "mode: {type: u8}", ["messages.focus_move"]),
        ("sync_hz: {value: 59.94", "sync_hz: {value: 50", ["timing.sync_hz"]),
        ("counts_per_stop: {value: 256", "counts_per_stop: {value: 128", ["constants"]),
        ("slow: {value: 115200", "slow: {value: 230400", ["link"]),
        ("sync: [0xe0]", "sync: [0xe1]", ["frames.strip"]),
        ("[ready, recv focus_move, ready]", "[ready, recv focus_move, fast]", ["roles.lens"]),
        (
            "focus_move: {with: accepted, timeout_s: 0.03",
            "focus_move: {with: accepted, timeout_s: 0.04",
            ["replies.focus_move"],
        ),
        ("silence_s: {value: 0.2,", "silence_s: {value: 0.25,", ["roles.body"]),
        ("sleep: {with: asleep, timeout_s: 0.05", "sleep: {with: asleep, timeout_s: 0.06", []),
        ("[ready, recv aperture_set, ready]", "[ready, recv aperture_set, fast]", []),
        ("homed:\n    from: lens\n    key: 0x85", "homed:\n    from: lens\n    key: 0x9e", []),
    ],
)  # fmt: skip
def test_a_change_touches_what_it_is_about_and_nothing_else(
    tmp_path: Path, before: str, after: str, touched: list[str]
) -> None:
    other = edited(tmp_path, before, after)

    assert changed(other, 2, KNOWN) == touched
    assert digest(other, 2) != digest(SPEC, 2)


def test_what_is_gone_or_new_has_changed() -> None:
    assert changed(SPEC, 2, {**KNOWN, "messages.blink": "0"}) == ["messages.blink"]
    assert changed(SPEC, 2, {p: d for p, d in KNOWN.items() if p != "link"}) == ["link"]


def test_a_version_is_touched_by_what_it_has_alone(tmp_path: Path) -> None:
    other = edited(tmp_path, "temperature: {type: i8,", "temperature: {type: i16le,")

    assert changed(other, 2, KNOWN) == ["messages.status"]
    assert changed(other, 1, parts(SPEC, 1, HELD)) == []
    assert changed(other, 3, KNOWN) == ["version 3"]
