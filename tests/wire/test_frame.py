from lensbus.wire.frame import Frame, Parts

RAW = b"\xf0\x0a\x07\x55"


def test_a_frame_is_taken_apart_once_and_only_when_somebody_asks() -> None:
    asked = []

    def apart(raw: bytes) -> Parts:
        asked.append(raw)
        return (raw[:1], 10), raw[2:3]

    frame = Frame("strip", RAW, apart)
    assert asked == []
    assert [frame.parts, frame.parts] == [((b"\xf0", 10), b"\x07")] * 2
    assert asked == [RAW]


def test_frames_are_equal_by_shape_bytes_and_parts_however_these_came() -> None:
    told, found = Frame("strip", RAW, ((1,), b"")), Frame("strip", RAW, lambda _: ((1,), b""))

    assert told == found
    assert len({told, found}) == 1
    assert told != Frame("block", RAW, ((1,), b""))
    assert told != Frame("strip", RAW, ((2,), b""))
    assert told != RAW
    assert repr(found) == "Frame('strip', b'\\xf0\\n\\x07U', ((1,), b''))"
