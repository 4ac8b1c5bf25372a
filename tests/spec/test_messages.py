from pathlib import Path

import pytest

from lensbus.spec.field_kinds import TYPES
from lensbus.spec.fields import Int
from lensbus.spec.load import load
from lensbus.spec.model import OnLine
from lensbus.spec.node import listed
from tests.samples import SMALL, loaded, patched, refuses

M = "spec.messages"
KNOWN = ", ".join(TYPES)
BYTE = "{a: {type: u8}}"


def test_a_message_is_read_as_it_is_written(tmp_path: Path) -> None:
    message = loaded(tmp_path).messages["state"]
    mode, flags = message.fields

    assert (message.sender, message.frame, message.key) == ("lens", "row", (1, 2))
    assert (message.on_line, message.cyclic) == (None, False)
    assert (mode.name, mode.integer, mode.enum) == (
        "m",
        Int(1, "big", signed=False),
        {"off": 0, "on": 1},
    )
    assert (flags.name, flags.flags, flags.enum) == ("f", {"red": 1, "blue": 4}, None)


def test_bounds_are_those_of_the_type_unless_they_are_given(tmp_path: Path) -> None:
    messages = loaded(tmp_path).messages
    plain, bounded = messages["ask"].fields[0], messages["setup"].fields[0]

    assert (plain.low, plain.high) == (0, 255)
    assert (bounded.low, bounded.high) == (2, 9)


def test_what_takes_the_rest_has_no_size(tmp_path: Path) -> None:
    assert loaded(tmp_path).messages["more"].fields[0].size is None


def test_the_edge_of_a_line_is_a_message_that_may_have_a_key() -> None:
    messages = load("l_mount").messages

    assert messages["attached"].on_line == OnLine("detect", high=False)
    assert (messages["attached"].key, messages["sync"].key) == ((), (0x10,))
    assert messages["sync"].cyclic


def test_names_label_numbers(tmp_path: Path) -> None:
    table = "  known: {values: {1: one, 0x10: sixteen}, basis: observed, source: bench}"
    patch = (BYTE, "{a: {type: u8, names: known}}")
    spec = loaded(tmp_path, ("enums:\n", f"names:\n{table}\nenums:\n"), patch)

    assert spec.messages["ask"].fields[0].names == {1: "one", 16: "sixteen"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (BYTE, "{a: {type: ¦u24}}", f"{M}.ask.fields.a.type: unknown 'u24' (known: {KNOWN})"),
        (BYTE, "{a: ¦{type: ascii}}", f"{M}.ask.fields.a.size: missing"),
        (
            BYTE,
            "{a: {type: bcd, size: ¦rest}}",
            f"{M}.ask.fields.a.size: expected a whole number, got text",
        ),
        (
            BYTE,
            "{a: {type: bytes, size: ¦0}}",
            f"{M}.ask.fields.a.size: expected 1 to 1048576, got 0",
        ),
        (BYTE, "{a: {type: ¦u8, high: 256}}", f"{M}.ask.fields.a.type: 256 does not fit into u8"),
        (BYTE, "{a: {type: u8, low: ¦9, high: 2}}", f"{M}.ask.fields.a.low: 9 is above high 2"),
        (
            BYTE,
            "{a: {type: u8, enum: ¦mods}}",
            f"{M}.ask.fields.a.enum: unknown enum 'mods' (known: modes)",
        ),
        (
            BYTE,
            "{a: {type: u8, flags: ¦bit}}",
            f"{M}.ask.fields.a.flags: unknown flags 'bit' (known: bits)",
        ),
        (
            BYTE,
            "{a: {type: bytes, size: 1, enum: ¦modes}}",
            f"{M}.ask.fields.a.enum: only whole numbers have this",
        ),
        (
            BYTE,
            "{a: {type: ¦u8, enum: modes, flags: bits}}",
            f"{M}.ask.fields.a.type: takes one of enum, flags",
        ),
        (
            BYTE,
            "{seq: {type: ¦u8}}",
            f"{M}.ask.fields.seq.type: seq is the sequence number's name, no field can have it",
        ),
        (
            BYTE,
            "{a: {type: u8, ¦hihg: 3}}",
            (
                f"{M}.ask.fields.a: unknown key 'hihg' "
                "(known: basis, bits, default, enum, flags, high, law, low, names, offset, "
                "optional, scale, since, type, unit, until)"
            ),
        ),
        (
            BYTE,
            "{a: {type: ¦bytes, size: rest}, b: {type: u8}}",
            f"{M}.ask.fields.a.type: only the last field of a message can take the rest",
        ),
        (
            "{values: {red: 1, blue: 4}",
            "{values: ¦{red: 1, blue: 3}",
            "spec.flags.bits.values: a flag is one bit: 1, 2, 4, 8 and so on",
        ),
        (
            "{values: {red: 1, blue: 4}",
            "{values: ¦{red: 0, blue: 4}",
            "spec.flags.bits.values: a flag is one bit: 1, 2, 4, 8 and so on",
        ),
        (
            "{values: {off: 0, on: 1}",
            "{values: ¦{off: 1, on: 1}",
            "spec.enums.modes.values: two names share a value",
        ),
        (
            "values: {off: 0, on: 1}",
            "values: ¦{}",
            "spec.enums.modes.values: needs at least one name",
        ),
        (
            "{off: 0, on: 1}",
            "{off: 1, on: ¦true}",
            "spec.enums.modes.values.on: expected a whole number, got true/false",
        ),
        (
            "enums:\n",
            "names:\n  known: {values: ¦{a: b}, basis: observed, source: bench}\nenums:\n",
            "spec.names.known.values: expected whole numbers as keys, got 'a'",
        ),
        (
            "enums:\n",
            'names:\n  known: {values: ¦{"\u0663": b}, basis: observed, source: bench}\nenums:\n',
            "spec.names.known.values: expected whole numbers as keys, got '\u0663'",
        ),
        (
            "enums:\n",
            'names:\n  known: {values: ¦{3: a, "03": b}, basis: observed, source: bench}\nenums:\n',
            "spec.names.known.values: 3 is there twice",
        ),
        (
            "key: [1, 2], basis: observed, source: bench}",
            "key: ¦[1], basis: observed, source: bench}",
            f"{M}.stop.key: expected 2 whole number(s), got 1",
        ),
        (
            "key: [1, 2], basis: observed, source: bench}",
            "key: ¦[1, 256], basis: observed, source: bench}",
            f"{M}.stop.key: 256 does not fit into the payload: 0 to 255",
        ),
        (
            "key: [1, 2], basis: observed, source: bench}",
            "key: ¦[-1, 2], basis: observed, source: bench}",
            f"{M}.stop.key: -1 does not fit into the type: 0 to 255",
        ),
        (
            "stop: {from: body,",
            "stop: {from: ¦boddy,",
            f"{M}.stop.from: unknown 'boddy' (known: body, lens)",
        ),
        (
            "stop: {from: body,",
            "stop: {from: body, frame: ¦strip,",
            f"{M}.stop.frame: unknown 'strip' (known: row)",
        ),
        (
            "stop: {from: body,",
            "stop: {from: body, cyclic: ¦yes,",
            f"{M}.stop.cyclic: expected true or false, got text",
        ),
        (
            "level: low, basis",
            "level: ¦off, basis",
            f"{M}.attached.level: unknown 'off' (known: high, low)",
        ),
    ],
)
def test_a_wrong_message_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    refuses(tmp_path, patched(SMALL, (old, new)), expected)


def test_a_message_without_line_needs_a_key(tmp_path: Path) -> None:
    old = "stop: {from: body, key: [1, 2], "
    text = patched(SMALL, (old, "stop: ¦{from: body, "))
    refuses(tmp_path, text, f"{M}.stop.key: expected 2 whole number(s), got 0")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "{type: ¦i16eb, low: -1800, high: 1800, default: 7, size: 2}",
            f"type: unknown 'i16eb' (known: {listed(TYPES)})",
        ),
        ("{type: u8, low: ¦100, high: 1, default: 10}", "low: 100 is above high 1"),
        ("{type: ¦u8, high: 300, default: 299}", "type: 300 does not fit into u8"),
        ("{type: u8, enum: ¦mods, default: on}", "enum: unknown enum 'mods' (known: modes)"),
        (
            "{type: u8, bits: {b: {at: 0}, c: {at: ¦7, width: 3, high: 5}}}",
            "bits.c.at: bits of 0 to 7, at least one of them",
        ),
    ],
)
def test_what_follows_from_a_mistake_in_a_field_is_not_told(
    tmp_path: Path, field: str, expected: str
) -> None:
    text = patched(SMALL, (BYTE, f"{{a: {field}}}"))
    refuses(tmp_path, text, f"{M}.ask.fields.a.{expected}")


def test_a_field_without_a_type_has_one_problem(tmp_path: Path) -> None:
    text = patched(SMALL, (BYTE, "{a: ¦{unit: mm}}"))
    refuses(tmp_path, text, f"{M}.ask.fields.a.type: missing (known: {listed(TYPES)})")
