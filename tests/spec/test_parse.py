import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lensbus.spec.load import load, read
from lensbus.spec.node import Node, Problems
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


@pytest.mark.parametrize(
    "text",
    ["spec: a\ntiming:\n\tgap_s: 1\n", "spec: a\nlink:\n  rates: [1]\n  \tslow: 1\n"],
    ids=["first", "after spaces"],
)
def test_a_tab_is_called_a_tab(tmp_path: Path, text: str) -> None:
    ((_, _, words),) = problems(write(tmp_path, text))

    assert words.startswith("not YAML: a tab stands here: ")


def test_a_mistake_in_the_yaml_itself_has_its_place(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "a: 1\nb: [1, 2\nc: 3\n"))

    assert found[0][:2] == (3, 2)


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


def thousand(messages: int = 1000, fields: int = 10) -> str:
    """A spec of so many messages, each of whose items has a basis of its own."""
    field = "type: u16le, low: 1, high: 1000, unit: mm, basis: observed, source: bench"
    listed = "".join(f"      field_{at}: {{{field}}}\n" for at in range(fields))
    said = "".join(
        f"  message_{at}:\n    from: body\n    key: [{2 + at // 256}, {at % 256}]\n"
        f"    basis: observed\n    source: bench\n    fields:\n{listed}"
        for at in range(messages)
    )
    return patched(
        SMALL,
        ("messages:\n", f"messages:\n{said}"),
        ("key: [2, 1], basis: observed", "key: [9, 1], basis: observed"),
        ("max_size: 32", "max_size: 64"),
    )


def test_a_spec_of_a_thousand_messages_is_no_abuse(tmp_path: Path) -> None:
    assert len(load(str(write(tmp_path, thousand()))).messages) == 1007


LIMITED = """
import resource, sys
from lensbus.errors import SpecError
from lensbus.spec.load import load

resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
for path in sys.argv[1:]:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 4, -1))
    try:
        load(path)
    except SpecError as error:
        print(*(problem.text for problem in error.problems), sep=" | ")
"""
"""Each file in four seconds, on a busy machine, and half a gigabyte; the system ends all else."""

HOSTILE = {
    "a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\n": "YAML anchors",
    "a: " + "[" * 100_000: "nested deeper",
    "? " * 100_000: "nested deeper",
    "- " * 100_000: "nested deeper",
    "a: [" + "{b: 0}," * 500_000: "more than",
    "a: 1\n" * 50_000: "'a' stands twice",
    f"spec: {'x' * 3_000_000}\n": "a text of",
    f"{'x' * 1000}: 1\n": "a key of",
    f"spec: {'x' * 5_000_000}\n": "bigger than",
    '"\\e[2J": 1\n': "spec: unknown key '\\x1b[2J'",
    f"messages: {{{', '.join(f'm{at}: [' for at in range(9))}\n": "not YAML",
    patched(
        SMALL, ("{type: u8}}", "{type: bytes, size: 1000000000}}")
    ): "size: expected 1 to 1048576",
    patched(SMALL, ("length: u8}", "length: u32le}"), ("max_size: 32", "max_size: 1000000000")): (
        "spec.frames.row.length: max_size must be from 1 to 1048576"
    ),
    patched(SMALL, ("  stop: {from", "  (a+)+$: {from")): "spec.messages: '(a+)+$' is no name",
    patched(SMALL, ("with: answer", f"with: [{', '.join(f'a{n}' for n in range(50_000))}]")): (
        "spec.replies.ask.with: expected 1 to 64 messages"
    ),
    "extends: /dev/zero\n": "extends: /dev/zero: unknown spec",
    "extends: file:///etc/passwd\n": "extends: file:///etc/passwd: a URL",
    "extends: fifo.yaml\n": "cannot be read: it is no regular file",
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit a process otherwise")
def test_what_is_meant_to_harm_is_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    paths = [tmp_path / f"{number}.yaml" for number in range(len(HOSTILE))]
    for path, text in zip(paths, HOSTILE, strict=True):
        path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = iter(done.stdout.splitlines())

    assert (done.returncode, done.stderr) == (0, "")
    for expected in HOSTILE.values():
        assert expected in next(said)
