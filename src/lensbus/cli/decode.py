"""`lensbus decode`: a capture to messages."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lensbus.cli.options import Plot
from lensbus.cli.say import say, warn
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.capture.uart import Cut
    from lensbus.session.log import Record
    from lensbus.spec.model import Spec


def decode(
    file: Annotated[
        Path,
        typer.Argument(help="A sigrok capture, pcapng or JSON lines; - is JSON lines on stdin."),
    ],
    *,
    spec: Annotated[str, typer.Option(help="Spec, by name or path.")] = "l_mount",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Only the summary.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where there are faults, or no frame at all.")
    ] = False,
    columns: Annotated[
        Path | None,
        typer.Option(help="Write each field as a numpy array into this .npz instead."),
    ] = None,
    plot: Plot = None,
) -> None:
    """Turn a capture of a mount into messages, and count them.

    Captures are those of a logic analyser (.sr) and what --record wrote (.sr, .pcapng, .jsonl).
    """
    from lensbus.capture.decode import Decoder
    from lensbus.capture.files import read_cuts
    from lensbus.front.lines import json_line, line
    from lensbus.spec.load import load
    from lensbus.telemetry.records import record_json

    protocol = load(spec)
    if columns is not None:
        _write_columns(columns, protocol, read_cuts(file, protocol, warn))
        return
    decoder = Decoder(protocol)
    records = decoder.decode(read_cuts(file, protocol, warn))
    for record in records if plot is None else _drawn(plot, protocol, records, file.name):
        if not summary:
            print(json_line(record_json(record, protocol)) if as_json else line(record))
    _print_summary(decoder.summary(), as_json=as_json, alone=summary)
    foreign = decoder.windows > 0 and not decoder.frames
    if foreign:
        warn(f"{file}: no frame of {protocol.name} in {decoder.windows} windows: {_OTHER}")
    if strict and (decoder.faults or foreign):
        sys.exit(1)


_OTHER = "is it of another mount? --spec names one, `lensbus spec list` lists them"


def _write_columns(path: Path, spec: "Spec", cuts: "Iterable[Cut]") -> None:
    from lensbus.capture.table import columns_of, write_columns

    found, left = columns_of(spec, cuts)
    write_columns(path, found)
    say(f"{path}: {len(found)} columns; {left} frames are in none: `lensbus decode` tells them")


def _drawn(path: Path, spec: "Spec", records: "Iterable[Record]", name: str) -> "Iterator[Record]":
    """Give the records on, and draw them in the end."""
    from lensbus.cli.plot import write_plot
    from lensbus.export.plot import Picture

    picture = Picture(spec)
    for record in records:
        picture.tell(record)
        yield record
    write_plot(path, picture, {"link": name})


def _print_summary(summary: Mapping[str, Any], *, as_json: bool, alone: bool) -> None:
    from lensbus.front.lines import json_line

    if as_json:
        print(json_line(summary))
        return
    if not alone:
        print()
    names = ("windows", "frames", "faults", "no_data", "unknown")
    print(", ".join(f"{summary[name]} {name.replace('_', ' ')}" for name in names))
    for role, name in summary["identified"].items():
        print(printable(f"the {role} is {name}"))
