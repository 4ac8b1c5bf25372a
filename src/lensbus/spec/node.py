"""Read a positioned YAML tree with typed questions, and collect every mistake with its place."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from itertools import islice
from types import MappingProxyType

from lensbus.errors import Problem
from lensbus.spec.names import misnamed
from lensbus.value import value

Scalar = str | int | float | bool | None

MOST = 1e12
"""No number of a protocol or a device is bigger; what is computed from such numbers is finite."""

MOST_TOLD, MOST_NAMED, MOST_CHARACTERS = 100, 40, 1000


@value(frozen=True, slots=True)
class Where:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


NO_KEYS: "Mapping[str, Where]" = MappingProxyType({})


@value(frozen=True, slots=True)
class Node:
    """One YAML value and where it stands; `keys` holds the places of a mapping's keys."""

    where: Where
    value: "Scalar | list[Node] | dict[str, Node]"
    keys: Mapping[str, Where] = field(default_factory=lambda: NO_KEYS)

    @property
    def kind(self) -> str:
        """The value's kind in a person's words."""
        kinds = {dict: "mapping", list: "list", str: "text", bool: "true/false"}
        kinds |= {int: "whole number", float: "number", type(None): "nothing"}
        return kinds[type(self.value)]

    @property
    def entries(self) -> "dict[str, Node]":
        """The entries of a mapping; all else has none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def plain(self) -> object:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {name: node.plain for name, node in self.value.items()}
        return [node.plain for node in self.value] if isinstance(self.value, list) else self.value

    def items(self) -> "list[Node]":
        """The entries of a list; a lone scalar counts as a list of one."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.value is None else [self]


def listed(names: Collection[str]) -> str:
    """Names for a person: the first ones, and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join(islice(names, MOST_NAMED)) + (f" and {more} more" if more > 0 else "")


class Problems:
    """Collects mistakes; nothing is raised until the whole file was read.

    However wrong a file is, what is told of it stays short.
    """

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._more = 0
        self._last = Problem("", 0, 0, "")

    def add(self, where: Where, text: str) -> None:
        """Note one mistake."""
        if len(text) > MOST_CHARACTERS:
            text = f"{text[:MOST_CHARACTERS]}..."
        problem = Problem(where.file, where.line, where.column, text)
        self._last = max(self._last, problem)
        if len(self._told) < MOST_TOLD:
            self._told.append(problem)
        else:
            self._more += 1

    @property
    def found(self) -> list[Problem]:
        """What was noted; the last entry counts what is too much to tell."""
        if not self._more:
            return list(self._told)
        last, text = self._last, f"and {self._more} more, the last one here"
        return [*self._told, Problem(last.file, last.line, last.column, text)]


class Section:
    """A mapping whose keys are asked for by name and type; `done()` reports what nobody asked for.

    Each question gives the value, or its default after noting a problem, so reading goes on.
    `path` names the section in messages, as `messages.status.fields`.
    """

    def __init__(self, node: Node, path: str, problems: Problems) -> None:
        self.node, self.path, self.problems = node, path, problems
        self._asked: set[str] = set()
        self._wrong: set[str] = set()
        self._map = node.entries
        if node.value is not None and not isinstance(node.value, dict):
            problems.add(node.where, f"{path}: expected a mapping, got {node.kind}")

    def __contains__(self, key: str) -> bool:
        node = self.get(key)
        return node is not None and node.value is not None

    def problem(self, key: str, text: str) -> None:
        """Note a mistake at `key`, or at the section itself where the key is missing."""
        found = self._map.get(key)
        self.problems.add(found.where if found else self.node.where, f"{self.path}.{key}: {text}")
        self._wrong.add(key)

    def wrong(self, *keys: str) -> bool:
        """Whether a mistake was noted at one of these keys: what follows from it is no other."""
        return not self._wrong.isdisjoint(keys)

    def get(self, key: str) -> Node | None:
        """The raw node at `key`, marked as asked for."""
        self._asked.add(key)
        return self._map.get(key)

    def need(self, key: str) -> Node:
        """The node at `key`; a missing or empty one is a problem and reads as nothing."""
        found = self.get(key)
        if found is None or found.value in (None, ""):
            self.problem(key, "missing")
            return Node(self.node.where, None)
        return found

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self._one(key, (str,), "a text", needed=default is None)
        return value if isinstance(value, str) else default or ""

    def _one(self, key: str, wanted: tuple[type, ...], words: str, *, needed: bool) -> Scalar:
        """The value at `key`; None where it is not given, or of no wanted type, which is noted."""
        node = self.need(key) if needed else self.get(key)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, list | dict) or type(node.value) not in wanted:
            self.problem(key, f"expected {words}, got {node.kind}")
            return None
        return node.value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A text out of a few."""
        known = f"(known: {listed(allowed)})"
        if default is None and key not in self:
            self.problem(key, f"missing {known}")
            return ""
        value = self.text(key, default or "")
        if self.wrong(key) or value in {*allowed, default}:
            return value
        self.problem(key, f"unknown {value!r} {known}")
        return default or next(iter(allowed), "")

    def number(self, key: str, default: float | None = None, *, signed: bool = False) -> float:
        """A number, not negative unless it is signed; without a default it must be there."""
        value = self._one(key, (int, float), "a number", needed=default is None)
        if not isinstance(value, int | float):
            return default or 0.0
        if not (least := -MOST if signed else 0) <= value < float("inf"):
            self.problem(key, f"expected a number of at least {least:g}, got {value}")
        elif value > MOST:
            self.problem(key, f"expected at most {MOST:g}, got {value}")
        return value

    def constant_at(self, key: str) -> float | None:
        """The number of the constant `{value: ...}` at `key`; None where there is none."""
        found = self._map.get(key)
        value = found.entries.get("value") if found else None
        return value.value if value and isinstance(value.value, int | float) else None

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number of any sign; without a default it must be there."""
        value = self._one(key, (int,), "a whole number", needed=default is None)
        return value if isinstance(value, int) else default or 0

    def flag(self, key: str) -> bool:
        """True or false; false where it is not given."""
        return self._one(key, (bool,), "true or false", needed=False) is True

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty where it is not given."""
        return tuple(str(node.value) for node in self._scalars(key, str, "a text"))

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers, or one; empty where it is not given."""
        return tuple(int(str(node.value)) for node in self._scalars(key, int, "a whole number"))

    def _scalars(self, key: str, wanted: type, words: str) -> Iterator[Node]:
        node = self.get(key)
        for entry in node.items() if node else ():
            if type(entry.value) is wanted:
                yield entry
            else:
                self.problems.add(
                    entry.where, f"{self.path}.{key}: expected {words}, got {entry.kind}"
                )

    def section(self, key: str, *, needed: bool = False) -> "Section":
        """The mapping at `key`; an empty one where it is not given, told once if it is needed."""
        node = self.need(key) if needed else self.get(key)
        problems = Problems() if needed and node and node.value is None else self.problems
        return Section(node or Node(self.node.where, None), f"{self.path}.{key}", problems)

    def sections(self, key: str) -> "Iterator[tuple[str, Section]]":
        """Every entry of the mapping at `key`, each a section, in the file's order."""
        yield from self.section(key).entries()

    def entries(self) -> "Iterator[tuple[str, Section]]":
        """Every entry of this mapping, each a section, in the file's order."""
        for name in self.names():
            yield name, Section(self._map[name], f"{self.path}.{name}", self.problems)

    def names(self) -> Iterator[str]:
        """Every key of this mapping, which must be a name, in the file's order."""
        for name, node in self.nodes():
            if words := misnamed(name):
                self.problems.add(self.node.keys.get(name, node.where), f"{self.path}: {words}")
            yield name

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Every entry of this mapping, raw, in the file's order."""
        self._asked.update(self._map)
        yield from self._map.items()

    def done(self) -> None:
        """Report every key that nobody asked for, with what is known here."""
        unknown = [key for key in self._map if key not in self._asked]
        known = listed(sorted(self._asked)) or "none" if unknown else ""
        for key in unknown:
            where = self.node.keys.get(key, self.node.where)
            self.problems.add(where, f"{self.path}: unknown key {key!r} (known: {known})")
