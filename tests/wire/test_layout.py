import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault
from tests.sampled import sampled
from tests.samples import loaded
from tests.strategies import distinct, fields_of
from tests.zoo import zoo

SHIPPED = [kind for name in spec_names() for kind in load(name).messages.values()]
ZOO = zoo().messages
KINDS = {kind.name: kind for kind in distinct([*SHIPPED, *ZOO.values()])}
L_MOUNT = load("l_mount").messages
every_message = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
few = sampled(32)


def layout(name: str) -> Layout:
    return Layout(L_MOUNT[name])


@every_message
def test_what_is_built_parses_to_the_same_fields(kind: MessageType) -> None:
    both_ways = Layout(kind)

    @few
    @given(fields=fields_of(kind))
    def round_trip(fields: dict[str, Any]) -> None:
        assert both_ways.parse(both_ways.build(fields)) == fields

    round_trip()


@every_message
def test_every_truncation_is_a_fault_at_the_field_that_is_cut_or_a_shorter_message(
    kind: MessageType,
) -> None:
    both_ways = Layout(kind)

    @sampled(12)
    @given(fields=fields_of(kind))
    def truncated(fields: dict[str, Any]) -> None:
        payload, ends = both_ways.build(fields), ends_of(kind, fields)
        for size in range(len(payload)):
            found = both_ways.parse(payload[:size])
            if isinstance(found, dict):  # an optional field, or some of what takes the rest
                assert both_ways.build(found) == payload[:size]
                continue
            assert (found.kind, found.raw) == ("truncated", payload[:size])
            cut = next(name for name, end in ends.items() if end > size)
            assert re.split(r"[.[]", found.path)[1] == cut

    truncated()


def ends_of(kind: MessageType, fields: dict[str, Any]) -> dict[str, int]:
    """Where each field that is there ends."""
    ends = {}
    for number, field in enumerate(kind.fields, 1):
        some = replace(kind, fields=kind.fields[:number])
        values = {f.name: fields[f.name] for f in some.fields if f.name in fields}
        ends[field.name] = len(Layout(some).build(values))
    return ends


@every_message
def test_bytes_that_are_left_over_are_a_fault_unless_a_field_takes_them(kind: MessageType) -> None:
    both_ways = Layout(kind)
    fixed = all(field.size is not None and not field.optional for field in kind.fields)

    @sampled(12)
    @given(fields=fields_of(kind), more=st.binary(min_size=1, max_size=3))
    def longer(fields: dict[str, Any], more: bytes) -> None:
        payload = both_ways.build(fields)
        wanted = f"wanted {len(payload)} bytes"
        if fixed:
            expected = Fault("trailing bytes", payload + more, kind.name, wanted)
            assert both_ways.parse(payload + more) == expected
            assert both_ways.take(payload + more) == (fields, len(payload))

    longer()


@pytest.mark.parametrize(
    ("name", "payload", "kind", "path"),
    [
        ("bounded", "000004 ", "out of range", "bounded.a"),
        ("words", "6400 000000 00", "out of range", "words.a.level"),
        ("words", "0103 000000 00", "unknown value", "words.a.mode"),
        ("words", "0120 000000 00", "unknown value", "words.a"),
        ("words", "0110 000040 00", "unknown value", "words.b"),
        ("words", "01", "truncated", "words.a"),
        ("texts", "414200 015a", "bad text", "texts.b"),
        ("texts", "410042 0156", "bad text", "texts.a"),
        ("counted", "000000 15 0000", "out of range", "counted.n"),
        ("counted", "010000 02 0001 aa", "truncated", "counted.a"),
        ("counted", "ffffff 00 0001 aa 00", "bad text", "counted.c"),
        ("counted", "ffffff 00 0000 aa 0100 02", "truncated", "counted.d[1]"),
        ("zeros", "4142", "truncated", "zeros.a"),
        ("zeros", "41ff00", "bad text", "zeros.a"),
        ("line", "00 4100", "bad text", "line.b"),
        ("arrays", "00 0003 0003 0001", "out of range", "arrays.a[2]"),
        ("arrays", "01 0003 0003 0003 00", "truncated", "arrays.b[0]"),
        ("arrays", "01 0003 0003 0003 000000 0000 0200", "unknown value", "arrays.d[0]"),
        ("arrays", "00 0003 0003 0003 0000 0105 01020304 01", "truncated", "arrays.f[1]"),
        ("pixels", "000009 00000a", "out of range", "pixels.a[1]"),
        ("deep_arrays", "01020304 2708", "unknown value", "deep_arrays.b[1]"),
        ("deep_arrays", "01020304 2727 4141 00 01 02", "truncated", "deep_arrays.d[1].x[0]"),
        ("tail", "01 0203", "truncated", "tail.b"),
        ("tail", "01 020304 41", "truncated", "tail.c"),
        ("tail", "01 020304 00 0002", "unknown value", "tail.d"),
        ("late_tail", "00 02 01", "truncated", "late_tail.b.x"),
        ("group", "01 020304 4200 01", "unknown value", "group.a.w"),
        ("checked", "01 0203 0000", "bad checksum", "checked.a"),
        ("checked", "02 0203 0000", "unknown value", "checked.a.x"),
        ("checked", "01 0203 00", "truncated", "checked.a"),
        ("checked", "01 0203 6615 4100 00000042", "bad checksum", "checked.b[0]"),
        ("deepest", "", "truncated", "deepest.a.b.c.d"),
    ],
)
def test_a_fault_within_a_field_has_its_whole_path(
    name: str, payload: str, kind: str, path: str
) -> None:
    found = Layout(ZOO[name]).parse(bytes.fromhex(payload))

    assert isinstance(found, Fault), found
    assert (found.kind, found.path) == (kind, path)


@pytest.mark.parametrize(
    ("name", "payload", "fields"),
    [
        ("bounded", "000005 ffffffffffffff ff 0100000000 000005 0001 0900000000000000",
         {"a": 5, "b": -1, "c": -1, "d": "on", "e": ("red", "blue"), "f": "on", "g": 9}),
        ("words", "0211 040080 81",
         {"a": {"mode": "on", "ready": 1, "level": 2}, "b": {"high": 1, "low": 0, "whole": 1},
          "c": {"all": 0x81}}),
        ("texts", "410000 0156 ff 0001", {"a": "A", "b": "0156", "c": b"\xff", "d": 1}),
        ("counted", "020000 01 0002 aa bb 4142 0100 0200",
         {"m": 2, "n": 1, "k": 2, "a": b"\xaa", "b": 0xBB, "c": "AB", "d": (1, 2)}),
        ("zeros", "4142 00 0001 00", {"a": "AB", "b": 1, "c": ""}),
        ("arrays", "01 0002 0003 0004 ffffff 0102 0100 0105 fffffffe",
         {"n": 1, "a": (2, 3, 4), "b": (-1,), "c": (1, 2), "d": ("on",),
          "e": (("red",), ("red", "blue")), "f": (-2,)}),
        ("tail", "01", {"a": 1}),
        ("tail", "01 020000 4100", {"a": 1, "b": 2, "c": "A"}),
        ("late_tail", "01 aa 01 bb", {"n": 1, "a": b"\xaa", "b": {"m": 1, "x": b"\xbb"}}),
        ("all_optional", "", {}),
        ("group", "01 000002 4200 80 0300",
         {"a": {"x": 1, "y": {"z": 2, "t": "B"}, "w": {"v": 1}}, "b": 3}),
        ("checked", "01 0203 6615 4100 00000041 00 00000000",
         {"a": {"x": "on", "y": 0x302}, "b": ({"t": "A"}, {"t": ""})}),
    ],
)  # fmt: skip
def test_every_kind_of_field_has_its_bytes(name: str, payload: str, fields: dict[str, Any]) -> None:
    both_ways, data = Layout(ZOO[name]), bytes.fromhex(payload)

    assert both_ways.parse(data) == fields
    assert both_ways.build(fields) == data


def test_a_count_beyond_what_is_there_is_quickly_refused() -> None:
    found = Layout(ZOO["counted"]).parse(bytes.fromhex("ffffff 00 0000 aa"))

    assert isinstance(found, Fault)
    assert (found.kind, found.path) == ("truncated", "counted.d[0]")


@pytest.mark.parametrize(
    ("name", "payload", "kind", "path", "detail"),
    [
        ("focus_move", "09 00000000 0000", "unknown value", "focus_move.mode", "9"),
        ("capabilities", "00080000", "unknown value", "capabilities.mask", "0x800"),
        ("capabilities", "ff0f0080", "unknown value", "capabilities.mask", "0x80000800"),
        ("identify", "00", "out of range", "identify.protocol", "0"),
        ("set_rate", "ff c1 01 00", "out of range", "set_rate.baud", "115199"),
        ("set_rate", "c1 c6 2d 00", "out of range", "set_rate.baud", "3000001"),
    ],
)
def test_a_value_that_the_spec_does_not_know_is_a_fault_at_its_field(
    name: str, payload: str, kind: str, path: str, detail: str
) -> None:
    data = bytes.fromhex(payload)
    found = layout(name).parse(data)

    assert isinstance(found, Fault)
    assert (found.kind, found.raw, found.path) == (kind, data, path)
    assert detail in found.detail


@pytest.mark.parametrize("serial", [b"a\0b", b"\0a", b"\xe9"])
def test_text_that_is_no_zero_padded_ascii_is_a_fault(tmp_path: Path, serial: bytes) -> None:
    text = Layout(loaded(tmp_path).messages["answer"])
    found = text.parse(serial.ljust(4, b"\0"))

    assert isinstance(found, Fault)
    assert (found.kind, found.path) == ("bad text", "answer.t")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("focus_move", "mode", "fast"),
        ("focus_move", "mode", 1),
        ("focus_move", "mode", []),
        ("focus_move", "target", 2**31),
        ("focus_move", "target", "far"),
        ("focus_move", "target", None),
        ("focus_move", "speed", -1),
        ("set_rate", "baud", 115_199),
        ("capabilities", "mask", ("warp",)),
        ("capabilities", "mask", None),
        ("capabilities", "mask", 3),
        ("identity", "serial", "x" * 13),
        ("identity", "serial", "é"),
        ("identity", "serial", 7),
        ("identity", "name", "a\0"),
    ],
)
def test_a_value_that_does_not_fit_is_not_built_and_named(
    name: str, field: str, value: object
) -> None:
    fields: dict[str, Any] = {}

    @sampled(4)
    @given(some=fields_of(L_MOUNT[name]))
    def fill(some: dict[str, Any]) -> None:
        fields.update(some)

    fill()
    with pytest.raises(LocalProtocolError, match=rf"^{name}\.{field}: got "):
        layout(name).build({**fields, field: value})


@pytest.mark.parametrize("fields", [{}, {"baud": 115_200, "rate": 1}])
def test_fields_are_neither_missing_nor_more_than_the_spec_says(fields: dict[str, Any]) -> None:
    with pytest.raises(
        LocalProtocolError, match=r"^set_rate: (missing baud|unknown rate) \(fields: baud\)"
    ):
        layout("set_rate").build(fields)


def test_flags_are_told_in_the_order_of_the_spec_and_each_counts_once() -> None:
    mask = layout("capabilities")

    assert mask.build({"mask": ("zoom", "autofocus", "zoom")}) == bytes([9, 0, 0, 0])
    assert mask.parse(bytes([9, 0, 0, 0])) == {"mask": ("autofocus", "zoom")}


def test_whole_numbers_stand_in_the_order_that_their_type_says(tmp_path: Path) -> None:
    big = Layout(loaded(tmp_path, ("low: 2, high: 9}", "unit: mm}")).messages["setup"])

    assert big.build({"b": 0x0102}) == b"\1\2"
    assert layout("set_rate").build({"baud": 115_200}) == bytes.fromhex("00c20100")
