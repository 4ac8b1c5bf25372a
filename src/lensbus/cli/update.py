"""`lensbus update`: give a lens new firmware."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import warn
from lensbus.errors import ImageError
from lensbus.front.files import about
from lensbus.front.usual import USUAL_LENS

if TYPE_CHECKING:
    from lensbus.bench.updatable import Mount
    from lensbus.cli.progress import Progress
    from lensbus.firmware.job import Job
    from lensbus.firmware.judge import Verifier
    from lensbus.session.contract import Port
    from lensbus.spec.model import Spec

LONGEST_S = 86400.0
"""Virtual seconds; no update takes so long."""

EXIT = {"done": 0, "up_to_date": 0, "refused": 2, "rejected": 1, "failed": 1}

Image = Annotated[Path, typer.Argument(help="Firmware image, as `lensbus image sign` makes it.")]
Link = Annotated[
    str | None,
    typer.Option(help="Where the lens is: /dev/ttyUSB0, COM3, a pty's path, tcp://HOST:PORT ..."),
]
Virtual = Annotated[
    bool, typer.Option("--virtual", help="Update a new virtual lens, in virtual time.")
]
Key = Annotated[
    Path | None, typer.Option(help="PEM of the key that the image is signed with, else the demo.")
]
Older = Annotated[
    bool, typer.Option("--allow-downgrade", help="Go back to an older version, if its counter may.")
]
Unchecked = Annotated[
    bool, typer.Option("--unchecked", help="Send whatever it is, and let the lens be the judge.")
]
Baud = Annotated[int | None, typer.Option(help="Fastest rate to agree, else the spec's fastest.")]
Known = Annotated[
    bool,
    typer.Option(
        "--i-know-this-device", help="On a real port, also look for a bootloader without a lens."
    ),
]


def update(
    image: Image,
    *,
    link: Link = None,
    virtual: Virtual = False,
    lens: options.LensName = None,
    spec: options.SpecName = "l_mount",
    key: Key = None,
    allow_downgrade: Older = False,
    unchecked: Unchecked = False,
    baud: Baud = None,
    seed: options.Seed = None,
    faults: options.Faults = None,
    record: options.Recording = None,
    as_json: options.Json = False,
    i_know_this_device: Known = False,
) -> None:
    """Update a lens's firmware over a link, and see that the lens runs and keeps it.

    The image is judged before anything is sent, and by the lens before anything is erased. What
    runs is never touched: an update that ends half-way leaves a lens that works, and the same
    command goes on where it was. Exit codes: 0 the lens runs it, 1 the lens did not take it,
    2 the image is not for this lens, 3 the link was lost.
    """
    from lensbus.cli.progress import Progress
    from lensbus.firmware.job import Job, Parcel
    from lensbus.front.factory import read_image, update_of
    from lensbus.spec.load import load

    if virtual == (link is not None):
        raise typer.BadParameter("give either --link URL or --virtual")
    mount, public = update_of(load(spec), key)
    if baud is not None:
        _check_baud(mount.update, baud)
    data = read_image(image)
    if unchecked:
        job = Job(Parcel.anyhow(mount.image, data), take_older=allow_downgrade)
    else:
        job = _checked(mount, data, image, public, take_older=allow_downgrade)
    live = options.Live(None, seed or 0, faults, record, None, as_json, everything=False)
    progress = Progress(job, as_json=as_json)
    if link is not None:
        _over_link(mount, job, link, live, progress, baud=baud, known=i_know_this_device)
    else:
        _virtually(mount, job, lens or USUAL_LENS, live, progress, baud=baud)
    if job.ending is not None:
        sys.exit(EXIT[job.ending.kind])


def _check_baud(spec: "Spec", baud: int) -> None:
    least, most = int(spec.link.slow.value), max(spec.link.rates)
    if not least <= baud <= most:
        raise typer.BadParameter(f"got {baud}, wanted {least} to {most}", param_hint="'--baud'")


def _checked(
    mount: "Mount", data: bytes, path: Path, key: "Verifier", *, take_older: bool
) -> "Job":
    """A job of a whole, signed image; each lens that is met is held against it.

    Raises:
        ImageError: it is none.
    """
    from lensbus.firmware.header import Version
    from lensbus.firmware.image import parse
    from lensbus.firmware.job import Job, Parcel
    from lensbus.firmware.judge import Refusal, Target, damage, forgery, refusal

    with about(path):
        image = parse(mount.image, data)
        if found := damage(image) or forgery(image.offer, key):
            raise ImageError(str(found))

    def check(
        lens_number: int, hardware: int, protocol: int, version: Version | None, counter: int
    ) -> Refusal | None:
        target = Target(lens_number, hardware, protocol, version, counter, key, take_older)
        return refusal(image.offer, target)

    return Job(Parcel.of(mount.image, data), check, take_older=take_older)


def _over_link(
    mount: "Mount",
    job: "Job",
    link: str,
    live: options.Live,
    progress: "Progress",
    *,
    baud: int | None,
    known: bool,
) -> None:
    from lensbus.aio.link import is_hardware, parse
    from lensbus.bench.updatable import BODY, updater
    from lensbus.cli.live import finish, one_end

    job.may_probe = known or not is_hardware(parse(link))
    made = partial(updater, mount, job, baud=baud)
    try:
        finish(one_end(mount.lens, BODY, made, link, live, lambda: bool(job.ending), progress))
    except KeyboardInterrupt:
        warn("the lens keeps the firmware that it has; the same command goes on with the update")
        raise


def _virtually(
    mount: "Mount",
    job: "Job",
    lens: str,
    live: options.Live,
    progress: "Progress",
    *,
    baud: int | None,
) -> None:
    """Update a lens that has just left its factory, whose makers have the demo key."""
    from random import Random

    from lensbus.bench.updatable import updatable, updater
    from lensbus.devices.profile import LensProfile
    from lensbus.firmware.flash import Flash
    from lensbus.firmware.target import geometry_of
    from lensbus.front.factory import new_flash, update_of
    from lensbus.front.named import load_faults, load_profile
    from lensbus.session.exchange import exchange
    from lensbus.session.faults import Filter
    from lensbus.session.line import Strip

    profile = load_profile(LensProfile, "lenses", lens, mount.lens)
    _, demo = update_of(mount.lens)
    flash = Flash(geometry_of(mount.update), bytearray(new_flash(mount, profile, demo)))
    ports: dict[str, Port] = {
        "body": updater(mount, job, baud=baud),
        "lens": updatable(mount, profile, flash, demo),
    }
    for role, plan in load_faults(mount.lens, live.faults, live.seed).items():
        ports[role] = Filter(ports[role], role, *plan)
    chance, now = Random(f"{live.seed}/strip"), 0.0
    for record in exchange(ports["body"], ports["lens"], Strip.of(mount.lens), LONGEST_S, chance):
        progress.tell(record)
        now = record.t
        if job.ending:
            break
    progress.sum_up({"link": "virtual", "seconds": round(now, 3)}, {}, {})
