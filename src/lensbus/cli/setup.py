"""What commands need before they can begin: profiles, fault plans and seeded chance, from names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from lensbus.bench.pair import BODY, LENS, Pair, camera, pair
from lensbus.bench.plan import read_plan
from lensbus.bench.scene import Scene, read_scene
from lensbus.cli.options import Operating
from lensbus.cli.say import warn
from lensbus.devices.body import Body
from lensbus.devices.profile import BodyProfile, LensProfile, Profile, read_profile
from lensbus.errors import LocalProtocolError, SpecError
from lensbus.session.faults import Rule
from lensbus.spec.load import find_profile, read
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems
from lensbus.spec.versions import versions

OPERATING = Operating()
"""Nothing to look at, and the usual sync rate."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pair, the chance that its strip draws from, and what its ends are called, by role."""

    pair: Pair
    chance: Random
    names: dict[str, str]


def load_pair(  # noqa: PLR0917 what a pair is made of, by its names
    spec: Spec,
    body: str,
    lens: str,
    seed: int,
    plan: Path | None,
    slack_s: float = 0.0,
    operating: Operating = OPERATING,
) -> Made:
    """A pair by the names of its profiles; each user of chance has a stream of its own.

    Raises:
        LensbusError: a profile or plan is missing or wrong, or the spec does not fit.
    """
    bodies = load_profile(BodyProfile, "bodies", body)
    lenses = load_profile(LensProfile, "lenses", lens)
    faults = load_faults(spec, plan, seed)
    with fitting(spec, body, lens):
        made = pair(
            spec,
            bodies,
            lenses,
            faults=faults,
            slack_s=slack_s,
            scene=load_scene(operating.scene),
            light=Random(f"{seed}/light"),
            autofocus=operating.autofocus,
            sync_hz=operating.hz,
        )
    most = max(bodies.protocol[1], lenses.protocol[1])
    if (newest := versions(spec)[-1]) > most:
        known = f"{body} and {lens} speak protocol version {most} at most, {spec.name} has {newest}"
        warn(f"{known}: name profiles that speak it")
    return Made(made, Random(f"{seed}/strip"), {BODY: bodies.name, LENS: lenses.name})


def load_scene(name: str | None) -> Scene | None:
    """A scene by name or path; None has none.

    Raises:
        SpecError: there is no such scene, or it has mistakes.
    """
    if name is None:
        return None
    problems = Problems()
    return read_scene(_root(find_profile("scenes", name), problems), problems)


def operated(spec: Spec, body: BodyProfile, operating: Operating, seed: int) -> Body:
    """A body as it is operated.

    Raises:
        LensbusError: the scene is missing or wrong, or the spec does not fit.
    """
    return camera(
        spec,
        body,
        scene=load_scene(operating.scene),
        light=Random(f"{seed}/light"),
        autofocus=operating.autofocus,
        sync_hz=operating.hz,
    )


@contextmanager
def fitting(spec: Spec, *profiles: str) -> Iterator[None]:
    """Say which profiles and spec do not fit each other.

    Raises:
        LocalProtocolError: the virtual devices cannot say what they would have to.
    """
    try:
        yield
    except LocalProtocolError as error:
        names = " and ".join(profiles)
        raise LocalProtocolError(f"{names} with {spec.name}: {error}") from error


def load_faults(spec: Spec, plan: Path | None, seed: int) -> dict[str, tuple[list[Rule], Random]]:
    """The faults of a plan by role, each role with chance of its own.

    Raises:
        SpecError: the file is missing or has mistakes.
    """
    if plan is None:
        return {}
    problems = Problems()
    rules = read_plan(_root(plan, problems), problems, spec)
    return {role: (rules[role], Random(f"{seed}/{role}")) for role in (BODY, LENS) if role in rules}


def load_profile(kind: type[Profile], folder: str, name: str) -> Profile:
    """A profile by name or path.

    Raises:
        SpecError: there is no such profile, or it has mistakes.
    """
    problems = Problems()
    return read_profile(kind, _root(find_profile(folder, name), problems), problems)


def _root(path: Path, problems: Problems) -> Node:
    root = read(path, problems)
    if root is None:
        raise SpecError(problems.found)
    return root
