"""A spec as plain nested values: what is compared, and hashed, when two are held together.

What a value has by default is left out, so that a kind of field or frame that this program learns
later changes nothing of the specs that do without it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from lensbus.spec.behaviour import SAME
from lensbus.spec.fields import Field, Int
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited, Shape, Word
from lensbus.spec.versions import at

Tree = dict[str, Any]

PROSE: Final = frozenset(
    {"basis", "cyclic", "default", "name", "names", "unit", "versions", "where"}
)
"""Attributes that change nothing of what is said: they are told apart in `prose`."""

ORDER: Final = "order()"
"""The entry, no name of anything, that keeps an order which counts: of fields, of the frames that
are tried in turn, of the parts of a word that are its payload."""

PARTS: Final[dict[str, tuple[str, ...]]] = {"bits": ("bits",), "block": ("fields",), "array": ()}
"""What a spec calls the parts of each kind of field; that of an array is its `of`."""

HASH_BYTES: Final = 4


@lru_cache(maxsize=64)
def layout_hash(spec: Spec, version: int) -> int:
    """32 bits that tell whether two sides mean the same by a version.

    They are the first, big-endian, of the SHA-256 of all frames and messages: keys, fields in
    their order, types, ranges, values and all their names, since two fields of one type that
    change places differ in nothing else.
    """
    whole = tree(at(spec, version))
    return hash_of({part: whole[part] for part in ("frames", "messages")})


def hash_of(part: object) -> int:
    """32 bits that tell whether two parts of trees are the same."""
    text = "\n".join(_lines(part, ""))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:HASH_BYTES], "big")


def _lines(value: object, path: str) -> list[str]:
    if isinstance(value, dict):
        return [line for key in sorted(value) for line in _lines(value[key], f"{path}.{key}")]
    return [f"{path} {value!r}"]


@lru_cache(maxsize=64)
def tree(spec: Spec) -> Tree:
    """All that a spec, in its version, says of how its devices behave."""
    return {
        "unknown": "opaque" if spec.opaque else "fault",
        "frames": {**_plain(spec.frames), **_tried(spec)},
        "messages": {
            name: {**_plain(kind), "fields": _plain(kind.fields) or {ORDER: ()}}
            for name, kind in spec.messages.items()
        },
        "link": _plain(spec.link),
        "timing": {name: constant.value for name, constant in spec.timing.items()},
        "constants": {name: constant.value for name, constant in spec.constants.items()},
        "contacts": {str(each.number): each.line for each in spec.contacts},
        "roles": {name: _role(spec, name) for name in spec.roles},
        "replies": _plain(spec.replies),
        "identifies": _plain(spec.identifies),
    }


def prose(spec: Spec) -> dict[str, object]:
    """What a spec says to people alone, by the path of the item."""
    found: dict[str, object] = {"spec": spec.name, "title": spec.title}
    found |= {f"mount.{name}": fact.value for name, fact in spec.facts.items()}
    found |= {f"contacts.{each.number}.role": each.role for each in spec.contacts}
    found |= {f"capture.{side}": _plain(wires) for side, wires in spec.capture.items()}
    found |= {
        f"{part}.{name}.unit": constant.unit
        for part in ("timing", "constants")
        for name, constant in getattr(spec, part).items()
    }
    for kind in spec.messages.values():
        found[f"messages.{kind.name}.cyclic"] = kind.cyclic
        for field in kind.fields:
            found |= _told(field, f"messages.{kind.name}.fields.{field.name}")
    for path, basis in spec.items.items():
        found[f"{path.removeprefix('spec.')}.basis"] = f"{basis.kind}: {basis.source}"
    return found


def _told(field: Field, path: str) -> dict[str, object]:
    """What a field, and each part of it, says to people alone."""
    found: dict[str, object] = {f"{path}.unit": field.unit, f"{path}.default": field.default}
    found[f"{path}.names"] = dict(field.names or {})
    for part in field.parts:
        found |= _told(part, ".".join((path, *PARTS[field.kind], part.name)))
    return found


def spelt(path: tuple[Any, ...], whole: Tree) -> tuple[Any, ...]:
    """A path in a tree as the file says it: a field's parts are its `bits`, `fields` or `of`."""
    found: list[Any] = []
    for key in path:
        parts = key == "parts" and "kind" in whole and ORDER not in whole
        found += PARTS[whole["kind"]] if parts else (key,)
        inner = whole.get(key)
        whole = inner if isinstance(inner, dict) else {}
    return tuple(found)


def _tried(spec: Spec) -> Tree:
    """The frames in the order that they are tried in; where rows say which, the first alone."""
    names = tuple(spec.frames)
    if len(names) < 2 or (_apart(spec.frames.values()) and not spec.switches):
        return {}
    return {ORDER: names[:1] if spec.switches else names}


def _apart(shapes: Iterable[Shape]) -> bool:
    """Whether no bytes can begin two of these shapes."""
    syncs = [shape.sync if isinstance(shape, Delimited) else b"" for shape in shapes]
    return not any(after.startswith(before) for before, after in pairwise(sorted(syncs)))


def _role(spec: Spec, name: str) -> Tree:
    role = spec.roles[name]
    rows = {(row.state, row.verb, row.message): _plain(row) for row in role.rows}
    for (state, _, _), row in rows.items():
        del row["state"], row["verb"], row["message"]
        if row["next"] == SAME:
            row["next"] = state
    return {
        "start": role.start,
        "deaf": tuple(sorted(role.deaf)),
        "refusal": _plain(role.refusal),
        "silence_s": role.silence_s,
        "rows": rows,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 what a spec is made of, and what becomes of it
    if isinstance(value, Int):
        return value.name
    if is_dataclass(value) and not isinstance(value, type):
        return _entries(_telling(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    if isinstance(value, tuple):
        inner = [each for each in value if isinstance(each, Field)]
        named = {each.name: _plain(each) for each in sorted(inner, key=_lowest)}
        return {**named, ORDER: tuple(named)} if named else tuple(map(_plain, value))
    return value


def _entries(value: Any) -> Tree:  # noqa: ANN401 any dataclass
    said = [each for each in fields(value) if each.name not in PROSE]
    found = {each.name: getattr(value, each.name) for each in said}
    told = {n.name: _plain(found[n.name]) for n in said if found[n.name] != n.default}
    if isinstance(value, Word):
        told["parts"][ORDER] = tuple(value.payload)
    return told


def _lowest(field: Field) -> int:
    """Where a part of bits begins: that is its place, wherever a file names it."""
    return field.place.at if field.place else 0


def _telling(value: Any) -> Any:  # noqa: ANN401 any dataclass
    """The same without what no codec looks at: bounds beside names or parts, padding to nothing."""
    if isinstance(value, Field) and (value.enum or value.flags or value.parts):
        span = value.place or value.integer
        return replace(value, low=span.low, high=span.high) if span else value
    if isinstance(value, Delimited):
        padded = value.pad_to > 1 and value.pad_from
        return replace(
            value,
            pad_to=value.pad_to if padded else 1,
            pad_from=tuple(sorted(value.pad_from)) if padded else (),
        )
    return value
