"""The protocol versions of a spec: each is a spec of its own, cut from the one file.

`constants.protocol` is the newest version, `constants.protocol_least` the oldest, 1 unless told; a
spec without the first has just one. A spec as it is loaded is in its newest version.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from lensbus.errors import LocalProtocolError
from lensbus.spec.basis import Constant
from lensbus.spec.model import Found, MessageType, Spec
from lensbus.spec.node import Where
from lensbus.spec.span import FIRST, LAST

NEWEST, OLDEST = "protocol", "protocol_least"
"""The constants that say so."""

MOST: Final = 64
"""Versions of one spec: each is held against itself when it is loaded."""


def versions(spec: Spec) -> range:
    """All versions of a spec as it was loaded, oldest first."""
    return range(min(spec.older, default=spec.version), spec.version + 1)


def at(spec: Spec, version: int) -> Spec:
    """A spec as it is in one version, always the same object.

    Raises:
        LocalProtocolError: it has no such version.
    """
    if version == spec.version:
        return spec
    if version not in spec.older:
        raise LocalProtocolError(f"{spec.name} has no version {version} (it has {told(spec)})")
    return spec.older[version]


def told(spec: Spec) -> str:
    """The versions of a spec for a person: `1 to 2`."""
    every = versions(spec)
    return f"{every[0]} to {every[-1]}" if len(every) > 1 else str(spec.version)


def common(ours: range, least: int, newest: int) -> int | None:
    """The newest version that both sides speak, of ours and of the peer's from least to newest."""
    lower = min(ours[-1], newest)
    return lower if lower >= max(ours[0], least) else None


def spoken(spec: Spec, protocol: tuple[int, int]) -> range:
    """The versions of a spec that a device made for some, (oldest, newest), speaks.

    Raises:
        LocalProtocolError: there is none.
    """
    every, (oldest, newest) = versions(spec), protocol
    found = range(max(every[0], oldest), min(every[-1], newest) + 1)
    if not found:
        text = f"it speaks protocol versions {oldest} to {newest}, the spec has {told(spec)}"
        raise LocalProtocolError(text)
    return found


def in_versions(whole: Spec) -> Spec:
    """What a file says of all versions together, as its newest, with the older ones."""
    every = written(whole.constants) or range(FIRST, FIRST + 1)
    older = {version: _cut(whole, version) for version in every[:-1]}
    return replace(_cut(whole, every[-1]), older=older)


def written(constants: Mapping[str, Constant]) -> range:
    """The versions that constants tell; none, where they cannot be."""
    newest, oldest = (
        constants[name].value if name in constants else FIRST for name in (NEWEST, OLDEST)
    )
    fits = FIRST <= oldest <= newest <= LAST and newest - oldest < MOST
    if fits and float(oldest).is_integer() and float(newest).is_integer():
        return range(int(oldest), int(newest) + 1)
    return range(0)


def tellers(spec: Spec) -> dict[str, str]:
    """The messages that tell a side's newest version, each with the field that does."""
    rows = [row for role in spec.roles.values() for row in role.rows]
    return {row.message: row.terms.version for row in rows if row.terms}


def differing(spec: Spec) -> list[Spec]:
    """A spec in each version in which it is not as in the one before, oldest first."""
    return _unlike(spec, lambda one: (_tables(one), _layouts(one)))


def behaving(spec: Spec) -> list[Spec]:
    """A spec in each version in which its tables or replies are not as in the one before."""
    return _unlike(spec, _tables)


def _unlike(spec: Spec, parts: Callable[[Spec], object]) -> list[Spec]:
    found: list[Spec] = []
    for version in versions(spec):
        one = at(spec, version)
        if not found or parts(found[-1]) != parts(one):
            found.append(one)
    return found


def _tables(spec: Spec) -> object:
    rows = [[id(row) for row in role.rows] for role in spec.roles.values()]
    return rows, list(spec.replies)


def _layouts(spec: Spec) -> object:
    fields = [[id(field) for field in kind.fields] for kind in spec.messages.values()]
    return list(spec.messages), fields


def untold(whole: Spec) -> Found:
    """Every `since` and `until` that no version of the spec is in, with its place."""
    every = written(whole.constants)
    if not every:
        place = (
            whole.places.get(f"spec.constants.{NEWEST}") or whole.places[f"spec.constants.{OLDEST}"]
        )
        text = f"expected whole numbers from {FIRST} to {LAST}, at most {MOST} versions"
        yield place, f"constants.{OLDEST} to constants.{NEWEST}: {text}"
        return
    for where, name, span in _spans(whole):
        if span[0] > every[-1]:
            text = f"the newest version is {every[-1]} (constants.{NEWEST})"
            yield where, f"{name}: since {span[0]}, but {text}"
        elif span[-1] < every[0]:
            text = f"the oldest version is {every[0]} (constants.{OLDEST})"
            yield where, f"{name}: until {span[-1]}, but {text}"


def _spans(whole: Spec) -> Iterator[tuple[Where, str, range]]:
    for kind in whole.messages.values():
        yield kind.where, kind.name, kind.versions
        for field in kind.fields:
            place = whole.places[f"spec.messages.{kind.name}.fields.{field.name}"]
            yield place, f"{kind.name}.{field.name}", field.versions
    for role in whole.roles.values():
        for row in role.rows:
            text = f"{role.name} table, state {row.state}: {row.verb} {row.message}"
            yield row.where, text, row.versions
    for reply in whole.replies.values():
        yield reply.where, f"replies.{reply.request}", reply.versions


def _cut(whole: Spec, version: int) -> Spec:
    kinds = [_kind(kind, version) for kind in whole.messages.values() if version in kind.versions]
    roles = {
        name: replace(role, rows=tuple(row for row in role.rows if version in row.versions))
        for name, role in whole.roles.items()
    }
    replies = {name: each for name, each in whole.replies.items() if version in each.versions}
    messages = {kind.name: kind for kind in kinds}
    return replace(whole, version=version, messages=messages, roles=roles, replies=replies)


def _kind(kind: MessageType, version: int) -> MessageType:
    """The message with the fields of a version; itself, where those are all it has."""
    fields = tuple(field for field in kind.fields if version in field.versions)
    return kind if len(fields) == len(kind.fields) else replace(kind, fields=fields)
