"""Options that several commands take, each told once."""

from pathlib import Path
from typing import Annotated

import typer

Link = Annotated[str, typer.Option(help="Where: pty:[PATH], /dev/ttyUSB0, COM3, tcp://HOST:PORT …")]
LensName = Annotated[str, typer.Option(help="Lens profile, by name or path.")]
BodyName = Annotated[str, typer.Option(help="Body profile, by name or path.")]
SpecName = Annotated[str, typer.Option(help="Spec, by name or path.")]
Seconds = Annotated[float | None, typer.Option(min=0.001, help="How long; default: until Ctrl-C.")]
Seed = Annotated[int, typer.Option(help="Seed of all chance.")]
Faults = Annotated[Path | None, typer.Option(help="Plan of faults to do, YAML.")]
RecordTo = Annotated[Path | None, typer.Option(help="Write FILE.jsonl or FILE.pcapng.")]
Mqtt = Annotated[str | None, typer.Option(help="Publish records: mqtt://HOST[:PORT].")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
All = Annotated[bool, typer.Option("--all", help="Print every frame.")]
Known = Annotated[
    bool,
    typer.Option(
        "--i-know-this-device", help="Go on even if a real port's device does not identify itself."
    ),
]
