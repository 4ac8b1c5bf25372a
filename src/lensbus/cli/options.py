"""Options that several commands take, each told once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

Link = Annotated[
    str, typer.Option(help="Where: pty:[PATH], /dev/ttyUSB0, COM3, tcp://HOST:PORT, unix:PATH ...")
]
LensName = Annotated[str, typer.Option(help="Lens profile, by name or path.")]
AccessoryName = Annotated[
    str | None,
    typer.Option("--accessory", help="What is between lens and body, by name or path."),
]
BodyName = Annotated[str, typer.Option(help="Body profile, by name or path.")]
SpecName = Annotated[str, typer.Option(help="Spec, by name or path.")]
Seconds = Annotated[
    float | None, typer.Option(min=0.001, help="How long; without it until Ctrl-C.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of all chance.")]
Faults = Annotated[Path | None, typer.Option(help="Plan of faults to do, YAML.")]
Recording = Annotated[
    Path | None,
    typer.Option(
        help="Write FILE.jsonl or FILE.pcapng: what was said, before a plan's faults, and heard."
    ),
]
Mqtt = Annotated[str | None, typer.Option(help="Publish records: mqtt://HOST[:PORT].")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Everything = Annotated[bool, typer.Option("--all", help="Print every frame.")]
Known = Annotated[
    bool,
    typer.Option("--i-know-this-device", help="Go on though a real port's lens is no such lens."),
]


@dataclass(frozen=True, slots=True)
class Live:
    """What every command that runs in real time takes."""

    seconds: float | None
    seed: int
    faults: Path | None
    record: Path | None
    mqtt: str | None
    as_json: bool
    everything: bool
