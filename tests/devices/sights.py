"""A virtual focus motor and a subject, without wire and body: what a search sees and does."""

from dataclasses import dataclass

from lensbus.devices.eye import Sight
from lensbus.devices.search import Goal, Search

ENDS = (0, 12_000)
PERIOD_S = 1 / 60


def sight(
    position: float = 0,
    subject: float = 6000,
    *,
    sharp: float = 100,
    t: float = 0.0,
    moving: bool = False,
    grain: float = 0.0,
) -> Sight:
    """A picture at a place of a subject at a place, both in counts."""
    away = subject - position
    return Sight(
        t=t,
        position=round(position),
        moving=moving,
        contrast=1 / (1 + (away / sharp) ** 2) + grain,
        away=away,
        sharp=sharp,
        subject_mm=1000,
        focus_mm=1000,
    )


@dataclass
class Rail:
    """A lens that goes at most `fastest` counts from picture to picture, between its ends."""

    subject: float
    position: float = 0
    sharp: float = 100
    fastest: float = 400
    ends: tuple[float, float] = ENDS
    drift: float = 0.0  # of the subject, in counts a picture
    pictures: int = 0
    target: float | None = None
    stride: float = 0.0

    def go(self, goal: Goal | None) -> None:
        if goal is not None:
            self.target = min(max(goal.target, self.ends[0]), self.ends[1])
            self.stride = min(goal.stride or self.fastest, self.fastest)

    def see(self) -> Sight:
        """The next picture."""
        self.pictures += 1
        self.subject += self.drift
        way = 0.0 if self.target is None else self.target - self.position
        self.position += max(-self.stride, min(self.stride, way))
        return sight(
            self.position,
            self.subject,
            sharp=self.sharp,
            t=self.pictures * PERIOD_S,
            moving=self.target is not None and abs(self.target - self.position) > 1e-9,
        )


def found(search: Search, rail: Rail, most: int = 2000) -> Sight:
    """What a search settles for; fails if it does not end."""
    try:
        rail.go(next(search))
        for _ in range(most):
            rail.go(search.send(rail.see()))
    except StopIteration as end:
        last: Sight = end.value
        return last
    raise AssertionError(f"no end after {most} pictures")
