"""`lensbus lens`: be a lens on a link."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import warn
from lensbus.front.usual import USUAL_LENS

if TYPE_CHECKING:
    from lensbus.devices.profile import LensProfile
    from lensbus.spec.model import Spec

FlashFile = Annotated[
    Path | None,
    typer.Option(
        help="Have a bootloader, and a flash that is kept in this file; one that is not there is "
        "made with --firmware in it."
    ),
]
Firmware = Annotated[
    Path | None,
    typer.Option(help="What a new --flash begins with; without it, firmware of the demo key."),
]
Key = Annotated[
    Path | None,
    typer.Option(help="PEM of the key that firmware is to be signed with, else the demo key."),
]

Stays = Annotated[
    bool,
    typer.Option(
        "--bootloader",
        help="Be its bootloader and stay so, with the same new flash for each peer: to try "
        "`lensbus conform bootloader --link`.",
    ),
]

PIECES = frozenset({"chunk", "chunk_state"})
"""What an update says so often that it is told in one line."""


def lens(
    *,
    link: options.Link,
    lens: options.LensName = None,
    accessory: options.AccessoryName = None,
    hands: options.Hands = None,
    spec: options.SpecName = "l_mount",
    flash: FlashFile = None,
    firmware: Firmware = None,
    key: Key = None,
    bootloader: Stays = False,
    seconds: options.Seconds = None,
    seed: options.Seed = None,
    faults: options.Faults = None,
    console: options.Console = False,
    record: options.Recording = None,
    plot: options.Plot = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.Everything = False,
) -> None:
    """Be a virtual lens for whatever body is at the other end.

    On a listener (pty:, tcp-listen:, unix-listen:) the first line says where it listens, and
    bodies may come and go. Any other link that is lost ends with exit code 3. With --flash it
    can be updated (`lensbus update`), and runs what its flash holds when it is started again.
    """
    from lensbus.bench.pair import LENS, optic
    from lensbus.cli.live import finish, one_end
    from lensbus.devices.accessory import told
    from lensbus.front.named import fitting, load_hands, load_lens
    from lensbus.spec.load import load

    _refuse(bootloader, flash, firmware, key, hands)
    protocol = load(spec)
    profile, behind = load_lens(lens, accessory, protocol)
    if behind and (flash is not None or bootloader):
        raise typer.BadParameter(f"a lens is updated by itself: leave out --accessory {behind.id}")
    live = options.Live(
        seconds, seed or 0, faults, record, mqtt, as_json, everything, console, plot
    )
    if flash is not None and profile:
        _updatable(protocol, profile, link, live, (flash, firmware, key))
        return
    if bootloader and profile:
        _staying(protocol, profile, link, live)
        return
    handed = load_hands(hands, profile)
    made = partial(optic, protocol, profile, hands=handed, accessory=told(behind))
    with fitting(protocol, lens or USUAL_LENS):
        made()
    finish(one_end(protocol, LENS, made, link, live))


def _refuse(bootloader: bool, flash: Path | None, *files: Path | None) -> None:
    """Refuse files that nobody would read: firmware, key and hands.

    Raises:
        BadParameter: there are some.
    """
    firmware, key, hands = files
    if bootloader and (flash or firmware or key):
        text = "has the demo key and a flash of its own: leave out --flash, --firmware and --key"
        raise typer.BadParameter(text, param_hint="'--bootloader'")
    if not flash and (firmware or key):
        raise typer.BadParameter("--firmware and --key are for a lens with --flash FILE")
    if hands and (flash or bootloader):
        raise typer.BadParameter("--hands are for a lens without --flash or --bootloader")


def _staying(spec: "Spec", profile: "LensProfile", link: str, live: options.Live) -> None:
    from lensbus.bench.conform import TARGET, bootloader
    from lensbus.bench.swap import Swap
    from lensbus.cli.live import finish, one_end
    from lensbus.front.factory import maker, specimen_flash, update_of

    (mount, _), key = update_of(spec), maker()
    flash = specimen_flash(mount, profile, key)

    def made(slack_s: float) -> Swap:
        again = iter(flash.copy, None)
        return Swap(bootloader(mount, profile, each, key.public, slack_s) for each in again)

    finish(one_end(mount.update, TARGET, made, link, replace(live, folded=PIECES)))


def _updatable(
    spec: "Spec",
    profile: "LensProfile",
    link: str,
    live: options.Live,
    files: tuple[Path, Path | None, Path | None],
) -> None:
    from lensbus.aio.mapped import mapped
    from lensbus.bench.updatable import LENS, updatable
    from lensbus.cli.live import finish, one_end
    from lensbus.firmware.flash import Flash
    from lensbus.firmware.target import Memory, geometry_of
    from lensbus.front.factory import new_flash, update_of
    from lensbus.front.files import about

    path, firmware, key_file = files
    mount, key = update_of(spec, key_file)
    geometry = geometry_of(mount.update)
    with mapped(path, lambda: new_flash(mount, profile, key, firmware)) as store:
        with about(path):
            kept = Flash(geometry, store)
        # only a copy may boot here: an image on trial has just one boot
        if Memory(kept.copy(), mount.update, mount.image, key).image is None:
            warn(f"{path}: no slot may boot: the lens is in recovery, until `lensbus update`")
        made = partial(updatable, mount, profile, kept, key)
        finish(one_end(spec, LENS, made, link, replace(live, folded=PIECES)))
