import re
from pathlib import Path

import pytest

from lensbus.spec.canon import Tree, tree
from lensbus.spec.load import load
from lensbus.spec.renames import renamed
from tests.samples import SMALL, patched, shipped, write

L_MOUNT = load("l_mount")
L_MOUNT_TREE = tree(L_MOUNT)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("focus_stop", "focus_halt", ("messages", "focus_halt")),
        ("refused", "denied", ("messages", "denied")),
        ("identity", "who", ("messages", "who")),
        ("focus_target", "focus_goal", ("messages", "command", "fields", "focus_goal")),
        ("on_trial", "tried", ("messages", "firmware", "fields", "state", "enum", "tried")),
        ("waking", "rousing", ("roles", "body", "states", "rousing")),
        ("empty", "alone", ("roles", "body", "states", "alone")),
        (
            "illegal_state",
            "untimely",
            ("messages", "refused", "fields", "reason", "enum", "untimely"),
        ),
    ],
)
def test_with_its_new_name_everywhere_nothing_else_differs(
    tmp_path: Path, old: str, new: str, path: tuple[str, ...]
) -> None:
    text = re.sub(rf"\b{old}\b", new, shipped("l_mount/lens"))
    later = tree(load(str(write(tmp_path, text))))
    found, names = renamed(tree(L_MOUNT), later)

    assert found == later
    assert names == {path: old}


def test_a_field_that_sets_a_rate_takes_its_row_along(tmp_path: Path) -> None:
    text = re.sub(r" baud(: {type|})", r" bits\1", shipped("l_mount/lens"))
    later = tree(load(str(write(tmp_path, text))))
    found, names = renamed(tree(L_MOUNT), later)

    assert found == later
    assert {path[1] for path in names} == {"set_rate", "rate_set"}


def test_a_field_of_a_refusal_takes_what_is_refused_along(tmp_path: Path) -> None:
    text = re.sub(r"\breason: (?=[{i][tl])", "why: ", shipped("l_mount/lens"))
    later = tree(load(str(write(tmp_path, text))))

    assert renamed(L_MOUNT_TREE, later) == (
        later,
        {("messages", "refused", "fields", "why"): "reason"},
    )


def test_what_has_changed_is_not_the_same_by_another_name(tmp_path: Path) -> None:
    text = shipped("l_mount/lens").replace(" speed: {type: u16le", " pace: {type: u32le")
    _, names = renamed(tree(L_MOUNT), tree(load(str(write(tmp_path, text)))))

    assert names == {}


def test_the_tree_that_is_renamed_stays_as_it_was(tmp_path: Path) -> None:
    text = re.sub(r"\bfocus_stop\b", "focus_halt", shipped("l_mount/lens"))
    renamed(tree(L_MOUNT), tree(load(str(write(tmp_path, text)))))

    assert "focus_stop" in tree(L_MOUNT)["messages"]


FIELDS = "fields: {a: {type: u8}}"
MODES, BITS = "{off: 0, on: 1}", "{red: 1, blue: 4}"
LIT, GREEN = "{off: 0, lit: 1}", "{green: 1, blue: 4}"
ASK = ("messages", "ask", "fields")
INNER = (*ASK, "a", "parts")


def of_small(folder: Path, fields: str, *edits: tuple[str, str]) -> Tree:
    patches = ((FIELDS, f"fields: {{{fields}}}"), *edits)
    return tree(load(str(write(folder, patched(SMALL, *patches)))))


@pytest.mark.parametrize(
    ("old", "new", "edits", "names"),
    [
        ("ready: {type: u8}", "kind: {type: u8}", [], {(*ASK, "kind"): "ready"}),
        (
            "n: {type: u8}, a: {type: bytes, count: n}, b: {type: ascii, count: n}",
            "k: {type: u8}, a: {type: bytes, count: k}, b: {type: ascii, count: k}",
            [],
            {(*ASK, "k"): "n"},
        ),
        (
            "n: {type: u8}, a: {type: bytes, count: n}",
            "k: {type: u8}, b: {type: bytes, count: k}",
            [],
            {(*ASK, "k"): "n", (*ASK, "b"): "a"},
        ),
        (
            "a: {type: block, fields: {n: {type: u8}, d: {type: bytes, count: n}}}",
            "a: {type: block, fields: {k: {type: u8}, d: {type: bytes, count: k}}}",
            [],
            {(*INNER, "k"): "n"},
        ),
        (
            "a: {type: u8, bits: {x: {at: 0}, y: {at: 4}}}",
            "a: {type: u8, bits: {z: {at: 4}, x: {at: 0}}}",
            [],
            {(*INNER, "z"): "y"},
        ),
        (
            "a: {type: array, count: 2, of: {type: block, fields: {b: {type: u8, flags: bits}}}}",
            "a: {type: array, count: 2, of: {type: block, fields: {c: {type: u8, flags: bits}}}}",
            [(BITS, GREEN)],
            {
                (*INNER, "of", "parts", "c"): "b",
                (*INNER, "of", "parts", "c", "flags", "green"): "red",
                ("messages", "state", "fields", "f", "flags", "green"): "red",
            },
        ),
        (
            "a: {type: u8, bits: {x: {at: 0, enum: modes}}}",
            "b: {type: u8, bits: {x: {at: 0, enum: modes}}}",
            [(MODES, LIT)],
            {
                (*ASK, "b"): "a",
                (*ASK, "b", "parts", "x", "enum", "lit"): "on",
                ("messages", "state", "fields", "m", "enum", "lit"): "on",
            },
        ),
    ],
    ids=["as a state", "count", "counted", "block", "bits", "element", "within"],
)
def test_a_field_is_named_anew_with_what_is_in_it_and_counts_by_it(
    tmp_path: Path,
    old: str,
    new: str,
    edits: list[tuple[str, str]],
    names: dict[tuple[str, ...], str],
) -> None:
    later = of_small(tmp_path, new, *edits)

    assert renamed(of_small(tmp_path, old), later) == (later, names)


def of_table(folder: Path, state: str, *more: str) -> Tree:
    """The small spec with a name for the body's state `waiting`, and more rows of its table."""
    text = SMALL.replace("waiting", state)
    row = "      - [ready, recv attached, same]\n"
    rows = "".join(f"      - [{each}]\n" for each in more)
    return tree(load(str(write(folder, patched(text, (row, row + rows))))))


@pytest.mark.parametrize("before", ["answer", "lens", "same_again"])
def test_a_state_that_is_called_as_something_else_leaves_that_its_name(
    tmp_path: Path, before: str
) -> None:
    later = of_table(tmp_path, "later")

    assert renamed(of_table(tmp_path, before), later) == (
        later,
        {("roles", "body", "states", "later"): before},
    )


def test_states_that_lead_to_each_other_in_turn_are_found(tmp_path: Path) -> None:
    old, later = (
        of_table(tmp_path, first, f"ready, send setup, {then}", f"{then}, recv state, {first}")
        for first, then in (("waiting", "asked"), ("later", "said"))
    )
    names = {
        ("roles", "body", "states", new): before
        for new, before in (("later", "waiting"), ("said", "asked"))
    }

    assert renamed(old, later) == (later, names)


def test_every_state_is_no_state_that_could_have_another_name() -> None:
    old, later = (alone(state) for state in ("*", "elsewhere"))

    assert renamed(old, later) == (old, {})


def alone(state: str) -> Tree:
    """The L model with one row alone in the table of the lens."""
    rows = {(state, "recv", "reset"): {"next": "off", "rate": None}}
    return {**L_MOUNT_TREE, "roles": {"lens": {**L_MOUNT_TREE["roles"]["lens"], "rows": rows}}}


def test_answers_stay_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    row = "      - [waiting, recv answer, ready]\n"
    rows = (row, row + row.replace("answer", "state"))
    old = of_small(tmp_path, "a: {type: u8}", ("with: answer", "with: [answer, state]"), rows)
    text = patched(SMALL, ("with: answer", "with: [answer, state]"), rows).replace("answer", "yes")
    later = tree(load(str(write(tmp_path, text))))

    assert renamed(old, later) == (later, {("messages", "yes"): "answer"})
