from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import MessageType
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault
from tests.samples import loaded
from tests.strategies import distinct, fields_of

SHIPPED = [kind for name in spec_names() for kind in load(name).messages.values()]
KINDS = {kind.name: kind for kind in distinct(SHIPPED)}
L_MOUNT = load("l_mount").messages
every_message = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
few = settings(max_examples=15, deadline=None, derandomize=True, database=None)


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


def cut_field(kind: MessageType, size: int) -> str:
    """The path of the first field that `size` bytes do not hold; nothing if all are held."""
    end = 0
    for field in kind.fields:
        end += field.size or 0
        if end > size:
            return f"{kind.name}.{field.name}"
    return ""


@every_message
def test_every_truncation_is_a_fault_at_the_field_that_is_cut(kind: MessageType) -> None:
    both_ways = Layout(kind)

    @settings(few, max_examples=3)
    @given(fields=fields_of(kind))
    def truncated(fields: dict[str, Any]) -> None:
        payload = both_ways.build(fields)[: both_ways.size]
        for size in range(len(payload)):
            for exact in (True, False):
                found = both_ways.parse(payload[:size], exact=exact)
                assert isinstance(found, Fault)
                assert (found.kind, found.raw) == ("truncated", payload[:size])
                assert found.path == cut_field(kind, size)

    truncated()


@every_message
def test_bytes_that_are_left_over_are_a_fault_unless_a_field_takes_them(kind: MessageType) -> None:
    both_ways = Layout(kind)

    @settings(few, max_examples=3)
    @given(fields=fields_of(kind), more=st.binary(min_size=1, max_size=3))
    def longer(fields: dict[str, Any], more: bytes) -> None:
        payload = both_ways.build(fields) + more
        found = both_ways.parse(payload)
        wanted = f"wanted {both_ways.size} bytes"
        assert both_ways.greedy or found == Fault("trailing bytes", payload, kind.name, wanted)
        assert both_ways.greedy or both_ways.parse(payload, exact=False) == fields
        if both_ways.greedy:
            assert isinstance(found, dict)
            assert found[kind.fields[-1].name].endswith(more)

    longer()


@pytest.mark.parametrize(
    ("name", "payload", "kind", "path", "detail"),
    [
        ("focus_move", "09 00000000 0000", "unknown value", "focus_move.mode", "9"),
        ("capabilities", "80000000", "unknown value", "capabilities.mask", "0x80"),
        ("capabilities", "ff010080", "unknown value", "capabilities.mask", "0x80000180"),
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

    @settings(few, max_examples=1)
    @given(some=fields_of(L_MOUNT[name]))
    def fill(some: dict[str, Any]) -> None:
        fields.update(some)

    fill()
    with pytest.raises(LocalProtocolError, match=rf"^{name}\.{field}: got "):
        layout(name).build({**fields, field: value})


@pytest.mark.parametrize("fields", [{}, {"baud": 115_200, "rate": 1}])
def test_fields_are_neither_missing_nor_more_than_the_spec_says(fields: dict[str, Any]) -> None:
    with pytest.raises(
        LocalProtocolError, match=r"^set_rate: got fields \[.*\], wanted \['baud'\]"
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
