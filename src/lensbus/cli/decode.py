"""`lensbus decode`: a capture to messages."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer


def decode(
    file: Annotated[Path, typer.Argument(help="A sigrok capture, FILE.sr.")],
    *,
    spec: Annotated[str, typer.Option(help="Spec, by name or path.")] = "l_mount",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Only the summary.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where there are faults.")
    ] = False,
) -> None:
    """Turn a logic analyser's capture of a mount into messages, and count them."""
    from lensbus.capture.decode import Decoder
    from lensbus.capture.sigrok import read
    from lensbus.capture.uart import cut
    from lensbus.cli.show import json_line, line, record_json
    from lensbus.spec.load import load

    protocol = load(spec)
    shape = next(iter(protocol.frames.values()))
    cuts = cut(
        read(file),
        protocol.capture,
        sync=shape.sync[0],
        rates=protocol.link.rates,
        gap_s=protocol.constant("gap_s"),
    )
    decoder = Decoder(protocol)
    for record in decoder.decode(cuts):
        if not summary:
            print(json_line(record_json(record, protocol)) if as_json else line(record))
    if as_json or summary:
        print(json_line(decoder.summary()))
    else:
        _print_summary(decoder.summary())
    if strict and decoder.faults:
        sys.exit(1)


def _print_summary(summary: Mapping[str, Any]) -> None:
    print()
    names = ("windows", "frames", "faults", "no_data", "unknown")
    print(", ".join(f"{summary[name]} {name.replace('_', ' ')}" for name in names))
    for role, name in summary["identified"].items():
        print(f"the {role} is {name}")
