import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from lensbus.spec.load import read
from lensbus.spec.node import Node, Problems
from lensbus.spec.parse import MAX_NODES
from tests.samples import SMALL, patched, problems, refuses, write


def read_text(folder: Path, text: str) -> Node:
    """The root node of a text that has no problems."""
    found = Problems()
    root = read(write(folder, text), found)
    assert root is not None
    assert found.found == []
    return root


def values(root: Node) -> dict[str, Any]:
    assert isinstance(root.value, dict)
    return {key: node.value for key, node in root.value.items()}


def test_plain_values_are_read_as_a_protocol_needs_them(tmp_path: Path) -> None:
    text = (
        "{a: off, b: on, c: yes, d: no, e: true, f: false, g: 0x1F, h: 017, i: -3, j: 1e3, k: .5}"
    )

    assert values(read_text(tmp_path, text)) == {
        "a": "off",
        "b": "on",
        "c": "yes",
        "d": "no",
        "e": True,
        "f": False,
        "g": 31,
        "h": 17,
        "i": -3,
        "j": 1000.0,
        "k": ".5",
    }


def test_quotes_make_a_text_of_anything(tmp_path: Path) -> None:
    text = "{a: \"1\", b: 'true', c: '', d: ~, e: null, f: }"
    expected = {"a": "1", "b": "true", "c": "", "d": None, "e": None, "f": None}

    assert values(read_text(tmp_path, text)) == expected


@pytest.mark.parametrize(
    "word", [".inf", "-.inf", ".nan", "NaN", "inf", "1_000", "1:30", "2024-01-01"]
)
def test_what_yaml_makes_strange_numbers_and_dates_of_stays_a_word(
    tmp_path: Path, word: str
) -> None:
    assert values(read_text(tmp_path, f"a: {word}")) == {"a": word}


def test_places_count_from_one_and_keys_have_theirs(tmp_path: Path) -> None:
    root = read_text(tmp_path, "a: 1\nbb:\n  - x\n")
    assert isinstance(root.value, dict)
    entry = root.value["bb"].items()[0]

    assert (root.keys["bb"].line, root.keys["bb"].column) == (2, 1)
    assert (entry.where.line, entry.where.column) == (3, 5)


UNUSED = "YAML anchors and aliases are not used here: write it out"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: ¦*a\n", UNUSED),
        ("a: ¦&a 1\nb: *a\n", UNUSED),
        ("a: ¦&a [*a, *a]\n", UNUSED),
        (
            "a: ¦!!python/object/apply:os.system ['true']\n",
            "YAML tags are not used here: remove tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: ¦!!int '3'\n", "YAML tags are not used here: remove tag:yaml.org,2002:int"),
        ("a: ¦! x\n", "YAML tags are not used here: remove !"),
        ("a: 1\n---\n¦b: 2\n", "more than one document in the file"),
        ("[¦[a]: 1]\n", "a key must be a name or a number, got a list"),
        ("¦{a: 1}: 2\n", None),
        ("¦[]\n", "expected a mapping, got list"),
        ("¦word\n", "expected a mapping, got text"),
        ("a: [" + "[" * 23 + "¦[" + "[" * 10_000 + "\n", "nested deeper than 24 levels"),
        ("{a: " * 24 + "¦{a: " + "{a: " * 10_000 + "\n", None),
        ("- " * 10_000 + "x\n", None),
    ],
)
def test_what_no_spec_needs_is_refused_with_one_problem(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    if expected is None:
        assert len(problems(write(tmp_path, text))) == 1
    else:
        refuses(tmp_path, text, expected)


def test_a_key_that_stands_twice_is_told_with_its_first_place(tmp_path: Path) -> None:
    text = patched(SMALL, ('title: "A small mount"', 'title: "A small mount"\n¦title: "Another"'))
    refuses(tmp_path, text, "'title' stands twice (first at line 2)")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "the file is empty"),
        (b"# nothing but a comment\n", "the file is empty"),
        (b"---\n...\n", None),
        (b"a: \xff\xfe\n", "not YAML: "),
        (b"a: \x00\n", "not YAML: "),
        (b"\x89PNG\r\n\x1a\n\0\0", "not YAML: "),
        (b"a: [1, 2\n", "not YAML: "),
        (b"a: 1\n  b: 2\n", "not YAML: "),
        (b'a: "open\n', "not YAML: "),
        (b"\t- x\n", "not YAML: "),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_with_one_problem(
    tmp_path: Path, data: bytes, expected: str | None
) -> None:
    path = tmp_path / "lens.yaml"
    path.write_bytes(data)
    found = problems(path)

    assert len(found) == 1
    assert "\n" not in found[0][2]
    assert found[0][2].startswith(expected or "")


def test_a_mistake_in_the_yaml_itself_has_its_place(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "a: 1\nb: [1, 2\nc: 3\n"))

    assert found[0][:2] == (3, 2)


def test_more_values_than_any_spec_has_are_refused_soon(tmp_path: Path) -> None:
    path = write(tmp_path, "a: [" + "0," * 900_000 + "]\n")
    start = time.process_time()
    found = problems(path)

    assert time.process_time() - start < 5
    assert [words for _, _, words in found] == [f"more than {MAX_NODES} values"]


def test_the_slow_yaml_reader_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = values(read_text(tmp_path, SMALL))
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)

    assert values(read_text(tmp_path, SMALL)) == fast


def test_texts_and_keys_have_a_most(tmp_path: Path) -> None:
    assert problems(write(tmp_path, f"{'9' * 300}: 1\n")) == [
        (1, 1, "a key of 300 characters, at most 200")
    ]
    assert problems(write(tmp_path, f"spec: {'x' * 5000}\n")) == [
        (1, 7, "a text of 5000 characters, at most 4000")
    ]
