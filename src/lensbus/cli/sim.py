"""`lensbus sim`: a virtual body and a virtual lens talk to each other."""

from collections.abc import Iterator
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import say
from lensbus.errors import CaptureError

if TYPE_CHECKING:
    from lensbus.cli.setup import Made
    from lensbus.session.log import Record
    from lensbus.spec.model import Spec

Span = Annotated[float, typer.Option(min=0.001, max=86400, help="How long they talk.")]
Virtual = Annotated[
    bool, typer.Option("--virtual", help="In virtual time: as fast as the machine can.")
]
Seed = Annotated[
    int | None, typer.Option(help="Seed of all chance; virtual output is then the same each time.")
]
Recording = Annotated[
    Path | None,
    typer.Option(
        help="Write FILE.jsonl or FILE.pcapng, if --virtual FILE.sr too: what each side said, "
        "before a plan's faults."
    ),
]

SLACK_S = 0.02
"""Added to each time-out in real time: the operating system may let any program wait so long."""


def sim(
    *,
    lens: options.LensName = None,
    accessory: options.AccessoryName = None,
    then: options.Then = None,
    hands: options.Hands = None,
    body: options.BodyName = "panasonic_s1",
    spec: options.SpecName = "l_mount",
    seconds: Span = 5.0,
    virtual: Virtual = False,
    seed: Seed = None,
    scene: options.SceneName = None,
    af: options.Autofocus = None,
    hz: options.Hz = None,
    faults: options.Faults = None,
    console: options.Console = False,
    record: Recording = None,
    plot: options.Plot = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.Everything = False,
) -> None:
    """Let a virtual body and a virtual lens talk; print what they say, then a summary.

    The body attaches the lens, identifies it, agrees a rate, homes it, keeps the cycle, moves
    focus, sets an aperture, sends it to sleep and wakes it. With a --scene it looks at that
    instead, and focuses on the subject. In real time unless --virtual.
    """
    from lensbus.cli.setup import load_pair
    from lensbus.spec.load import load

    operating = options.Operating(scene, af, hz)
    protocol, slack_s = load(spec), 0.0 if virtual else SLACK_S
    made = load_pair(
        protocol,
        body,
        lens,
        seed or 0,
        faults,
        slack_s,
        operating,
        accessory=accessory,
        then=then or (),
        hands=hands,
        console=console,
    )
    live = options.Live(
        seconds,
        seed or 0,
        faults,
        record,
        mqtt,
        as_json,
        everything,
        console,
        plot,
        scene,
        operating.folded,
    )
    if virtual:
        _virtual(protocol, made, live, seeded=seed is not None)
        return
    from lensbus.cli.live import both_ends, finish

    finish(both_ends(protocol, made, live))


def _virtual(spec: "Spec", made: "Made", live: options.Live, *, seeded: bool) -> None:
    """Run in virtual time; what is seeded prints nothing that another run would not.

    Who interrupts it gets the summary of what was until then.
    """
    from lensbus.cli.screen import Screen
    from lensbus.cli.stop import stoppable

    for option, given in (("--mqtt", live.mqtt), ("--console", live.console)):
        if given:
            raise typer.BadParameter(f"{option} is for real time: leave out --virtual")
    seconds, screen = live.seconds or 0.0, Screen(spec, live)
    if live.record is not None:
        _check_record(live.record, spec, seconds)
    began, reached_s, signals = perf_counter(), 0.0, list[None]()
    with stoppable(lambda: signals.append(None)):
        ran = made.pair.run(seconds, made.chance)
        records: Iterator[Record] = takewhile(lambda _: not signals, ran)
        if live.record is not None:
            records = _recorded(live.record, spec, records, seconds)
        for record in records:
            screen.tell(record)
            reached_s = record.t
    screen.rest()
    wall_s = perf_counter() - began
    fps = None if seeded else round(screen.tally.frames.total() / wall_s)
    facts = {"seconds": reached_s if signals else seconds, "seed": live.seed, **made.names}
    screen.sum_up(facts, made.pair.states, {"fps_simulated_per_wall": fps})
    if signals:
        raise KeyboardInterrupt
    speed = f"{seconds / wall_s:.0f} x real time"
    say(f"{seconds:g} s simulated in {wall_s:.2f} s, {speed}")


def _check_record(path: Path, spec: "Spec", seconds: float) -> None:
    """Refuse at once what could not be written, or not be read again, in the end."""
    from lensbus.capture.drawing import longest_s

    if not path.parent.is_dir():
        raise typer.BadParameter(f"--record {path}: there is no folder {path.parent}")
    if path.suffix == ".sr" and seconds > (most := longest_s(spec)):
        text = f"a capture holds at most {int(most)} s, got {seconds:g}"
        raise typer.BadParameter(f"--record {path}: {text}: fewer --seconds")


def _recorded(
    path: Path, spec: "Spec", records: "Iterator[Record]", seconds: float
) -> "Iterator[Record]":
    """Give the records on, and write what was said: in the end as a drawing, or as it is said."""
    from lensbus.bench.pair import BODY, LENS
    from lensbus.capture.drawing import trace_of
    from lensbus.capture.files import open_writer
    from lensbus.capture.sigrok import write

    if path.suffix == ".sr":
        said = list(records)
        try:
            trace = trace_of(spec, said, seconds)
        except CaptureError as error:
            text = f"{path}: can't be drawn: {error}; or record to .jsonl or .pcapng"
            raise CaptureError(text) from error
        write(path, trace)
        yield from said
        return
    with closing(open_writer(path, spec, (BODY, LENS))) as writer:
        for record in records:
            writer.tell(record)
            yield record
