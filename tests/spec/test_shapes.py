from pathlib import Path

from tests.samples import loaded


def test_a_frame_has_room_for_what_sync_header_key_and_checksum_leave(tmp_path: Path) -> None:
    shape = loaded(tmp_path).frames["row"]

    assert (shape.max_size, shape.room) == (32, 32 - 2 - 2 - 1 - 2)
