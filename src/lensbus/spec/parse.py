"""Turn the bytes of a YAML file into positioned nodes; nothing is built that was not counted."""

import re
from functools import lru_cache

import yaml

from lensbus.spec.node import NO_KEYS, Node, Problems, Scalar, Where

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 24
MAX_NODES = 180_000
"""A thousand messages of ten fields each have 150,000."""

MAX_KEY, MAX_TEXT = 200, 4000  # characters
KEPT = 4096  # words that need not be looked at again

_INT = re.compile(r"[-+]?(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})")
_FLOAT = re.compile(r"[-+]?([0-9]{1,20}\.[0-9]{0,20}|[0-9]{1,20})([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


def parse(name: str, data: bytes, problems: Problems) -> Node | None:
    """The root node, a mapping, of a YAML file of this name; None when it is none.

    Every mistake goes to `problems`. Aliases, tags, and what is too big or too deep are refused.
    """
    whole = Where(name, 0, 0)
    if len(data) > MAX_BYTES:
        problems.add(whole, f"bigger than {MAX_BYTES} bytes: no spec is")
        return None
    try:
        return _Reader(name, data, problems).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problems.add(Where(name, *place), f"not YAML: {_words(error, data)}")
    except (yaml.YAMLError, UnicodeError) as error:
        text = " ".join(str(error).split())
        problems.add(whole, f"not YAML: {text}")
    except _RefusedError:
        pass  # the problem is noted
    return None


def _words(error: yaml.MarkedYAMLError, data: bytes) -> str:
    """What is wrong; a tab is named, since nobody sees it."""
    mark, lines = error.problem_mark, data.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else b""
    indent = line[: len(line) - len(line.lstrip())]
    if b"\t" in indent or (mark and line[mark.column : mark.column + 1] == b"\t"):
        return "a tab stands here: YAML is indented with spaces alone, so put spaces in its place"
    return f"{error.problem}"


class _RefusedError(Exception):
    """Reading on would be of no use."""


class _Reader:
    """Turns YAML events into nodes. What it does for each of them is what loading costs."""

    def __init__(self, name: str, data: bytes, problems: Problems) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events = yaml.parse(data, Loader=loader)
        self._name, self._problems, self._count = name, problems, 0

    def document(self) -> Node | None:
        found: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if found is not None:
                    self._refuse(self._where(event), "more than one document in the file")
                found = self._node(event, 0)
        if found is None:
            self._problems.add(Where(self._name, 0, 0), "the file is empty")
        elif not isinstance(found.value, dict):
            self._refuse(found.where, f"expected a mapping, got {found.kind}")
        return found

    def _where(self, event: yaml.Event) -> Where:
        mark = event.start_mark
        return (
            Where(self._name, mark.line + 1, mark.column + 1) if mark else Where(self._name, 0, 0)
        )

    def _refuse(self, where: Where, text: str) -> None:
        self._problems.add(where, text)
        raise _RefusedError

    def _node(self, event: yaml.Event, depth: int) -> Node:
        where = self._where(event)
        self._count += 1
        if depth > MAX_DEPTH:
            self._refuse(where, f"nested deeper than {MAX_DEPTH} levels")
        if self._count > MAX_NODES:
            self._refuse(where, f"more than {MAX_NODES} values")
        if getattr(event, "anchor", None):
            self._refuse(where, "YAML anchors and aliases are not used here: write it out")
        if tag := getattr(event, "tag", None):
            self._refuse(where, f"YAML tags are not used here: remove {tag}")
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                self._refuse(where, f"a text of {len(event.value)} characters, at most {MAX_TEXT}")
            return Node(where, event.value if event.style else _scalar(event.value), NO_KEYS)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(where, self._list(depth), NO_KEYS)
        return self._mapping(where, depth)

    def _list(self, depth: int) -> list[Node]:
        entries = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            entries.append(self._node(event, depth + 1))
        return entries

    def _mapping(self, where: Where, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if isinstance(key.value, list | dict):
                self._refuse(key.where, f"a key must be a name or a number, got a {key.kind}")
            name = str(key.value)
            if len(name) > MAX_KEY:
                self._refuse(key.where, f"a key of {len(name)} characters, at most {MAX_KEY}")
            if name in keys:
                text = f"{name!r} stands twice (first at line {keys[name].line})"
                self._problems.add(key.where, text)
            keys.setdefault(name, key.where)
            values[name] = self._node(next(self._events), depth + 1)
        return Node(where, values, keys)


@lru_cache(KEPT)
def _scalar(text: str) -> Scalar:
    """A plain YAML scalar; `on`, `off`, `yes` and `no` stay words, as a protocol needs them."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0 if "x" in text.lower() else 10)
    return float(text) if _FLOAT.fullmatch(text) else text
