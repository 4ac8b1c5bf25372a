import enum
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault
from lensbus.wire.packed import Packed
from tests.sampled import sampled
from tests.strategies import distinct, fields_of
from tests.zoo import zoo

SHIPPED = [kind for name in spec_names() for kind in load(name).messages.values()]
ZOO = zoo().messages
KINDS = distinct([*SHIPPED, *ZOO.values()])
SLOW = ("deep_arrays", "late_tail", "checked")  # left to the layout altogether
every_message = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
few = sampled(32)
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


def wanted(found: object) -> Any:  # noqa: ANN401 what the reference finds
    """None where the reference finds a fault."""
    return None if isinstance(found, Fault) else found


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
        found = packed.unpack(payload)
        assert found == layout.parse(payload) == fields
        assert found is not None
        assert packed.take(payload) == layout.take(payload) == (fields, len(payload))
        assert list(found) == [field.name for field in kind.fields if field.name in fields]
        assert [*map(type, found.values())] == [type(fields[name]) for name in found]

    if kind.name not in (*SLOW, "lens_data", "body_data"):  # of Fujifilm
        same()


@pytest.mark.parametrize("name", SLOW)
def test_what_is_within_what_varies_is_left_to_the_layout(name: str) -> None:
    packed = Packed(ZOO[name].fields)

    @sampled(4)
    @given(fields=fields_of(ZOO[name]))
    def left(fields: dict[str, Any]) -> None:
        payload = Layout(ZOO[name]).build(fields)
        assert (packed.pack(fields), packed.unpack(payload), packed.take(payload)) == (None,) * 3

    left()


@every_message
def test_any_bytes_are_unpacked_where_the_layout_has_no_fault(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)
    small = st.sampled_from(b"\0\0\1\2\3\4\5A\x7f\x80\xff")  # that fits enums, flags and texts
    size = sum(field.least for field in kind.fields)

    @sampled(40)
    @given(
        payload=st.binary(min_size=size, max_size=size)
        | st.lists(small, min_size=size, max_size=size + 9).map(bytes)
    )
    def any_bytes(payload: bytes) -> None:
        for cut in (payload, payload[:-1]):
            assert packed.unpack(cut) == wanted(layout.parse(cut))
            assert packed.take(cut) == wanted(layout.take(cut))

    if kind.name not in (*SLOW, "lens_data", "body_data"):  # of Fujifilm
        any_bytes()


@every_message
def test_what_the_layout_refuses_is_not_packed(kind: MessageType) -> None:
    packed, layout = Packed(kind.fields), Layout(kind)
    names = [field.name for field in kind.fields] or ["none"]

    @sampled(40)
    @given(fields=fields_of(kind), name=st.sampled_from(names), value=ODD_VALUES)
    def one_is_odd(fields: dict[str, Any], name: str, value: object) -> None:
        odd = {**fields, name: value}
        payload = packed.pack(odd)
        assert payload in {None, built(layout, odd)}

    one_is_odd()


@every_message
def test_fields_that_are_missing_or_too_many_are_not_packed(kind: MessageType) -> None:
    packed = Packed(kind.fields)
    needed = {field.name for field in kind.fields if not field.optional}

    @sampled(8)
    @given(fields=fields_of(kind))
    def others(fields: dict[str, Any]) -> None:
        assert packed.pack({**fields, "none": 0}) is None
        for name, value in fields.items():
            fewer = {other: fields[other] for other in fields if other != name}
            assert packed.pack(fewer) is None or name not in needed
            assert packed.pack({**fewer, "none": value}) is None
            assert len(needed) < len(fields) or packed.pack(defaultdict(int, fewer)) is None

    others()


def test_an_optional_field_is_not_packed_without_those_before_it() -> None:
    packed = Packed(ZOO["tail"].fields)

    assert packed.pack({"a": 1}) == b"\1"
    assert packed.pack({"a": 1, "b": 2, "c": ""}) == b"\1\2\0\0\0"
    assert packed.pack({"a": 1, "c": ""}) is None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("words", {"a": {"mode": "on", "ready": 2, "level": 1}}),
        ("words", {"a": {"mode": "on", "ready": True, "level": 1}}),
        ("words", {"a": {"mode": "on", "ready": 1}}),
        ("words", {"a": {"mode": "on", "ready": 1, "level": 1, "more": 1}}),
        ("words", {"a": (1, 2, 3)}),
        ("texts", {"b": "015"}),
        ("texts", {"b": "01 5"}),
        ("texts", {"b": "01\u0665\u0666"}),
        ("texts", {"b": 156}),
        ("arrays", {"a": (2, 3)}),
        ("arrays", {"a": [2, 3, 4]}),
        ("arrays", {"a": (2, 3, 1)}),
        ("arrays", {"c": (1, True)}),
        ("arrays", {"c": (1, 256)}),
        ("arrays", {"n": 1}),
        ("arrays", {"f": (2**31,)}),
        ("arrays", {"e": ((), ["red"])}),
        ("zeros", {"a": "a\0"}),
        ("zeros", {"a": "\xe9"}),
        ("line", {"b": "a\0"}),
        ("counted", {"n": 2}),
        ("group", {"a": {"x": 1, "y": {"z": 1, "t": "abc"}, "w": {"v": 0}}}),
        ("pixels", {"a": (2**24,)}),
    ],
)
def test_what_is_wrong_within_a_field_is_neither_packed_nor_built(
    name: str, fields: dict[str, Any]
) -> None:
    kind = ZOO[name]
    whole: dict[str, Any] = {}

    @sampled(4)
    @given(some=fields_of(kind))
    def fill(some: dict[str, Any]) -> None:
        whole.update(some)

    fill()
    assert Packed(kind.fields).pack(whole) == Layout(kind).build(whole)
    assert Packed(kind.fields).pack(whole | fields) is None
    with pytest.raises(LocalProtocolError, match=rf"{name}\.{next(iter(fields))}"):
        Layout(kind).build(whole | fields)


def test_fields_are_packed_in_the_order_of_the_spec() -> None:
    kind = load("l_mount").messages["focus_move"]
    fields = {"speed": 1, "mode": "speed", "target": -2}

    assert Packed(kind.fields).pack(fields) == bytes.fromhex("02 feffffff 0100")


@pytest.mark.parametrize("value", [True, 1.0, Number.SEVEN])
def test_what_is_almost_a_whole_number_is_left_to_the_layout(value: object) -> None:
    assert Packed(ZOO["ask"].fields).pack({"a": value}) is None


def test_a_field_without_a_limit_takes_what_is_left_even_nothing() -> None:
    rest = Packed(ZOO["more"].fields)

    assert rest.unpack(b"") == {"rest": b""}
    assert rest.take(b"abc") == ({"rest": b"abc"}, 3)
    assert rest.pack({"rest": b"abc"}) == b"abc"


def test_no_fields_are_no_bytes() -> None:
    nothing = Packed(ZOO["stop"].fields)

    assert nothing.pack({}) == b""
    assert nothing.unpack(b"") == {}
    assert nothing.unpack(b"a") is None
    assert nothing.take(b"a") == ({}, 0)
