"""`lensbus matrix`: every lens on every body, in virtual time, on all cores."""

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from shutil import get_terminal_size
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import say
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.bench.matrix import Cell, Outcome
    from lensbus.cli.cores import Task
    from lensbus.devices.profile import AccessoryProfile, Profile
    from lensbus.spec.model import Spec

Bodies = Annotated[
    list[str] | None,
    typer.Option(help="Only these bodies: name, pattern or path; may be given more than once."),
]
Lenses = Annotated[
    list[str] | None, typer.Option(help="Only these lenses: as --body; '*' are the shipped ones.")
]
Accessories = Annotated[
    list[str] | None,
    typer.Option(help="Only with these, or 'none': as --body. Without --lens all that fit."),
]
Span = Annotated[
    float,
    typer.Option(
        min=0.1,
        max=60,
        help="Virtual seconds of a cell; one that is not done has twice as long.",
    ),
]
SceneName = Annotated[str, typer.Option(help="What the bodies focus on, by name or path.")]
Jobs = Annotated[
    int | None, typer.Option(min=1, max=256, help="Processes; one a core, unless told.")
]
Page = Annotated[
    Path | None, typer.Option(help="Write FILE.html: one page, with a timeline for each cell.")
]


def matrix(
    *,
    body: Bodies = None,
    lens: Lenses = None,
    accessory: Accessories = None,
    spec: options.SpecName = "l_mount",
    scene: SceneName = "chart",
    seconds: Span = 3.0,
    jobs: Jobs = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 0,
    as_json: options.Json = False,
    html: Page = None,
) -> None:
    """Let every lens work on every body, in virtual time; print which pairs fail, and why.

    In each cell the lens attaches, is identified, homes, focuses, sweeps its aperture, sleeps,
    wakes and is detached. Exit code 1: a cell failed.
    """
    from lensbus.bench.matrix import cells
    from lensbus.cli.cores import Task, cores
    from lensbus.devices.profile import BodyProfile, LensProfile
    from lensbus.front.named import load_setting

    known = load_setting(
        spec, scene
    ).spec  # what is wrong with a file is told once, not by every process
    if html is not None and not (html.suffix == ".html" and html.parent.is_dir()):
        raise typer.BadParameter(f"--html {html}: expected FILE.html in a folder that is there")
    every = cells(
        chosen(BodyProfile, "bodies", body, known),
        chosen(LensProfile, "lenses", lens, known),
        _accessories(lens, accessory, known),
    )
    if not every:
        raise typer.BadParameter("nothing of that fits; a lens for another mount needs an adapter")
    began, task = perf_counter(), Task(spec, scene, seed, seconds)
    done = list(_told(task, every, jobs or cores(), as_json=as_json))
    if html is not None:
        from lensbus.export.matrix_html import page

        html.write_text(page(done, task.command, seconds), encoding="utf-8")
    wall_s = perf_counter() - began
    _sum_up(task, done, as_json=as_json)
    speed = f"{seconds * len(done) / wall_s:.0f} x real time"
    count = f"{len(done)} {'cells' if len(done) > 1 else 'cell'}"
    say(f"{count} of {seconds:g} s in {wall_s:.1f} s, {speed}")
    if any(one.grade == "failed" for one in done):
        sys.exit(1)


def chosen(
    kind: "type[Profile]", folder: str, wanted: Sequence[str] | None, spec: "Spec"
) -> "dict[str, Profile]":
    """The profiles of names, patterns and paths, by these; all shipped ones, if none is given.

    Raises:
        SpecError: there is no such profile, or it has mistakes.
        BadParameter: no name is like a pattern.
    """
    from lensbus.front.named import load_profile
    from lensbus.spec.load import profile_names

    found = {}
    for each in wanted or ["*"]:
        names = [each]
        if any(mark in each for mark in "*?["):
            names = [name for name in profile_names(folder) if fnmatchcase(name, each)]
        if not names:
            known = ", ".join(profile_names(folder))
            raise typer.BadParameter(f"{each!r} is like none of the {folder}: {known}")
        for name in names:
            found[name] = load_profile(kind, folder, name, spec)
    return found


def _accessories(
    lens: Sequence[str] | None, wanted: Sequence[str] | None, spec: "Spec"
) -> "dict[str, AccessoryProfile | None]":
    """Those that are named; without names all and none, or none where lenses are named."""
    from lensbus.bench.matrix import ALONE
    from lensbus.devices.profile import AccessoryProfile

    names = wanted or ([*ALONE] if lens else [*ALONE, "*"])
    named = [name for name in names if name not in ALONE]
    found = {name: ALONE[name] for name in ALONE if name in names}
    return found | (chosen(AccessoryProfile, "accessories", named, spec) if named else {})


def _told(
    task: "Task", every: "Sequence[Cell]", jobs: int, *, as_json: bool
) -> "Iterator[Outcome]":
    """Run the cells, and tell each one or, on a terminal, how many are done."""
    from lensbus.cli.cores import outcomes
    from lensbus.front.lines import json_line

    counts = not as_json and sys.stderr is not None and sys.stderr.isatty()
    with closing(outcomes(task, every, jobs)) as ran:
        for number, outcome in enumerate(ran, 1):
            if as_json:
                print(json_line(outcome.plain()), flush=True)
            if counts:
                print(f"\r{number} of {len(every)} cells", end="", file=sys.stderr, flush=True)
            yield outcome
    if counts:
        say("")


def _sum_up(task: "Task", done: "Sequence[Outcome]", *, as_json: bool) -> None:
    """Print the table, what failed with the command that shows it alone, and the counts."""
    from lensbus.bench.matrix import GRADES
    from lensbus.cli.grid import WIDTH, grid
    from lensbus.front.lines import json_line

    counted = Counter(one.grade for one in done)
    counts: dict[str, int] = {grade: counted[grade] for grade in GRADES}
    if as_json:
        facts = {"cells": len(done), "seconds": task.seconds, "seed": task.seed}
        print(json_line({"summary": True, **facts, **counts}), flush=True)
        return
    for line in grid(done, min(WIDTH, get_terminal_size((WIDTH, 0)).columns)):
        print(printable(line))
    print()
    for one in done:
        if one.grade == "failed":
            again = f"{task.command} {shlex.join(one.options)}"
            print(printable(f"{one.body} + {one.mounted}: {one.reasons[0]}  ({again})"))
    words = ", ".join(f"{count} {grade}" for grade, count in counts.items() if count)
    print(f"cells   {len(done)}: {words}  (seed {task.seed})", flush=True)
