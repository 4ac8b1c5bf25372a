from pathlib import Path

import pytest

from tests.samples import patched, refuses, shipped

FIRST = ("  attached: {from: lens", "  attached: ¦{from: lens")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "identity.name}",
            "identity.nam}",
            "identifies.lens: there is no identity.nam (near: name)",
        ),
        (
            "identity.name}",
            "identty.name}",
            "identifies.lens: there is no message 'identty' (near: identity, identify)",
        ),
        ("identifies: {lens", "identifies: {lense", "identifies.lense: unknown role (near: lens)"),
        ("  lens: {data: RXD", "  lense: {data: RXD", "capture.lense: unknown role (near: lens)"),
        (
            "select: {driver: both",
            "select: {driver: bath",
            "link.lines.select: unknown driver 'bath' (near: both)",
        ),
        (
            "line: power, basis: analogue, source: sony}\n  3",
            "line: pwr, basis: analogue, source: sony}\n  3",
            "contacts.2: unknown line 'pwr' (near: power)",
        ),
        (
            "    seq: {laps",
            "    pad: {to: 16, from: bodi}\n    seq: {laps",
            "frames.strip.pad: unknown role 'bodi' (near: body)",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_at_the_first_message(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    refuses(tmp_path, patched(shipped("l_mount/lens"), FIRST, (old, new)), expected)


def test_a_link_has_two_ends(tmp_path: Path) -> None:
    row = "[s, recv identify, s, {version: protocol}]"
    table = f"  witness:\n    start: s\n    table: [{row}]\n"
    table += "    basis: model\n    reason: r\n"
    silence = "    silence_s: {value: 1, basis: model, reason: r}\n"
    text = patched(shipped("l_mount/lens"), FIRST, ("\nroles:\n", f"\nroles:\n{table}{silence}"))
    refuses(tmp_path, text, "roles: a link has 2 ends, got 3 roles")


def test_a_spec_without_a_frame_shape_is_refused(tmp_path: Path) -> None:
    text = shipped("l_mount/lens")
    start, end = text.index("frames:\n"), text.index("enums:\n")
    text = patched(text[:start] + text[end:], FIRST)
    refuses(tmp_path, text, "frames: needs at least one shape")
