from pathlib import Path

import pytest

from lensbus.cli.sheet import sheet
from lensbus.errors import LocalProtocolError
from lensbus.wire.codec import Codec
from lensbus.wire.message import Vocabulary
from tests.samples import SMALL, loaded, patched, refuses

A = "{a: {type: u8}}"
FIELDS = (
    ("{b: {type: u16be, low: 2, high: 9}}", "{b: {type: u16be, low: 2, high: 9, default: 4}}"),
    ("{t: {type: ascii, size: 4}}", "{t: {type: ascii, size: 4, default: on}}"),
    (
        "{m: {type: u8, enum: modes}, f: {type: u8, flags: bits}}",
        "{m: {type: u8, enum: modes, default: on}, f: {type: u8, flags: bits, default: [blue]}}",
    ),
)


def test_a_message_made_without_a_field_has_its_default(tmp_path: Path) -> None:
    spec = loaded(tmp_path, *FIELDS)
    say = Vocabulary(spec)

    assert say("setup").fields == {"b": 4}
    assert say("answer").fields == {"t": "on"}
    assert list(say("state", f=()).fields.items()) == [("m", "on"), ("f", ())]
    for name in ("setup", "answer", "state"):
        made = say(name)
        assert Codec(spec).encode(made) == Codec(spec).encode(say(name, **made.fields))


def test_what_has_no_default_must_be_said_as_ever(tmp_path: Path) -> None:
    say = Vocabulary(loaded(tmp_path, (A, "{a: {type: u8}, b: {type: u8, default: 1}}")))

    assert say("ask", a=3).fields == {"a": 3, "b": 1}
    with pytest.raises(LocalProtocolError, match=r"ask: missing a \(fields: a, b\)"):
        say("ask")
    with pytest.raises(LocalProtocolError, match="ask"):
        say("ask", a=3, c=4)
    with pytest.raises(LocalProtocolError, match=r"ask\.a: got 300"):
        say("ask", a=300)


def test_flags_may_have_none_by_default(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("flags: bits}", "flags: bits, default: []}"))

    assert Vocabulary(spec)("state", m="on").fields == {"m": "on", "f": ()}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("type: u8, default: ¦256", "expected 0 to 255, got 256"),
        ("type: u8, low: 2, default: ¦1", "expected 2 to 255, got 1"),
        ("type: u8, default: ¦one", "expected a whole number, got text"),
        ("type: u8, enum: modes, default: ¦auto", "unknown 'auto' (known: off, on)"),
        ("type: u8, flags: bits, default: ¦[green]", "unknown green (known: red, blue)"),
        ("type: u8, flags: bits, default: [¦1]", "expected a text, got whole number"),
        ("type: ascii, size: 2, default: ¦abc", "expected ASCII text of at most 2 characters"),
        ("type: ascii, size: 2, default: ¦é", "expected ASCII text of at most 2 characters"),
        ("type: bytes, size: 2, default: ¦ab", "only numbers and text have one, not bytes"),
    ],
)
def test_a_default_fits_into_its_field(tmp_path: Path, field: str, expected: str) -> None:
    text = patched(SMALL, (A, f"{{a: {{{field}}}}}"))

    refuses(tmp_path, text, f"spec.messages.ask.fields.a.default: {expected}")


def test_the_sheet_of_a_spec_tells_defaults(tmp_path: Path) -> None:
    lines = list(sheet(loaded(tmp_path, *FIELDS)))
    told = [line.strip() for line in lines if ", else " in line]

    assert [line.split(", else ")[1].split("  ")[0] for line in told] == ["4", "on", "on", "blue"]
