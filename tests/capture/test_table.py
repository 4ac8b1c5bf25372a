from pathlib import Path

import numpy as np
import pytest

from lensbus.capture.table import columns_of, write_columns
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.spec.load import load
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message

SPEC = load("l_mount")
SONY = bytes.fromhex("f01100020008c2610000000c6202ae0155") + bytes(15)


def windows(*messages: tuple[float, str, Message]) -> list[Cut]:
    codec = Codec(SPEC)
    return [
        Cut(side, t, t + 0.001, None, codec.encode(message, number), 0)
        for number, (t, side, message) in enumerate(messages, 1)
    ]


def move(target: int) -> Message:
    return Message("focus_move", {"mode": "relative", "target": target, "speed": 7})


def test_each_field_of_each_message_is_an_array_with_its_times() -> None:
    cuts = windows(
        (0.5, "body", move(3)), (0.6, "lens", Message("asleep")), (0.75, "body", move(-4))
    )
    columns, left = columns_of(SPEC, cuts)

    assert {name: column.tolist() for name, column in columns.items()} == {
        "body.focus_move.t": [0.5, 0.75],
        "body.focus_move.seq": [1, 3],
        "body.focus_move.mode": [1, 1],
        "body.focus_move.target": [3, -4],
        "body.focus_move.speed": [7, 7],
        "lens.asleep.t": [0.6],
        "lens.asleep.seq": [2],
    }
    assert left == 0


def test_what_has_no_columns_is_counted() -> None:
    columns, left = columns_of(load("sony_e"), [Cut("body", 0.0, 0.1, None, SONY, 0)])

    assert (columns, left) == ({}, 1)


def test_frames_that_are_not_delimited_have_no_columns() -> None:
    with pytest.raises(CaptureError, match="fuji_gf/lens: only delimited frames"):
        columns_of(load("fuji_gf"), [])


def test_what_was_written_is_read_by_numpy(tmp_path: Path) -> None:
    columns, _ = columns_of(SPEC, windows((0.5, "body", move(3))))
    write_columns(tmp_path / "out.npz", columns)

    with np.load(tmp_path / "out.npz") as found:
        assert set(found) == set(columns)
        assert found["body.focus_move.target"].tolist() == [3]


def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="No such file or directory: name another file"):
        write_columns(tmp_path / "none" / "out.npz", {})
