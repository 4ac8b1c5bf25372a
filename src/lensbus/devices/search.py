"""How a body finds focus once: by contrast alone, by two pictures, or knowing the way at once.

Each search is a generator: it takes one picture after the other, gives where focus is to go next
(None: as it does), and ends with the picture it has settled for, whether sharp or not.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from lensbus.devices.eye import Sight

SHARP = 1 / 2
"""Contrast of a picture that counts as sharp, and share of its best that shows a peak passed."""

STRIDE = 8
"""How many times what counts as sharp a coarse search may move from picture to picture."""

CLEAR = 1 / (1 + STRIDE**2)
"""Contrast that a coarse search does not miss: that of a subject so far away."""

TRIES = 8
"""Moves after which one way of getting nearer has failed."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where focus is to go, and by how many counts a picture at most; 0: as fast as may be."""

    target: float
    stride: float = 0.0


Search = Generator[Goal | None, Sight, Sight]


def by_contrast(sight: Sight, ends: tuple[float, float]) -> Search:
    """Coarse towards the nearer end, or else the other; reverse; fine; back if there is nothing."""
    began, seen = sight.position, [sight]
    for end in sorted(ends, key=lambda end: abs(end - began)):
        if (yield from _sweep(seen, end)):
            break
    if max(seen, key=_contrast).contrast <= CLEAR:
        return (yield from arrive(began))
    best = yield from arrive(_peak(seen))
    return (yield from _climb(best))


def by_two_pictures(sight: Sight, ends: tuple[float, float]) -> Search:
    """A step aside tells way and distance; then straight."""
    middle = sum(ends) / 2
    aside = STRIDE * sight.sharp if sight.position < middle else -STRIDE * sight.sharp
    sight = yield from arrive(sight.position + aside)
    return (yield from straight(sight, ends))


def straight(sight: Sight, ends: tuple[float, float]) -> Search:
    """To where the picture says that the subject is, until it says so no more."""
    for _ in range(TRIES):
        if abs(sight.away) <= sight.sharp / 2:
            break
        before = sight.position
        sight = yield from arrive(min(max(sight.position + sight.away, ends[0]), ends[1]))
        if sight.position == before:
            break  # an end, or a focus limiter
    return sight


def arrive(target: float) -> Search:
    """Go there and stand still."""
    sight = yield Goal(target)
    while sight.moving:
        sight = yield None
    return sight


def _sweep(seen: list[Sight], end: float) -> Generator[Goal | None, Sight, bool]:
    """Look on the way to an end; whether a peak was passed."""
    sight = yield Goal(end, STRIDE * seen[-1].sharp)
    while sight.moving:
        seen.append(sight)
        best = max(seen, key=_contrast).contrast
        if best > CLEAR and sight.contrast < SHARP * best:
            return True
        sight = yield None
    seen.append(sight)
    return False


def _peak(seen: Sequence[Sight]) -> float:
    """Where the best picture would be, judged by those beside it: 1/contrast is a parabola."""
    places = sorted(
        {sight.position: sight for sight in seen}.values(), key=lambda one: one.position
    )
    at = max(range(len(places)), key=lambda index: places[index].contrast)
    beside = places[max(at - 1, 0) : at + 2]
    if len(beside) <= 2 or min(map(_contrast, beside)) <= 0:
        return places[at].position
    (a, b, c), (u, v, w) = [s.position for s in beside], [1 / s.contrast for s in beside]
    left, right = (b - a) * (v - w), (b - c) * (v - u)
    if left == right:
        return b
    vertex = b - ((b - a) * left - (b - c) * right) / (left - right) / 2
    return min(max(vertex, a), c)


def _climb(best: Sight) -> Search:
    """Step by step uphill, back and half as far where it goes down."""
    step, sight = best.sharp, best
    for _ in range(TRIES):
        if abs(step) < best.sharp / 2:
            break
        sight = yield from arrive(best.position + step)
        if sight.contrast > best.contrast:
            best = sight
        else:
            step = -step / 2
    return sight if sight is best else (yield from arrive(best.position))


def _contrast(sight: Sight) -> float:
    return sight.contrast


SEARCHES: dict[str, Callable[[Sight, tuple[float, float]], Search]] = {
    "contrast": by_contrast,
    "depth_from_defocus": by_two_pictures,
    "phase": straight,
}
"""By what a body has; one that has none searches nothing."""
