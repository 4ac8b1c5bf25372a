"""Single edits of the L model and of a small spec, and what each means for devices out there."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lensbus.errors import SpecError
from lensbus.spec.canon import layout_hash
from lensbus.spec.diff import Change, diff
from lensbus.spec.load import load, spec_names
from lensbus.spec.model import Spec
from lensbus.spec.versions import versions
from tests.samples import SMALL, patched, shipped, write

L_MOUNT = load("l_mount")
TEXT = shipped("l_mount/lens")

OLD_BODY, OLD_LENS = "an old body with a new lens", "an old lens with a new body"
BOTH = {OLD_BODY, OLD_LENS}
NOBODY: set[str] = set()

STOP = "  focus_stop: {from: body, key: 0x13, basis: analogue, source: sony_focus}\n"
SLEEP = "  sleep: {with: asleep, timeout_s: 0.05, retries: 3,"
OPTICS = "  get_optics: {from: body, key: 0x04, basis: analogue, source: sony}\n"
POSITION = (
    "      focus_position: {type: u16le, unit: counts, basis: analogue, source: sony_focus}\n"
)
STATE = "      focus_state: {type: u8, enum: focus_state, basis: analogue, source: sony_focus}\n"
SPEED = '      speed: {type: u16le, unit: "counts/s, 0 for the fastest"}\n'
STATUS_ROW = "      - [ready, send status, ready]\n"
FIELD = "      more: {type: u8, basis: model, reason: r}\n"

Edit = tuple[str, str]


def edited(folder: Path, *edits: Edit, text: str = TEXT) -> Spec:
    return load(str(write(folder, patched(text, *edits))))


def told(changes: list[Change]) -> str:
    return "\n".join(f"{change.grade}: {change.words}" for change in changes)


@pytest.mark.parametrize(
    ("old", "new", "words", "breaks"),
    [
        ("sync: [0xe0]", "sync: [0xe1]", "frames.strip.sync is e1, was e0", BOTH),
        ("max_size: 300}", "max_size: 200}", "frames.strip.max_size is 200, was 300", BOTH),
        ("laps: [[1, 255]]", "laps: [[0, 255]]", "frames.strip.seq.laps", BOTH),
        ("covers: [length, payload]", "covers: [sync, payload]", "frames.strip.covers", BOTH),
        (STOP, STOP.replace("0x13", "0x23"), "focus_stop.key is 0x23, was 0x13", BOTH),
        (SPEED, SPEED + FIELD, "focus_move.more is new, at the end", BOTH),
        (SPEED, FIELD + SPEED, "focus_move.more is new, in the middle", BOTH),
        (SPEED, "", "focus_move.speed is gone, at the end", BOTH),
        (SPEED, SPEED.replace("u16le", "u16be"), "speed: type is u16be, was u16le", BOTH),
        (SPEED, SPEED.replace("u16le", "u32le"), "speed: type is u32le, was u16le", BOTH),
        (SPEED, SPEED.replace("u16le,", "u16le, high: 9,"), "takes less: high 9, was 65535", {OLD_BODY}),
        ('protocol: {type: u8, low: 1, basis: model, reason: "the newest version that', 'protocol: {type: u8, low: 0, basis: model, reason: "the newest version that', "identity.protocol takes more: low 0, was 1", {OLD_BODY}),
        ("idle: 0, moving: 1, near_end: 2", "idle: 0, moving: 2, near_end: 1", "focus_state: value moving is 2, was 1", BOTH),
        ("far_end: 3}", "far_end: 3, stuck: 4}", "status.focus_state: value stuck is new", {OLD_BODY}),
        ("absolute: 0, relative: 1, speed: 2", "absolute: 0, relative: 1", "value speed is gone", {OLD_BODY}),
        ("accessory: 1024}", "accessory: 1024, tilt: 2048}", "exchange_capabilities.mask: value tilt is new", {OLD_LENS}),
        ("type: u8, enum: focus_drive,", "type: u8,", "focus_drive: values any number", {OLD_LENS}),
        (OPTICS, OPTICS + "  ask: {from: body, key: 0x44, basis: model, reason: r}\n", "message ask of the body is new", {OLD_LENS}),
        ("[off, send attached, off]", "[off, send attached, listening]", "next is listening, was off", BOTH),
        ("      - [ready, recv focus_stop, ready]\n", "", "lens table, state ready: recv focus_stop is gone", {OLD_BODY}),
        ("      - [ready, send accepted, ready]\n", "", "state ready: send accepted is gone", {OLD_BODY}),
        ("deaf: [off, gone]", "deaf: [off, gone, sleeping]", "roles.lens.deaf is gone off sleeping, was gone off", {OLD_BODY}),
        ("  lens:\n    start: off", "  lens:\n    start: listening", "roles.lens.start is listening, was off", BOTH),
        ("value: 0.3, unit: s", "value: 0.25, unit: s", "roles.lens.silence_s is 0.25, was 0.3", {OLD_BODY}),
        (STATUS_ROW, "", "lens table, state ready: send status is gone", {OLD_BODY}),
        ("      - [ready, send sync, ready]\n", "", "body table, state ready: send sync is gone", {OLD_LENS}),
        (STATUS_ROW, STATUS_ROW + "      - [ready, recv reset, same]\n", "state ready: recv reset is new", {OLD_BODY}),
        ("reason: illegal_state}}", "reason: unsupported}}", "roles.lens.refusal.fields.reason", BOTH),
        (SLEEP, SLEEP.replace("0.05", "0.04"), "replies.sleep.timeout_s is 0.04, was 0.05", {OLD_LENS}),
        (SLEEP, SLEEP.replace("0.05", "0.06"), "replies.sleep.timeout_s is 0.06, was 0.05", {OLD_BODY}),
        ("{with: homed, interim: busy,", "{with: homed,", "replies.home.interim is none, was busy", {OLD_LENS}),
        ("460800, 921600, 1500000, 3000000]\n  bits", "460800, 1500000, 3000000]\n  bits", "link.rates: 921600 baud is gone", BOTH),
        ("rate_pause_s: {value: 0.005", "rate_pause_s: {value: 0.006", "link.rate_pause_s is 0.006, was 0.005", BOTH),
        ("absent: in_band, modem", "absent: high, modem", "link.lines.reset.absent is high, was in_band", BOTH),
        ("gap_s: {value: 0.002", "gap_s: {value: 0.001", "timing.gap_s is 0.001, was 0.002", BOTH),
        ("counts_per_stop: {value: 256", "counts_per_stop: {value: 128", "constants.counts_per_stop is 128", BOTH),
        ('4: {role: "lens detect, grounded by the lens", line: detect', '4: {role: "lens detect, grounded by the lens", line: reset', "contacts.4 is reset, was detect", BOTH),
        ("protocol: {value: 2, basis", "protocol_least: {value: 2, basis: model, reason: r}\n  protocol: {value: 2, basis", "version 1 is gone", BOTH),
    ],
)  # fmt: skip
def test_what_makes_an_old_device_fail_is_breaking(
    tmp_path: Path, old: str, new: str, words: str, breaks: set[str]
) -> None:
    worst = diff(L_MOUNT, edited(tmp_path, (old, new)))[0]

    assert (worst.grade, set(worst.breaks)) == ("breaking", breaks)
    assert words in worst.words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (STATUS_ROW, STATUS_ROW + "      - [fast, recv focus_stop, fast]\n", "state fast: recv focus_stop is new"),
        ("value: 0.3, unit: s", "value: 0.35, unit: s", "roles.lens.silence_s is 0.35"),
        ("deaf: [off, gone]", "deaf: [off]", "roles.lens.deaf is off, was gone off"),
        (SLEEP, SLEEP.replace("retries: 3", "retries: 4"), "replies.sleep.retries is 4, was 3"),
        ("1500000, 3000000]\n  bits", "1500000, 3000000, 6000000]\n  bits", "link.rates: 6000000 baud"),
        ("counts_per_stop: {", "spare: {value: 1, basis: model, reason: r}\n  counts_per_stop: {", "constants.spare is new"),
        ("unknown: fault", "unknown: opaque", "what has no known key is opaque, was fault"),
        ("      target: {type: i32le", "      goal: {type: i32le", "focus_move.fields.goal was called target"),
        ("near_end: 2, far_end", "near: 2, far_end", "focus_state.enum.near was called near_end"),
        ("identifies: {lens: identity.name}", "identifies: {lens: identity.serial}", "identifies.lens"),
        ("protocol: {value: 2, basis", "protocol: {value: 3, basis", "version 3 is new"),
    ],
)  # fmt: skip
def test_what_no_device_minds_is_compatible(tmp_path: Path, old: str, new: str, words: str) -> None:
    changes = diff(L_MOUNT, edited(tmp_path, (old, new)))

    assert {"breaking"}.isdisjoint(change.grade for change in changes), told(changes)
    assert any(change.grade == "compatible" and words in change.words for change in changes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("(open model, not Leica's)", "(a model)", "title is L-mount, body and lens (a model)"),
        (STOP, STOP.replace("analogue", "observed"), "messages.focus_stop.basis is observed"),
        (SPEED, SPEED.replace("counts/s", "steps/s"), "focus_move.fields.speed.unit is steps/s"),
        ("flange_depth: {value: 20.0", "flange_depth: {value: 20.1", "mount.flange_depth is 20.1"),
        ("{data: TXD, select", "{data: TX, select", "capture.body"),
        ('reason: "see contact 6;', 'reason: "contact 6;', "link.lines.reset.basis"),
        ("key: 0x11\n    cyclic: true", "key: 0x11", "messages.command.cyclic is False, was True"),
    ],
)  # fmt: skip
def test_what_is_told_to_people_alone_is_documentation(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    changes = diff(L_MOUNT, edited(tmp_path, (old, new)))

    assert {change.grade for change in changes} == {"documentation"}, told(changes)
    assert words in told(changes)


@pytest.mark.parametrize(
    ("old", "new", "grade", "words"),
    [
        ("focus_stop", "focus_halt", "compatible", "messages.focus_halt was called focus_stop"),
        ("dozing", "drowsy", "documentation", "body table: state drowsy was called dozing"),
    ],
)
def test_another_name_everywhere_is_one_change(
    tmp_path: Path, old: str, new: str, grade: str, words: str
) -> None:
    (change,) = diff(L_MOUNT, edited(tmp_path, text=re.sub(rf"\b{old}\b", new, TEXT)))

    assert change.grade == grade
    assert words in change.words


SHORT = SMALL[SMALL.index("  row:\n") : SMALL.index("flags:\n")]
LONG = SHORT.replace("  row:", "  long:").replace("sum16", "crc16_xmodem")
FAR = LONG.replace("[0xa5, 0x5a]", "[0xa6]")


@pytest.mark.parametrize(
    ("frames", "graded"),
    [
        (SHORT + LONG, [("compatible", "frames.long is new")]),
        (LONG + SHORT, [("breaking", "frames.long is new")]),
        (FAR + SHORT, [("compatible", "frames.long is new")]),
    ],
    ids=["last", "first", "apart"],
)
def test_a_frame_that_is_new_is_breaking_where_it_may_hide_an_old_one(
    tmp_path: Path, frames: str, graded: list[Edit]
) -> None:
    old = edited(tmp_path, text=in_row(SHORT))
    changes = diff(old, edited(tmp_path, text=in_row(frames)))

    found = [(change.grade, change.words) for change in changes]

    assert [each for each in found if each[0] == "breaking" or "frames" in each[1]] == graded


def in_row(frames: str) -> str:
    """The small spec with these frames, its messages in the row."""
    return re.sub(r"\{from: (\w+), key", r"{frame: row, from: \1, key", SMALL).replace(
        SHORT, frames
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (SHORT + LONG, LONG + SHORT, ["frames stand in another order: long row"]),
        (FAR + SHORT, SHORT + FAR, []),
    ],
)
def test_another_order_of_frames_is_breaking_where_the_first_that_fits_counts(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    before = edited(tmp_path, text=in_row(old))
    changes = diff(before, edited(tmp_path, text=in_row(new)))

    worst = [change for change in changes if change.grade == "breaking"]

    assert [change.words for change in worst] == words
    assert all(set(change.breaks) == BOTH for change in worst)


def test_another_order_of_the_payload_of_a_word_is_breaking(tmp_path: Path) -> None:
    value, extra = "value: [31, 16], ", ", extra: [7, 6]"
    old = shipped("fuji_gf/lens")
    changes = diff(
        load("fuji_gf"),
        edited(tmp_path, (value, ""), (extra, f"{extra}, {value[:-2]}"), text=old),
    )

    assert [change.words for change in changes] == [
        "frames.word.parts stand in another order: extra value"
    ]
    assert changes[0].grade == "breaking"


A, X, Y, Z = "a: {type: u8}", "x: {type: u8, optional: true}", "y: {type: u16le, optional: true}", "z: {type: i8, optional: true}"  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ((A, X), (A, X, Y), {OLD_LENS}),
        ((A,), (A, X, Y), {OLD_LENS}),
        ((A, Y), (A, X, Y), BOTH),
        ((A, X, Z), (A, X, Y, Z), BOTH),
        ((A, X, Y), (A,), {OLD_BODY}),
        ((A, X, Y), (A, Y), BOTH),
    ],
)
def test_what_may_be_left_out_fails_one_way_at_the_end_alone(
    tmp_path: Path, old: tuple[str, ...], new: tuple[str, ...], breaks: set[str]
) -> None:
    before, after = (
        edited(
            tmp_path, ("fields: {a: {type: u8}}", f"fields: {{{', '.join(fields)}}}"), text=SMALL
        )
        for fields in (old, new)
    )
    changes = diff(before, after)

    assert {pair for change in changes for pair in change.breaks} == breaks
    assert all(("at the end" in change.words) == (breaks != BOTH) for change in changes)


def test_two_sides_that_fail_with_each_other_are_told_apart(tmp_path: Path) -> None:
    """The worked example of the issue: one breaking change, two compatible ones."""
    old = tmp_path / "old"
    old.mkdir()
    new = edited(
        tmp_path,
        (STATE, STATE.replace("u8, enum: focus_state", "u8, high: 3")),
        (SLEEP, SLEEP.replace("retries: 3", "retries: 5")),
        (STATUS_ROW, STATUS_ROW + "      - [fast, recv focus_stop, fast]\n"),
    )
    before = edited(old, (STATE, STATE.replace("u8, enum: focus_state", "u8, high: 7")))

    assert [(change.grade, change.breaks) for change in diff(before, new)] == [
        ("breaking", (OLD_LENS,)),
        ("compatible", ()),
        ("compatible", ()),
    ]


NEXT = ("protocol: {value: 2, basis", "protocol: {value: 3, basis")
SINCE = ", since: 3, basis: model, reason: r}\n"


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([(STATE, STATE + FIELD.replace(", basis", ", since: 3, basis"))], "status.more is new"),
        ([(POSITION + STATE, POSITION + STATE.replace("{type", "{until: 2, type"))], "status.focus_state is gone"),
        (
            [
                (STOP, STOP.replace("}", ", until: 2}") + STOP.replace("stop", "halt").replace("}", ", since: 3}")),
                (
                    "      - [ready, recv focus_stop, ready]\n",
                    "      - [ready, recv focus_stop, ready, {until: 2}]\n      - [ready, recv focus_halt, ready, {since: 3}]\n",
                ),
                (
                    "      - [ready, send focus_stop, ready]\n",
                    "      - [ready, send focus_stop, ready, {until: 2}]\n      - [ready, send focus_halt, ready, {since: 3}]\n",
                ),
                (
                    "      - [ready, timeout focus_stop, lost, {rate: slow}]\n",
                    "      - [ready, timeout focus_stop, lost, {rate: slow, until: 2}]\n      - [ready, timeout focus_halt, lost, {rate: slow, since: 3}]\n",
                ),
                (
                    "  focus_stop: {with: accepted,",
                    "  focus_halt: {with: accepted, since: 3, timeout_s: 0.03, retries: 3, basis: model, reason: r}\n  focus_stop: {with: accepted, until: 2,",
                ),
            ],
            "messages.focus_halt was called focus_stop",
        ),
    ],
    ids=["field", "no field", "message"],
)  # fmt: skip
def test_what_a_new_version_brings_or_takes_is_compatible(
    tmp_path: Path, edits: list[Edit], words: str
) -> None:
    changes = diff(L_MOUNT, edited(tmp_path, NEXT, *edits))
    assert {change.grade for change in changes} <= {"compatible", "documentation"}, told(changes)
    assert f"from version 3 on: {words}" in told(changes)
    assert "version 3 is new" in told(changes)


def test_an_edit_of_an_older_version_alone_says_which(tmp_path: Path) -> None:
    new = edited(tmp_path, ("enum: stabiliser_mode, since: 2,", "enum: stabiliser_mode,"))
    (worst, *_) = diff(L_MOUNT, new)

    assert worst.words == "command.stabiliser is new, at the end of the message (in version 1)"
    assert set(worst.breaks) == BOTH


def test_without_an_agreement_a_new_version_saves_nobody(tmp_path: Path) -> None:
    head = "constants:\n  protocol: {value: 1, basis: observed, source: bench}"
    text = patched(SMALL, ("constants:", head))
    old = load(str(write(tmp_path, text)))
    new = text.replace("protocol: {value: 1,", "protocol: {value: 2,")
    more = (
        "more: {from",
        "most: {from: lens, key: [1, 9], basis: observed, source: bench}\n  more: {from",
    )

    assert diff(old, edited(tmp_path, more, text=new))[0].grade == "breaking"


@pytest.mark.parametrize("name", spec_names())
def test_a_spec_does_not_differ_from_itself(tmp_path: Path, name: str) -> None:
    again = load(str(write(tmp_path, shipped(name))))

    assert diff(load(name), load(name)) == diff(load(name), again) == []


def test_a_change_stands_at_its_place_in_the_new_spec(tmp_path: Path) -> None:
    new = edited(tmp_path, (SPEED, FIELD + SPEED), (STATUS_ROW, ""))
    added, row = (change.where for change in diff(L_MOUNT, new)[:2])
    lines = (tmp_path / "lens.yaml").read_text(encoding="utf-8").splitlines()

    assert "more: {type: u8" in lines[added.line - 1]
    assert row.file == str(tmp_path / "lens.yaml")
    assert "  lens:" in lines[row.line - 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: ", "title: no "),
        ("identifies: {lens: identity.name}", "identifies: {lens: identity.serial}"),
        ("unknown: fault", "unknown: opaque"),
        ("{data: TXD, select", "{data: TX, select"),
    ],
)
def test_what_has_no_basis_has_its_own_line_all_the_same(
    tmp_path: Path, old: str, new: str
) -> None:
    changed = edited(tmp_path, (old, new))
    lines = (tmp_path / "lens.yaml").read_text(encoding="utf-8").splitlines()
    (change,) = diff(L_MOUNT, changed)

    assert new in lines[change.where.line - 1]


def test_what_a_file_says_that_extends_another_is_told_at_its_own_line(tmp_path: Path) -> None:
    mine = write(tmp_path, "extends: l_mount/lens\nspec: mine/lens\ntitle: mine\n")
    changes = diff(L_MOUNT, load(str(mine)))

    assert [(change.where.file, change.where.line) for change in changes] == [
        (str(mine), 2),
        (str(mine), 3),
    ]


def test_what_speaks_an_older_version_too_does_not_miss_the_newest(tmp_path: Path) -> None:
    newer = edited(tmp_path, NEXT)

    assert told(diff(newer, L_MOUNT)) == (
        "compatible: version 3 is gone: both go on in 2, only what speaks 3 alone fails"
    )


TYPES = re.findall(r"type: (?:[ui]\d+(?:le)?|ascii, size: \d+)", TEXT)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, len(TYPES) - 1), st.sampled_from([*sorted(set(TYPES)), "key: 0x7f, type: u8"])
)
def test_nothing_that_changes_a_layout_hash_is_left_untold(
    tmp_path_factory: pytest.TempPathFactory, at: int, other: str
) -> None:
    parts = re.split(r"(type: (?:[ui]\d+(?:le)?|ascii, size: \d+))", TEXT)
    parts[2 * at + 1] = other
    try:
        new = load(str(write(tmp_path_factory.mktemp("new"), "".join(parts))))
    except SpecError:
        return
    hashes = [[layout_hash(spec, one) for one in versions(spec)] for spec in (L_MOUNT, new)]

    assert (hashes[0] == hashes[1]) == (diff(L_MOUNT, new) == [])
