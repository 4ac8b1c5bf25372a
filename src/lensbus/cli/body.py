"""`lensbus body`: be a body on a link."""

import sys

from lensbus.cli import options


def body(
    *,
    link: options.Link,
    body: options.BodyName = "panasonic_s1",
    spec: options.SpecName = "l_mount",
    seconds: options.Seconds = None,
    seed: options.Seed = 0,
    faults: options.Faults = None,
    record: options.RecordTo = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.All = False,
    i_know_this_device: options.Known = False,
) -> None:
    """Be a virtual body for whatever lens is at the other end.

    On a real port it first listens and identifies: a device that does not answer as the spec's
    own protocol is left alone, and the exit code is 1.
    """
    from lensbus.aio.link import is_hardware
    from lensbus.bench.pair import BODY, DEMO, body_unit
    from lensbus.cli.live import Options, finish, live
    from lensbus.cli.setup import load_profile
    from lensbus.devices.profile import BodyProfile
    from lensbus.session.log import Record
    from lensbus.spec.load import load

    protocol = load(spec)
    profile = load_profile(BodyProfile, "bodies", body)
    careful = is_hardware(link) and not i_know_this_device
    chosen = Options(seconds, seed, faults, record, mqtt, as_json, everything)
