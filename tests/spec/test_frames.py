from pathlib import Path

import pytest

from lensbus.spec.fields import Int
from lensbus.spec.frames import CHECKSUMS
from lensbus.spec.kinds import KINDS
from lensbus.spec.shapes import Seq
from lensbus.wire import checksum
from tests.samples import SMALL, delimited, loaded, patched, refuses

HEADER = "header: {type: u8, length: u8}"
LENGTH = "length: {counts: [payload, payload], max_size: 32}"
CHECK = "checksum: {name: sum16, type: u16be, covers: [sync, payload]}"
PACKED = "packed: {type: 1}"
KEY = "key: [type, payload]"
SYNC = "sync: [0xa5, 0x5a]"
SEQ_HEADER = (HEADER, "header: {type: u8, length: u8, seq: u8}")
F = "spec.frames.row"


def test_a_shape_is_read_as_it_is_written(tmp_path: Path) -> None:
    shape = delimited(loaded(tmp_path))

    assert (shape.name, shape.sync, shape.tail) == ("row", b"\xa5\x5a", b"")
    assert [name for name, _ in shape.header] == ["type", "length"]
    assert (shape.counts, shape.covers) == (("payload", "payload"), ("sync", "payload"))
    assert shape.checksum_int == Int(2, "big", signed=False)
    assert (shape.key, shape.packed, shape.seq) == (("type", "payload"), ("type", 1), None)
    assert (shape.pad_to, shape.pad_from) == (1, ())


def test_sequence_numbers_tail_and_padding_are_read(tmp_path: Path) -> None:
    more = f"{PACKED}\n    seq: {{laps: [[1, 9], [4, 4]], reply: next}}\n    tail: 0x55"
    pad = "\n    pad: {to: 16, from: [body]}"
    shape = delimited(loaded(tmp_path, SEQ_HEADER, (PACKED, more + pad)))

    assert shape.seq == Seq(((1, 9), (4, 4)), "next")
    assert (shape.tail, shape.pad_to, shape.pad_from) == (b"\x55", 16, ("body",))


def test_each_checksum_that_a_spec_can_name_exists_and_fills_its_size() -> None:
    assert set(CHECKSUMS) == set(checksum.CHECKSUMS)
    for name, size in CHECKSUMS.items():
        function, start = checksum.CHECKSUMS[name]

        assert function(b"\xff" * 300, start) < 1 << (8 * size)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: delimited", "kind: ¦x", f"{F}.kind: unknown 'x' (known: {', '.join(KINDS)})"),
        (SYNC, "sync: ¦[0xa5, 256]", f"{F}.sync: expected bytes from 0 to 255"),
        (SYNC, "sync: ¦-1", f"{F}.sync: expected bytes from 0 to 255"),
        (HEADER, "header: ¦{type: u8, size: u8}", f"{F}.header: needs a field named length"),
        (
            HEADER,
            "header: ¦{type: u8, length: u8, tail: u8}",
            f"{F}.header: tail is a part of the frame already",
        ),
        (
            "counts: [payload, payload]",
            "counts: ¦[payload]",
            (
                f"{F}.length.counts: expected [first, last] out of "
                "sync, type, length, payload, checksum, tail"
            ),
        ),
        (
            "counts: [payload, payload]",
            "counts: ¦[checksum, tail]",
            f"{F}.length.counts: checksum to tail does not hold the payload",
        ),
        (
            "covers: [sync, payload]",
            "covers: ¦[sync, checksum]",
            f"{F}.checksum.covers: expected [first, last] out of sync, type, length, payload",
        ),
        (
            "name: sum16",
            "name: ¦sum9",
            f"{F}.checksum.name: unknown 'sum9' (known: {', '.join(CHECKSUMS)})",
        ),
        (
            CHECK,
            CHECK.replace("{", "¦{").replace("u16be", "u8"),
            f"{F}.checksum: sum16 needs a type of 2 bytes",
        ),
        (KEY, "key: ¦[payload, length]", f"{F}.key: expected some of type, payload"),
        (PACKED, "packed: ¦{tpye: 1}", f"{F}.packed: unknown header field 'tpye'"),
        (
            LENGTH,
            LENGTH.replace("{", "¦{").replace("32", "256"),
            f"{F}.length: max_size must be from 1 to 255, got 256",
        ),
        (
            PACKED,
            f"{PACKED}\n    pad: ¦{{to: 0, from: [body]}}",
            f"{F}.pad: expected a multiple of 1 to 1048576, got 0",
        ),
        (
            PACKED,
            f"{PACKED}\n    ¦tial: 0x55",
            (
                f"{F}: unknown key 'tial' "
                "(known: basis, checksum, header, key, kind, length, packed, pad, source, "
                "sync, tail)"
            ),
        ),
    ],
)
def test_a_wrong_shape_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    refuses(tmp_path, patched(SMALL, (old, new)), expected)


@pytest.mark.parametrize("missing", ["type: u16be, ", "name: sum16, "])
def test_a_checksum_needs_its_name_and_type(tmp_path: Path, missing: str) -> None:
    key = missing.partition(":")[0]
    text = patched(SMALL, (CHECK, CHECK.replace("{", "¦{").replace(missing, "")))
    ints = "u8, u16le, u16be, u32le, u32be, u64le, u64be, i8, i16le, i16be, i32le, i32be"
    known = {
        "name": "sum8, zero8, sum16, panasonic73, crc16_ibm3740, crc16_xmodem, crc32",
        "type": f"{ints}, i64le, i64be",
    }
    expected = [f"{F}.checksum.{key}: missing (known: {known[key]})"]
    if key == "type":
        text = text.replace("¦", "¦¦")
        expected.append(f"{F}.checksum: sum16 needs a type of 2 bytes")
    refuses(tmp_path, text, *expected)


@pytest.mark.parametrize(
    "lap", ["[9, 1]", "[0, true]", "[0, 256]", "[-1, 2]", "[1]", "[a, b]", "7"]
)
def test_a_lap_that_no_sequence_number_can_run_is_refused(tmp_path: Path, lap: str) -> None:
    seq = f"seq: {{laps: ¦[[1, 2], {lap}], reply: same}}"
    text = patched(SMALL, SEQ_HEADER, (PACKED, f"{PACKED}\n    {seq}"))
    refuses(tmp_path, text, f"{F}.seq.laps: each lap is [first, last] within 0 to 255")


def test_a_sequence_number_needs_a_lap(tmp_path: Path) -> None:
    seq = "seq: {laps: ¦[], reply: same}"
    text = patched(SMALL, SEQ_HEADER, (PACKED, f"{PACKED}\n    {seq}"))
    refuses(tmp_path, text, f"{F}.seq.laps: needs at least one lap [first, last]")


def test_packed_messages_need_a_key_in_the_payload(tmp_path: Path) -> None:
    text = patched(SMALL, (KEY, "key: type"), (PACKED, "packed: ¦{type: 1}"))
    text = text.replace("[1, 1]", "1").replace("[1, 2]", "2").replace("[1, 3]", "3")
    text = text.replace("[2, 1]", "4")
    expected = f"{F}.packed: the key must stand in the payload to tell messages apart"
    refuses(tmp_path, text, expected)


def test_a_frame_without_a_sync_says_so(tmp_path: Path) -> None:
    assert delimited(loaded(tmp_path, (SYNC, "sync: []"))).sync == b""

    text = patched(SMALL, ("kind: delimited\n    sync: [0xa5, 0x5a]", "¦kind: delimited"))
    refuses(tmp_path, text, f"{F}.sync: missing")
