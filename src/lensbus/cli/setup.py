"""A pair as a command names it: profiles, how the body is operated, faults, seeded chance."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from lensbus.bench.pair import BODY, LENS, Pair, Use, pair
from lensbus.cli.options import Operating
from lensbus.cli.say import warn
from lensbus.devices.accessory import told
from lensbus.devices.profile import BodyProfile
from lensbus.errors import LocalProtocolError
from lensbus.front.named import (
    fitting,
    load_faults,
    load_hands,
    load_lens,
    load_profile,
    load_scene,
)
from lensbus.front.usual import USUAL_LENS
from lensbus.session.rule import Rule
from lensbus.spec.model import Spec
from lensbus.spec.versions import versions

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
    operating: Operating | None = None,
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
            use=use_of(operating or Operating(), seed),
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


def use_of(operating: Operating, seed: int) -> Use:
    """How a body is operated.

    Raises:
        SpecError: the scene is missing or wrong.
    """
    scene, light = load_scene(operating.scene), Random(f"{seed}/light")
    return Use(scene, light, operating.autofocus, operating.hz)
