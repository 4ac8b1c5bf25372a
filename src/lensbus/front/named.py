"""Things by their names: profiles, hands, scenes, plans of faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from lensbus.bench.handed import read_hands
from lensbus.bench.matrix import Setting
from lensbus.bench.numbers import read_numbers
from lensbus.bench.pair import BODY, LENS
from lensbus.bench.plan import read_plan
from lensbus.bench.scene import Scene, read_scene
from lensbus.devices.accessory import compose
from lensbus.devices.hands import Hand
from lensbus.devices.profile import (
    PASSIVE,
    AccessoryProfile,
    LensProfile,
    Profile,
    read_profile,
)
from lensbus.devices.wording import room
from lensbus.errors import LocalProtocolError, Problem, SpecError
from lensbus.front.usual import USUAL_LENS
from lensbus.session.rule import Rule
from lensbus.spec.load import find_profile, load, numbers_path, read, read_extended
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems


def load_profile(kind: type[Profile], folder: str, name: str, spec: Spec | None = None) -> Profile:
    """A profile by name or path; with a spec one that this has words for.

    Raises:
        SpecError: there is no such profile, or it has mistakes.
    """
    problems = Problems()
    root = _there(read_extended(folder, name, problems), problems)
    return read_profile(kind, root, problems, *([room(spec, kind)] if spec else []))


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
        names, told = " and ".join(profiles), str(error)
        hint = "; a field that is new needs a default" if ": missing " in told else ""
        raise LocalProtocolError(f"{names} with {spec.name}: {told}{hint}") from error


def _there(root: Node | None, problems: Problems) -> Node:
    if root is None:
        raise SpecError(problems.found)
    return root
