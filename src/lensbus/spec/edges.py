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
    left_out: tuple[str, ...] = () if _reordered(old, new) else (ORDER,)
    field = path[:1] == ("messages",) and path[2:3] == ("fields",) and len(path) == 4
    if field and any(old.get(part) != new.get(part) for part in TYPE):
        yield Edge((*path, "type"), _type(old), _type(new))
        left_out = (*TYPE, "low", "high")
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


def _type(field: Tree) -> str:
    size = field.get("size")
    return str(field.get("integer") or f"{field['kind']}, {'rest' if size is None else size}")


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
