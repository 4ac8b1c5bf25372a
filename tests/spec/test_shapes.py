from pathlib import Path

import pytest

from lensbus.spec.load import load
from lensbus.spec.shapes import Seq
from tests.samples import delimited, loaded


def test_a_frame_has_room_for_what_sync_header_key_and_checksum_leave(tmp_path: Path) -> None:
    shape = delimited(loaded(tmp_path))

    assert (shape.max_size, shape.room) == (32, 32 - 2 - 2 - 1 - 2)


@pytest.mark.parametrize(
    ("spec", "frame", "key", "sizes"),
    [
        ("l_mount", "strip", (1,), (0, 293)),
        ("samyang_dock", "strip", (2, 0x15), (0, 2048 - 9)),
        ("samyang_dock", "strip", (2, 0x40, 0x4B, 0xFA), (0, 2048 - 11)),
        ("fuji_gf", "word", (0, 8), (3, 3)),
        ("fuji_gf", "block", (0xFFFF,), (128, 128)),
        ("tamron_usb", "transfer", (2,), (1024, 1024)),
        ("tamron_usb", "transfer", (0x43,), (0, 0)),
        ("canon_ef", "clocks", (0x80,), (0, 255)),
    ],
)
def test_a_frame_has_room_for_what_its_key_leaves(
    spec: str, frame: str, key: tuple[int, ...], sizes: tuple[int, int]
) -> None:
    assert load(spec).frames[frame].sizes(key) == sizes


@pytest.mark.parametrize(
    ("spec", "around"),
    [("l_mount", [7]), ("fuji_gf", [3, 1]), ("tamron_usb", [10, 5]), ("canon_ef", [1])],
)
def test_what_is_around_the_fields_is_known(spec: str, around: list[int]) -> None:
    assert [shape.around for shape in load(spec).frames.values()] == around


@pytest.mark.parametrize(
    ("spec", "frame", "part", "bounds"),
    [
        ("sony_e", "strip", "type", (0, 255)),
        ("sony_e", "strip", "payload", (0, 255)),
        ("fuji_gf", "word", "acknowledge", (0, 1)),
        ("fuji_gf", "word", "command", (0, 127)),
        ("fuji_gf", "block", "copy", (0, 65535)),
        ("canon_ef", "clocks", "opcode", (0, 255)),
    ],
)
def test_each_part_of_a_key_has_its_bounds(
    spec: str, frame: str, part: str, bounds: tuple[int, int]
) -> None:
    assert load(spec).frames[frame].bounds(part) == bounds


def test_blocks_are_numbered_and_control_bytes_are_not() -> None:
    transfer = load("tamron_usb").frames["transfer"]

    assert transfer.seq_of((2,)) == Seq(((1, 254), (0, 0)), "same")
    assert transfer.seq_of((0x43,)) is None
