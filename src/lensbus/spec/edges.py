"""The differences between two specs as trees: where they stand, and what stood there before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lensbus.spec.canon import ORDER, Tree

ABSENT: Final = object()
"""What stands where there is nothing."""

NONE: Final = "none"

TYPE: Final = ("kind", "integer", "size")
"""What makes the type of a field; its range goes with it."""

GROUPS: Final = ("array", "block")
"""Kinds of fields that are as big as their parts."""

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One difference: where in the tree, and what stood and stands there (or ABSENT)."""

    path: Path
    before: Any
    after: Any

    @property
    def grown(self) -> bool:
        """Whether a number grew; what is left out counts as 0."""
        return _number(self.after) > _number(self.before)

    @property
    def told(self) -> str:
        """Both in a few words."""
        if self.before is ABSENT or self.after is ABSENT:
            return "is new" if self.before is ABSENT else "is gone"
        return f"is {text(self.after)}, was {text(self.before)}"


def edges(old: Any, new: Any, path: Path = ()) -> Iterator[Edge]:  # noqa: ANN401 any part of a tree
    """Every difference, the deepest that tells it, in the order of the new tree."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield Edge(path, old, new)
        return
    names, rest = field_path(path)
    left_out: tuple[str, ...] = () if _reordered(old, new) else (ORDER,)
    if names and not rest:
        yield from _at_once(old, new, path)
        left_out += _left_out(old, new)
    for key in (*new, *(key for key in old if key not in new)):
        if key not in left_out:
            yield from edges(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))


def _reordered(old: Tree, new: Tree) -> bool:
    """Whether what both have stands in another order; one alone needs none."""
    first, then = (
        [each for each in one.get(ORDER, one) if each in two]
        for one, two in ((old, new), (new, old))
    )
    return first != then


def field_path(path: Path) -> tuple[Path, Path]:
    """The names of a field in a message, outermost first, and what is left of its path.

    What is no part of a field has no names. Where all fields of a message, or all parts of one,
    are meant, `fields` or `parts` is left.
    """
    if path[:1] != ("messages",) or path[2:3] != ("fields",):
        return (), path
    names, rest = Path(), path[2:]
    while len(rest) > 1 and rest[0] in {"fields", "parts"}:
        names, rest = (*names, rest[1]), rest[2:]
    return names, rest


def _at_once(old: Tree, new: Tree, path: Path) -> Iterator[Edge]:
    """What of a field is told as one: its type, or the bits that it stands in."""
    if _retyped(old, new):
        yield Edge((*path, "type"), _type(old), _type(new))
    elif _moved(old, new):
        yield Edge((*path, "bits"), _bits(old["place"]), _bits(new["place"]))


def _left_out(old: Tree, new: Tree) -> tuple[str, ...]:
    """What of a field goes along with what is told."""
    if _retyped(old, new):
        return (*TYPE, "low", "high", *["parts"][: old["kind"] != new["kind"]])
    if _moved(old, new):
        return ("place", "low", "high")
    if old.get("place") == new.get("place"):
        return ("size",) if new["kind"] in GROUPS else ()
    named = any("enum" in field for field in (old, new))
    return ("low", "high") if named else ("place",) if old.get("high") != new.get("high") else ()


def _retyped(old: Tree, new: Tree) -> bool:
    told = TYPE[: -1 if new["kind"] in GROUPS else len(TYPE)]
    return any(old.get(part) != new.get(part) for part in told)


def _moved(old: Tree, new: Tree) -> bool:
    """Whether it is a part that begins at another bit."""
    return bool("place" in new and old["place"]["at"] != new["place"]["at"])


def _bits(place: Tree) -> str:
    last = place["at"] + place["width"] - 1
    return f"{place['at']} to {last}" if place["width"] > 1 else str(last)


def _type(field: Tree) -> str:
    if "integer" in field:
        return f"{field['integer']}{' of bits' * (field['kind'] == 'bits')}"
    size = field.get("size")
    return (
        field["kind"]
        if field["kind"] in GROUPS
        else f"{field['kind']}, {'rest' if size is None else size}"
    )


def _number(value: Any) -> float:  # noqa: ANN401 what stands in a tree
    return value if isinstance(value, int | float) else 0


def text(value: Any) -> str:  # noqa: ANN401 what stands in a tree
    """A value for a person."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {text(each)}" for key, each in value.items())
    if isinstance(value, bytes):
        return value.hex(" ") or NONE
    if isinstance(value, tuple | list):
        return " ".join(map(text, value)) or NONE
    return NONE if value is None or value == "" else str(value)


def dotted(path: Path) -> str:
    """A path as it is written: `messages.status.key`."""
    return ".".join(map(str, path))
