"""Find golden traces, make their runs again, and say what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from lensbus.capture.decode import Decoder
from lensbus.capture.files import read_cuts
from lensbus.capture.golden import Golden, read_golden
from lensbus.cli.recipe import SIM, recipe_of
from lensbus.cli.say import warn
from lensbus.errors import LensbusError
from lensbus.golden.compare import Comparison, compare
from lensbus.golden.kept import Kept
from lensbus.golden.recorded import as_recorded
from lensbus.golden.said import told
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.node import listed

SUFFIX = ".golden"
RECORDING = "recording"
SAME, DIFFERS, UPDATED, SKIPPED, COULD_NOT = "same", "differs", "updated", "skipped", "could_not"
VERDICTS = (SAME, DIFFERS, UPDATED, SKIPPED, COULD_NOT)
NOTHING = Comparison((), ())


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one golden trace: `changed` of its spec, where its run differs, or why not."""

    path: Path
    verdict: str
    spec: str = ""
    changed: Sequence[str] = ()
    comparison: Comparison = NOTHING
    reason: str = ""

    def lines(self, context: int) -> Iterator[str]:
        """For people: what changed in the spec, the first difference, and what is around it."""
        if self.changed:
            yield f"{self.path}: {self.spec} has changed since: {listed(self.changed)}"
        first, *others = [*self.comparison.text(context), *self.reason.splitlines()] or [""]
        verdict = self.verdict.replace("_", " ")
        yield f"{verdict:9} {self.path}{f': {first}' if first else ''}"
        yield from others

    def plain(self, context: int) -> dict[str, Any]:
        """For programs."""
        differences = self.comparison.differences
        return {
            "golden": f"{self.path}",
            "verdict": self.verdict,
            "changed": list(self.changed),
            "differences": len(differences),
            "first": differences[0].words if differences else "",
            "around": list(self.comparison.around(context)),
            "reason": self.reason,
        }


def goldens(files: Sequence[Path] | None) -> list[Path]:
    """These files, and all golden traces in these folders and below.

    Raises:
        BadParameter: there is none.
    """
    found: dict[Path, None] = {}
    for each in files or [Path()]:
        inside = sorted(each.rglob(f"*{SUFFIX}")) if each.is_dir() else [each]
        found |= dict.fromkeys(inside)
    if not found:
        raise typer.BadParameter("there is no golden trace: `lensbus golden record` makes one")
    return list(found)


def held(path: Path, spec: str | None, recording: Path | None, *, update: bool = False) -> Result:
    """Hold a run, or a recording, against a golden trace; with `update`, keep what differs."""
    try:
        kept = read_golden(path)
        if reason := _unfit(kept, recording, update=update):
            return Result(path, SKIPPED, reason=reason)
        protocol = spec_of(kept, spec)
        records = records_of(kept, protocol, recording)
        said = told(protocol, records)
        found = compare(as_recorded(kept, protocol, said) if recording else kept, said)
        changed, verdict = kept.touched(protocol), DIFFERS if found.differences else SAME
        if update and (changed or found.differences):
            Golden(path, protocol).update(records)
            verdict = UPDATED
    except (LensbusError, typer.BadParameter) as error:
        return Result(path, COULD_NOT, reason=f"{error}")
    return Result(path, verdict, kept.spec, changed, found)


def _unfit(kept: Kept, recording: Path | None, *, update: bool) -> str:
    """Why it is left alone, or an empty text."""
    if recording is None and kept.made.how != SIM:
        return f"a {kept.made.how} made it, which can't be run here"
    if recording and update and kept.made.how != RECORDING:
        return f"a {kept.made.how} made it, and no recording"
    return ""


def spec_of(kept: Kept, other: str | None) -> Spec:
    """The spec that a golden trace was made in; or another one, or that of its name in a folder.

    Raises:
        SpecError: there is no such spec, or it has mistakes.
    """
    if other is not None:
        return load(f"{Path(other, *kept.spec.split('/'))}.yaml" if Path(other).is_dir() else other)
    return load(str(kept.made.facts.get("spec", kept.spec)))


def records_of(kept: Kept, spec: Spec, recording: Path | None) -> list[Record]:
    """What a recording holds, or else what is said when the run is made again.

    Raises:
        LensbusError: something that it needs is missing or wrong.
    """
    return recorded(spec, recording) if recording else recipe_of(kept.made).run(spec)


def recorded(spec: Spec, path: Path) -> list[Record]:
    """What a recording holds.

    Raises:
        CaptureError: it cannot be read, or holds no frame of this spec.
    """
    return list(Decoder(spec).decode(read_cuts(path, spec, warn)))
