"""Merge a file's nodes into those of the spec that it extends; every place stays that of its file.

Mappings merge by key, rows of a table by state and input, null removes, all else is replaced.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lensbus.spec.node import Node, Problems

EXTENDS = "extends"
BEFORE = "before"
"""Says in a field of an extending file which field it stands before; without it, it is the last."""

PROVENANCE = ("basis", "source", "reason")
"""What is stated anew as one: a new basis with an old source would be a lie."""

Path = tuple[str, ...]


def merged(base: Node, over: Node, what: str, problems: Problems) -> Node:
    """The root `base` with what the root `over` changes, adds and removes.

    `what` they are, `spec` or `profile`, is also the key of the name, which is not inherited: a
    file that says something else is another one.
    """
    merger = _Merger(what, problems)
    return merger.mapping(_without(base, what), _without(over, EXTENDS), (), None)


@dataclass(frozen=True, slots=True)
class _Merger:
    """`owed` is the basis that a change has to state anew; None where it has done so."""

    what: str
    problems: Problems

    def mapping(self, base: Node, over: Node, path: Path, owed: Node | None) -> Node:
        old, new = base.entries, over.entries
        if any(word in new for word in PROVENANCE):
            owed = None
            base = _without(base, *PROVENANCE)
        else:
            owed = old.get("basis", owed)
        values = dict(base.entries)
        for name, node in new.items():
            found = self.entry(values.get(name), node, (*path, name), owed)
            if found is None:
                values.pop(name, None)
            else:
                values[name] = found
        return Node(over.where, values, {**base.keys, **over.keys})

    def entry(self, old: Node | None, new: Node, path: Path, owed: Node | None) -> Node | None:
        if old is None:
            return self.added(new, path, owed)
        if isinstance(old.value, dict) and isinstance(new.value, dict):
            merge = self.fields if _are_fields(path) else self.mapping
            return merge(old, new, path, owed)
        if _is_table(path) and isinstance(new.value, list):
            return self.table(old, new, path)
        if path[0] == "sources" and new.value is not None and old.plain != new.plain:
            text = f"{old.where.file} has another source of this name: choose a new one"
            self.problems.add(new.where, f"{self.told(path)}: {text}")
        gone = new.value is None and isinstance(old.value, dict)  # an item goes with its basis
        if old.plain != new.plain and not gone:
            self.settle(new, path, owed)
        return None if new.value is None else new

    def added(self, new: Node, path: Path, owed: Node | None) -> Node | None:
        if new.value is None:
            self.problems.add(new.where, f"{self.told(path)}: null removes, but there is none")
            return None
        self.settle(new, path, owed)
        return new

    def settle(self, new: Node, path: Path, owed: Node | None) -> None:
        """Make sure that what is new, or not as it was, has a basis of its own file."""
        if owed is not None and "basis" not in new.entries:
            place = f"{owed.where.file}:{owed.where.line}"
            text = f"is not what the basis at {place} is about: state the basis here as well"
            self.problems.add(new.where, f"{self.told(path)}: {text}")

    def fields(self, base: Node, over: Node, path: Path, owed: Node | None) -> Node:
        """Fields have an order: each new one stands where it says."""
        named = {name: field.entries.get(BEFORE) for name, field in over.entries.items()}
        plain = {name: _without(field, BEFORE) for name, field in over.entries.items()}
        found = self.mapping(base, Node(over.where, plain, over.keys), path, owed)
        ahead: dict[str, list[str]] = {name: [] for name in found.entries if not named.get(name)}
        for name, before in named.items():
            if before and str(before.value) in ahead:
                ahead[str(before.value)].append(name)
            elif before:
                text = f"there is no field {before.plain!r} that stays in its place"
                self.problems.add(before.where, f"{self.told(path)}.{name}.{BEFORE}: {text}")
                ahead[name] = []
        order = [each for name, moved in ahead.items() for each in (*moved, name)]
        return Node(found.where, {name: found.entries[name] for name in order}, found.keys)

    def told(self, path: Path) -> str:
        return ".".join((self.what, *path))

    def table(self, base: Node, over: Node, path: Path) -> Node:
        """Rows have no basis of their own: that of the message they name tells."""
        there = {pair for row in base.items() for pair in _pairs(row)}
        stated = {pair for row in over.items() for pair in _pairs(row)}
        rows = [left for row in base.items() if (left := _rest(row, stated))]
        for row in over.items():
            if not _removes(row):
                rows.append(row)
            for state, words in _pairs(row) if _removes(row) else ():
                if (state, words) not in there:
                    text = f"null removes, but there is no row [{state}, {words}, ...]"
                    self.problems.add(row.where, f"{self.told(path)}: {text}")
        return Node(over.where, rows)


def _pairs(row: Node) -> list[tuple[str, str]]:
    """State and input, of each state of a row; none where it is no row."""
    match row.items():
        case [states, Node(value=str(words)), *_]:
            return [(each.value, words) for each in states.items() if isinstance(each.value, str)]
    return []


def _removes(row: Node) -> bool:
    match row.items():
        case [_, _, Node(value=None), *_]:
            return True
    return False


def _rest(row: Node, stated: AbstractSet[tuple[str, str]]) -> Node | None:
    """What is left of a row without its part for what is stated anew; None where it is nothing."""
    if stated.isdisjoint(_pairs(row)):
        return row
    states, words, *others = row.items()
    left = [each for each in states.items() if (str(each.value), words.value) not in stated]
    return Node(row.where, [Node(states.where, left), words, *others]) if left else None


def _without(node: Node, *names: str) -> Node:
    left = {name: value for name, value in node.entries.items() if name not in names}
    return Node(node.where, left, node.keys) if isinstance(node.value, dict) else node


def _are_fields(path: Path) -> bool:
    return path[0] == "messages" and path[-1] == "fields"


def _is_table(path: Path) -> bool:
    return path[0] == "roles" and path[-1] == "table"
