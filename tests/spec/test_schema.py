"""The schema for editors says what the loader says, as far as it is about structure."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lensbus.spec.build import build
from lensbus.spec.load import spec_names, spec_root
from lensbus.spec.node import Node, Problems
from lensbus.spec.parse import parse
from tests.sampled import sampled
from tests.samples import SMALL, patched
from tests.zoo import zoo_text

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((spec_root() / "schema/spec.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

ONLY_EXTENDING = {"extends", "before"}
"""What is gone from the nodes when they are merged, so that no reader asks for it."""

GROUND = {"source", "reason"}
"""Which of them is asked for depends on the basis."""

STRUCTURAL = re.compile(
    r"unknown key"
    r"|: missing( \(.*\)|: .*)?$"
    r"|expected .*, got (text|list|mapping|number|whole number|nothing|true/false)$"
    r"|: a row is \["
)
NEEDED_BY_OTHERS = re.compile(r"(sync_hz|silence_s): missing$")
"""Needed where a message is cyclic, or a row waits for silence."""

WITHIN = re.compile(r"(messages\.\*\.fields\.\*)(\.of|\.fields\.\*)+")
"""A field within a field is one like others; together they have every key."""

B = "basis: observed, source: bench"
PADDED = patched(SMALL, ("packed: {type: 1}", "packed: {type: 1}\n    pad: {to: 4, from: [body]}"))
TEXTS = [PADDED, zoo_text(), *((spec_root() / f"{name}.yaml").read_text() for name in spec_names())]


def root_of(text: str) -> Node:
    root = parse("a.yaml", text.encode(), Problems())
    assert root is not None
    return root


ROOTS = [root_of(text) for text in TEXTS]
SMALL_ROOT = root_of(SMALL)


def structural(problems: Problems) -> list[str]:
    texts = [problem.text for problem in problems.found]
    return [text for text in texts if STRUCTURAL.search(text) and not NEEDED_BY_OTHERS.search(text)]


def parts(schema: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 any JSON
    """A schema, and all that it refers to or is put together of, each alone."""
    if isinstance(schema, dict):
        yield schema
        if ref := schema.get("$ref"):
            yield from parts(SCHEMA["$defs"][ref.removeprefix("#/$defs/")])
        for each in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
            yield from parts(each)


def below(schema: Any, key: str) -> tuple[str, Any]:  # noqa: ANN401 as above
    """What a schema says of a key of a mapping: its name, or `*` for any, and the schema of it."""
    for part in parts(schema):
        if key in part.get("properties", {}):
            return key, part["properties"][key]
    for part in parts(schema):
        if part.get("additionalProperties"):
            return "*", part["additionalProperties"]
    raise AssertionError(f"the schema does not know {key}")


def stranger(node: Node) -> Node:
    """A tree with one more key in each mapping."""
    if isinstance(node.value, dict):
        values = {name: stranger(each) for name, each in node.value.items()}
        return Node(node.where, {**values, "zzz": Node(node.where, "zzz")}, node.keys)
    return node


def known_keys() -> dict[str, set[frozenset[str]]]:
    """The keys that readers ask for, by the path of the mapping, with `*` for names.

    Where a mapping can be of several kinds, each asks for its own.
    """
    found: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    for root in ROOTS:
        problems = _all_problems(root)
        for text in problems:
            told = re.fullmatch(r"spec([\w.]*): unknown key 'zzz' \(known: (.*)\)", text)
            if told:
                schema, path = SCHEMA, []
                for key in told[1].split(".")[1:]:
                    name, schema = below(schema, key)
                    path.append(name)
                asked = frozenset(told[2].split(", ")) - {"zzz", "none", *GROUND}
                found[WITHIN.sub(r"\1", ".".join(path))].add(asked)
    return found


def _all_problems(root: Node) -> list[str]:
    class Every(Problems):
        """Problems without an end."""

        def __init__(self) -> None:
            super().__init__()
            self.texts: list[str] = []

        def add(self, where: object, text: str) -> None:
            del where
            self.texts.append(text)

    every = Every()
    build(stranger(root), every)
    return every.texts


def properties(path: str) -> list[set[str]]:
    """The keys that the schema knows at a path, of each alternative."""
    schema = SCHEMA
    for name in path.split(".") if path else ():
        _, schema = below(schema, name if name != "*" else "\0")
    return [set(part["properties"]) for part in parts(schema) if "properties" in part]


KNOWN = known_keys()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(KNOWN))
def test_the_schema_knows_the_keys_that_the_loader_asks_for(path: str) -> None:
    kinds = [frozenset(keys - ONLY_EXTENDING - GROUND) for keys in properties(path)]
    asked = KNOWN[path]

    assert all(any(keys <= kind for kind in kinds) for keys in asked)
    assert frozenset[str]().union(*asked) in {*kinds, frozenset[str]().union(*kinds)}


def test_every_kind_of_mapping_was_looked_at() -> None:
    assert {"", "messages.*", "messages.*.fields.*", "roles.*", "replies.*", "frames.*"} <= set(
        KNOWN
    )
    assert len(KNOWN) > 25, sorted(KNOWN)


def test_every_property_has_words_for_who_hovers_over_it() -> None:
    whole = {name for name in SCHEMA["$defs"] if name.startswith("whole") or name == "grounded"}
    for name, schema in [("root", SCHEMA), *SCHEMA["$defs"].items()]:
        if name not in whole:
            for key, each in schema.get("properties", {}).items():
                assert any("description" in part for part in parts(each)), f"{name}.{key}"


@pytest.mark.parametrize("text", TEXTS, ids=["small", "zoo", *spec_names()])
def test_every_good_spec_is_good_by_the_schema(text: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(root_of(text).plain)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs/examples").glob("*.yaml")))
def test_every_example_is_good_by_the_schema(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(root_of(path.read_text()).plain)] == []


@pytest.mark.parametrize("name", spec_names())
def test_a_shipped_spec_tells_editors_where_its_schema_is(name: str) -> None:
    path = spec_root() / f"{name}.yaml"
    told = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())

    assert told is not None
    assert json.loads((path.parent / told[1]).read_text()) == SCHEMA


MISTAKES = [
    ('title: "A small mount"\n', ""),
    ("title: ", "titel: "),
    ('title: "A small mount"', "title: 7"),
    ('title: "A small mount"', "title: ''"),
    ("unknown: fault", "unknown: maybe"),
    ("spec: small/lens", "spec: Small Lens"),
    ('{bench: "a bench"}', "[bench]"),
    ('{bench: "a bench"}', '{bench: "a bench", other: [1]}'),
    ("steps: {value: 256", "steps: {valeu: 256"),
    ("steps: {value: 256", "steps: {value: -1"),
    ("steps: {value: 256", "steps: {value: many"),
    ("steps: {value: 256", "Steps: {value: 256"),
    (f"steps: {{value: 256, {B}}}", "steps: {value: 256}"),
    (f"steps: {{value: 256, {B}}}", "steps: {value: 256, basis: guess, source: bench}"),
    (f"steps: {{value: 256, {B}}}", "steps: {value: 256, basis: observed}"),
    (f"steps: {{value: 256, {B}}}", "steps: {value: 256, basis: model, source: bench}"),
    (f"steps: {{value: 256, {B}}}", f"steps: {{value: 256, {B}, reason: so}}"),
    ('1: {role: "ground"', 'one: {role: "ground"'),
    ("rates: [9600, 19200]", "rates: []"),
    ("rates: [9600, 19200]", "rates: [9600, slow]"),
    ("absent: low", "absent: maybe"),
    ("idle: high, absent", "frames: often, idle: high, absent"),
    ("idle: high, absent", "modem: {out: dtr}, idle: high, absent"),
    (f"  gap_s: {{value: 0.002, {B}}}\n", ""),
    ("kind: delimited", "kind: free"),
    ("sync: [0xa5, 0x5a]", "sync: [0xa5, 256]"),
    ("header: {type: u8, length: u8}", "header: {type: u8, length: u7}"),
    ("header: {type: u8, length: u8}", "header: {type: u8}"),
    ("header: {type: u8, length: u8}", "header: {type: u8, length: u8, seq: u8}"),
    ("packed: {type: 1}", "seq: {laps: [[1, 2]], reply: same}\n    packed: {type: 1}"),
    ("counts: [payload, payload]", "counts: payload"),
    ("name: sum16", "name: md5"),
    ("{off: 0, on: 1}", "{}"),
    ("{off: 0, on: 1}", "{off: 0, on: one}"),
    ("{red: 1, blue: 4}", "{red: 0, blue: 4}"),
    ("stop: {from: body, ", "stop: {"),
    ("key: [1, 2], basis: observed, source: bench}\n  more", f"{B}}}\n  more"),
    ("line: detect, level: low", "line: detect"),
    (
        "key: [1, 2], basis: observed, source: bench}\n  more",
        f"key: [1, 2], level: low, {B}}}\n  more",
    ),
    ("stop: {from", "from: {from: body, key: 1, fields: []}\n  stop: {from"),
    ("{a: {type: u8}}", "{a: {}}"),
    ("{a: {type: u8}}", "{a: u8}"),
    ("{a: {type: u8}}", "{a: {type: u8, size: 1}}"),
    ("{a: {type: u8}}", "{a: {type: u8, before: b}}"),
    ("{a: {type: u8}}", "{a: {type: u8, source: bench}}"),
    ("{a: {type: u8}}", "{a: {type: ascii}}"),
    ("{a: {type: u8}}", "{a: {type: bcd, size: rest}}"),
    ("{a: {type: u8}}", "{a: {type: bytes, size: until_zero}}"),
    ("{a: {type: u8}}", "{n: {type: u8}, a: {type: bytes, size: 1, count: n}}"),
    ("{a: {type: u8}}", "{a: {type: bytes, size: 1, scale: 2}}"),
    ("{a: {type: u8}}", "{a: {type: u8, scale: 0}}"),
    ("{a: {type: u8}}", "{a: {type: u8, law: none}}"),
    ("{a: {type: u8}}", "{a: {type: u8, bits: {}}}"),
    ("{a: {type: u8}}", "{a: {type: u8, bits: {b: {width: 2}}}}"),
    ("{a: {type: u8}}", "{a: {type: u8, bits: {b: {at: 0, flags: bits}}}}"),
    ("{a: {type: u8}}", "{a: {type: array, of: {type: u8}}}"),
    ("{a: {type: u8}}", "{a: {type: array, count: 2}}"),
    ("{a: {type: u8}}", "{a: {type: array, count: 2, size: 2, of: {type: u8}}}"),
    ("{a: {type: u8}}", "{a: {type: array, count: 2, of: {}}}"),
    ("{a: {type: u8}}", "{a: {type: block}}"),
    ("{a: {type: u8}}", "{a: {type: block, fields: {}}}"),
    ("{a: {type: u8}}", "{a: {type: block, fields: {b: {}}}}"),
    ("{a: {type: u8}}", "{a: {type: block, fields: {b: {type: u8}}, checksum: {name: sum8}}}"),
    ("{a: {type: u8}}", "{a: {type: u8, low: none}}"),
    ("- [ready, recv ask, ready]", "- [ready, recv ask]"),
    ("- [ready, recv ask, ready]", "- [ready, hear ask, ready]"),
    ("- [ready, recv ask, ready]", "- [ready, recv, ready]"),
    ("- [ready, recv ask, ready]", "- [ready, recv ask, null]"),
    ("- [ready, recv ask, ready]", "- [ready, recv ask, ready, {speed: slow}]"),
    ("- [ready, recv ask, ready]", "- [Ready, recv ask, ready]"),
    ("- [ready, recv ask, ready]", "- [ready, recv ask, ready, {}, {}]"),
    ("with: answer, ", ""),
    ("with: answer", "with: []"),
    ("retries: 1", "retries: -1"),
    ("timeout_s: 0.1", "timeout_s: 0"),
    ("lens: {data: RX}", "lens: {}"),
    ("lens: {data: RX}}", "lens: {data: RX}}\nidentifies: {lens: [answer]}"),
    ("lens: {data: RX}}", "lens: {data: RX}}\nupdate: {spec: a}"),
    ("lens: {data: RX}}", "lens: {data: RX}}\nbefore: a"),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES)
def test_a_mistake_of_structure_is_one_for_both(old: str, new: str) -> None:
    root, problems = root_of(patched(SMALL, (old, new))), Problems()
    build(root, problems)

    assert problems.found
    assert not VALIDATOR.is_valid(root.plain)


@pytest.mark.parametrize(
    "text",
    [
        "extends: l_mount/lens\n",
        "extends: [a]\nspec: b\n",
        "extends: a\nspec: b\nmessages: {status: {fields: {x: {type: u7}}}}\n",
        "extends: a\nspec: b\nconstants: {x: {value: 1, basis: model}}\n",
        "extends: a\nspec: b\nroles: {lens: {table: [[ready, recv x, null, 1]]}}\n",
        "extends: a\nspec: b\nmesages: {}\n",
    ],
)
def test_an_extending_file_is_held_to_the_schema_as_well(text: str) -> None:
    assert not VALIDATOR.is_valid(root_of(text).plain)


def test_an_extending_file_may_leave_out_and_remove_whatever_it_likes() -> None:
    text = (
        "extends: a\nspec: b\ntitle: null\ntiming: {sync_hz: null}\n"
        "messages: {a: null, b: {fields: {c: null, d: {before: e}}, line: ~}}\n"
        "roles: {lens: {table: [[ready, recv x, null]]}}\n"
    )

    assert VALIDATOR.is_valid(root_of(text).plain)


def places(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    below = enumerate(node.value) if isinstance(node.value, list) else node.entries.items()
    for key, child in below:
        yield from places(child, (*path, key))


def changed(node: Node, path: tuple[str | int, ...], change: object) -> Node:
    """A copy of a tree with one place dropped, renamed or of another value."""
    key, rest = path[0], path[1:]
    if isinstance(node.value, list):
        return Node(
            node.where,
            [
                _new(each, rest, change) if at == key else each
                for at, each in enumerate(node.value)
                if at != key or rest or change != DROP
            ],
        )
    values = {
        f"{name}x" if name == key and not rest and change == RENAME else name: (
            _new(each, rest, change) if name == key else each
        )
        for name, each in node.entries.items()
        if name != key or rest or change != DROP
    }
    return Node(node.where, values, node.keys)


def _new(node: Node, rest: tuple[str | int, ...], change: object) -> Node:
    if rest:
        return changed(node, rest, change)
    return node if change == RENAME else Node(node.where, change)  # type: ignore[arg-type]  # a value


DROP, RENAME = "drop it", "rename it"
CHANGES: list[object] = [DROP, RENAME, None, [], {}, "", "zzz", -1, 0, 3, 1.5, True, 2**40]


def closed_lists() -> dict[str, tuple[Node, tuple[str | int, ...], set[str]]]:
    """One place of every kind where the schema lists all that can stand, and that list."""
    found = {}
    for root in ROOTS:
        for place in places(root):
            schema, names = SCHEMA, []
            for key in place if all(isinstance(key, str) for key in place) else ():
                name, schema = below(schema, str(key))
                names.append(name)
            for part in parts(schema):
                if "enum" in part:
                    found[".".join(names)] = root, place, set(part["enum"]) - {None}
    return found


CLOSED = closed_lists()


@pytest.mark.parametrize("path", sorted(CLOSED))
def test_where_the_schema_lists_all_that_can_stand_the_loader_knows_the_same(path: str) -> None:
    root, place, listed = CLOSED[path]
    problems = Problems()
    build(changed(root, place, "zzz"), problems)
    known = [re.search(r"'zzz' \(known: (.*)\)", problem.text) for problem in problems.found]

    assert listed in [set(each[1].split(", ")) for each in known if each]


def hold(root: Node, place: tuple[str | int, ...], change: object) -> None:
    tree, problems = changed(root, place, change), Problems()
    build(tree, problems)
    errors = [error.message for error in VALIDATOR.iter_errors(tree.plain)]
    if errors:
        assert problems.found, errors
    if told := structural(problems):
        assert errors, told


@sampled(60)
@given(
    place=st.sampled_from([place for place in places(SMALL_ROOT) if place]),
    change=st.sampled_from(CHANGES),
)
def test_schema_and_loader_refuse_the_same_changes(
    place: tuple[str | int, ...], change: object
) -> None:
    hold(SMALL_ROOT, place, change)


@sampled(6)
@given(data=st.data(), root=st.sampled_from(ROOTS[1:]))
def test_schema_and_loader_refuse_the_same_changes_of_shipped_specs(
    data: st.DataObject, root: Node
) -> None:
    place = data.draw(st.sampled_from([place for place in places(root) if place]))

    hold(root, place, data.draw(st.sampled_from(CHANGES)))
