"""A scene: where the subject is, as data, and what a body's sensor makes of it."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt

from lensbus.devices.profile import BodyProfile
from lensbus.errors import SpecError
from lensbus.session.contract import Chance
from lensbus.spec.node import Node, Problems, Section

SENSORS_MM = {"full_frame": (36.0, 24.0), "aps_c": (23.6, 15.7)}
"""Width and height, of a body whose profile does not tell, and of what a lens's circle fills."""

POINTS = 1500
"""How many points that count as sharp lie side by side on the diagonal: the usual convention."""

GRAIN = 0.01
"""By how much the contrast of a picture may be off in the light of one lux; less in more."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A subject that moves evenly from point to point, each (seconds, mm); and its light in lux.

    After the last point it stays there, or `repeats` all from the first.
    """

    title: str
    points: tuple[tuple[float, float], ...]
    repeats: bool
    light_lux: float

    def distance_mm(self, t: float) -> float:
        """How far away the subject is at a time in seconds."""
        last = self.points[-1][0]
        if self.repeats and last:
            t %= last
        after = bisect_right(self.points, t, key=lambda point: point[0])
        if after == len(self.points):
            return self.points[-1][1]
        (since, here), (until, there) = self.points[after - 1], self.points[after]
        return here + (there - here) * (t - since) / (until - since)


class Outlook:
    """A View: a scene, on the sensor of a body; without chance a picture has no grain."""

    def __init__(self, scene: Scene, body: BodyProfile, chance: Chance | None = None) -> None:
        self._scene, self._chance = scene, chance
        self._grain = GRAIN / sqrt(scene.light_lux)
        whole = body.sensor_mm if all(body.sensor_mm) else SENSORS_MM[body.image_circle]
        self._diagonal = hypot(*whole)

    def subject_mm(self, now: float) -> float:
        """How far away the subject is."""
        return self._scene.distance_mm(now)

    def sharp_mm(self, image_circle: str) -> float:
        """The biggest circle that counts as a point, on what such a lens fills of the sensor."""
        return min(self._diagonal, hypot(*SENSORS_MM[image_circle])) / POINTS

    def grain(self) -> float:
        """By how much the contrast of the next picture is off."""
        return self._grain * (2 * self._chance.random() - 1) if self._chance else 0.0


def read_scene(root: Node, problems: Problems) -> Scene:
    """A scene from a file's root node.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    top = Section(root, "scene", problems)
    nodes = top.need("subject").items()
    scene = Scene(
        title=top.text("title"),
        points=tuple(_point(node, number, problems) for number, node in enumerate(nodes, 1)),
        repeats=top.flag("repeats"),
        light_lux=_above_zero(top, "light_lux"),
    )
    times = [t for t, _ in scene.points]
    if not times or times[0] or any(late <= early for early, late in pairwise(times)):
        top.problem("subject", f"expected times that begin with 0 and grow, got {times}")
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return scene


def _point(node: Node, number: int, problems: Problems) -> tuple[float, float]:
    point = Section(node, f"scene.subject.{number}", problems)
    at_s, distance_mm = point.number("at_s"), _above_zero(point, "distance_mm")
    if distance_mm < 1:
        point.problem("distance_mm", f"expected at least 1 mm, got {distance_mm:g}")
    point.done()
    return at_s, distance_mm


def _above_zero(section: Section, key: str) -> float:
    found = section.number(key)
    if key in section and not found:
        section.problem(key, "expected more than 0")
    return found or 1.0  # so that reading goes on
