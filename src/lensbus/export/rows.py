"""The rows below a plot's curves: states as bands, frames as columns, what went wrong as marks."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from lensbus.export.paper import (
    ACROSS,
    GAP,
    LEFT,
    LETTER,
    RIGHT,
    WIDTH,
    Paper,
    at,
    path,
    rect,
    text,
)
from lensbus.export.plot import Picture
from lensbus.export.strokes import steps
from lensbus.export.thinning import COLUMNS, Count, Mark, Stay, Thinned, by_kind, columns, width_of
from lensbus.spec.model import Spec

BAND, FRAMES, EVENTS, BETWEEN = 20.0, 30.0, 16.0, 3.0
"""Heights of rows, and what parts them."""

STATE_PX, MARK_PX, RATE_PX = 2, 10, 4
"""The least width of a state, between two marks, of a column of frames."""

RATE_S = 0.25
"""A column of frames is no shorter: it would show the beat of cycle and columns."""

COLOURS = 15
"""Of states, in the style; the first is that of the cycle."""

SHAPES = {
    "done": "M0-4.5L4.5 0L0 4.5L-4.5 0Z",
    "heard": "M-5-4H5L0 5Z",
    "note": "M-1.5-5H1.5V5H-1.5Z",
}


Track = TypeVar("Track")


def sides(picture: Picture, tracks: Mapping[str, Track]) -> Iterator[tuple[str, Track]]:
    """What there is of each side, in the spec's order."""
    order = [*picture.spec.roles, *tracks]
    return iter(sorted(tracks.items(), key=lambda item: order.index(item[0])))


def stays(paper: Paper, track: Thinned[Stay]) -> Iterator[tuple[str, float, float]]:
    """Each state with its start and its end."""
    found: list[Stay] = []
    for stay in track.columns(round(ACROSS / STATE_PX)):
        if not found or found[-1].state != stay.state:
            found.append(stay)
    for stay, following in pairwise([*found, Stay(paper.end, "")]):
        yield stay.state, stay.t, following.t


def draw_states(paper: Paper, picture: Picture) -> list[tuple[str, str]]:
    """A band for each side; gives class and name of the states whose name has no room in it."""
    bands = {side: list(stays(paper, track)) for side, track in sides(picture, picture.states)}
    if not bands:
        return []
    classes, named = _classes(picture.spec, bands.values()), set[str]()
    paper.head("states")
    for side, band in bands.items():
        top = paper.lane(BAND, BETWEEN)
        paper.name(top, BAND, side)
        for state, start, end in band:
            x, width = paper.x(start), paper.x(end) - paper.x(start)
            hover = f"{side} {state}, {start:.4f} s to {end:.4f} s"
            paper.add(rect(x, top, max(width, 0.5), BAND, classes[state], hover))
            if width >= LETTER * len(state) + 4:
                named.add(state)
                paper.add(text(x + width / 2, top + BAND / 2 + 4, state, "band mid"))
    paper.y += GAP - BETWEEN
    there = {state for band in bands.values() for state, *_ in band}
    return [(classes[state], state) for state in classes if state in there - named]


def _classes(spec: Spec, bands: Iterable[list[tuple[str, float, float]]]) -> dict[str, str]:
    """A colour for each state, the same in every picture of a spec; calm ones are of the cycle."""
    rows = [row for role in spec.roles.values() for row in role.rows]
    calm = {row.state for row in rows if row.verb == "send" and spec.messages[row.message].cyclic}
    known = [state for role in spec.roles.values() for state in role.states]
    others = [state for band in bands for state, *_ in band]  # of another program
    coloured = [state for state in dict.fromkeys([*known, *others]) if state not in calm]
    numbers = {state: 1 + n % (COLOURS - 1) for n, state in enumerate(coloured)}
    return {state: f"s{number}" for state, number in (dict.fromkeys(calm, 0) | numbers).items()}


def draw_legend(paper: Paper, states: Iterable[tuple[str, str]]) -> None:
    """The colours of states that are not named in their bands."""
    x, lines = LEFT, 0
    for kind, state in states:
        width = LETTER * len(state) + 32
        if x + width > WIDTH - RIGHT or not lines:
            x, lines = LEFT, lines + 1
            paper.y += 20
        paper.add(rect(x, paper.y - 21, 12, 12, kind), text(x + 17, paper.y - 11, state, "dim"))
        x += width


def draw_frames(paper: Paper, picture: Picture) -> None:
    """How many frames a second each side said."""
    if not picture.frames:
        return
    width = max(width_of(RATE_S, 1), width_of(paper.span, round(ACROSS / RATE_PX)))
    rates = {
        side: dict(_rates(counts, width, paper.end))
        for side, counts in sides(picture, picture.frames)
    }
    most = max(max(rate.values()) for rate in rates.values())
    paper.head(f"frames said, up to {most:.0f} a second")
    for side, rate in rates.items():
        top = paper.lane(FRAMES, BETWEEN)
        paper.name(top, FRAMES, side)
        known = sorted({t for at_t in rate for t in (at_t, at_t + width)})
        tops = [(paper.x(t), top + FRAMES * (1 - 0.94 * rate.get(t, 0) / most)) for t in known]
        paper.add(path("frames", steps(tops, top + FRAMES, paper.x(paper.end))))
    paper.y += GAP - BETWEEN


def _rates(said: Thinned[Count], width: float, end: float) -> Iterator[tuple[float, float]]:
    """Frames a second of each column that has any; the last one may be cut by the end."""
    for counts in columns(said.columns(COLUMNS), width):
        start = counts[0].t // width * width
        seconds = min(width, max(end - start, width / 2))
        yield start, sum(count.n for count in counts) / seconds


def draw_events(paper: Paper, picture: Picture) -> None:
    """A row each for faults that were done, faults that were heard, and notes."""
    rows = (("done", picture.done), ("heard", picture.heard), ("note", picture.notes))
    told = [(kind, marks) for kind, marks in rows if marks]
    if told:
        paper.head("faults and notes")
    for kind, marks in told:
        top = paper.lane(EVENTS, BETWEEN)
        paper.name(top, EVENTS, kind if kind != "note" else "notes")
        for group in _groups(paper, marks):
            shape = path(kind, SHAPES[kind], "\n".join(map(_words, by_kind(group))))
            paper.add(at(paper.x(group[0].t), top + EVENTS / 2, shape))
    if told:
        paper.y += GAP - BETWEEN


def _groups(paper: Paper, marks: Thinned[Mark]) -> list[list[Mark]]:
    """The marks that would lie on each other, together."""
    groups: list[list[Mark]] = []
    for mark in marks.columns(round(ACROSS / MARK_PX)):
        if groups and paper.x(mark.t) - paper.x(groups[-1][0].t) < MARK_PX:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _words(mark: Mark) -> str:
    more = f" and {mark.n - 1} more {mark.kind}" if mark.n > 1 else ""
    return f"{mark.t:.4f} s {mark.text}{more}"
