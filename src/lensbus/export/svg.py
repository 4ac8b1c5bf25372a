"""Draw a picture of a run as one SVG that needs nothing beside it, legible in light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lensbus.export.axis import Axis, counts, distances, f_numbers, shares, times
from lensbus.export.paper import ACROSS, LEFT, Paper, at, path, rect, text
from lensbus.export.plot import GAVE_UP, LOCKED, SEARCHING, Picture
from lensbus.export.rows import draw_events, draw_frames, draw_legend, draw_states, stays
from lensbus.export.strokes import line, number
from lensbus.export.thinning import Mark, Point, Thinned, width_of

SILENCE_S = 0.25
"""A curve stops where nothing told it for so long; no mount's cycle is that slow."""

ENDS = {
    LOCKED: ("locked", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0"),
    GAVE_UP: ("lost", "M-4-4L4 4M-4 4L4-4"),
}
"""Class and shape of the mark at which a search ends."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Curves over one axis: of each its class, its name in the legend and its points."""

    title: str
    height: float
    axis: Axis
    curves: Sequence[tuple[str, str, Sequence[Point]]]


def draw(picture: Picture, title: str, subtitle: str = "", seconds: float = 0.0) -> str:
    """The whole run, of at least `seconds`; one that begins late is shown from there."""
    end = max(picture.last_t, seconds)
    start = picture.first_t if end / 2 < picture.first_t < end else 0.0
    paper = Paper(start, max(end, start + SILENCE_S))
    for lane in _lanes(picture):
        _draw_lane(paper, lane, picture)
    unnamed = draw_states(paper, picture)
    draw_frames(paper, picture)
    draw_events(paper, picture)
    paper.times(*times(paper.start, paper.end))
    draw_legend(paper, unnamed)
    return paper.whole(title, subtitle)


def _lanes(picture: Picture) -> Iterator[Lane]:
    """Those that have something to show."""
    if picture.focus or picture.subject:
        focus, subject = _points(picture.focus), _points(picture.subject)
        axis = distances([*_values(focus, subject), *(mark.y for mark in _found(picture))])
        curves = [("focus", "focus, told by the lens", focus), ("subject", "subject", subject)]
        yield Lane("distance in m", 200, axis, curves)
    if picture.position:
        points = _points(picture.position)
        curves = [("position", "told by the lens", points)]
        yield Lane("focus position in counts", 120, counts(_values(points)), curves)
    if picture.aperture or picture.asked:
        told, asked = _points(picture.aperture), _points(picture.asked)
        curves = [("asked", "asked by the body", asked), ("aperture", "told by the lens", told)]
        yield Lane("aperture", 84, f_numbers(_values(told, asked)), curves)
    lengths = _points(picture.focal_length)
    if len({point.y for point in lengths}) > 1:
        curves = [("position", "told by the lens", lengths)]
        yield Lane("focal length in mm", 56, counts(_values(lengths)), curves)
    if picture.contrast:
        curves = [("contrast", "seen by the body", _points(picture.contrast))]
        yield Lane("contrast", 56, shares(), curves)


def _points(curve: Thinned[Point]) -> list[Point]:
    return curve.columns(round(ACROSS))


def _values(*curves: Sequence[Point]) -> list[float]:
    return [point.y for point in chain(*curves)]


def _draw_lane(paper: Paper, lane: Lane, picture: Picture) -> None:
    curves = [curve for curve in lane.curves if curve[2]]
    over_focus = lane.curves[0][0] == "focus"
    paper.head(lane.title)
    keys = [(path(f"curve {kind}", "M-8 0H8"), name) for kind, name, _ in curves]
    paper.legend([*keys, *(_keys(picture) if over_focus else ())])
    top = paper.lane(lane.height)
    for place, label in lane.axis.chosen(lane.height):
        y = top + place * lane.height
        paper.add(text(LEFT - 8, y + 4, label, "dim end"))
        paper.add(path("grid", f"M{number(LEFT)} {number(y)}h{number(ACROSS)}"))
    if over_focus:
        _draw_searches(paper, picture, top, lane.height)
    gap_s = max(SILENCE_S, 2 * width_of(paper.span, round(ACROSS)))
    for kind, name, points in curves:
        pixels = ((paper.x(t), top + lane.axis.place(y) * lane.height) for t, y in points)
        paper.add(path(f"curve {kind}", line(pixels, gap_s / paper.span * ACROSS), name))
    if over_focus:
        for mark in _found(picture):
            kind, shape = ENDS[mark.kind]
            y = top + lane.axis.place(mark.y) * lane.height
            paper.add(at(paper.x(mark.t), y, path(kind, shape, f"{mark.t:.4g} s {mark.text}")))


def _found(picture: Picture) -> list[Mark]:
    """Where autofocus ended, no more often than can be told apart."""
    return picture.found.columns(round(ACROSS / 4))


def _keys(picture: Picture) -> Iterator[tuple[str, str]]:
    """The legend of what autofocus notes."""
    if any(stay.state == SEARCHING for stay in picture.search.columns(1 << 10)):
        yield rect(-8, -5, 16, 10, "search"), SEARCHING
    there = {mark.kind for mark in _found(picture)}
    for name, (kind, shape) in ENDS.items():
        if name in there:
            yield path(kind, shape), name


def _draw_searches(paper: Paper, picture: Picture, top: float, height: float) -> None:
    for state, start, end in stays(paper, picture.search):
        if state == SEARCHING:
            left = paper.x(start)
            paper.add(rect(left, top, max(paper.x(end) - left, 1), height, "search"))
