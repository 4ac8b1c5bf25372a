from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import SpecError
from lensbus.spec.basis import GROUNDS
from lensbus.spec.behaviour import Row
from lensbus.spec.extend import merged
from lensbus.spec.load import load, load_any, spec_names
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Where
from lensbus.wire.message import Vocabulary
from tests.sampled import sampled
from tests.samples import MARK, SMALL, marks, patched

HEAD = 'extends: base.yaml\nspec: my/lens\nsources: {mine: "my bench"}\n'
MINE = "basis: public, source: mine"


def extended(folder: Path, over: str, base: str = SMALL) -> Spec:
    """A spec that extends another one."""
    (folder / "base.yaml").write_text(base)
    (folder / "mine.yaml").write_text((HEAD + over).replace(MARK, ""))
    return load(str(folder / "mine.yaml"))


def complaints(folder: Path, over: str, base: str = SMALL) -> list[tuple[str, int, int, str]]:
    """File name, line, column and text of every problem; paths in a text are file names."""
    with pytest.raises(SpecError) as caught:
        extended(folder, over, base)
    return [
        (Path(each.file).name, each.line, each.column, each.text.replace(f"{folder}/", ""))
        for each in caught.value.problems
    ]


def refuses(folder: Path, over: str, *expected: str) -> None:
    """Assert that the problems are exactly these, each at its mark in the extending file."""
    wanted = [
        ("mine.yaml", *place, words)
        for place, words in zip(marks(HEAD + over), expected, strict=True)
    ]

    assert wanted == complaints(folder, over)


def rows(spec: Spec, role: str) -> list[tuple[str, str, str]]:
    def text(row: Row) -> tuple[str, str, str]:
        return row.state, f"{row.verb} {row.message}", row.next

    return [text(row) for row in spec.roles[role].rows]


def names(spec: Spec, message: str) -> list[str]:
    return [field.name for field in spec.messages[message].fields]


@pytest.mark.parametrize("name", spec_names())
def test_what_only_gives_a_spec_a_new_name_is_that_spec(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"extends: {name}\nspec: mine")
    mine, base = load(str(path)), load(name)

    assert mine.name == "mine"
    for part in ("messages", "roles", "replies", "timing", "frames", "link", "items", "contacts"):
        assert getattr(mine, part) == getattr(base, part)


def test_an_image_format_can_be_extended_as_well(tmp_path: Path) -> None:
    path = tmp_path / "image.yaml"
    path.write_text(
        "extends: l_mount/image\nimage: my/image\n"
        'limits: {payload: {value: 4096, basis: model, reason: "a small flash"}}\n'
    )
    form = load_any(str(path))

    assert (form.name, form.title) == ("my/image", load_any("l_mount/image").title)
    assert getattr(form, "payload_most", None) == 4096


def test_a_spec_that_extends_another_needs_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SMALL)
    (tmp_path / "mine.yaml").write_text("extends: base.yaml\n")
    with pytest.raises(SpecError, match=r"mine\.yaml:1:1: spec: missing: the protocol's name"):
        load(str(tmp_path / "mine.yaml"))


def test_a_plain_value_and_a_plain_list_are_replaced(tmp_path: Path) -> None:
    spec = extended(tmp_path, f'title: "Mine"\nlink: {{rates: [9600], {MINE}}}')

    assert (spec.title, spec.link.rates, spec.link.rate_pause_s) == ("Mine", (9600,), 0.01)


def test_a_changed_item_has_the_basis_of_the_file_that_changes_it(tmp_path: Path) -> None:
    spec = extended(tmp_path, f"constants: {{steps: {{value: 9, {MINE}}}}}")
    changed, left = spec.items["spec.constants.steps"], spec.items["spec.timing.gap_s"]

    assert (changed.kind, changed.source, Path(changed.file).name) == (
        "public",
        "my bench",
        "mine.yaml",
    )
    assert (left.kind, left.source, Path(left.file).name) == ("observed", "a bench", "base.yaml")


def test_an_old_source_or_reason_never_stays_beside_a_new_basis(tmp_path: Path) -> None:
    over = 'constants: {steps: {value: 9, basis: model, reason: "so"}}'

    assert extended(tmp_path, over).items["spec.constants.steps"].source == "so"


ASK = "messages: {ask: {fields: {a: "
BASIS_AT = "is not what the basis at base.yaml:{} is about: state the basis here as well"


@pytest.mark.parametrize(
    ("over", "path", "line"),
    [
        ("constants: {steps: {value: ¦9}}", "constants.steps.value", 25),
        ("constants: {steps: {unit: ¦mm}}", "constants.steps.unit", 25),
        ("link: {rates: ¦[9600]}", "link.rates", 10),
        ("enums: {modes: {values: {on: ¦2}}}", "enums.modes.values.on", 40),
        ("enums: {modes: {values: {auto: ¦2}}}", "enums.modes.values.auto", 40),
        ("flags: {bits: {values: {red: ¦null}}}", "flags.bits.values.red", 38),
        (ASK + "{type: ¦u16be}}}}", "messages.ask.fields.a.type", 43),
        (ASK + "{unit: ¦mm}}}}", "messages.ask.fields.a.unit", 43),
        ("messages: {ask: {fields: {b: ¦{type: u8}}}}", "messages.ask.fields.b", 43),
        ("replies: {ask: {retries: ¦2}}", "replies.ask.retries", 69),
        ("roles: {lens: {start: ¦set}}", "roles.lens.start", 63),
    ],
)
def test_a_change_without_a_basis_of_its_own_would_pass_for_somebody_elses(
    tmp_path: Path, over: str, path: str, line: int
) -> None:
    found = complaints(tmp_path, over)
    (place,) = marks(HEAD + over)

    assert ("mine.yaml", *place, f"spec.{path}: {BASIS_AT.format(line)}") in found


@pytest.mark.parametrize(
    "over",
    [
        "constants: {steps: {value: 256}}",
        "link: {rates: [9600, 19200]}",
        'sources: {bench: "a bench"}',
        f"{ASK}{{type: u8}}}}}}}}",
        "unknown: opaque",
        'title: "Mine"',
        "capture: {body: {data: TXD}}",
        f"messages: {{ask: {{fields: {{a: {{unit: mm, {MINE}}}}}}}}}",
        f"messages: {{ask: {{{MINE}, fields: {{a: {{unit: mm}}}}}}}}",
    ],
)
def test_what_has_no_basis_states_its_own_or_changes_nothing_owes_none(
    tmp_path: Path, over: str
) -> None:
    head = HEAD.replace('sources: {mine: "my bench"}\n', "") if over.startswith("sources") else HEAD
    (tmp_path / "base.yaml").write_text(SMALL)
    (tmp_path / "mine.yaml").write_text(head + over)

    assert load(str(tmp_path / "mine.yaml")).name == "my/lens"


def test_a_source_keeps_its_meaning(tmp_path: Path) -> None:
    over = HEAD.replace("mine:", "bench:")
    (tmp_path / "base.yaml").write_text(SMALL)
    (tmp_path / "mine.yaml").write_text(over)
    with pytest.raises(SpecError) as caught:
        load(str(tmp_path / "mine.yaml"))

    words = f"{tmp_path}/base.yaml has another source of this name: choose a new one"
    assert str(caught.value) == f"{tmp_path}/mine.yaml:3:18: spec.sources.bench: {words}"


def test_a_new_item_needs_a_basis_as_ever(tmp_path: Path) -> None:
    words = f"spec.constants.ramps.basis: missing ({GROUNDS})"
    refuses(tmp_path, "constants: {ramps: ¦{value: 9}}", words)


def test_null_removes_an_item_with_its_basis(tmp_path: Path) -> None:
    spec = extended(tmp_path, "constants: {steps: null}\nmessages: {stop: null}")

    assert spec.constants == {}
    assert "stop" not in spec.messages
    assert "spec.messages.stop" not in spec.items


@pytest.mark.parametrize(
    ("over", "path"),
    [
        ("constants: {stops: ¦null}", "constants.stops"),
        ("messages: {ask: {fields: {z: ¦~}}}", "messages.ask.fields.z"),
        ("identifies: ¦null", "identifies"),
    ],
)
def test_null_that_removes_nothing_is_probably_a_slip(tmp_path: Path, over: str, path: str) -> None:
    refuses(tmp_path, over, f"spec.{path}: null removes, but there is none")


def test_what_leads_nowhere_after_a_removal_is_told_where_it_stands(tmp_path: Path) -> None:
    found = complaints(tmp_path, "messages: {answer: null}")

    assert {file for file, *_ in found} == {"base.yaml"}
    assert any("lens table, state ready: unknown message 'answer' (" in text for *_, text in found)


def test_a_new_field_is_the_last_one_or_stands_before_another(tmp_path: Path) -> None:
    field = f"type: u8, {MINE}"
    over = (
        f"messages: {{state: {{fields: {{z: {{{field}}}, y: {{before: f, {field}}}, "
        f"x: {{before: m, {field}}}, w: {{before: m, {field}}}, v: {{before: z, {field}}}}}}}}}"
    )

    assert names(extended(tmp_path, over), "state") == ["x", "w", "m", "y", "f", "v", "z"]


def test_a_field_can_be_moved_and_removed(tmp_path: Path) -> None:
    moved = extended(tmp_path, "messages: {state: {fields: {f: {before: m}}}}")
    removed = extended(tmp_path, "messages: {state: {fields: {m: null}}}\nenums: null")

    assert (names(moved, "state"), names(removed, "state")) == (["f", "m"], ["f"])


@pytest.mark.parametrize("before", ["n", "f", "[m]", "{}", "7", "y"])
def test_a_field_can_only_stand_before_one_that_stays(tmp_path: Path, before: str) -> None:
    over = (
        f"messages: {{state: {{fields: {{f: {{before: ¦{before}}}, "
        f"y: {{type: u8, before: m, {MINE}}}}}}}}}"
    )
    (found,) = complaints(tmp_path, over)

    assert found[:3] == ("mine.yaml", *marks(HEAD + over)[0])
    assert found[3].startswith("spec.messages.state.fields.f.before: there is no field ")


def test_only_fields_of_an_extending_file_have_a_before(tmp_path: Path) -> None:
    field = "a: {type: u8, ¦before: b}"
    over = f"messages: {{new: {{from: body, key: [2, 2], {MINE}, fields: {{{field}}}}}}}"
    found = complaints(tmp_path, over)

    assert any("unknown key 'before'" in text for *_, text in found)


def test_rows_are_added_and_replaced_by_state_and_input(tmp_path: Path) -> None:
    spec = extended(
        tmp_path,
        "roles: {body: {table: [[waiting, recv answer, done], [done, send stop, ready]]}}",
    )

    assert rows(spec, "body") == [
        ("ready", "recv attached", "same"),
        ("ready", "send ask", "waiting"),
        ("waiting", "timeout ask", "ready"),
        ("waiting", "recv answer", "done"),
        ("done", "send stop", "ready"),
    ]


SEVERAL = patched(SMALL, ("- [ready, recv ask, ready]", "- [[ready, busy, off], recv ask, off]"))


def test_a_row_for_several_states_keeps_those_that_are_not_replaced(tmp_path: Path) -> None:
    spec = extended(tmp_path, "roles: {lens: {table: [[[busy, off], recv ask, busy]]}}", SEVERAL)

    assert [row for row in rows(spec, "lens") if row[1] == "recv ask"] == [
        ("ready", "recv ask", "off"),
        ("busy", "recv ask", "busy"),
        ("off", "recv ask", "busy"),
    ]


def test_null_as_the_next_state_removes_a_row(tmp_path: Path) -> None:
    over = "roles: {lens: {table: [[[busy, off], recv ask, null], [ready, recv ask, ready]]}}"

    assert [row for row in rows(extended(tmp_path, over, SEVERAL), "lens") if "ask" in row[1]] == [
        ("ready", "recv ask", "ready")
    ]


def test_a_row_that_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    refuses(
        tmp_path,
        "roles: {body: {table: [¦[[ready, gone], send ask, null], [ready, send ask, waiting]]}}",
        "spec.roles.body.table: null removes, but there is no row [gone, send ask, ...]",
    )


@pytest.mark.parametrize(
    "row", ["word", "[ready]", "[[[ready]], send ask, ready]", "[{}, send ask, 7]", "null", "[]"]
)
def test_what_is_no_row_is_left_for_the_reader_of_tables_to_tell(tmp_path: Path, row: str) -> None:
    assert complaints(tmp_path, f"roles: {{body: {{table: [{row}]}}}}")
    base = patched(
        SMALL, ("- [ready, recv ask, ready]", f"- {row}\n      - [ready, recv ask, ready]")
    )
    assert complaints(tmp_path, "roles: {lens: {table: [[ready, send answer, ready]]}}", base)


def test_a_mistake_is_told_at_its_place_in_either_file_and_all_at_once(tmp_path: Path) -> None:
    over = f"messages: {{ask: {{fields: {{a: {{type: u17, {MINE}}}}}}}}}\nreplys: {{}}"
    base = patched(SMALL, ("sync_hz: {value: 50", "sync_hz: {value: fifty"))
    found = complaints(tmp_path, over, base)

    assert [(file, text.split(":")[0]) for file, _, _, text in found] == [
        ("base.yaml", "spec.timing.sync_hz.value"),
        ("mine.yaml", "spec.messages.ask.fields.a.type"),
        ("mine.yaml", "spec"),
    ]


def test_two_files_with_a_mistake_in_the_same_line_tell_both(tmp_path: Path) -> None:
    """What is found in a line that has a problem is left out, but only in that line's file."""
    padding = "\n" * 62
    over = f"{padding}roles: {{lens: {{table: [[ready, recv nothing, ready]]}}}}"
    base = patched(SMALL, ("- [ready, recv ask, ready]", "- [ready, recv ask]"))
    found = complaints(tmp_path, over, base)

    assert [(file, line) for file, line, *_ in found] == [("base.yaml", 66), ("mine.yaml", 66)]


def test_files_extend_each_other_in_a_row_and_each_counts_from_its_own_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.yaml").write_text(SMALL)
    (tmp_path / "deep" / "middle.yaml").write_text(HEAD)
    (tmp_path / "top.yaml").write_text("extends: deep/middle.yaml\nspec: top\n")
    absolute = tmp_path / "deep" / "top.yaml"
    absolute.write_text(f"extends: {tmp_path / 'top.yaml'}\nspec: absolute\n")

    assert load(str(absolute)).name == "absolute"
    assert load(str(absolute)).messages == load(str(tmp_path / "deep" / "base.yaml")).messages


def chain(folder: Path, length: int) -> Path:
    """The last of so many files that extend each other, and the first a whole spec."""
    (folder / "0.yaml").write_text(SMALL)
    for number in range(1, length + 1):
        (folder / f"{number}.yaml").write_text(f"extends: {number - 1}.yaml\nspec: mine\n")
    return folder / f"{length}.yaml"


def test_eight_files_can_extend_each_other_and_nine_cannot(tmp_path: Path) -> None:
    assert load(str(chain(tmp_path, 8))).name == "mine"
    with pytest.raises(SpecError) as caught:
        load(str(chain(tmp_path, 9)))
    assert str(caught.value) == f"{tmp_path}/1.yaml:1:10: extends: more than 8 in a row"


@pytest.mark.parametrize("names", ["a", "ab", "abc"])
def test_files_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path, names: str) -> None:
    for name, following in zip(names, names[1:] + names[0], strict=True):
        (tmp_path / f"{name}.yaml").write_text(f"extends: ./{following}.yaml\n")
    with pytest.raises(SpecError) as caught:
        load(str(tmp_path / "a.yaml"))

    assert [each.text for each in caught.value.problems] == ["extends: leads back to this file"]


def bad_bases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "none.yaml", f"{folder}/none.yaml: cannot be read: No such file or directory"
    yield "/dev/zero", "/dev/zero: unknown spec ("
    yield "l_mont", "l_mont: unknown spec ("
    yield "../l_mount/lens", "../l_mount/lens: unknown spec ("
    yield "https://mounts.example/lens.yaml", "https://mounts.example/lens.yaml: a URL, but no spec"
    yield "[l_mount]", "expected a name or a path, got list"
    yield "null", "expected a name or a path, got nothing"
    yield '"\\0.yaml"', f"{folder}/\\0.yaml: cannot be read: "


def test_a_base_that_cannot_be_read_is_a_mistake_of_who_names_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for name, expected in bad_bases(tmp_path):
        path.write_text(f"spec: mine\nextends: {name}\n")
        with pytest.raises(SpecError) as caught:
            load(str(path))
        (problem,) = caught.value.problems

        assert (problem.line, problem.column) == (2, 10)
        assert problem.text.replace("\0", "\\0").startswith(f"extends: {expected}")


def test_a_device_by_another_name_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "round.yaml").symlink_to("round.yaml")
    for name in ("zero", "round"):
        (tmp_path / "mine.yaml").write_text(f"extends: {name}.yaml\n")
        with pytest.raises(SpecError, match=rf":1:10: extends: .*{name}\.yaml: cannot be read: "):
            load(str(tmp_path / "mine.yaml"))


def test_what_a_private_spec_changes_is_spoken(tmp_path: Path) -> None:
    over = (
        f"messages: {{state: {{fields: {{g: {{type: u16be, before: f, default: 7, {MINE}}}}}}}, "
        f"setup: {{fields: {{b: {{high: 20, {MINE}}}}}}}}}"
    )
    say = Vocabulary(extended(tmp_path, over))

    assert say("setup", b=20).fields == {"b": 20}
    assert list(say("state", m="on", f=()).fields.items()) == [("m", "on"), ("g", 7), ("f", ())]


HERE = Where("x", 1, 1)
SCALARS = st.sampled_from([None, 1, 0, True, "a", "recv a", 2.5])
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["messages", "fields", "before", "roles", "table", "basis", "a", "sources"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def node(value: object) -> Node:
    if isinstance(value, dict):
        return Node(HERE, {k: node(v) for k, v in value.items()}, dict.fromkeys(value, HERE))
    return Node(HERE, [node(v) for v in value] if isinstance(value, list) else value)  # type: ignore[arg-type]  # a scalar


ROOTS = st.dictionaries(st.sampled_from(["messages", "roles", "sources", "a"]), TREES, max_size=4)


@sampled(100)
@given(base=ROOTS, over=ROOTS)
def test_any_two_trees_merge(base: dict[str, object], over: dict[str, object]) -> None:
    found = merged(node(base), node(over), "spec", Problems())

    assert set(found.entries) <= set(base) | set(over)


@sampled(50)
@given(base=ROOTS)
def test_nothing_on_top_of_a_tree_changes_nothing(base: dict[str, object]) -> None:
    problems = Problems()

    assert merged(node(base), node({}), "spec", problems).plain == base
    assert problems.found == []
