from dataclasses import replace

import pytest

from lensbus.errors import LocalProtocolError
from lensbus.spec import undelimited
from lensbus.spec.load import load
from lensbus.spec.shapes import Block
from lensbus.wire import block
from lensbus.wire.block import BlockShape
from lensbus.wire.frame import Frame
from tests.samples import shape_named

GF = shape_named(load("fuji_gf"), "block", Block)
TAMRON = shape_named(load("tamron_usb"), "transfer", Block)
SHAPE = BlockShape(TAMRON)
DATA = bytes(range(256)) * 4
RAW = SHAPE.fill(SHAPE.start({"start": 2}), 7, DATA)


def changed(at: int, to: int) -> bytes:
    return RAW[:at] + bytes([to]) + RAW[at + 1 :]


def test_a_block_has_a_header_its_data_and_a_checksum() -> None:
    assert (len(RAW), RAW[:3].hex(), RAW[3:-2]) == (1029, "0207f8", DATA)
    assert SHAPE.look(b"?" + RAW, 1) == Frame("transfer", RAW, ((2, 7, 0xF8), DATA))


@pytest.mark.parametrize("control", TAMRON.controls)
def test_a_control_is_one_byte_without_number(control: int) -> None:
    raw = SHAPE.fill(SHAPE.start({"start": control}), 9, b"")

    assert raw == bytes([control])
    assert SHAPE.look(raw + RAW, 0) == Frame("transfer", raw, ((control, None, None), b""))


def test_the_complement_has_one_name() -> None:
    assert block.COMPLEMENT == undelimited.COMPLEMENT


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(RAW[:-1], "", id="a part"),
        pytest.param(b"\x03" + RAW[1:], "noise", id="what begins no block"),
        pytest.param(changed(500, 0xFE), "bad checksum", id="data"),
        pytest.param(changed(1028, RAW[1028] ^ 1), "bad checksum", id="checksum"),
        pytest.param(changed(1, 8), "bad complement", id="number"),
        pytest.param(changed(2, 8), "bad complement", id="complement"),
    ],
)
def test_what_is_no_block_is_named(raw: bytes, expected: str) -> None:
    assert SHAPE.look(raw, 0) == expected


def test_zeros_with_the_idle_check_say_nothing() -> None:
    shape = BlockShape(GF)
    idle = b"\xff\xff" + bytes(128) + b"\x5a"

    assert shape.look(idle, 0) == 131
    assert BlockShape(replace(GF, idle=None)).look(idle, 0) == "bad checksum"
    assert shape.look(b"\xff\xff" + bytes(127) + b"\1\x5a", 0) == "bad checksum"


def test_a_key_of_two_bytes_waits_for_both() -> None:
    assert BlockShape(GF).look(b"\xff", 0) == ""
    assert BlockShape(GF).look(b"\xff\xfe", 0) == "noise"


def test_a_number_that_does_not_fit_cannot_be_built() -> None:
    with pytest.raises(LocalProtocolError, match="no block has the header"):
        SHAPE.fill(SHAPE.start({"start": 2}), 256, DATA)
