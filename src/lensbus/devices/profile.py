"""What sets one lens or body apart from another, as data read from a profile file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from itertools import chain
from typing import Any, TypeVar

from lensbus.devices.contradictions import contradictions
from lensbus.errors import SpecError
from lensbus.spec.basis import Bases
from lensbus.spec.node import MOST, Node, Problems, Section


@dataclass(frozen=True, slots=True)
class LensProfile:
    """A lens. Pairs are (wide, tele), or (oldest, newest) for `protocol`; f-numbers as engraved.

    `focus_range` is in motor counts from the near end, speeds and accelerations are per second,
    `iris_speed` in 1/256 stop. What has a default may be left out of a file.
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
    status: str = "sold"  # or announced: named once, never sold
    mount: str = "l_mount"  # another fits only by an adapter
    far_mm: int = 0  # 0: infinity
    focus_accel: float = 0.0  # 0: at its speed at once
    settle_s: float = 0.0  # from standing still to being told so
    controls: tuple[str, ...] = ()  # CONTROLS
    throw_deg: int = 0  # of the focus ring from end to end, when linear; 0: it has no such ring
    limit_mm: tuple[int, int] = (0, 0)  # near and far end of the focus limiter; 0 is infinity
    ois_stops: float = 0.0  # 0: no stabiliser
    distortion: tuple[tuple[float, ...], ...] = ()  # rows of (focal mm, scale, a, b, c)
    idle_ma: int = 0
    focus_ma: int = 0  # beside idle, at full speed
    iris_ma: int = 0  # beside idle, while it moves
    stabiliser_ma: int = 0  # beside idle, while it works
    warming: float = 0.0  # kelvin per second of focus drive
    hot_c: int = 0  # where it says so; 0: never
    broken: tuple[str, ...] = ()  # BREAKABLE: what of it does not work


CAPABILITIES = (
    *("autofocus", "aperture", "stabiliser", "zoom", "aperture_ring", "focus_by_speed"),
    *("firmware_update", "focus_follow", "linear_focus_ring", "correction", "accessory"),
)
"""What lenses and bodies can do, in the words of the model; a spec may have fewer, or others."""

CONTROLS = (
    *("aperture_ring", "aperture_click", "aperture_lock", "focus_ring", "focus_clutch"),
    *("focus_switch", "focus_limiter", "function_button", "stabiliser_switch", "zoom_ring"),
)
"""What a hand finds on a lens. A clutch is the focus ring pulled back, a switch is AF/MF."""

BREAKABLE = ("focus_motor", "iris", "stabiliser")
"""What can be broken: homing never ends, the iris does not move, nothing is stabilised."""


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
    status: str = "sold"
    sensor_mm: tuple[float, float] = (0.0, 0.0)  # width and height; 0: as its circle has it
    sync_hz: tuple[float, ...] = ()  # that it offers; none: the spec's alone
    supply_ma: int = 0  # for the lens; 0: whatever it needs
    autofocus: str = "contrast"  # AUTOFOCUS


AUTOFOCUS = ("none", "contrast", "depth_from_defocus", "phase")
"""How a body finds focus: contrast alone has to search, the others know which way and how far."""


@dataclass(frozen=True, slots=True)
class AccessoryProfile:
    """What stands between a lens and a body."""

    id: str
    name: str
    kind: str  # ACCESSORIES
    serial: str
    status: str = "sold"
    mount: str = "l_mount"  # of the lenses that go on it
    fits: tuple[str, ...] = ()  # ids of lenses; none: every lens of its mount
    factor: float = 1.0  # by which focal lengths and f-numbers grow
    tube_mm: float = 0.0  # by which the lens stands further from the sensor
    numbers: tuple[tuple[float, ...], ...] = ()  # rows of (lens number alone, with it)
    hides: tuple[str, ...] = ()  # capabilities that do not get through


PASSIVE = "passive"
ACCESSORIES = ("teleconverter", "extension_tube", "adapter", PASSIVE)
"""Passive is an adapter without electronics: a body sees that it is there, and hears nothing."""

STATUS = ("sold", "announced")
CHOICES = {
    "controls": CONTROLS,
    "broken": BREAKABLE,
    "autofocus": AUTOFOCUS,
    "kind": ACCESSORIES,
    "status": STATUS,
}
"""The fields of profiles that say one of a few words."""

COLUMNS = {
    "distortion": ("focal length", "scale", "a", "b", "c"),
    "numbers": ("lens number alone", "with the accessory"),
}
"""The fields of profiles that are rows, and what stands in each."""


Profile = TypeVar("Profile", LensProfile, BodyProfile, AccessoryProfile)


Unfit = Callable[[str, object], Iterable[str]]
"""Why an item, by its name and value, cannot be; nothing, if it can."""


def read_profile(
    kind: type[Profile], root: Node, problems: Problems, unfit: Unfit = lambda *_: ()
) -> Profile:
    """A profile from a file's root node; every item is `{value, basis, source}`.

    Raises:
        SpecError: the file has mistakes, or items that are `unfit`; all of them, with their places.
    """
    top = Section(root, "profile", problems)
    bases = Bases(top)
    values: dict[str, Any] = {"id": top.text("profile")}
    for field in fields(kind)[1:]:
        if field.default is not MISSING and field.name not in top:
            continue
        if top.need(field.name).value is None:
            continue  # missing, and complained of once
        section = top.section(field.name)
        section.text("unit", "")
        bases.read(section)
        before = problems.found
        value = _READERS[field.type](section)
        if problems.found == before:
            values[field.name] = value
            for words in chain(_unknown(field.name, value), unfit(field.name, value)):
                section.problem("value", words)
        section.done()
    top.done()
    for name, words in contradictions(values):
        top.section(name).problem("value", words)
    if problems.found:
        raise SpecError(problems.found)
    return kind(**values)


def _unknown(name: str, value: object) -> Iterator[str]:
    for word in value if isinstance(value, tuple) else (value,):
        if name in CHOICES and word not in CHOICES[name]:
            yield f"unknown {word!r} (known: {', '.join(CHOICES[name])})"


def _rows(section: Section) -> tuple[tuple[float, ...], ...]:
    """Rows of numbers of any sign, one for each of its columns."""
    rows: list[tuple[float, ...]] = []
    columns = COLUMNS[section.path.rpartition(".")[2]]
    for node in section.need("value").items():
        cells = [cell.plain for cell in node.items()]
        row = tuple(cell for cell in cells if isinstance(cell, int | float) and abs(cell) <= MOST)
        if not len(row) == len(cells) == len(columns):
            section.problem(
                "value", f"expected rows of numbers ({', '.join(columns)}), got {cells}"
            )
        rows.append(row)
    return tuple(rows)


def _numbers(count: int, kind: type) -> Callable[[Section], tuple[Any, ...]]:
    """So many numbers; 0: any number of them."""

    def read(section: Section) -> tuple[Any, ...]:
        nodes = section.need("value").items()
        values = [
            node.kind if isinstance(node.value, list | dict) else node.value for node in nodes
        ]
        if len(values) != (count or len(values)) or not all(
            type(value) in {int, kind} for value in values
        ):
            wanted = f"{count} numbers" if count else "numbers"
            section.problem("value", f"expected {wanted}, got {values}")
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
    tuple[float, ...]: _numbers(0, float),
    tuple[tuple[float, ...], ...]: _rows,
    tuple[int, int, int]: _numbers(1 + 2, int),
}
