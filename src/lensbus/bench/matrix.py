"""Every body with every lens in virtual time: what a cell of the matrix is, and how it is run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from typing import Any, Literal

from lensbus.bench.checks import SILENT, checks
from lensbus.bench.numbers import Numbers
from lensbus.bench.pair import BODY, LENS, Pair, Use, pair
from lensbus.bench.scene import Scene
from lensbus.bench.story import Story
from lensbus.bench.verdict import Verdict, judge
from lensbus.devices.accessory import compose, fits, told
from lensbus.devices.display import DISPLAY
from lensbus.devices.facts import av_counts
from lensbus.devices.profile import PASSIVE, AccessoryProfile, BodyProfile, LensProfile
from lensbus.devices.script import Step
from lensbus.errors import LensbusError
from lensbus.session.contract import Chance
from lensbus.session.log import Record
from lensbus.spec.model import Spec

Grade = Literal["ok", "crop", "part", "failed"]

GRADES: Mapping[Grade, str] = {
    "ok": "every step passed",
    "crop": "every step passed; the body crops, since the lens has the smaller image circle",
    "part": "every step passed but what lens or body has no parts for",
    "failed": "a step failed",
}

SECONDS = 3.0
LONGEST = 2
"""How many times as long a pair may take that is not done: a macro lens hunts from end to end."""

STOPPED_DOWN = 8.0
"""An f-number that every iris reaches in time, and at which people take pictures."""


ALONE: Mapping[str, AccessoryProfile | None] = {"none": None}
"""No accessory."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cells have in common: what is spoken, what is looked at, which numbers are known."""

    spec: Spec
    scene: Scene | None
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """A body and what is on it: a lens, by an accessory or without; or a passive one alone.

    `called` are their names, such as paths, where these are not those that their files say.
    """

    body: BodyProfile
    lens: LensProfile | None
    accessory: AccessoryProfile | None = None
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What its chance is seeded with."""
        return " + ".join(name for name in self.names.values() if name)

    @property
    def names(self) -> dict[str, str | None]:
        """What its parts are called; None where there is none."""
        parts = {"body": self.body, "lens": self.lens, "accessory": self.accessory}
        return {part: self.called.get(part, one.id) if one else None for part, one in parts.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell: a verdict for each step, and how both sides came through.

    `remarks` is what is well and still worth knowing, `states` the changes of each side's state
    with their times in seconds, `faults` counts what a side heard and could not take, by kind.
    """

    body: str
    lens: str | None
    accessory: str | None
    grade: Grade
    verdicts: tuple[Verdict, ...]
    remarks: tuple[str, ...]
    faults: Mapping[str, int]
    states: Mapping[str, Sequence[tuple[float, str]]]

    @property
    def mounted(self) -> str:
        """What is on the body."""
        return " + ".join(one for one in (self.lens, self.accessory) if one)

    @property
    def options(self) -> list[str]:
        """What names this cell alone on a command line."""
        named = {"body": self.body, "lens": self.lens, "accessory": self.accessory}
        return [word for name, one in named.items() if one for word in (f"--{name}", one)]

    @property
    def reasons(self) -> list[str]:
        """Why it failed, step by step."""
        return [f"{one.step}: {one.reason}" for one in self.verdicts if one.grade == "failed"]

    def plain(self) -> dict[str, Any]:
        """The outcome as JSON has it, times to the microsecond."""
        steps = [{**asdict(one), "t": one.t and round(one.t, 6)} for one in self.verdicts]
        states = {side: [(round(t, 6), s) for t, s in told] for side, told in self.states.items()}
        return {**asdict(self), "verdicts": steps, "states": states}


def cells(
    bodies: Mapping[str, BodyProfile],
    lenses: Mapping[str, LensProfile],
    accessories: Mapping[str, AccessoryProfile | None] = ALONE,
) -> list[Cell]:
    """Everything that fits on every body, lens by lens; all by what they are called."""
    pairs = product(lenses.items(), accessories.items())
    found = [(name, behind) for (name, lens), (behind, one) in pairs if fits(lens, one)]
    found += [("", name) for name, one in accessories.items() if one and one.kind == PASSIVE]
    return [
        Cell(
            bodies[body],
            lenses.get(lens),
            accessories[behind],
            {"body": body, "lens": lens, "accessory": behind},
        )
        for (lens, behind), body in product(found, bodies)
    ]


def run(setting: Setting, cell: Cell, chance: Chance, seconds: float = SECONDS) -> Outcome:
    """Let a pair work for so many virtual seconds, take it apart and judge it."""
    lens = cell.lens and compose(cell.lens, cell.accessory)
    scene = _within(lens, setting.scene) if lens else setting.scene
    try:
        made = pair(
            setting.spec,
            cell.body,
            lens,
            script=script(setting.spec, lens) if lens else (),
            use=Use(scene, chance),
            accessory=told(cell.accessory),
        )
        story = Story(_worked(made, chance, seconds))
    except LensbusError as error:
        return _outcome(cell, Story(()), [Verdict("attach", "failed", None, str(error))])
    steps = checks(setting.numbers) if lens else SILENT
    return _outcome(cell, story, list(judge(story, steps)))


def _within(lens: LensProfile, scene: Scene | None) -> Scene | None:
    """The scene; for a lens that does not see so far, with its subject where it does."""
    if scene is None or not lens.far_mm or scene.distance_mm(0) < lens.far_mm:
        return scene
    return replace(scene, points=((0, (lens.near_mm[0] + lens.far_mm) / 2),))


def script(spec: Spec, lens: LensProfile) -> tuple[Step, ...]:
    """What the body does with the lens once it has homed: each as soon as the last one is done."""
    per_stop = spec.constant("counts_per_stop")
    closed = STOPPED_DOWN if lens.open_f[0] < STOPPED_DOWN else lens.closed_f
    apertures = [av_counts(f_number, per_stop) for f_number in (closed, lens.open_f[0])]
    sweep = [Step(0, "exposure", {"aperture_av256": one}) for one in apertures]
    if "aperture" not in lens.capabilities:
        sweep = []
    return (Step(0, "autofocus", {}), *sweep, Step(0, "sleep", {}), Step(0, "wake", {}))


def _worked(made: Pair, chance: Chance, seconds: float) -> Iterator[Record]:
    """Let them work, and then take the lens off the body."""
    woken, t = False, 0.0
    for record in made.run(LONGEST * seconds, chance):
        yield record
        t = max(t, record.t)
        woken = woken or record.state == "waking"
        if t >= seconds and woken and made.body.state == "ready":
            break
    for port in made.ports:
        port.link_changed(False, t)
        yield from port.take_records()


def _outcome(cell: Cell, story: Story, verdicts: Sequence[Verdict]) -> Outcome:
    circle = story.fields(BODY, "heard", "optics").get("image_circle", cell.body.image_circle)
    return Outcome(
        body=cell.names["body"] or "",
        lens=cell.names["lens"],
        accessory=cell.names["accessory"],
        grade=_grade(verdicts, cropped=circle == "aps_c" != cell.body.image_circle),
        verdicts=tuple(verdicts),
        remarks=tuple(_remarks(cell, story)),
        faults=story.counted(),
        states={side: tuple(changes) for side, changes in story.states.items()},
    )


def _grade(verdicts: Sequence[Verdict], *, cropped: bool) -> Grade:
    grades = {one.grade for one in verdicts}
    if "failed" in grades:
        return "failed"
    if "skipped" in grades:
        return "part"
    return "crop" if cropped else "ok"


def _remarks(cell: Cell, story: Story) -> Iterator[str]:
    """What is as it should be, and still worth knowing."""
    for profile in (cell.body, cell.lens, cell.accessory):
        if profile and profile.status != "sold":
            yield f"{profile.name} was {profile.status}, never sold"
    ours = story.fields(BODY, "said", "identify").get("protocol")
    theirs = story.fields(BODY, "heard", "identity").get("protocol")
    if ours and theirs and ours != theirs:
        older, newer = sorted((ours, theirs))
        side = BODY if ours == older else LENS
        yield f"protocol {older} is spoken: the {side} does not know {newer}"
    yield from dict.fromkeys(note.event.text for note in story.notes(DISPLAY))
