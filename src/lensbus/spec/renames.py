"""Give what has another name in a later spec, and is the same otherwise, that name at once.

A message is the same with the same sender, key and fields, a field at the same place with the same
type, a value with the same number, a state with the same rows. A name goes along only where it
means that thing: a state may be called as a message is.
"""

from copy import deepcopy

from lensbus.spec.behaviour import ANY
from lensbus.spec.canon import ORDER, Tree

Row = tuple[str, str, str]
Rows = dict[Row, Tree]
Path = tuple[str, ...]
Renames = dict[Path, str]  # paths of new names, and the old names


def renamed(old: Tree, new: Tree) -> tuple[Tree, Renames]:
    """The old tree with the new one's names, and which those are."""
    old, found = deepcopy(old), Renames()
    for before, after in _pairs(old["messages"], new["messages"]):
        found["messages", after] = before
        _rename_message(old, before, after)
    for name in old["messages"].keys() & new["messages"].keys():
        path, within = ("messages", name, "fields"), Renames()
        _rename_parts(within, path, *(tree["messages"][name]["fields"] for tree in (old, new)))
        for (_, _, _, *place), before in within.items():
            _follow(old, name, place, before)
        found |= within
    for role in old["roles"].keys() & new["roles"].keys():
        while pair := _state(old["roles"][role]["rows"], new["roles"][role]["rows"]):
            found["roles", role, "states", pair[1]] = pair[0]
            _rename_state(old["roles"][role], *pair)
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


def _rename_message(tree: Tree, before: str, after: str) -> None:
    names = {before: after}
    tree["messages"][after] = tree["messages"].pop(before)
    tree["replies"] = {names.get(name, name): each for name, each in tree["replies"].items()}
    for name, reply in tree["replies"].items():
        answers = {part: _each(reply[part], names) for part in ("answers", "interim")}
        reply |= {"request": name, **answers}
    for role, (name, field) in tree["identifies"].items():
        tree["identifies"][role] = (names.get(name, name), field)
    for role in tree["roles"].values():
        if role["refusal"]:
            said = role["refusal"]["message"]
            role["refusal"]["message"] = names.get(said, said)
        role["rows"] = {
            (state, verb, names.get(name, name)): row
            for (state, verb, name), row in role["rows"].items()
        }


def _rename_parts(found: Renames, path: Path, old: Tree, new: Tree) -> None:
    """Rename the fields of a message, or the parts of one, and what is within them."""
    for before, after in zip(old[ORDER], new[ORDER], strict=False):
        gone = before not in new and after not in old
        if gone and _unnamed(old[before]) == _unnamed(new[after]):
            found[*path, after] = before
            _rename_part(old, before, after)
    for name in [name for name in old[ORDER] if name in new]:
        for table in {"enum", "flags"} & old[name].keys() & new[name].keys():
            for before, after in _pairs(old[name][table], new[name][table]):
                found[*path, name, table, after] = before
                old[name][table][after] = old[name][table].pop(before)
        if "parts" in old[name] and "parts" in new[name]:
            _rename_parts(found, (*path, name, "parts"), old[name]["parts"], new[name]["parts"])


def _rename_part(parts: Tree, before: str, after: str) -> None:
    """Rename a field, and what counts by it."""
    parts[after] = parts.pop(before)
    parts[ORDER] = tuple(after if name == before else name for name in parts[ORDER])
    for name in parts[ORDER]:
        if parts[name].get("count") == before:
            parts[name]["count"] = after


def _unnamed(field: Tree) -> Tree:
    """A field with the numbers of its values alone, and its parts without their names."""
    found = {key: part for key, part in field.items() if key not in {"enum", "flags", "parts"}}
    for key in {"enum", "flags"} & field.keys():
        found[key] = sorted(field[key].values())
    parts = field.get("parts", {ORDER: ()})
    return {**found, "parts": [_unnamed(parts[name]) for name in parts[ORDER]]}


def _follow(tree: Tree, message: str, place: list[str], before: str) -> None:
    """Rename a field of a message, or a value of one, wherever else it is named."""
    for role in tree["roles"].values():
        refusal = role["refusal"]
        if refusal and refusal["message"] == message:
            refusal["fields"] = _refused(refusal["fields"], place, before)
    if len(place) > 1:
        return
    names = {before: place[0]}
    for role, (name, field) in tree["identifies"].items():
        if name == message:
            tree["identifies"][role] = (name, names.get(field, field))
    rows = [each for role in tree["roles"].values() for each in role["rows"].items()]
    for row in [row for (_, _, name), row in rows if name == message]:
        row["rate"] = names.get(row["rate"], row["rate"])
        terms = row.get("terms", {})
        terms |= {key: names.get(field, field) for key, field in terms.items()}


def _refused(fields: Tree, place: list[str], before: str) -> Tree:
    """The fields of a refusal with another name of a field, or of a value of one."""
    match place:
        case [after]:
            return {after if name == before else name: value for name, value in fields.items()}
        case [field, "enum", after] if fields.get(field) == before:
            return {**fields, field: after}
    return fields


def _state(old: Rows, new: Rows) -> tuple[str, str] | None:
    """A state that is gone, and a new one with the same rows."""
    was, now = _states(old), _states(new)
    fresh = {state: _of(state, new) for state in sorted(now - was)}
    for before in sorted(was - now):
        rows = _of(before, old)
        for after, wanted in fresh.items():
            if _with_state(rows, before, after) == wanted:
                return before, after
    return None


def _states(rows: Rows) -> set[str]:
    return {each for (state, *_), row in rows.items() for each in (state, row["next"])} - {ANY}


def _of(state: str, rows: Rows) -> Rows:
    return {key: row for key, row in rows.items() if key[0] == state}


def _with_state(rows: Rows, before: str, after: str) -> Rows:
    names = {before: after}
    return {
        (names.get(state, state), verb, name): {**row, "next": names.get(row["next"], row["next"])}
        for (state, verb, name), row in rows.items()
    }


def _rename_state(role: Tree, before: str, after: str) -> None:
    names = {before: after}
    role["rows"] = _with_state(role["rows"], before, after)
    role["start"] = names.get(role["start"], role["start"])
    role["deaf"] = _each(role["deaf"], names)


def _each(found: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    """A set of names, as a tree holds it, with another name."""
    return tuple(sorted(names.get(name, name) for name in found))
