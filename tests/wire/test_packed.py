import enum
import struct
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Int
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType
from lensbus.wire.layout import Layout
from lensbus.wire.packed import Packed, int_format, row
from tests.samples import loaded
from tests.strategies import distinct, fields_of

# Every kind of field, in both byte orders.
EVERYTHING = """\
everything: {from: body, key: [1, 9], basis: observed, source: bench, fields: {
    a: {type: i16be}, b: {type: u32le, low: 5, high: 4000000000}, c: {type: i8, low: -3, high: 3},
    d: {type: u16be, enum: modes}, e: {type: u32be, flags: bits}, f: {type: ascii, size: 3},
    g: {type: bytes, size: 2}, h: {type: i32le, enum: modes}, rest: {type: bytes, size: rest}}}
  stop:"""
SHIPPED = [kind for name in spec_names() for kind in load(name).messages.values()]
with TemporaryDirectory() as folder:
    SMALL = loaded(Path(folder), ("stop:", EVERYTHING)).messages
KINDS = distinct([*SHIPPED, *SMALL.values()])
every_message = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
few = settings(max_examples=15, deadline=None, derandomize=True, database=None)
EXACT = (True, False)

ODD_VALUES = st.one_of(
    st.integers(-(2**33), 2**33),
    st.sampled_from(
        [-1, 0, 1, 127, 128, 255, 256, 2**31, 2**32, "off", "on", ("red",), ("red",) * 2]
    ),
    st.booleans() | st.none() | st.floats(),
    st.text(max_size=4) | st.binary(max_size=4),
    st.lists(st.sampled_from(["red", "off", []]), max_size=2),
    st.lists(st.sampled_from(["red", "blue", "green", []]), max_size=2).map(tuple),
)


class Number(enum.IntEnum):
    SEVEN = 7


def wanted(layout: Layout, payload: bytes, *, exact: bool) -> dict[str, Any] | None:
    """What the reference finds; None where it finds a fault."""
    found = layout.parse(payload, exact=exact)
    return found if isinstance(found, dict) else None


def built(layout: Layout, fields: dict[str, Any]) -> bytes | None:
    """What the reference builds; None where it refuses."""
    try:
        return layout.build(fields)
    except LocalProtocolError:
        return None


@every_message
def test_what_is_in_order_is_packed_and_unpacked_as_the_layout_does(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)

    @few
    @given(fields=fields_of(kind))
    def same(fields: dict[str, Any]) -> None:
        payload = packed.pack(fields)
        assert payload == layout.build(fields)
        assert payload is not None
        for exact in EXACT:
            found = packed.unpack(payload, exact=exact)
            assert found == layout.parse(payload, exact=exact) == fields
            assert found is not None
            assert list(found) == [field.name for field in kind.fields]
            assert [*map(type, found.values())] == [type(fields[name]) for name in found]

    same()


@every_message
def test_every_truncation_is_left_to_the_layout(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)

    @settings(few, max_examples=3)
    @given(fields=fields_of(kind), more=st.binary(max_size=3))
    def truncated(fields: dict[str, Any], more: bytes) -> None:
        payload = layout.build(fields) + more
        for size in range(len(payload) + 1):
            for exact in EXACT:
                found = packed.unpack(payload[:size], exact=exact)
                assert found == wanted(layout, payload[:size], exact=exact)

    truncated()


@every_message
def test_any_bytes_are_unpacked_where_the_layout_has_no_fault(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)
    small = st.sampled_from(b"\0\0\1\2\3\4\5A\x7f\x80\xff")  # that fits enums, flags and texts
    size = packed.size

    @settings(few, max_examples=30)
    @given(
        payload=st.binary(min_size=size, max_size=size)
        | st.lists(small, min_size=size, max_size=size + packed.greedy).map(bytes)
    )
    def any_bytes(payload: bytes) -> None:
        for exact in EXACT:
            found = packed.unpack(payload, exact=exact)
            assert found == wanted(layout, payload, exact=exact)

    any_bytes()


@every_message
def test_what_the_layout_refuses_is_not_packed(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)
    names = [field.name for field in kind.fields] or ["none"]

    @settings(few, max_examples=30)
    @given(fields=fields_of(kind), name=st.sampled_from(names), value=ODD_VALUES)
    def one_is_odd(fields: dict[str, Any], name: str, value: object) -> None:
        odd = {**fields, name: value}
        payload = packed.pack(odd)
        assert payload in {None, built(layout, odd)}

    one_is_odd()


@every_message
def test_fields_that_are_missing_or_too_many_are_not_packed(kind: MessageType) -> None:
    packed = Packed(kind.fields)

    @settings(few, max_examples=2)
    @given(fields=fields_of(kind))
    def others(fields: dict[str, Any]) -> None:
        assert packed.pack({**fields, "none": 0}) is None
        for name, value in fields.items():
            fewer = {other: fields[other] for other in fields if other != name}
            assert packed.pack(fewer) is None
            assert packed.pack({**fewer, "none": value}) is None
            assert packed.pack(defaultdict(int, fewer)) is None

    others()


def test_fields_are_packed_in_the_order_of_the_spec() -> None:
    kind = load("l_mount").messages["focus_move"]
    fields = {"speed": 1, "mode": "speed", "target": -2}

    assert Packed(kind.fields).pack(fields) == bytes.fromhex("02 feffffff 0100")


@pytest.mark.parametrize("value", [True, 1.0, Number.SEVEN])
def test_what_is_almost_a_whole_number_is_left_to_the_layout(value: object) -> None:
    assert Packed(SMALL["ask"].fields).pack({"a": value}) is None


def test_a_field_without_a_limit_takes_what_is_left_even_nothing() -> None:
    rest = Packed(SMALL["more"].fields)

    assert (rest.greedy, rest.size) == (True, 0)
    assert rest.unpack(b"") == {"rest": b""}
    assert rest.unpack(b"abc", exact=False) == {"rest": b"abc"}
    assert rest.pack({"rest": b"abc"}) == b"abc"


def test_no_fields_are_no_bytes() -> None:
    nothing = Packed(SMALL["stop"].fields)

    assert nothing.pack({}) == b""
    assert nothing.unpack(b"") == {}
    assert nothing.unpack(b"a") is None
    assert nothing.unpack(b"a", exact=False) == {}


def test_fields_of_one_order_are_one_struct_and_single_bytes_go_with_either() -> None:
    big = row([("", "B"), (">", "H"), ("", "3s"), (">", "i")])

    assert isinstance(big, struct.Struct)
    assert big.format == ">BH3si"
    assert row([("", "b")]).size == 1
    assert row([]).pack() == b""


@few
@given(values=st.tuples(*[st.integers(0, 255), *[st.integers(-(2**31), 2**31 - 1)] * 2]))
def test_fields_of_both_orders_are_told_apart(values: tuple[int, int, int]) -> None:
    mixed = row([("", "B"), (">", "l"), ("<", "l")])
    data = mixed.pack(*values)

    assert data == struct.pack("B", values[0]) + struct.pack(">l", values[1]) + struct.pack(
        "<l", values[2]
    )
    assert mixed.size == len(data)
    assert mixed.unpack_from(b"ab" + data, 2) == values


@pytest.mark.parametrize(
    ("integer", "expected"),
    [
        (Int(1, "little", signed=False), ("", "B")),
        (Int(2, "big", signed=True), (">", "h")),
        (Int(4, "little", signed=False), ("<", "L")),
    ],
)
def test_a_whole_number_has_an_order_and_a_letter(integer: Int, expected: tuple[str, str]) -> None:
    assert int_format(integer) == expected
