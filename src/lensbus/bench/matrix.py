"""Every body with every lens in virtual time: what a cell of the matrix is, and how it is run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, product
from typing import Any, Literal

from lensbus.bench.checks import CHECKS, Verdict, judge
from lensbus.bench.pair import BODY, LENS, Pair, pair
from lensbus.bench.story import Story
from lensbus.devices.body import Step
from lensbus.devices.facts import av_counts
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.errors import LensbusError
from lensbus.session.contract import Chance
from lensbus.session.log import Record
from lensbus.spec.model import Spec

Grade = Literal["ok", "crop", "part", "failed"]

GRADES: Mapping[Grade, str] = {
    "ok": "every step passed",
    "crop": "every step passed; the body crops, since the lens has the smaller image circle",
    "part": "every step passed but what this lens has no parts for",
    "failed": "a step failed",
}

SECONDS = 3.0
FOCUS_S, NAP_S, SETTLE_S = 0.8, 0.1, 0.05
"""To focus; to sleep; and to be told of a motor that has arrived."""

STOPPED_DOWN = 8.0
"""An f-number that every iris reaches in time, and at which people take pictures."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of the matrix; `id` is what its chance is seeded with."""

    body: BodyProfile
    lens: LensProfile

    @property
    def id(self) -> str:
        return f"{self.body.id} + {self.lens.id}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell: a verdict for each step, and how both sides came through.

    `remarks` is what is well and still worth knowing, `states` the changes of each side's state
    with their times in seconds, `faults` counts what a side heard and could not take, by kind.
    """

    body: str
    lens: str
    grade: Grade
    verdicts: tuple[Verdict, ...]
    remarks: tuple[str, ...]
    faults: Mapping[str, int]
    states: Mapping[str, Sequence[tuple[float, str]]]

    @property
    def reasons(self) -> list[str]:
        """Why it failed, the cause first."""
        failed = [one for one in self.verdicts if one.grade == "failed"]
        return [f"{one.step}: {one.reason}" for one in failed]

    def plain(self) -> dict[str, Any]:
        """The outcome as JSON has it, times to the microsecond."""
        steps = [{**asdict(one), "t": one.t and round(one.t, 6)} for one in self.verdicts]
        states = {side: [(round(t, 6), s) for t, s in told] for side, told in self.states.items()}
        return {**asdict(self), "verdicts": steps, "states": states}


def cells(bodies: Iterable[BodyProfile], lenses: Iterable[LensProfile]) -> list[Cell]:
    """Every lens on every body, lens by lens."""
    return [Cell(body, lens) for lens, body in product(lenses, bodies)]


def run(spec: Spec, cell: Cell, chance: Chance, seconds: float = SECONDS) -> Outcome:
    """Let a pair talk for so many virtual seconds, take it apart and judge it."""
    try:
        made = pair(spec, cell.body, cell.lens, script=script(spec, cell.lens))
    except LensbusError as error:
        return _outcome(cell, Story(()), [Verdict("attach", "failed", None, str(error))])
    story = Story(chain(made.run(seconds, chance), _part(made, seconds)))
    return _outcome(cell, story, list(judge(story, CHECKS)))


def script(spec: Spec, lens: LensProfile) -> tuple[Step, ...]:
    """What the body asks for once the lens has homed, as soon as the lens can have done it."""
    per_stop, at_s = spec.constant("counts_per_stop"), 0.0
    steps: list[Step] = []
    if "autofocus" in lens.capabilities:
        middle = {"mode": "absolute", "target": lens.focus_range // 2, "speed": 0}
        steps, at_s = [Step(at_s, "focus_move", middle)], FOCUS_S
    if "aperture" in lens.capabilities:
        closed = STOPPED_DOWN if lens.open_f[0] < STOPPED_DOWN else lens.closed_f
        ends = [av_counts(f_number, per_stop) for f_number in (lens.open_f[0], closed)]
        way_s = (ends[1] - ends[0]) / lens.iris_speed + SETTLE_S
        for aperture in reversed(ends):
            steps.append(Step(at_s, "aperture_set", {"aperture_av256": aperture}))
            at_s += way_s
    return (*steps, Step(at_s, "sleep", {}), Step(at_s + NAP_S, "wake", {}))


def _part(made: Pair, now: float) -> Iterator[Record]:
    """Take the lens off the body."""
    for port in made.ports:
        port.link_changed(False, now)
        yield from port.take_records()


def _outcome(cell: Cell, story: Story, verdicts: Sequence[Verdict]) -> Outcome:
    circle = story.fields(BODY, "heard", "optics").get("image_circle", cell.body.image_circle)
    return Outcome(
        body=cell.body.id,
        lens=cell.lens.id,
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
    for profile in (cell.body, cell.lens):
        if profile.status != "sold":
            yield f"{profile.name} was {profile.status}, never sold"
    ours = story.fields(BODY, "said", "identify").get("protocol")
    theirs = story.fields(BODY, "heard", "identity").get("protocol")
    if ours and theirs and ours != theirs:
        older, newer = sorted((ours, theirs))
        side = BODY if ours == older else LENS
        yield f"protocol {older} is spoken: the {side} does not know {newer}"
