"""`lensbus golden`: keep what a run says, hold later runs against it, keep the new on purpose."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lensbus.cli import options
from lensbus.front.printable import printable
from lensbus.front.usual import USUAL_LENS

app = typer.Typer(
    help="Keep what a run says, and hold later runs against it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(help="Golden traces, or folders of them; all below this one, if not told."),
]
OtherSpec = Annotated[
    str | None,
    typer.Option(
        "--spec", help="Run them in this spec, or in that of their name in this folder of specs."
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(help="Hold them against this recording, and not against a run in virtual time."),
]
From = Annotated[
    Path | None,
    typer.Option("--from", help="Keep what this recording holds: .jsonl, .pcapng or .sr."),
]
Tolerance = Annotated[
    float, typer.Option(min=0, max=3600, help="Seconds that something may be early or late.")
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Let this differ: MESSAGE, MESSAGE.FIELD or 'MESSAGE.FIELD within 5'; `*` is anything."
    ),
]
Context = Annotated[int, typer.Option(min=0, max=1000, help="Lines around the first difference.")]


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="The golden trace that is to be: NAME.golden.")],
    *,
    recording: From = None,
    lens: options.LensName = None,
    accessory: options.AccessoryName = None,
    body: options.BodyName = "panasonic_s1",
    spec: options.SpecName = "l_mount",
    seconds: Annotated[float, typer.Option(min=0.001, max=86400, help="How long.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 0,
    scene: options.SceneName = None,
    af: options.Autofocus = None,
    hz: options.Hz = None,
    faults: options.Faults = None,
    tolerance: Tolerance = 0.002,
    ignore: Ignore = None,
) -> None:
    """Keep what a pair says in virtual time.

    It talks as in `sim`, and how it was made is kept as well. Or keep what a recording holds.
    """
    from lensbus.capture.golden import Golden
    from lensbus.cli.goldens import RECORDING, recorded
    from lensbus.cli.recipe import Recipe
    from lensbus.golden.kept import Made
    from lensbus.spec.load import load

    if file.suffix != ".golden":
        raise typer.BadParameter(f"{file}: a golden trace is called NAME.golden")
    if file.exists():
        raise typer.BadParameter(f"{file}: is there already: `lensbus golden update {file}`")
    protocol = load(spec)
    if recording is not None:
        made, records = Made(RECORDING, {"file": recording.name}), recorded(protocol, recording)
    else:
        lens = lens or (None if accessory else USUAL_LENS)
        recipe = Recipe(lens, body, spec, seconds, seed, accessory, scene, af, hz, faults)
        made, records = recipe.made, recipe.run(protocol)
    golden = Golden(file, protocol, tolerance_s=tolerance, ignore=ignore or (), made=made)
    for line in golden.update(records):
        print(printable(line))


@app.command()
def check(
    files: Files = None,
    *,
    spec: OtherSpec = None,
    against: Against = None,
    context: Context = 3,
    as_json: options.Json = False,
) -> None:
    """Make each run again, and tell where it first differs.

    What of the spec has changed is told before.

    Exit codes: 0 all are the same, 1 one differs, 2 one could not be run, or none was.
    """
    _tell(files, spec, against, context, as_json=as_json)


@app.command()
def update(
    files: Files = None,
    *,
    recording: From = None,
    context: Context = 3,
    as_json: options.Json = False,
) -> None:
    """Make each run again, and keep what it says now.

    What differs is told, and what is the same is not written.

    Exit codes: 0 all are as the runs are, 2 one could not be run, or none was.
    """
    _tell(files, None, recording, context, as_json=as_json, update=True)


def _tell(
    files: Sequence[Path] | None,
    spec: str | None,
    recording: Path | None,
    context: int,
    *,
    as_json: bool,
    update: bool = False,
) -> None:
    """Print what becomes of each golden trace, and the counts; end as they are."""
    from lensbus.cli.goldens import COULD_NOT, DIFFERS, SKIPPED, VERDICTS, goldens, held
    from lensbus.front.lines import json_line

    counted = Counter[str]()
    for path in goldens(files):
        result = held(path, spec, recording, update=update)
        counted[result.verdict] += 1
        for line in [json_line(result.plain(context))] if as_json else result.lines(context):
            print(printable(line), flush=True)
    total, counts = counted.total(), {verdict: counted[verdict] for verdict in VERDICTS}
    if as_json:
        print(json_line({"summary": True, "goldens": total, **counts}))
    else:
        told = ", ".join(f"{n} {each.replace('_', ' ')}" for each, n in counts.items() if n)
        print(f"{total} golden trace{'s'[: total > 1]}: {told}")
    if counts[COULD_NOT] or counts[SKIPPED] == total:
        sys.exit(2)
    if counts[DIFFERS]:
        sys.exit(1)
