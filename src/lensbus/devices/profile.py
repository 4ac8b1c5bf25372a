"""What sets one lens or body apart from another, as data read from a profile file."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from lensbus.errors import SpecError
from lensbus.spec.basis import Bases
from lensbus.spec.node import MOST, Node, Problems, Section


@dataclass(frozen=True, slots=True)
class LensProfile:
    """A lens. Pairs are (wide, tele), or (oldest, newest) for `protocol`; f-numbers as engraved.

    `focus_range` is in motor counts, speeds are per second, `iris_speed` in 1/256 stop.
    """

    id: str
    name: str
    vendor: str
    lens_number: int
    serial: str
    firmware: tuple[int, int, int]
    hardware: int
    protocol: tuple[int, int]
    max_baud: int
    capabilities: tuple[str, ...]
    focal_mm: tuple[float, float]
    open_f: tuple[float, float]
    closed_f: float
    near_mm: tuple[int, int]
    image_circle: str
    power_class: str
    focus_range: int
    focus_speed: float
    homing_s: float
    iris_speed: float
    temperature: int


@dataclass(frozen=True, slots=True)
class BodyProfile:
    """A camera body; `protocol` is (oldest, newest) version."""

    id: str
    name: str
    vendor: str
    image_circle: str
    protocol: tuple[int, int]
    max_baud: int
    stabiliser: str
    capabilities: tuple[str, ...]


Profile = TypeVar("Profile", LensProfile, BodyProfile)


def read_profile(kind: type[Profile], root: Node, problems: Problems) -> Profile:
    """A profile from a file's root node; every item is `{value, basis, source}`.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    top = Section(root, "profile", problems)
    bases = Bases(top)
    values: dict[str, Any] = {"id": top.text("profile")}
    for field in fields(kind)[1:]:
        if top.need(field.name).value is None:
            continue  # missing, and complained of once
        section = top.section(field.name)
        section.text("unit", "")
        bases.read(section)
        values[field.name] = _READERS[field.type](section)
        section.done()
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return kind(**values)


def _numbers(count: int, kind: type) -> Callable[[Section], tuple[Any, ...]]:
    def read(section: Section) -> tuple[Any, ...]:
        nodes = section.need("value").items()
        values = [
            node.kind if isinstance(node.value, list | dict) else node.value for node in nodes
        ]
        if len(values) != count or not all(type(value) in {int, kind} for value in values):
            section.problem("value", f"expected {count} numbers, got {values}")
            return (0,) * count
        if not all(isinstance(one, int | float) and 0 <= one <= MOST for one in values):
            section.problem("value", f"expected numbers from 0 to {MOST:g}, got {values}")
        return tuple(values)

    return read


_READERS: dict[Any, Callable[[Section], Any]] = {
    str: lambda section: section.text("value"),
    int: lambda section: section.integer("value"),
    float: lambda section: section.number("value"),
    tuple[str, ...]: lambda section: section.texts("value"),
    tuple[int, int]: _numbers(2, int),
    tuple[float, float]: _numbers(2, float),
    tuple[int, int, int]: _numbers(1 + 2, int),
}
