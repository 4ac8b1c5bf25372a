"""Read the frame shapes that nothing delimits: words, blocks, tables of opcodes."""

from itertools import pairwise

from lensbus.spec.basis import Bases
from lensbus.spec.fields import Int
from lensbus.spec.frames import CHECKSUMS, MOST_BYTES, check_width, read_int, read_seq, read_span
from lensbus.spec.node import Section
from lensbus.spec.shapes import Block, Table, Word

WORD_CHECKS = ("group_sum",)
COMPLEMENT = "complement"
"""The header field that is the one before it with all bits turned over."""

Bits = tuple[int, int]


def read_word(name: str, section: Section, bases: Bases) -> Word:
    """Words of one whole-number type, with a check over some of their bits."""
    integer = read_int(section, "type")
    check = section.section("check", needed=True)
    named = section.section("parts", needed=True)
    parts = {part: _bits(named, part, integer) for part in named.names()}
    word = Word(
        name=name,
        integer=integer,
        parts=parts,
        key=section.texts("key"),
        check=check.choice("name", WORD_CHECKS),
        check_at=_bits(check, "at", integer),
        covers=_bits(check, "covers", integer),
        idle=section.integer("idle") if "idle" in section else None,
        basis=bases.read(section),
    )
    if not word.key or not set(word.key) <= set(parts):
        section.problem("key", f"expected some of {', '.join(parts)}")
    if integer.signed:
        section.problem("type", "a word has no sign")
    _check_bits(section, word)
    check.done()
    return word


def _bits(section: Section, key: str, integer: Int) -> Bits:
    """Bits as [highest, lowest], where 0 is the lowest of a word."""
    high, *low = section.integers(key) or (0,)
    top = 8 * integer.size - 1
    if len(low) != 1 or not 0 <= low[0] <= high <= top:
        section.problem(key, f"expected bits [highest, lowest] from {top} to 0")
        return 0, 0
    return high, low[0]


def _check_bits(section: Section, word: Word) -> None:
    """No bit has two meanings, and the check covers all parts."""
    taken = dict.fromkeys(range(word.check_at[1], word.check_at[0] + 1), "check")
    for part, (high, low) in word.parts.items():
        for bit in range(low, high + 1):
            if bit in taken:
                section.problem("parts", f"{part} and {taken[bit]} share bit {bit}")
                return
            taken[bit] = part
        if not word.covers[1] <= low <= high <= word.covers[0]:
            section.problem("check", f"does not cover {part}")


def read_block(name: str, section: Section, bases: Bases) -> Block:
    """Blocks of one size with a header and a checksum, and single control bytes."""
    fields = section.section("header", needed=True)
    header = tuple((key, read_int(fields, key)) for key in fields.names())
    check = section.section("checksum", needed=True)
    block = Block(
        name=name,
        header=header,
        blocks=section.integers("blocks"),
        controls=section.integers("controls"),
        room=section.integer("size"),
        checksum=check.choice("name", tuple(CHECKSUMS)),
        checksum_int=read_int(check, "type"),
        covers=read_span(check, "covers", (*(key for key, _ in header), "payload")),
        seq=read_seq(section, header),
        idle=section.integer("idle") if "idle" in section else None,
        basis=bases.read(section),
    )
    check_width(section, block.checksum, block.checksum_int)
    _check_block(section, block)
    check.done()
    return block


def _check_block(section: Section, block: Block) -> None:
    if not 0 < block.room <= MOST_BYTES:
        section.problem("size", f"expected 1 to {MOST_BYTES} bytes, got {block.room}")
    if not block.header:
        section.problem("header", "needs a field, the key")
        return
    _check_firsts(section, block)
    for (_, before), (name, after) in pairwise(block.header):
        if name == COMPLEMENT and before != after:
            section.problem("header", f"{COMPLEMENT} must be of the type before it")


def _check_firsts(section: Section, block: Block) -> None:
    """What a block or a control begins with, the key."""
    key, integer = block.header[0]
    if key in {COMPLEMENT, "seq"}:
        section.problem("header", f"{key} cannot be the key")
    if not block.blocks:
        section.problem("blocks", f"expected the values of {key} that begin a block")
    if block.controls and integer.size > 1:
        section.problem("controls", f"are single bytes, and so must {key} be")
    for value in (*block.blocks, *block.controls):
        if not integer.low <= value <= integer.high:
            section.problem("blocks", f"{value} does not fit into {key}")
    if len({*block.blocks, *block.controls}) < len(block.blocks) + len(block.controls):
        section.problem("blocks", f"a value of {key} stands twice")


def read_table(name: str, section: Section, bases: Bases) -> Table:
    """No framing: the messages of the spec say how long each is."""
    return Table(
        name=name,
        leads=section.text("leads"),
        until=section.integer("until") if "until" in section else None,
        basis=bases.read(section),
    )
