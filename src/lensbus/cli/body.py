"""`lensbus body`: be a body on a link."""

import sys
from functools import partial
from typing import NoReturn

from lensbus.cli import options
from lensbus.cli.say import warn


def body(
    *,
    link: options.Link,
    body: options.BodyName = "panasonic_s1",
    spec: options.SpecName = "l_mount",
    seconds: options.Seconds = None,
    seed: options.Seed = None,
    scene: options.SceneName = None,
    af: options.Autofocus = None,
    hz: options.Hz = None,
    faults: options.Faults = None,
    console: options.Console = False,
    record: options.Recording = None,
    plot: options.Plot = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.Everything = False,
    i_know_this_device: options.Known = False,
) -> None:
    """Be a virtual body for whatever lens is at the other end.

    With a --scene it looks at that, and focuses on the subject.
    On a real port it first listens and asks who is there. A device that does not answer as the
    spec's own protocol is then left alone, and the exit code is 1.
    """
    from lensbus.aio.link import is_hardware, parse
    from lensbus.bench.pair import BODY, camera, unit
    from lensbus.cli.live import finish, one_end
    from lensbus.cli.setup import use_of
    from lensbus.devices.careful import Careful
    from lensbus.devices.profile import BodyProfile
    from lensbus.front.named import fitting, load_profile
    from lensbus.spec.load import load

    operating = options.Operating(scene, af, hz)
    protocol = load(spec)
    profile = load_profile(BodyProfile, "bodies", body, protocol)
    with fitting(protocol, body):
        device = camera(protocol, profile, use_of(operating, seed or 0))
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
    bold = i_know_this_device or not is_hardware(parse(link))
    careful = Careful(protocol, BODY, device)
    made = partial(unit, protocol, BODY, device if bold else careful, speaks=device.speaks)
    finish(one_end(protocol, BODY, made, link, live, until=lambda: bool(careful.refusal)))
    if careful.refusal:
        _stop(f"{link}: {careful.refusal}; nothing more was said", echoes=careful.echoes)


def _stop(refusal: str, *, echoes: bool) -> NoReturn:
    warn(refusal)
    if not echoes:  # going on would only hear more of ourselves
        warn("--i-know-this-device goes on all the same")
    sys.exit(1)
