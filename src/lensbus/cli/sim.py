"""`lensbus sim`: a virtual body and a virtual lens talk to each other."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from lensbus.bench.pair import Tally
    from lensbus.cli.setup import Made
    from lensbus.session.log import Record
    from lensbus.spec.model import Spec


def sim(
    *,
    lens: Annotated[str, typer.Option(help="Lens profile, by name or path.")] = "panasonic_s_20_60",
    body: Annotated[str, typer.Option(help="Body profile, by name or path.")] = "panasonic_s1",
    spec: Annotated[str, typer.Option(help="Spec, by name or path.")] = "l_mount",
    seconds: Annotated[float, typer.Option(min=0.001, max=86400, help="How long they talk.")] = 5.0,
    virtual: Annotated[bool, typer.Option("--virtual", help="As fast as the machine can.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of all chance; with it the output is the same each time."),
    ] = None,
    faults: Annotated[Path | None, typer.Option(help="Plan of faults to do, YAML.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write what was said: FILE.sr.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Print every frame.")] = False,
) -> None:
    """Let a virtual body and a virtual lens talk; print what they say, then a summary.

    The body attaches the lens, identifies it, agrees a rate, homes it, keeps the cycle, moves
    focus, sets an aperture, sends it to sleep and wakes it.
    """
    if not virtual:
        raise typer.BadParameter("only virtual time is there yet: add --virtual")
    from lensbus.bench.pair import Tally
    from lensbus.cli.setup import load_pair
    from lensbus.spec.load import load

    protocol, tally = load(spec), Tally()
    if record is not None:
        _check_record(record, protocol, seconds)
    made = load_pair(protocol, body, lens, seed or 0, faults)
    began = perf_counter()
    records = tally.watch(made.pair.run(seconds, made.chance))
    if record is not None:
        records = _recorded(record, protocol, list(records), seconds)
    _print(records, protocol, as_json=as_json, everything=everything)
    wall_s = perf_counter() - began
    summary = {
        "summary": True,
        "seconds": seconds,
        "seed": seed or 0,
        **_outcome(made, tally),
        "fps_simulated_per_wall": _fps(tally.frames.total(), wall_s, seed),
    }
    _print_summary(summary, wall_s, as_json=as_json)


def _outcome(made: "Made", tally: "Tally") -> dict[str, Any]:
    states = {"body": made.pair.body.state, "lens": made.pair.lens.state}
    return {
        "frames": {role: tally.frames[role] for role in states},
        "faults": tally.faults.total(),
        "faults_by_kind": dict(sorted(tally.faults.items())),
        "states": states,
        "lens": made.lens,
        "body": made.body,
    }


def _fps(frames: int, wall_s: float, seed: int | None) -> int | None:
    """Frames a second of wall time; None where the output must be the same each time."""
    return None if seed is not None else round(frames / wall_s)


def _check_record(path: Path, spec: "Spec", seconds: float) -> None:
    """Refuse at once what could not be written, or not be read again, in the end."""
    from lensbus.capture.drawing import longest_s

    if path.suffix != ".sr":
        raise typer.BadParameter(f"--record {path}: only sigrok files are written: FILE.sr")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"--record {path}: there is no folder {path.parent}")
    if seconds > (most := longest_s(spec)):
        text = f"a capture holds at most {int(most)} s, got {seconds:g}"
        raise typer.BadParameter(f"--record {path}: {text}: fewer --seconds")


def _recorded(
    path: Path, spec: "Spec", records: "list[Record]", seconds: float
) -> "Iterator[Record]":
    """Write the capture and give the records on."""
    from lensbus.capture.drawing import trace_of
    from lensbus.capture.sigrok import write

    write(path, trace_of(spec, records, seconds))
    return iter(records)


def _print(records: "Iterator[Record]", spec: "Spec", *, as_json: bool, everything: bool) -> None:
    from lensbus.cli.show import Timeline, json_line, record_json
    from lensbus.wire.message import Message

    if as_json:
        for record in records:
            if record.verb != "heard" or not isinstance(record.event, Message):
                print(json_line(record_json(record, spec)))
        return
    timeline = Timeline(spec, everything=everything)
    for record in records:
        for line in timeline.lines(record):
            print(line)
    for line in timeline.rest():
        print(line)


def _print_summary(summary: "Mapping[str, Any]", wall_s: float, *, as_json: bool) -> None:
    from lensbus.cli.show import json_line

    seconds, frames = summary["seconds"], summary["frames"]
    if as_json:
        print(json_line(summary))
    else:
        faults = ", ".join(f"{count} {kind}" for kind, count in summary["faults_by_kind"].items())
        print()
        print(
            f"body    {summary['body']}: {summary['states']['body']}, {frames['body']} frames said"
        )
        print(
            f"lens    {summary['lens']}: {summary['states']['lens']}, {frames['lens']} frames said"
        )
        print(f"faults  {faults or 'none'}  (seed {summary['seed']})")
    speed = f"{seconds / wall_s:.0f} x real time"
    print(f"{seconds:g} s simulated in {wall_s:.2f} s, {speed}", file=sys.stderr)
