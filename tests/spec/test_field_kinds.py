from pathlib import Path

import pytest

from lensbus.errors import SpecError
from lensbus.spec.field_kinds import few
from lensbus.spec.fields import Bits, Check, Int
from lensbus.spec.laws import LAWS
from lensbus.spec.node import Node, Problems, Section, Where
from tests.samples import MARK, SMALL, loaded, patched, refuses
from tests.zoo import zoo

A = "spec.messages.ask.fields.a"
BYTE = "{a: {type: u8}}"
ZOO = zoo().messages
LIMIT = "only the last field of a message can take the rest"
END = "an element needs an end of its own and at least one byte"


def test_bits_are_read_with_their_places() -> None:
    word = ZOO["words"].fields[0]

    assert (word.kind, word.integer) == ("bits", Int(2, "big", signed=False))
    assert [part.place for part in word.parts] == [Bits(0, 4), Bits(4, 1), Bits(8, 8)]
    assert word.parts[0].enum == {"off": 0, "on": 1}
    assert (word.parts[1].low, word.parts[1].high) == (0, 1)


def test_counts_sizes_and_ends_are_read() -> None:
    counted, zeros, arrays = (ZOO[name].fields for name in ("counted", "zeros", "arrays"))

    assert [field.count for field in counted] == [None, None, None, "n", None, "k", "m"]
    assert [field.until_zero for field in zeros] == [True, False, True]
    assert [field.count for field in arrays] == [None, 3, "n", 2, "n", 2, None]


def test_the_checksum_of_a_block_is_read() -> None:
    assert ZOO["checked"].fields[0].check == Check("panasonic73", Int(2, "little", signed=False))


def test_only_the_last_fields_are_optional() -> None:
    assert [field.optional for field in ZOO["tail"].fields] == [False, *[True] * 4]


def nested(depth: int) -> str:
    inner = "{b: {type: u8}}"
    for _ in range(depth - 2):
        inner = f"{{b: {{type: block, fields: {inner}}}}}"
    return f"{{a: {{type: block, fields: {inner}}}}}"


def test_four_fields_can_stand_within_each_other(tmp_path: Path) -> None:
    assert loaded(tmp_path, (BYTE, nested(4))).messages["ask"].fields[0].least == 1


def test_a_fifth_one_is_refused_and_nothing_within_it_read(tmp_path: Path) -> None:
    text = nested(5).replace("{b: {type: u8}}", "¦{b: {type: u9}}")
    path = f"{A}.fields.b.fields.b.fields.b.fields"
    refuses(tmp_path, patched(SMALL, (BYTE, text)), f"{path}: nests deeper than 4")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("{a: {type: bytes, size: ¦20000000}}", "size: expected 1 to 1048576, got 2e+07"),
        ("{a: {type: bytes, size: ¦-1}}", "size: expected 1 to 1048576, got -1"),
        ("{a: {type: bytes, size: ¦until_zero}}", "size: expected a whole number, got text"),
        ("{a: ¦{type: bcd}}", "size: missing"),
        ("{a: ¦{type: array, of: {type: u8}}}", "count: missing"),
        ("{a: {type: array, of: {type: u8}, count: ¦0}}", "count: expected 1 to 1048576, got 0"),
        (
            "{a: {type: array, of: {type: u8}, count: ¦9999999999}}",
            "count: expected 1 to 1048576, got 1e+10",
        ),
        (
            "{a: {type: array, of: {type: u8}, count: ¦n}}",
            "count: no field 'n' before this one (known: none)",
        ),
        ("{a: ¦{type: array, count: 2}}", "of: missing"),
        ("{a: {type: array, count: 2, of: ¦{type: ascii, size: rest}}}", f"of: {END}"),
        ("{a: {type: array, count: 2, of: ¦{type: bytes, count: n}}}", f"of: {END}"),
        ("{a: ¦{type: block}}", "fields: missing"),
        ("{a: {type: block, fields: ¦{}}}", "fields: needs at least one entry"),
        ("{a: {type: block, fields: {b: {type: ¦bytes, size: rest}}}}", f"fields.b.type: {LIMIT}"),
        ("{a: {type: ¦bytes, size: rest}, b: {type: u8}}", f"type: {LIMIT}"),
        (
            "{a: {type: bytes, size: rest, optional: ¦true}}",
            "optional: only what has at least a byte can be",
        ),
        ("{a: {type: u8, bits: ¦{}}}", "bits: needs at least one entry"),
        ("{a: {type: ¦i8, bits: {b: {at: 0}}}}", "type: only an unsigned type has bits"),
        ("{a: {type: u8, bits: {b: {at: ¦8}}}}", "bits.b.at: bits of 0 to 7, at least one of them"),
        (
            "{a: {type: u8, bits: {b: {at: ¦4, width: 5}}}}",
            "bits.b.at: bits of 0 to 7, at least one of them",
        ),
        (
            "{a: {type: u8, bits: {b: {at: ¦4, width: 0}}}}",
            "bits.b.at: bits of 0 to 7, at least one of them",
        ),
        ("{a: {type: u8, bits: {b: {at: 0, width: 3}, c: {at: ¦2}}}}", "bits.c.at: overlaps b"),
        (
            "{a: {type: u8, bits: {b: ¦{at: 0, width: 3, high: 8}}}}",
            "bits.b.type: 8 does not fit into 3 bit(s)",
        ),
        (
            "{a: {type: block, fields: {b: {type: u8, optional: ¦true}}}}",
            "fields.b.optional: only the last fields of a message can be",
        ),
        (
            "{a: {type: array, count: 2, of: ¦{type: u8, optional: true}}}",
            "of: only the last fields of a message can be",
        ),
        (
            "{a: {type: u8, optional: true, default: ¦3}}",
            "default: what is optional is left out instead",
        ),
        (
            "{n: {type: u8}, a: {type: ascii, size: ¦3, count: n}}",
            "size: the count tells it already",
        ),
        ("{a: {type: u8, scale: ¦0}}", "scale: 0 leaves nothing to tell"),
        ("{a: {type: u8, law: ¦av257}}", f"law: unknown 'av257' (known: {', '.join(LAWS)})"),
        ("{a: {type: u8, law: ¦av256, scale: 2}}", "law: takes no scale or offset"),
        ("{a: {type: u8, law: av256, unit: ¦mm}}", "unit: the law av256 has its own: f-number"),
        (
            "{a: {type: ¦u8, law: av256, enum: modes}}",
            "type: only plain numbers have a law or a scale",
        ),
        ("{a: {type: bytes, size: 1, scale: ¦2}}", "scale: only whole numbers have this"),
        (
            "{a: {type: block, fields: {b: {type: u8}}, checksum: ¦{name: crc32, type: u16le}}}",
            "checksum: crc32 needs a type of 4 bytes",
        ),
    ],
)
def test_a_wrong_field_is_refused_at_its_place(tmp_path: Path, new: str, expected: str) -> None:
    refuses(tmp_path, patched(SMALL, (BYTE, new)), f"{A}.{expected}")


NO_COUNT = "n is no plain u8 to u32, so it cannot count"


@pytest.mark.parametrize(
    "count",
    [
        "type: i8",
        "type: u40le",
        "type: u8, enum: modes",
        "type: u8, flags: bits",
        "type: u8, scale: 2",
        "type: u8, bits: {b: {at: 0}}",
        "type: bytes, size: 1",
    ],
)
def test_only_a_plain_unsigned_number_can_count(tmp_path: Path, count: str) -> None:
    text = f"{{n: {{{count}}}, a: {{type: bytes, count: ¦n}}}}"
    refuses(tmp_path, patched(SMALL, (BYTE, text)), f"{A}.count: {NO_COUNT}")


def test_a_field_after_an_optional_one_is_optional_too(tmp_path: Path) -> None:
    text = patched(SMALL, (BYTE, "{n: {type: u8, optional: ¦true}, a: {type: u8}, b: {type: u8}}"))
    words = "only the last fields can be, and a after it is not"
    mend = "make that optional too, or put this one last"
    refuses(tmp_path, text, f"{A[:-1]}n.optional: {words}: {mend}")


@pytest.mark.parametrize(
    ("new", "path", "known"),
    [
        ("{a: {type: u8, ¦count: 2}}", "", "basis, bits, default, enum, flags, high, law, low, "),
        (
            "{a: {type: u8, bits: {b: {at: 0, ¦flags: bits}}}}",
            ".bits.b",
            "at, basis, default, enum, high, law, low, names, offset, scale, unit, width",
        ),
    ],
)
def test_what_a_kind_does_not_know_is_refused(
    tmp_path: Path, new: str, path: str, known: str
) -> None:
    with pytest.raises(SpecError, match=rf"{A}{path}: unknown key '\w+' \(known: {known}"):
        loaded(tmp_path, (BYTE, new.replace(MARK, "")))


def many(number: int) -> str:
    return f"{{{', '.join(f'f{n}: {{type: u8}}' for n in range(number))}}}"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"fields: ¦{many(1001)}", "fields"),
        (f"fields: {{a: {{type: block, fields: ¦{many(1001)}}}}}", "fields.a.fields"),
    ],
)
def test_more_than_a_thousand_fields_are_told_in_one_line(
    tmp_path: Path, text: str, path: str
) -> None:
    expected = f"spec.messages.ask.{path}: expected at most 1000, got 1001"
    refuses(tmp_path, patched(SMALL, (f"fields: {BYTE}", text)), expected)


def test_a_thousand_fields_are_read() -> None:
    place = Where("spec.yaml", 1, 1)
    entries = {f"f{n}": Node(place, {}) for n in range(1000)}
    section = Section(Node(place, {"fields": Node(place, entries)}), "m", Problems())

    assert [name for name, _ in few(section, "fields")] == list(entries)
