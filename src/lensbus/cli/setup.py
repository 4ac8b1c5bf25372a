"""What commands need before they can begin: profiles, fault plans and seeded chance, from names."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from lensbus.bench.handed import read_hands
from lensbus.bench.matrix import Setting
from lensbus.bench.numbers import read_numbers
from lensbus.bench.pair import BODY, LENS, Pair, camera, pair
from lensbus.bench.plan import read_plan
from lensbus.bench.scene import Scene, read_scene
from lensbus.cli.options import USUAL_LENS, Operating
from lensbus.cli.say import warn
from lensbus.devices.accessory import compose, told
from lensbus.devices.body import Body
from lensbus.devices.hands import Hand
from lensbus.devices.profile import (
    PASSIVE,
    AccessoryProfile,
    BodyProfile,
    LensProfile,
    Profile,
    read_profile,
)
from lensbus.devices.wording import room
from lensbus.errors import LocalProtocolError, Problem, SpecError
from lensbus.session.rule import Rule
from lensbus.spec.load import find_profile, load, numbers_path, read, read_extended
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems
from lensbus.spec.versions import versions

OPERATING = Operating()
"""Nothing to look at, and the usual sync rate."""


CHANGED_S = 1.0
"""So long a hand takes to change a lens."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pair, the chance that its strip draws from, and what its ends are called, by role."""

    pair: Pair
    chance: Random
    names: dict[str, str]


def load_pair(  # noqa: PLR0917 what a pair is made of, by its names
    spec: Spec,
    body: str,
    lens: str | None,
    seed: int,
    plan: str | None,
    slack_s: float = 0.0,
    operating: Operating = OPERATING,
    *,
    accessory: str | None = None,
    then: Sequence[str] = (),
    hands: Path | None = None,
    console: bool = False,
) -> Made:
    """A pair by the names of its profiles; each user of chance has a stream of its own.

    With a `console`, both ends are ready for faults to come. `then` are the lenses that come after
    the first one, `PROFILE` or `PROFILE@SECONDS`.

    Raises:
        LensbusError: a profile or plan is missing or wrong, or the spec does not fit.
    """
    bodies = load_profile(BodyProfile, "bodies", body, spec)
    lenses, behind = load_lens(lens, accessory, spec)
    later, changes = _changes(then)
    others = [load_lens(each, None, spec)[0] for each in later]
    faults = load_faults(spec, plan, seed, console=console)
    if changes:
        rules, chance = faults.get(LENS, ([], Random(f"{seed}/{LENS}")))
        faults[LENS] = ([*rules, *changes], chance)
    with fitting(spec, body, lens or USUAL_LENS, *later):
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
            accessory=told(behind),
            hands=load_hands(hands, lenses),
            then=[each for each in others if each],
        )
    most = max(each.protocol[1] for each in (bodies, lenses) if each)
    if lenses and (newest := versions(spec)[-1]) > most:
        known = f"{body} and {lenses.id} speak protocol version {most}, {spec.name} has {newest}"
        warn(f"note: {known}: what is newer is not said")
    name = " + ".join(each.name for each in (lenses, behind) if each)
    name = ", then ".join([name, *(each.name for each in others if each)])
    return Made(made, Random(f"{seed}/strip"), {BODY: bodies.name, LENS: name})


def _changes(then: Sequence[str]) -> tuple[list[str], list[Rule]]:
    """The lenses that come later, and when each that has its time is changed for the one before.

    Raises:
        LocalProtocolError: no hand is so quick.
    """
    found = [re.fullmatch(r"(.+)@(\d+(?:\.\d+)?)", each) for each in then]
    names = [match[1] if match else each for each, match in zip(then, found, strict=True)]
    times = [float(match[2]) for match in found if match]
    if any(late - early <= CHANGED_S for early, late in pairwise(times)):
        told = ", ".join(f"{t:g}" for t in times)
        text = f"--then: a change takes {CHANGED_S:g} s, got changes at {told} s"
        raise LocalProtocolError(text)
    return names, [Rule("unplug", time=t, for_s=CHANGED_S) for t in times]


def load_lens(
    name: str | None, accessory: str | None, spec: Spec | None = None
) -> tuple[LensProfile | None, AccessoryProfile | None]:
    """A lens as a body sees it behind an accessory, and that; both by name or path.

    Without a name it is the usual one, or none on a passive adapter, behind which a body sees none.

    Raises:
        LensbusError: a profile is missing or wrong, or they do not fit.
    """
    lens = load_profile(LensProfile, "lenses", name or USUAL_LENS, spec)
    if accessory is None:
        return compose(lens, None), None
    behind = load_profile(AccessoryProfile, "accessories", accessory, spec)
    if behind.kind == PASSIVE and name is None:
        return None, behind
    return compose(lens, behind), behind


def load_hands(path: Path | None, lens: LensProfile | None) -> list[Hand]:
    """What hands do to a lens, by a file; none without one.

    Raises:
        SpecError: there is no such file, or it has mistakes, or there is no such lens.
    """
    if path is None:
        return []
    if lens is None:
        raise SpecError([Problem(str(path), 0, 0, "hands are for a lens, and there is none")])
    problems = Problems()
    return read_hands(_there(read(path, problems), problems), problems, lens)


def load_scene(name: str | None) -> Scene | None:
    """A scene by name or path; None has none.

    Raises:
        SpecError: there is no such scene, or it has mistakes.
    """
    if name is None:
        return None
    problems = Problems()
    return read_scene(_there(read(find_profile("scenes", name), problems), problems), problems)


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


def load_setting(spec: str, scene: str) -> Setting:
    """What all cells of a matrix have in common, by the names of a spec and a scene.

    Raises:
        SpecError: there is no such file, or it has mistakes.
        LocalProtocolError: the spec has not what lens numbers are held to.
    """
    protocol, problems = load(spec), Problems()
    table = _there(read(numbers_path(), problems), problems)
    return Setting(protocol, load_scene(scene), read_numbers(table, problems, protocol))


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


def load_faults(
    spec: Spec, plan: str | None, seed: int, *, console: bool = False
) -> dict[str, tuple[list[Rule], Random]]:
    """The faults of a plan, by its name or path, by role; each role with chance of its own.

    A role without faults has none, but with a `console` a plan to begin with, which is empty.

    Raises:
        SpecError: there is no such plan, or it has mistakes.
    """
    problems, rules = Problems(), dict[str, list[Rule]]()
    if plan is not None:
        rules = read_plan(
            _there(read(find_profile("faults", plan), problems), problems), problems, spec
        )
    roles = [role for role in (BODY, LENS) if console or role in rules]
    return {role: (rules.get(role, []), Random(f"{seed}/{role}")) for role in roles}


def load_profile(kind: type[Profile], folder: str, name: str, spec: Spec | None = None) -> Profile:
    """A profile by name or path; with a spec one that this has words for.

    Raises:
        SpecError: there is no such profile, or it has mistakes.
    """
    problems = Problems()
    root = _there(read_extended(folder, name, problems), problems)
    return read_profile(kind, root, problems, *([room(spec, kind)] if spec else []))


def _there(root: Node | None, problems: Problems) -> Node:
    if root is None:
        raise SpecError(problems.found)
    return root
