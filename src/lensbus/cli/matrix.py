"""`lensbus matrix`: every lens on every body, in virtual time, on all cores."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from shlex import quote
from shutil import get_terminal_size
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import printable, say

if TYPE_CHECKING:
    from lensbus.bench.matrix import Cell, Outcome
    from lensbus.cli.cores import Task
    from lensbus.devices.profile import Profile

Bodies = Annotated[
    list[str] | None,
    typer.Option(help="Only these bodies: name, pattern or path; may be given more than once."),
]
Lenses = Annotated[
    list[str] | None, typer.Option(help="Only these lenses: as --body; '*' are the shipped ones.")
]
Span = Annotated[float, typer.Option(min=0.1, max=60, help="Virtual seconds of each cell.")]
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
    spec: options.SpecName = "l_mount",
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
    from lensbus.spec.load import load

    load(spec)  # what is wrong with it is told once, not by every process
    if html is not None and not (html.suffix == ".html" and html.parent.is_dir()):
        raise typer.BadParameter(f"--html {html}: expected FILE.html in a folder that is there")
    bodies, lenses = chosen(BodyProfile, "bodies", body), chosen(LensProfile, "lenses", lens)
    began, task = perf_counter(), Task(spec, seed, seconds)
    done = list(_told(task, cells(bodies, lenses), jobs or cores(), as_json=as_json))
    if html is not None:
        from lensbus.export.matrix_html import page

        html.write_text(page(done, task.command, seconds), encoding="utf-8")
    wall_s = perf_counter() - began
    _sum_up(task, done, as_json=as_json)
    speed = f"{seconds * len(done) / wall_s:.0f} x real time"
    say(f"{len(done)} cells of {seconds:g} s in {wall_s:.1f} s, {speed}")
    if any(one.grade == "failed" for one in done):
        sys.exit(1)


def chosen(kind: "type[Profile]", folder: str, wanted: Sequence[str] | None) -> "list[Profile]":
    """The profiles of names, patterns and paths, each once; all shipped ones, if none is given.

    One of a path is called by it, since its file may say the name of another.

    Raises:
        SpecError: there is no such profile, or it has mistakes.
        BadParameter: no name is like a pattern.
    """
    from lensbus.cli.setup import load_profile
    from lensbus.spec.load import profile_names

    found = {}
    for each in wanted or ["*"]:
        names = [each]
        if "*" in each or "?" in each:
            names = [name for name in profile_names(folder) if fnmatchcase(name, each)]
        if not names:
            known = ", ".join(profile_names(folder))
            raise typer.BadParameter(f"{each!r} is like none of the {folder}: {known}")
        for name in names:
            found[name] = replace(load_profile(kind, folder, name), id=name)
    return list(found.values())


def _told(
    task: "Task", every: "Sequence[Cell]", jobs: int, *, as_json: bool
) -> "Iterator[Outcome]":
    """Run the cells, and tell each one or, on a terminal, how many are done."""
    from lensbus.cli.cores import outcomes
    from lensbus.cli.show import json_line
    from lensbus.cli.stop import stoppable

    counts = not as_json and sys.stderr is not None and sys.stderr.isatty()
    signals = list[None]()
    with stoppable(lambda: signals.append(None)), closing(outcomes(task, every, jobs)) as ran:
        for number, outcome in enumerate(ran, 1):
            if as_json:
                print(json_line(outcome.plain()), flush=True)
            if counts:
                print(f"\r{number} of {len(every)} cells", end="", file=sys.stderr, flush=True)
            if signals:
                raise KeyboardInterrupt
            yield outcome
    if counts:
        say("")


def _sum_up(task: "Task", done: "Sequence[Outcome]", *, as_json: bool) -> None:
    """Print the table, what failed with the command that shows it alone, and the counts."""
    from lensbus.bench.matrix import GRADES
    from lensbus.cli.grid import WIDTH, grid
    from lensbus.cli.show import json_line

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
            again = f"{task.command} --body {quote(one.body)} --lens {quote(one.lens)}"
            print(printable(f"{one.body} + {one.lens}: {one.reasons[0]}  ({again})"))
    words = ", ".join(f"{count} {grade}" for grade, count in counts.items() if count)
    print(f"cells   {len(done)}: {words}  (seed {task.seed})", flush=True)
