"""Hold the rows on which two sides agree a version against what they say before."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from lensbus.spec.behaviour import ANY, SAME, Role, Row
from lensbus.spec.hints import hint
from lensbus.spec.model import Found, Spec
from lensbus.spec.versions import differing, versions


def unmet(spec: Spec) -> Found:
    """Every contradiction in how a spec, as it was loaded, agrees its versions; with its place."""
    every = differing(spec)
    meeting = [role for role in spec.roles.values() if any(row.terms for row in role.rows)]
    if len(every) > 1 or meeting:
        for role in spec.roles.values():
            if role not in meeting and role.rows:
                text = "no row agrees a version: one needs {version: field}"
                yield role.rows[0].where, f"{role.name} table: {text}"
    same = {name for name in spec.messages if _always(spec, name)} if meeting else set()
    varying = {name for one in every for name in one.messages} - same
    for role in meeting:
        yield from _terms(spec, role)
        each = [_early(one.roles[role.name], versions(spec), same, varying) for one in every]
        yield from dict.fromkeys(chain(*each))


def _terms(spec: Spec, role: Role) -> Found:
    for row in role.rows:
        kind = spec.messages.get(row.message)
        if row.terms is None or kind is None:
            continue
        place = f"{role.name} table, state {row.state}"
        if row.verb != "recv":
            yield row.where, f"{place}: a version is agreed on what is heard, so on recv"
        plain = [field for field in kind.fields if field.kind == "int" and not field.enum]
        numbers = {field.name: field for field in plain if field.flags is None}
        for name in (row.terms.version, row.terms.least, row.terms.layout):
            if name and name not in numbers:
                text = f"{name!r} is no whole number of {row.message} ({hint(name, numbers)})"
                yield row.where, f"{place}: {text}"
        teller = numbers.get(row.terms.version)
        if teller is not None and teller.optional:
            yield row.where, f"{place}: {teller.name!r} tells the version, so it is not optional"
        if teller is not None and not teller.low <= versions(spec)[-1] <= teller.high:
            newest = versions(spec)[-1]
            text = f"{teller.name!r} can't tell version {newest}, the newest of the spec"
            yield row.where, f"{place}: {text}"


def _early(role: Role, every: range, same: set[str], varying: set[str]) -> Found:
    """What a side says up to the state in which it agrees a version is the same in all."""
    for row in _first_rows(role):
        whole = row.versions[0] <= every[0] and every[-1] <= row.versions[-1]
        if row.verb == "send" and (row.message in varying or (row.message in same and not whole)):
            text = "may come before a version is agreed, so all versions must have the same"
            place = f"{role.name} table, state {row.state}"
            yield row.where, f"{place}: {row.verb} {row.message} {text}"


def _always(spec: Spec, name: str) -> bool:
    """Whether a message is the very same in all versions."""
    kinds = [spec.messages[name]] + [old.messages.get(name) for old in spec.older.values()]
    return all(kind is kinds[0] for kind in kinds)


def _first_rows(role: Role) -> Iterator[Row]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in role.rows:
        rows[row.state].append(row)
    reached, todo = {ANY}, {role.start}
    while todo:
        state = todo.pop()
        reached.add(state)
        here = rows[state] + rows[ANY]
        if not any(row.terms for row in here):
            todo |= {row.next for row in here} - {SAME} - reached
    return (row for row in role.rows if row.state in reached)
