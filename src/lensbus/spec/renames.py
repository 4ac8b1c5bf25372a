"""Give what has another name in a later spec, and is the same otherwise, that name at once.

A message is the same with the same sender, key and fields, a field at the same place with the same
type, a value with the same number, a state with the same rows.
"""

from copy import deepcopy
from typing import Any

from lensbus.spec.canon import ORDER, Tree

Row = tuple[str, str, str]
Renames = dict[tuple[str, ...], str]  # paths of new names, and the old names


def renamed(old: Tree, new: Tree) -> tuple[Tree, Renames]:
    """The old tree with the new one's names, and which those are."""
    old, found = deepcopy(old), Renames()
    for before, after in _pairs(old["messages"], new["messages"]):
        found["messages", after] = before
        _rename_message(old, before, after)
    for name in old["messages"].keys() & new["messages"].keys():
        was, now = (tree["messages"][name] for tree in (old, new))
        for before, after in _rename_parts(found, ("messages", name), was, now, "fields"):
            _rename_in_rows(old, name, before, after)
    for role in old["roles"].keys() & new["roles"].keys():
        for before, after in _states(old["roles"][role]["rows"], new["roles"][role]["rows"]):
            found["roles", role, "states", after] = before
            old["roles"][role] = _swapped(old["roles"][role], before, after)
    return old, found


def _pairs(old: Tree, new: Tree) -> list[tuple[str, str]]:
    """Names that are gone, each with a new one of the same value."""
    fresh = [name for name in new if name not in old]
    pairs = []
    for before in [name for name in old if name not in new]:
        after = next((name for name in fresh if new[name] == old[before]), None)
        if after is not None:
            pairs.append((before, after))
            fresh.remove(after)
    return pairs


def _moved(old: Tree, new: Tree) -> list[tuple[str, str]]:
    """Fields with another name at the same place."""
    places = zip(old.get(ORDER, ()), new.get(ORDER, ()), strict=False)
    gone = [(a, b) for a, b in places if a not in new and b not in old]
    return [(a, b) for a, b in gone if _unnamed(old[a]) == _unnamed(new[b])]


def _unnamed(field: Tree) -> Tree:
    """A field with the numbers of its values alone."""
    return {
        key: sorted(part.values()) if key in {"enum", "flags"} else part
        for key, part in field.items()
    }


def _states(old: dict[Row, Tree], new: dict[Row, Tree]) -> list[tuple[str, str]]:
    before, after = ({state for state, _, _ in rows} for rows in (old, new))
    return [
        (gone, fresh)
        for gone in sorted(before - after)
        for fresh in sorted(after - before)
        if _rows(_swapped(old, gone, fresh), fresh) == _rows(new, fresh)
    ]


def _rows(rows: dict[Row, Tree], of: str) -> dict[Row, Tree]:
    return {key: row for key, row in rows.items() if key[0] == of}


def _rename_message(tree: Tree, before: str, after: str) -> None:
    tree["messages"][after] = tree["messages"].pop(before)
    for part in ("replies", "identifies"):
        tree[part] = _swapped(tree[part], before, after)
    for role in tree["roles"].values():
        role["refusal"] = _swapped(role["refusal"], before, after)
        role["rows"] = {
            (*key[:2], _swapped(key[2], before, after)): row for key, row in role["rows"].items()
        }


def _rename_parts(
    found: Renames, path: tuple[str, ...], old: Tree, new: Tree, key: str
) -> list[tuple[str, str]]:
    """Rename the fields of a message, or the parts of a field, and all that is in them."""
    path, wanted = (*path, key), new[key]
    moved = _moved(old[key], wanted)
    for before, after in moved:
        found[*path, after] = before
        fields = {_swapped(name, before, after): each for name, each in old[key].items()}
        fields[ORDER] = _swapped(fields[ORDER], before, after)
        for counted in (each for name, each in fields.items() if name != ORDER):
            if counted.get("count") == before:
                counted["count"] = after
        old[key] = fields
    _rename_values(found, path, old[key], wanted)
    for name in old[key].keys() & wanted.keys() - {ORDER}:
        if "parts" in old[key][name] and "parts" in wanted[name]:
            _rename_parts(found, (*path, name), old[key][name], wanted[name], "parts")
    return moved


def _rename_in_rows(tree: Tree, name: str, before: str, after: str) -> None:
    for role in tree["roles"].values():
        for key, row in role["rows"].items():
            if key[2] == name:
                role["rows"][key] = _swapped(row, before, after)


def _rename_values(found: Renames, path: tuple[str, ...], old: Tree, new: Tree) -> None:
    for field in old.keys() & new.keys() - {ORDER}:
        for part in {"enum", "flags"} & old[field].keys() & new[field].keys():
            for before, after in _pairs(old[field][part], new[field][part]):
                found[*path, field, part, after] = before
                old[field][part][after] = old[field][part].pop(before)


def _swapped(value: Any, before: str, after: str) -> Any:  # noqa: ANN401 any part of a tree
    """The same with one name in place of another, wherever it stands."""
    if isinstance(value, dict):
        parts = value.items()
        return {_swapped(k, before, after): _swapped(each, before, after) for k, each in parts}
    if isinstance(value, tuple):
        return tuple(_swapped(each, before, after) for each in value)
    return after if value == before else value
