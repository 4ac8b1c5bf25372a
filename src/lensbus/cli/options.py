"""Options that several commands take, each told once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from lensbus.front.usual import USUAL_LENS


def _drawable(path: Path | None) -> Path | None:
    """Refuse at once what could not be written in the end."""
    if path is not None and path.suffix != ".svg":
        raise typer.BadParameter(f"{path}: a picture is an .svg, got {path.suffix or 'no suffix'}")
    if path is not None and not path.parent.is_dir():
        raise typer.BadParameter(f"{path}: there is no folder {path.parent}")
    return path


Link = Annotated[
    str, typer.Option(help="Where: pty:[PATH], /dev/ttyUSB0, COM3, tcp://HOST:PORT, unix:PATH ...")
]
LensName = Annotated[
    str | None, typer.Option(help=f"Lens profile, by name or path; else {USUAL_LENS}.")
]
Then = Annotated[
    list[str] | None,
    typer.Option(
        "--then",
        help="Lens that comes next: at a time (PROFILE@SECONDS), or when the link comes up again "
        "(PROFILE). May be given more than once.",
    ),
]
AccessoryName = Annotated[
    str | None,
    typer.Option("--accessory", help="What is between lens and body, by name or path."),
]
Hands = Annotated[
    Path | None, typer.Option("--hands", help="What hands do to the lens, and when: FILE.yaml.")
]
BodyName = Annotated[str, typer.Option(help="Body profile, by name or path.")]
SpecName = Annotated[str, typer.Option(help="Spec, by name or path.")]
Seconds = Annotated[
    float | None, typer.Option(min=0.001, help="How long; without it until Ctrl-C.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of all chance.")]
Faults = Annotated[str | None, typer.Option(help="Plan of faults to do, by name or path.")]
Console = Annotated[
    bool,
    typer.Option(
        "--console", help="Take words on standard input: faults NAME, faults off, unplug, plug."
    ),
]
Recording = Annotated[
    Path | None,
    typer.Option(
        help="Write FILE.jsonl or FILE.pcapng: what was said, before a plan's faults, and heard."
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        help="Draw the run: FILE.svg at its end, and lines of blocks on the terminal.",
        callback=_drawable,
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
    """What every command that runs in real time takes.

    `scene` is what the body looks at, `folded` what is folded beside the cycle.
    """

    seconds: float | None
    seed: int
    faults: str | None
    record: Path | None
    mqtt: str | None
    as_json: bool
    everything: bool
    console: bool = False
    plot: Path | None = None
    scene: str | None = None
    folded: frozenset[str] = frozenset()
