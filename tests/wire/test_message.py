from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.spec.versions import at
from lensbus.wire.message import Message, Vocabulary, identity_label, misfit
from tests.samples import loaded
from tests.strategies import fields_of

L_MOUNT = load("l_mount")
VOCABULARY = Vocabulary(L_MOUNT)
WHO = {"protocol": 2, "layout_hash": 0}
MOVE = {"mode": "absolute", "target": -5, "speed": 0}


def test_a_message_has_its_name_fields_and_sequence_number() -> None:
    expected = Message("focus_move", MOVE, 7)

    assert VOCABULARY("focus_move", seq=7, **MOVE) == expected
    assert VOCABULARY("focus_stop") == Message("focus_stop", {}, None)


@pytest.mark.parametrize("name", L_MOUNT.messages)
def test_every_message_can_be_made_of_fields_that_fit(name: str) -> None:
    @settings(max_examples=5, deadline=None, derandomize=True, database=None)
    @given(fields=fields_of(L_MOUNT.messages[name]))
    def made(fields: dict[str, Any]) -> None:
        assert VOCABULARY(name, **fields).fields == fields

    made()


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("focus_mvoe", {}, "there is no message 'focus_mvoe' in this spec"),
        (
            "focus_move",
            {"mode": "speed", "speed": 0},
            "focus_move: got fields ['mode', 'speed'], wanted ['mode', 'target', 'speed']",
        ),
        (
            "focus_move",
            {**MOVE, "spede": 1},
            (
                "focus_move: got fields ['mode', 'spede', 'speed', 'target'], "
                "wanted ['mode', 'target', 'speed']"
            ),
        ),
        ("focus_stop", {"now": 1}, "focus_stop: got fields ['now'], wanted []"),
        (
            "focus_move",
            {**MOVE, "mode": "fast"},
            "focus_move.mode: got 'fast', wanted one of absolute, relative, speed",
        ),
        (
            "focus_move",
            {**MOVE, "mode": ["speed"]},
            "focus_move.mode: got ['speed'], wanted one of absolute, relative, speed",
        ),
        (
            "focus_move",
            {**MOVE, "target": 2**31},
            "focus_move.target: got 2147483648, wanted -2147483648 to 2147483647 counts",
        ),
        ("identify", {**WHO, "protocol": 0}, "identify.protocol: got 0, wanted 1 to 255"),
        ("identify", {**WHO, "protocol": "1"}, "identify.protocol: got '1', wanted a whole number"),
        ("identify", {**WHO, "protocol": 1.0}, "identify.protocol: got 1.0, wanted a whole number"),
        (
            "identify",
            {**WHO, "protocol": True},
            "identify.protocol: got True, wanted a whole number",
        ),
        (
            "identify",
            {**WHO, "protocol": None},
            "identify.protocol: got None, wanted a whole number",
        ),
    ],
)
def test_what_cannot_stand_in_a_message_is_refused_by_its_name(
    name: str, fields: dict[str, Any], expected: str
) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY(name, **fields)

    assert str(caught.value) == expected


FLAGS = "wanted a tuple out of autofocus, aperture, stabiliser, zoom, aperture_ring, "


@pytest.mark.parametrize("mask", ["autofocus", ["autofocus"], ("autofocsu",), ({"zoom"},), 1, None])
def test_flags_are_a_tuple_of_known_names(mask: object) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY("capabilities", mask=mask)

    assert str(caught.value).startswith(f"capabilities.mask: got {mask!r}, {FLAGS}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("x" * 12, ""),
        ("x" * 13, "got 13 characters, wanted at most 12"),
        ("ø", "got 'ø', wanted ASCII text without zeros"),
        ("a\0b", "got 'a\\x00b', wanted ASCII text without zeros"),
        (b"abc", "got b'abc', wanted ASCII text without zeros"),
        (3, "got 3, wanted ASCII text without zeros"),
    ],
)
def test_a_text_is_ascii_and_fits(value: object, expected: str) -> None:
    serial = next(f for f in L_MOUNT.messages["identity"].fields if f.name == "serial")

    assert misfit(serial, value) == expected


@pytest.mark.parametrize(
    ("size", "value", "expected"),
    [
        (4, b"abcd", ""),
        (4, b"abc", "got b'abc', wanted 4 bytes"),
        (4, "abcd", "got 'abcd', wanted 4 bytes"),
        (4, 4, "got 4, wanted 4 bytes"),
        (None, b"", ""),
        (None, "x", "got 'x', wanted any bytes"),
    ],
)
def test_bytes_are_bytes_of_the_right_number(
    tmp_path: Path, size: int | None, value: object, expected: str
) -> None:
    rest = loaded(tmp_path).messages["more"].fields[0]

    assert misfit(replace(rest, size=size), value) == expected


def test_a_vocabulary_tells_what_a_message_has_of_some_fields() -> None:
    told = {"temperature": 20, "errors": (), "speed": 3}
    old = Vocabulary(at(L_MOUNT, 1))

    assert VOCABULARY.part("status", **told) == {"temperature": 20, "errors": ()}
    assert old.part("status", **told) == {}
    assert "status" in old
    assert "stats" not in old


def test_a_device_requires_the_messages_it_is_made_for() -> None:
    VOCABULARY.require("lens", ["identity", "status"])

    text = "the virtual lens can't speak l_mount/lens: it has no hop, jump"
    with pytest.raises(LocalProtocolError, match=text):
        VOCABULARY.require("lens", ["status", "jump", "hop"])


@pytest.mark.parametrize(("number", "expected"), [(32_793, "E PZ 16-50mm F3.5-5.6 OSS"), (7, "7")])
def test_a_device_is_called_by_the_label_of_its_number_or_else_the_number(
    number: int, expected: str
) -> None:
    kind = load("sony_e").messages["identity"]
    message = Message("identity", {"lens_number": number})

    assert identity_label(kind, "lens_number", message) == expected


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(name=st.text("abc", min_size=1))
def test_a_device_with_a_name_is_called_by_it(name: str) -> None:
    message = Message("identity", {"name": name})

    assert identity_label(L_MOUNT.messages["identity"], "name", message) == name


def test_a_device_needs_messages_fields_and_keys() -> None:
    VOCABULARY.require("lens", ["home"], ["refused.reason"], ["home"])
    expected = "it has no hom, refused.why, key of power_on$"

    with pytest.raises(LocalProtocolError, match=expected):
        VOCABULARY.require("lens", ["hom"], ["refused.why"], ["power_on"])
