"""`lensbus spec`: list, show, check and compare specs, and say where their schema is."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.errors import Problem, SpecError
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.spec.diff import Change
    from lensbus.spec.explore import Explored
    from lensbus.spec.image import ImageFormat
    from lensbus.spec.model import Spec

app = typer.Typer(
    help="List, show, check and compare specs.", no_args_is_help=True, rich_markup_mode=None
)
KINDS = ("public", "observed", "analogue", "model")


@app.command("list")
def list_specs() -> None:
    """Name every shipped spec, with its title."""
    from lensbus.spec.load import load, spec_names

    for name in spec_names():
        print(f"{name:18} {load(name).title}")


@app.command()
def show(
    spec: Annotated[str, typer.Argument(help="Spec, by name or path.")],
    *,
    basis: Annotated[
        bool, typer.Option("--basis", help="Count the items by what they are based on.")
    ] = False,
) -> None:
    """Print what a spec says: contacts, link, frames, messages, tables, or parts of an image."""
    from lensbus.cli.sheet import sheet
    from lensbus.spec.load import load_any

    found = load_any(spec)
    for line in _basis(found) if basis else sheet(found):
        print(printable(line))


@app.command("check")
def check_specs(
    files: Annotated[list[str], typer.Argument(help="Specs, by name or path.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Check specs and print every mistake with file, line and column; exit 1 if there is one."""
    verdicts = [_verdict(name) for name in files]
    told = {problem for verdict in verdicts for problem in verdict.problems}
    problems = sorted(problem for problem in told if problem.line)
    if as_json:
        _print_json(sorted(told), verdicts)
    else:
        for line in (*problems, *(verdict for verdict in verdicts if verdict.parts)):
            print(printable(str(line)))
    if nowhere := [problem for problem in told if not problem.line]:
        raise SpecError(nowhere)  # not a spec with mistakes, but no spec at all
    if problems:
        sys.exit(1)


@app.command()
def schema() -> None:
    """Print where the schema of specs is, for editors: `# yaml-language-server: $schema=...`."""
    from lensbus.spec.load import schema_path

    print(schema_path())


@app.command("diff")
def show_diff(
    old: Annotated[str, typer.Argument(help="The older spec, by name or path.")],
    new: Annotated[str, typer.Argument(help="The newer spec, by name or path.")],
    *,
    goldens: Annotated[
        Path | None,
        typer.Option(help="Name the golden traces in this folder that the changes touch."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Tell each change between two specs, the worst first; exit 1 if one is breaking.

    A change is breaking if devices made to the two specs fail with each other, and it says which.
    """
    from lensbus.spec.diff import diff
    from lensbus.spec.load import load
    from lensbus.spec.verdict import BREAKING, GRADES

    newer = load(new)
    changes = diff(load(old), newer)
    for change in changes:
        print(_change_json(change) if as_json else printable(_change_line(change)))
    grades = Counter(change.grade for change in changes)
    counts = {grade: grades[grade] for grade in GRADES}
    for path, parts in _touched(goldens, newer) if goldens else ():
        told = f"{'touches':13} {path}: {', '.join(parts)}"
        print(json.dumps({"golden": f"{path}", "touched": parts}) if as_json else printable(told))
    if as_json:
        print(json.dumps({"summary": True, "old": old, "new": new, **counts}))
    else:
        told = ", ".join(f"{count} {grade}" for grade, count in counts.items() if count)
        print(printable(f"{old} to {new}: {told or 'nothing changed'}"))
    if counts[BREAKING]:
        sys.exit(1)


def _touched(folder: Path, spec: "Spec") -> Iterator[tuple[Path, list[str]]]:
    """The golden traces of a spec that hang on what is not as it was, and on what."""
    from lensbus.capture.golden import read_golden
    from lensbus.cli.goldens import goldens

    for path in goldens([folder]):
        kept = read_golden(path)
        if kept.spec == spec.name and (parts := kept.touched(spec)):
            yield path, parts


def _change_line(change: "Change") -> str:
    where = f"{change.where.file}:{change.where.line}"
    breaks = f" (breaks {', '.join(change.breaks)})" if change.breaks else ""
    return f"{change.grade:13} {where}: {change.words}{breaks}"


def _change_json(change: "Change") -> str:
    place = {part: getattr(change.where, part) for part in ("file", "line", "column")}
    found = {"grade": change.grade, "text": change.words, "breaks": change.breaks, **place}
    return json.dumps(found)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What became of one file; `parts` are empty where it cannot be loaded."""

    name: str
    problems: tuple[Problem, ...]
    parts: str = ""
    explored: "Explored | None" = None

    def __str__(self) -> str:
        count = len(self.problems)
        state = f"{count} problem{'s'[: count > 1]}" if count else "ok"
        explored = f", {self.explored}" if self.explored else ""
        return f"{self.name}: {state}, {self.parts}{explored}"


def _verdict(name: str) -> _Verdict:
    """Load, check and explore one file."""
    from lensbus.spec.check import check
    from lensbus.spec.image import ImageFormat
    from lensbus.spec.load import load_any

    try:
        found = load_any(name)
    except SpecError as error:
        return _Verdict(name, error.problems)
    items = f"{len(found.items)} items with a basis"
    if isinstance(found, ImageFormat):
        fields = f"{len(found.header)} header fields, {len(found.tlvs)} TLVs"
        return _Verdict(name, (), f"{fields}, {items}")
    checked = check(found)
    parts = f"{len(found.messages)} messages, {items}"
    return _Verdict(name, checked.problems, parts, checked.explored)


def _print_json(problems: Sequence[Problem], verdicts: Sequence[_Verdict]) -> None:
    """One object a problem, and at last what was checked and explored."""
    specs = [
        {"spec": each.name, "problems": len(each.problems)}
        | (_explored(each.explored) if each.explored else {})
        for each in verdicts
    ]
    for line in (
        *map(asdict, problems),
        {"summary": True, "problems": len(problems), "specs": specs},
    ):
        print(json.dumps(line))


def _explored(explored: "Explored") -> dict[str, object]:
    return {**asdict(explored), "whole": explored.whole}


def _basis(spec: "Spec | ImageFormat") -> Iterator[str]:
    from lensbus.spec.load import called

    counts = Counter(basis.kind for basis in spec.items.values())
    yield f"{spec.name}: {len(spec.items)} items"
    for kind in KINDS:
        yield f"  {kind:9} {counts[kind]:4}"
    files = Counter(basis.file for basis in spec.items.values())
    if len(files) > 1:
        yield "of these"
        for file, count in files.items():
            yield f"  {count:4} from {called(file)}"
