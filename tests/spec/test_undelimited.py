from pathlib import Path

import pytest

from lensbus.spec.basis import Basis
from lensbus.spec.fields import INTS, Int
from lensbus.spec.shapes import Block, Seq, Table, Word
from tests.samples import SMALL, loaded, marks, patched, problems, refuses, write

FRAME = SMALL[SMALL.index("    kind: delimited") : SMALL.index("flags:\n")]
MESSAGES = SMALL[SMALL.index("  ask: {from") : SMALL.index("roles:\n")]
BASIS = "    basis: observed\n    source: bench\n"
F = "spec.frames.row"
BITS = "expected bits [highest, lowest] from 15 to 0"
COMPLEMENT = "header: complement must be of the type before it"
CHECK = "check: {name: group_sum, at: [2, 0], covers: [15, 3]}"
HEADER = "header: {start: u8, seq: u8, complement: u8}"
SUM = "checksum: {name: crc16_xmodem, type: u16be"
BENCH = Basis("observed", "a bench")

WORD = f"""\
    kind: word
    type: u16le
    parts: {{value: [15, 8], command: [6, 4]}}
    key: command
    check: {{name: group_sum, at: [2, 0], covers: [15, 3]}}
    idle: 0
{BASIS}"""
WORDS = """\
  ask: {from: body, key: 1, basis: observed, source: bench, fields: {a: {type: u8}}}
  answer: {from: lens, key: 1, basis: observed, source: bench, fields: {t: {type: u8}}}
"""
BLOCK = f"""\
    kind: block
    header: {{start: u8, seq: u8, complement: u8}}
    blocks: [1, 2]
    controls: 6
    size: 4
    checksum: {{name: crc16_xmodem, type: u16be, covers: [seq, payload]}}
    seq: {{laps: [[1, 9]], reply: same}}
    idle: 0x5a
{BASIS}"""
BLOCKS = """\
  ask: {from: body, key: 1, basis: observed, source: bench, fields: {a: {type: u32le}}}
  answer: {from: lens, key: 6, basis: observed, source: bench}
"""
TABLE = f"""\
    kind: table
    leads: body
    until: 0
{BASIS}"""
TABLES = """\
  ask: {from: body, key: 1, basis: observed, source: bench, fields: {a: {type: u8}}}
  answer: {from: lens, key: 1, basis: observed, source: bench, fields: {t: {type: ascii, size: 2}}}
"""
SHAPES = {"word": (WORD, WORDS), "block": (BLOCK, BLOCKS), "table": (TABLE, TABLES)}


def patches(kind: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    shape, messages = SHAPES[kind]
    return [(FRAME, patched(shape, *more)), (MESSAGES, messages)]


def test_a_word_is_read_as_it_is_written(tmp_path: Path) -> None:
    shape = loaded(tmp_path, *patches("word")).frames["row"]

    assert shape == Word(
        name="row",
        integer=Int(2, "little", signed=False),
        parts={"value": (15, 8), "command": (6, 4)},
        key=("command",),
        check="group_sum",
        check_at=(2, 0),
        covers=(15, 3),
        idle=0,
        basis=BENCH,
    )


def test_a_block_is_read_as_it_is_written(tmp_path: Path) -> None:
    shape = loaded(tmp_path, *patches("block")).frames["row"]
    byte = INTS["u8"]

    assert shape == Block(
        name="row",
        header=(("start", byte), ("seq", byte), ("complement", byte)),
        blocks=(1, 2),
        controls=(6,),
        room=4,
        checksum="crc16_xmodem",
        checksum_int=Int(2, "big", signed=False),
        covers=("seq", "payload"),
        seq=Seq(((1, 9),), "same"),
        idle=0x5A,
        basis=BENCH,
    )


def test_a_table_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert loaded(tmp_path, *patches("table")).frames["row"] == Table("row", "body", 0, BENCH)


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("word", "type: u16le", "type: ¦i16le", "type: a word has no sign"),
        ("word", "[15, 8]", "¦[8, 15]", f"parts.value: {BITS}"),
        ("word", "[6, 4]", "¦[16, 4]", f"parts.command: {BITS}"),
        ("word", "at: [2, 0]", "at: ¦2", f"check.at: {BITS}"),
        ("word", "parts: {value: [15, 8]", "parts: ¦{value: [15, 5]", "parts: command and value"),
        ("word", CHECK, CHECK.replace("{", "¦{").replace("3", "5"), "check: does not cover comm"),
        ("word", "group_sum", "¦sum8", "check.name: unknown 'sum8' (known: group_sum)"),
        ("word", "key: command", "key: ¦comand", "key: expected some of value, command"),
        ("block", "blocks: [1, 2]", "blocks: ¦[1, 256]", "blocks: 256 does not fit into start"),
        ("block", "blocks: [1, 2]", "blocks: ¦[1, 1]", "blocks: a value of start stands twice"),
        ("block", "blocks: [1, 2]", "blocks: ¦[1, 6]", "blocks: a value of start stands twice"),
        ("block", "blocks: [1, 2]", "blocks: ¦[]", "blocks: expected the values of start that b"),
        ("block", "size: 4", "size: ¦4000000000", "size: expected 1 to 1048576 bytes, got 4"),
        ("block", HEADER, HEADER.replace("{", "¦{").replace("seq: u8", "seq: u16le"), COMPLEMENT),
        ("block", HEADER, "header: ¦{}", "header: needs a field, the key"),
        ("block", SUM, SUM.replace("{", "¦{").replace("u16be", "u8"), "checksum: crc16_xmodem ne"),
        ("block", "[seq, payload]", "¦[sequ, payload]", "checksum.covers: expected [first, last"),
    ],
)  # fmt: skip
def test_a_wrong_part_of_a_shape_is_refused_at_its_place(
    tmp_path: Path, kind: str, old: str, new: str, expected: str
) -> None:
    text = patched(SMALL, *patches(kind, (old, new)))
    (place,) = marks(text)
    found = problems(write(tmp_path, text))

    assert [
        words for *at, words in found if tuple(at) == place and words.startswith(f"{F}.{expected}")
    ]


def test_a_control_is_one_byte(tmp_path: Path) -> None:
    header = ("{start: u8, seq: u8, complement: u8}", "{start: u16le, seq: u8, complement: u8}")
    text = patched(SMALL, *patches("block", header, ("controls: 6", "controls: ¦6")))
    refuses(tmp_path, text, f"{F}.controls: are single bytes, and so must start be")


def test_a_block_needs_a_header_that_begins_with_a_key(tmp_path: Path) -> None:
    header = ("{start: u8, seq: u8, complement: u8}", "¦{seq: u8, start: u8}")
    text = patched(SMALL, *patches("block", header))
    refuses(tmp_path, text, f"{F}.header: seq cannot be the key")
