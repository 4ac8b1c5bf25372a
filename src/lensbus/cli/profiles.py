"""`lensbus profiles`: which lenses, bodies, accessories, scenes and fault plans come along."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lensbus.cli import options
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile

Kind = Annotated[
    Literal["lenses", "bodies", "accessories", "scenes", "faults"] | None,
    typer.Argument(help="Which of them; without it all."),
]


def profiles(kind: Kind = None, *, as_json: options.Json = False) -> None:
    """List what comes along: lenses, bodies, accessories, scenes and plans of faults, by name.

    Each name is what --lens, --body and the like take. Files of your own need no listing: they
    are named by their path.
    """
    from lensbus.spec.load import PROFILES

    counts: dict[str, int] = {}
    for each in [kind] if kind else PROFILES:
        found = _found(each)
        counts[each] = len(found)
        for line in _objects(each, found) if as_json else _table(each, found, headed=not kind):
            print(line if as_json else printable(line))
    if as_json:
        print(json.dumps({"summary": True, **counts}))


def _found(kind: str) -> list[Any]:
    """All profiles of a kind; of a scene or plan its name and title.

    Raises:
        SpecError: one has mistakes.
    """
    from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile
    from lensbus.front.named import load_profile
    from lensbus.spec.load import find_profile, profile_names, read
    from lensbus.spec.node import Problems

    names = profile_names(kind)
    match kind:
        case "lenses":
            return [load_profile(LensProfile, kind, name) for name in names]
        case "bodies":
            return [load_profile(BodyProfile, kind, name) for name in names]
        case "accessories":
            return [load_profile(AccessoryProfile, kind, name) for name in names]
    found = [read(find_profile(kind, name), Problems()) for name in names]
    titles = [one.entries["title"].value if one else "" for one in found]
    return [{"id": name, "title": title} for name, title in zip(names, titles, strict=True)]


def _objects(kind: str, found: Iterable[Any]) -> Iterator[str]:
    for one in found:
        fields = one if isinstance(one, dict) else asdict(one)
        yield json.dumps({"profile": kind, **fields})


def _table(kind: str, found: Iterable[Any], *, headed: bool) -> Iterator[str]:
    rows = [_CELLS[kind](one) if kind in _CELLS else (*one.values(),) for one in found]
    if headed:
        yield f"{kind} ({len(rows)})"
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield f"{'  ' if headed else ''}{'  '.join(cells)}".rstrip()


def _lens(lens: "LensProfile") -> Sequence[str]:
    mount = "" if lens.mount == "l_mount" else f"for {lens.mount}, by an adapter"
    return (
        lens.id,
        f"{lens.lens_number:#06x}",
        lens.name,
        f"{_span(lens.focal_mm)}mm",
        f"f/{_span(lens.open_f)}",
        lens.image_circle,
        _versions(lens.protocol),
        mount or _unsold(lens.status),
    )


def _body(body: "BodyProfile") -> Sequence[str]:
    return (
        body.id,
        body.name,
        body.image_circle,
        f"stabiliser {body.stabiliser}",
        body.autofocus,
        _versions(body.protocol),
        _unsold(body.status),
    )


def _accessory(one: "AccessoryProfile") -> Sequence[str]:
    takes = ", ".join(one.fits) or f"any lens for {one.mount}"
    return one.id, one.name, one.kind, f"takes {takes}", _unsold(one.status)


_CELLS: dict[str, Callable[[Any], Sequence[str]]] = {
    "lenses": _lens,
    "bodies": _body,
    "accessories": _accessory,
}


def _span(ends: Iterable[float]) -> str:
    return "-".join(dict.fromkeys(f"{end:g}" for end in ends))


def _versions(protocol: Iterable[int]) -> str:
    return f"protocol {_span(protocol)}"


def _unsold(status: str) -> str:
    return "" if status == "sold" else status
