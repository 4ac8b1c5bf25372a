"""What a golden trace lets differ: a message, a field, or a number by so much."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from lensbus.errors import CaptureError
from lensbus.spec.fields import Field
from lensbus.spec.model import Spec

WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Allowance:
    """`sync`, `status.temperature`, `*.serial`, or a number `within` some of its own unit."""

    pattern: str
    within: float | None = None

    def __str__(self) -> str:
        return self.pattern if self.within is None else f"{self.pattern} {WITHIN} {self.within:g}"

    @classmethod
    def parse(cls, text: str) -> "Allowance":
        """Read `PATTERN` or `PATTERN within NUMBER`.

        Raises:
            CaptureError: it is neither.
        """
        try:
            match text.split():
                case [pattern]:
                    return cls(pattern)
                case [pattern, word, number] if word == WITHIN and float(number) >= 0:
                    return cls(pattern, float(number))
        except ValueError:
            pass
        wanted = f"MESSAGE, MESSAGE.FIELD, or MESSAGE.FIELD {WITHIN} NUMBER"
        raise CaptureError(f"ignore: got {text!r}, wanted {wanted}")

    def fits(self, spec: Spec) -> bool:
        """Whether it names a message of a spec, or a field or a part of one; `*` may be a fault."""
        kinds = spec.messages.values()
        paths = [kind.name for kind in kinds]
        paths += [path for kind in kinds for path in _paths(kind.name, kind.fields)]
        return "*" in self.pattern or self.pattern in paths


def _paths(path: str, fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield f"{path}.{field.name}"
        yield from _paths(f"{path}.{field.name}", field.parts)


def usual(spec: Spec) -> tuple[Allowance, ...]:
    """What tells nothing of a run: the layout hashes that a spec lets its sides tell.

    That a layout changed is told by its name, and not by a number of 32 bits.
    """
    rows = [row for role in spec.roles.values() for row in role.rows]
    named = {f"{row.message}.{row.terms.layout}" for row in rows if row.terms and row.terms.layout}
    return tuple(map(Allowance, sorted(named)))


class Allowances:
    """Several of them."""

    def __init__(self, every: Iterable[Allowance]) -> None:
        self._every: Sequence[Allowance] = tuple(every)

    def leaves_out(self, path: str) -> bool:
        """Whether a message, or a field by its path, is not compared at all."""
        return any(one.within is None and fnmatchcase(path, one.pattern) for one in self._every)

    def alike(self, path: str, wanted: Any, got: Any) -> bool:  # noqa: ANN401 values of a field
        """Whether two values of a field pass for the same."""
        return wanted == got or self.leaves_out(path) or self._near(path, wanted, got)

    def _near(self, path: str, *values: object) -> bool:
        numbers = [value for value in values if isinstance(value, int | float)]
        return len(numbers) == len(values) and any(
            one.within is not None
            and fnmatchcase(path, one.pattern)
            and max(numbers) - min(numbers) <= one.within
            for one in self._every
        )
