from pathlib import Path

import pytest

from lensbus.spec.load import load
from tests.samples import patched, refuses, shipped, write

TEXT = shipped("l_mount/lens")
HEARD = "- [greeting, recv identity, greeting, {version: protocol, least: protocol_least, layout: layout_hash}]"  # fmt: skip
ASKED = "- [[listening, fast, homing, ready, sleeping], recv identify,"
BEFORE = "may come before a version is agreed, so all versions must have the same"


def test_each_side_needs_a_row_that_agrees_a_version(tmp_path: Path) -> None:
    text = patched(
        TEXT,
        (HEARD, "- [greeting, recv identity, greeting]"),
        ("- [empty, recv attached,", "- ¦[empty, recv attached,"),
    )
    refuses(tmp_path, text, "body table: no row agrees a version: one needs {version: field}")


@pytest.mark.parametrize(
    ("effects", "problem"),
    [
        ("{version: serial}", "'serial' is no whole number of identity"),
        ("{version: vendor}", "'vendor' is no whole number of identity"),
        ("{version: protocol, least: oldest}", "'oldest' is no whole number of identity"),
        ("{version: protocol, layout: name}", "'name' is no whole number of identity"),
    ],
)
def test_what_tells_a_version_is_a_number_of_the_message(
    tmp_path: Path, effects: str, problem: str
) -> None:
    row = f"- ¦[greeting, recv identity, greeting, {effects}]"
    known = (
        "lens_number, protocol, protocol_least, hardware, "
        "firmware_major, firmware_minor, firmware_patch, layout_hash"
    )
    text = f"body table, state greeting: {problem} (known: {known})"
    refuses(tmp_path, patched(TEXT, (HEARD, row)), text)


def test_a_version_is_agreed_on_what_is_heard(tmp_path: Path) -> None:
    row = "- [greeting, send identify, greeting]"
    said = "- ¦[greeting, send identify, greeting, {version: protocol}]"
    expected = "a version is agreed on what is heard, so on recv"
    refuses(tmp_path, patched(TEXT, (row, said)), f"body table, state greeting: {expected}")


def test_what_is_said_before_a_version_is_agreed_is_the_same_in_all(tmp_path: Path) -> None:
    text = patched(
        TEXT,
        ('basis: model, source: exif, reason: "files carry a lens name;', 'since: 2, basis: model, source: exif, reason: "files carry a lens name;'),
        ("- [listening, send identity,", "- ¦[listening, send identity,"),
    ).replace("identifies: {lens: identity.name}", "identifies: {lens: identity.serial}")  # fmt: skip
    refuses(tmp_path, text, f"lens table, state listening: send identity {BEFORE}")


@pytest.mark.parametrize("span", ["until: 1", "since: 2"])
def test_a_row_before_a_version_is_agreed_is_in_all_of_them(tmp_path: Path, span: str) -> None:
    row = "- [attached, send power_on, greeting]"
    more = f"- ¦[attached, send power_off, attached, {{{span}}}]"
    text = patched(TEXT, (row, f"{row}\n      {more}"))
    refuses(tmp_path, text, f"body table, state attached: send power_off {BEFORE}")


def test_what_is_heard_of_a_session_before_may_be_of_any_version(tmp_path: Path) -> None:
    assert "[listening, recv command, listening]" in TEXT

    load(str(write(tmp_path, TEXT)))
