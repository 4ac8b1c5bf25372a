import pytest

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.wire.block import BlockShape
from lensbus.wire.cutting import Cutter
from lensbus.wire.framing import Framer, Shape
from lensbus.wire.kinds import framers, shape_of
from lensbus.wire.table import TableShape
from lensbus.wire.word import WordShape


@pytest.mark.parametrize(
    ("spec", "frame", "expected"),
    [
        ("l_mount", "strip", Shape),
        ("fuji_gf", "word", WordShape),
        ("fuji_gf", "block", BlockShape),
        ("canon_ef", "clocks", TableShape),
    ],
)
def test_each_kind_of_shape_has_its_arithmetic(spec: str, frame: str, expected: type) -> None:
    assert type(shape_of(load(spec).frames[frame], "lens")) is expected


def test_where_rows_switch_frames_each_has_a_framer() -> None:
    found = framers(load("tamron_usb"), "lens")

    assert {name: type(one) for name, one in found.items()} == {
        "command": Framer,
        "transfer": Cutter,
    }


def test_where_no_row_does_one_framer_hears_them_all() -> None:
    assert list(framers(load("fuji_gf"), "body")) == ["block"]


def test_the_bytes_of_one_side_alone_are_not_cut_in_a_table() -> None:
    with pytest.raises(LocalProtocolError, match="canon_ef/lens cannot be spoken on a link"):
        framers(load("canon_ef"), "body")
