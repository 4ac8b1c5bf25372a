from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.spec.canon import ORDER, layout_hash, prose, tree
from lensbus.spec.fields import Field, Int
from lensbus.spec.load import load
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Word
from tests.samples import delimited, loaded, shape_named

L_MOUNT = load("l_mount")
STATUS = L_MOUNT.messages["status"]
SWAPPED = (2, 1, 0, 3, 4, 5, 6, 7)  # two fields of one type
NOW = layout_hash(L_MOUNT, 2)
FUJI, TAMRON = load("fuji_gf"), load("tamron_usb")
FIELD = "fields: {a: {type: u8}}"


def with_status(change: Callable[[MessageType], MessageType]) -> Spec:
    return replace(L_MOUNT, messages={**L_MOUNT.messages, "status": change(STATUS)})


def first_field(**changes: object) -> Callable[[MessageType], MessageType]:
    def change(kind: MessageType) -> MessageType:
        first, *others = kind.fields
        return replace(kind, fields=(replace(first, **changes), *others))  # type: ignore[arg-type]  # any of them

    return change


def test_a_layout_hash_has_32_bits_and_is_the_same_in_every_process() -> None:
    """It is told on the wire: another one means that the model's layout has changed."""
    assert [f"{layout_hash(L_MOUNT, version):08x}" for version in (1, 2)] == [
        "ede54615",
        "a20ecf36",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda kind: replace(kind, key=(0x91,)),
        lambda kind: replace(kind, sender="body"),
        lambda kind: replace(kind, fields=kind.fields[:-1]),
        lambda kind: replace(kind, fields=kind.fields[::-1]),
        lambda kind: replace(kind, fields=tuple(kind.fields[at] for at in SWAPPED)),
        first_field(name="place"),
        first_field(low=1),
        first_field(integer=Int(2, "big", signed=False)),
        first_field(enum={"far": 1}),
    ],
    ids=["key", "sender", "fewer", "order", "swapped", "name", "range", "type", "values"],
)  # fmt: skip
def test_what_changes_the_meaning_of_bytes_changes_the_hash(
    change: Callable[[MessageType], MessageType],
) -> None:
    assert layout_hash(with_status(change), 2) != NOW


@pytest.mark.parametrize(
    "change",
    [
        lambda kind: replace(kind, basis=L_MOUNT.messages["busy"].basis),
        lambda kind: replace(kind, cyclic=False),
        lambda kind: replace(kind, where=L_MOUNT.messages["busy"].where),
        first_field(unit="steps"),
        first_field(names={1: "one"}),
        first_field(versions=range(1, 9)),
    ],
    ids=["basis", "cyclic", "where", "unit", "names", "versions"],
)
def test_what_is_told_to_people_leaves_the_hash_as_it_is(
    change: Callable[[MessageType], MessageType],
) -> None:
    assert layout_hash(with_status(change), 2) == NOW


def test_behaviour_is_no_layout() -> None:
    changed = replace(L_MOUNT, roles={}, replies={}, title="another", constants={})

    assert layout_hash(changed, 2) == NOW
    assert tree(changed) != tree(L_MOUNT)


def test_another_frame_is_another_layout() -> None:
    strip = replace(delimited(L_MOUNT), sync=b"\xe1")

    assert layout_hash(replace(L_MOUNT, frames={"strip": strip}), 2) != NOW


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("acknowledge", "command", "value", "extra"), True),
        (("value", "extra", "command", "acknowledge"), True),
        (("extra", "acknowledge", "command", "value"), False),
    ],
)
def test_the_parts_of_a_word_that_are_its_payload_count_in_their_order(
    names: Sequence[str], same: bool
) -> None:
    word = shape_named(FUJI, "word", Word)
    moved = replace(word, parts={name: word.parts[name] for name in names})
    spec = replace(FUJI, frames={**FUJI.frames, "word": moved})

    assert (layout_hash(spec, 1) == layout_hash(FUJI, 1)) == same


def in_order(spec: Spec, *names: str) -> int:
    return layout_hash(replace(spec, frames={name: spec.frames[name] for name in names}), 1)


def test_frames_that_are_tried_in_turn_count_in_their_order() -> None:
    assert in_order(FUJI, "block", "word") == layout_hash(FUJI, 1)
    assert in_order(FUJI, "word", "block") != layout_hash(FUJI, 1)


def test_where_rows_say_which_frame_the_first_one_counts_alone() -> None:
    command = delimited(TAMRON)
    spec = replace(TAMRON, frames={**TAMRON.frames, "more": replace(command, name="more")})
    now = layout_hash(spec, 1)

    assert in_order(spec, "command", "more", "transfer") == now
    assert in_order(spec, "transfer", "command", "more") != now


@pytest.mark.parametrize(("sync", "same"), [(b"\xe1", True), (b"\xe0\x01", False), (b"", False)])
def test_frames_that_no_bytes_can_both_begin_have_no_order(sync: bytes, same: bool) -> None:
    strip = delimited(L_MOUNT)
    frames = {"strip": strip, "other": replace(strip, name="other", sync=sync)}
    spec = replace(L_MOUNT, frames=frames, older={}, version=1)

    assert (in_order(spec, "strip", "other") == in_order(spec, "other", "strip")) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{type: u8, scale: 2, offset: 10}", "{type: u8, scale: 2.0, offset: 10.0}"),
        ("{type: u8, enum: modes}", "{type: u8, enum: modes, high: 9}"),
        ("{type: u8, flags: bits}", "{type: u8, flags: bits, high: 9}"),
        (
            "{type: u8, bits: {x: {at: 0}, y: {at: 1, width: 2, enum: modes}}}",
            "{type: u8, bits: {y: {at: 1, width: 2, enum: modes, high: 2}, x: {at: 0}}}",
        ),
        (
            "{type: array, count: 2, of: {type: u8, enum: modes}}",
            "{type: array, count: 2, of: {type: u8, enum: modes, low: 1}}",
        ),
    ],
    ids=["law", "enum", "flags", "bits", "element"],
)
def test_the_same_bytes_have_the_same_hash_however_a_file_says_them(
    tmp_path: Path, one: str, other: str
) -> None:
    hashes = [
        layout_hash(loaded(tmp_path, (FIELD, f"fields: {{a: {field}}}")), 1)
        for field in (one, other)
    ]

    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("pad", "same"),
    [
        ("{to: 1, from: [lens]}", True),
        ("{to: 8}", True),
        ("{to: 8, from: [lens]}", False),
    ],
)
def test_padding_counts_where_there_is_some(tmp_path: Path, pad: str, same: bool) -> None:
    plain = loaded(tmp_path)
    padded = loaded(
        tmp_path, ("    packed: {type: 1}\n", f"    packed: {{type: 1}}\n    pad: {pad}\n")
    )

    assert (layout_hash(padded, 1) == layout_hash(plain, 1)) == same


def test_a_tree_holds_fields_by_name_and_their_order() -> None:
    fields = tree(L_MOUNT)["messages"]["focus_move"]["fields"]

    assert fields[ORDER] == ("mode", "target", "speed")
    assert fields["target"]["integer"] == "i32le"
    assert tree(L_MOUNT)["messages"]["sync"]["fields"] == {ORDER: ()}


def test_what_has_its_default_is_not_in_a_tree() -> None:
    plain = tree(L_MOUNT)["messages"]["busy"]["fields"]["opcode"]

    assert plain == {"kind": "int", "size": 1, "integer": "u8", "high": 255}
    assert Field.__dataclass_fields__["low"].default == 0


def test_a_row_that_stays_says_where() -> None:
    rows = tree(L_MOUNT)["roles"]["lens"]["rows"]

    assert rows["fast", "recv", "get_optics"] == {"next": "fast", "rate": None}
    assert rows["listening", "recv", "identify"]["terms"] == {
        "version": "protocol",
        "layout": "layout_hash",
    }


def test_prose_has_what_a_tree_has_not() -> None:
    told = prose(L_MOUNT)

    assert told["messages.status.fields.focus_position.unit"] == "counts"
    assert str(told["messages.sync.basis"]).startswith("analogue: ")
    assert told["messages.sync.cyclic"] is True
    assert told["contacts.1.role"] == "ground"
