"""Options that several commands take, each told once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

Link = Annotated[
    str, typer.Option(help="Where: pty:[PATH], /dev/ttyUSB0, COM3, tcp://HOST:PORT, unix:PATH ...")
]
LensName = Annotated[str, typer.Option(help="Lens profile, by name or path.")]
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
SceneName = Annotated[
    str | None, typer.Option("--scene", help="What the body looks at, by name or path.")
]
Autofocus = Annotated[
    Literal["s", "c", "off"] | None,
    typer.Option("--af", help="Focus once, or follow; with a scene it is s unless told."),
]
Hz = Annotated[float | None, typer.Option("--hz", help="Sync rate, of those that the body offers.")]
Known = Annotated[
    bool,
    typer.Option("--i-know-this-device", help="Go on though a real port's lens is no such lens."),
]


@dataclass(frozen=True, slots=True)
class Operating:
    """How a body is operated: the scene before it, by name or path, its autofocus, its sync rate.

    Raises:
        BadParameter: there is autofocus without a scene.
    """

    scene: str | None = None
    af: Literal["s", "c", "off"] | None = None
    hz: float | None = None

    def __post_init__(self) -> None:
        if self.af in {"s", "c"} and self.scene is None:
            raise typer.BadParameter(f"--af {self.af} needs something to look at: give a --scene")

    @property
    def folded(self) -> frozenset[str]:
        """What is said so often that it is told in one line: a focus that follows never rests."""
        return frozenset({"focus_move", "accepted"} if self.af == "c" else ())

    @property
    def autofocus(self) -> str:
        """Its mode in a body's words."""
        af = self.af or ("s" if self.scene else "off")
        return {"s": "single", "c": "continuous", "off": "off"}[af]


@dataclass(frozen=True, slots=True)
class Live:
    """What every command that runs in real time takes, and what is folded beside the cycle."""

    seconds: float | None
    seed: int
    faults: Path | None
    record: Path | None
    mqtt: str | None
    as_json: bool
    everything: bool
    folded: frozenset[str] = frozenset()
