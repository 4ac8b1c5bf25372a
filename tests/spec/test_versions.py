import re
from pathlib import Path

import pytest

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, common, differing, spoken, tellers, told, versions
from tests.samples import SMALL, loaded, patched, refuses, shipped, write

L_MOUNT = load("l_mount")
TEXT = shipped("l_mount/lens")

NEWEST = "constants:\n  protocol: {value: 2, basis: observed, source: bench}"
VERSIONED = patched(
    SMALL,
    ("constants:", NEWEST),
    ("  ask: {from", "  who: {from: body, key: [1, 9], basis: observed, source: bench, fields: {v: {type: u8}}}\n  me: {from: lens, key: [1, 9], basis: observed, source: bench, fields: {v: {type: u8}}}\n  ask: {from"),
    ("      - [ready, recv attached, same]\n      - [ready, send ask, waiting]\n      - [waiting, recv answer, ready]\n      - [waiting, timeout ask, ready]\n",
     "      - [start, recv attached, same]\n      - [start, send who, start]\n      - [start, recv me, ready, {version: v}]\n      - [ready, send ask, waiting, {until: 1}]\n      - [waiting, recv answer, ready, {until: 1}]\n      - [waiting, timeout ask, ready, {until: 1}]\n      - [ready, send setup, ready, {since: 2}]\n"),
    ("    start: ready\n    silence_s: {value: 1, basis: observed, source: bench}\n    basis: observed\n    source: bench\n    table:\n      - [start,", "    start: start\n    silence_s: {value: 1, basis: observed, source: bench}\n    basis: observed\n    source: bench\n    table:\n      - [start,"),
    ("    start: ready\n    silence_s: {value: 1, basis: observed, source: bench}\n    basis: observed\n    source: bench\n    table:\n      - [ready, recv ask, ready]\n", "    start: start\n    silence_s: {value: 1, basis: observed, source: bench}\n    basis: observed\n    source: bench\n    table:\n      - [start, recv who, ready, {version: v}]\n      - [ready, recv ask, ready, {until: 1}]\n      - [ready, send me, ready]\n      - [ready, recv setup, ready, {since: 2}]\n"),
    ("ask: {from: body,", "ask: {from: body, until: 1,"),
    ("setup: {from: body,", "setup: {from: body, since: 2,"),
    ("key: [2, 1], basis", "key: [1, 1], basis"),
    ("ask: {with: answer,", "ask: {with: answer, until: 1,"),
)  # fmt: skip
"""A small spec whose version 2 asks otherwise, with the key that version 1 asked with."""


@pytest.fixture
def small(tmp_path: Path) -> Spec:
    return load(str(write(tmp_path, VERSIONED)))


def test_a_spec_is_loaded_in_its_newest_version() -> None:
    assert (L_MOUNT.version, versions(L_MOUNT)) == (2, range(1, 3))
    assert at(L_MOUNT, 2) is L_MOUNT


def test_a_version_is_the_same_object_each_time() -> None:
    assert at(L_MOUNT, 1) is at(L_MOUNT, 1)
    assert at(L_MOUNT, 1).version == 1


@pytest.mark.parametrize("name", [name for name in spec_names() if name != "l_mount/lens"])
def test_a_spec_that_tells_no_version_has_just_the_first(name: str) -> None:
    assert versions(load(name)) == range(1, 2)


@pytest.mark.parametrize("version", [0, 3])
def test_a_version_that_a_spec_has_not_is_no_version(version: int) -> None:
    text = f"l_mount/lens has no version {version} (it has 1 to 2)"
    with pytest.raises(LocalProtocolError, match=re.escape(text)):
        at(L_MOUNT, version)


def test_a_field_is_there_from_its_version_on() -> None:
    fields = {version: at(L_MOUNT, version).messages["status"].fields for version in (1, 2)}

    assert [field.name for field in fields[2][-2:]] == ["temperature", "errors"]
    assert fields[1] == fields[2][:-4]


def test_what_two_versions_share_is_shared() -> None:
    old = at(L_MOUNT, 1).messages
    same = {name for name, kind in L_MOUNT.messages.items() if old.get(name) is kind}
    new = {"set_focus_ring", "get_correction", "correction", "get_accessory", "accessory"}

    assert L_MOUNT.messages.keys() - same - new == {"status", "command", "optics"}
    assert not new & old.keys()


def test_messages_rows_and_replies_come_and_go_with_versions(small: Spec) -> None:
    old = at(small, 1)

    assert old.messages.keys() ^ small.messages.keys() == {"ask", "setup"}
    assert old.messages["ask"].key == small.messages["setup"].key
    assert (list(old.replies), list(small.replies)) == (["ask"], [])
    for role in ("body", "lens"):
        said = [
            {row.message for row in one.roles[role].rows} & {"ask", "setup"} for one in (old, small)
        ]
        assert said == [{"ask"}, {"setup"}]


def test_the_oldest_version_is_told_too(tmp_path: Path) -> None:
    least = "constants:\n  protocol_least: {value: 4, basis: observed, source: bench}"
    spec = loaded(tmp_path, ("constants:", NEWEST.replace("value: 2", "value: 6")), ("steps", least.partition("\n  ")[2] + "\n  steps"))  # fmt: skip

    assert (versions(spec), told(spec)) == (range(4, 7), "4 to 6")


@pytest.mark.parametrize(
    ("value", "least"), [("0", ""), ("2.5", ""), ("70000", ""), ("65", ""), ("2", "3"), ("9", "0")]
)
def test_versions_that_cannot_be_are_refused(tmp_path: Path, value: str, least: str) -> None:
    line = f"  protocol: ¦{{value: {value}, basis: observed, source: bench}}"
    if least:
        line += f"\n  protocol_least: {{value: {least}, basis: observed, source: bench}}"
    text = patched(SMALL, ("constants:", f"constants:\n{line}"))
    wanted = "expected whole numbers from 1 to 65535, at most 64 versions"
    refuses(tmp_path, text, f"constants.protocol_least to constants.protocol: {wanted}")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enum: stabiliser_mode, since: 2", "enum: stabiliser_mode, since: 3",
         "command.stabiliser: since 3, but the newest version is 2 (constants.protocol)"),
        ("  asleep: {from: lens,", "  asleep: ¦{from: lens, since: 3,", "asleep: since 3, but the"),
        ("      - [ready, send asleep, sleeping, {rate: slow}]", "      - ¦[ready, send asleep, sleeping, {rate: slow, since: 3}]",
         "lens table, state ready: send asleep: since 3, but the newest version is 2"),
    ],
)  # fmt: skip
def test_what_begins_after_the_newest_version_is_refused(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    path = write(tmp_path, patched(TEXT, (old, new)))
    with pytest.raises(Exception, match=re.escape(expected)):
        load(str(path))


def test_a_row_that_names_a_message_which_its_version_lacks_is_refused_at_its_place(
    tmp_path: Path,
) -> None:
    row = "- [ready, recv setup, ready, {since: 2}]"
    text = patched(VERSIONED, (row, "- ¦[ready, recv setup, ready]"))
    refuses(
        tmp_path,
        text,
        "lens table, state ready: unknown message 'setup' (near: stop) (in version 1)",
    )


def test_two_messages_share_a_key_only_in_different_versions(tmp_path: Path) -> None:
    text = patched(VERSIONED, ("setup: {from: body, since: 2,", "setup: ¦{from: body,"))
    text = text.replace("recv setup, ready, {since: 2}", "recv setup, ready")
    text = text.replace("send setup, ready, {since: 2}", "send setup, ready")
    refuses(tmp_path, text, "setup: same key as ask (in version 1)")


def test_versions_that_do_not_differ_are_looked_at_once(small: Spec) -> None:
    assert [one.version for one in differing(small)] == [1, 2]
    assert [one.version for one in differing(load("sony_e"))] == [1]


def test_the_messages_that_tell_a_version_are_known_with_their_fields() -> None:
    assert tellers(L_MOUNT) == {"identify": "protocol", "identity": "protocol"}
    assert tellers(load("sony_e")) == {}


@pytest.mark.parametrize(
    ("ours", "least", "newest", "expected"),
    [
        (range(1, 3), 1, 2, 2),
        (range(1, 3), 1, 1, 1),
        (range(1, 2), 1, 9, 1),
        (range(2, 5), 3, 3, 3),
        (range(2, 3), 1, 1, None),
        (range(1, 3), 3, 9, None),
        (range(1, 3), 9, 1, None),
    ],
)
def test_two_sides_meet_on_the_lower_of_their_newest_versions(
    ours: range, least: int, newest: int, expected: int | None
) -> None:
    assert common(ours, least, newest) == expected


def test_a_device_speaks_those_of_its_versions_that_the_spec_has() -> None:
    assert spoken(L_MOUNT, (1, 1)) == range(1, 2)
    assert spoken(L_MOUNT, (2, 7)) == range(2, 3)


def test_a_device_that_is_too_new_for_a_spec_is_refused() -> None:
    text = "it speaks protocol versions 8 to 9, the spec has 1 to 2"
    with pytest.raises(LocalProtocolError, match=text):
        spoken(L_MOUNT, (8, 9))
