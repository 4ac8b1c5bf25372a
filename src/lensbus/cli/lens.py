"""`lensbus lens`: be a lens on a link."""

from lensbus.cli import options


def lens(
    *,
    link: options.Link,
    lens: options.LensName = "panasonic_s_20_60",
    spec: options.SpecName = "l_mount",
    seconds: options.Seconds = None,
    seed: options.Seed = None,
    faults: options.Faults = None,
    record: options.Recording = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.Everything = False,
) -> None:
    """Be a virtual lens for whatever body is at the other end.

    On a listener (pty:, tcp-listen:, unix-listen:) the first line says where it listens, and
    bodies may come and go. Any other link that is lost ends with exit code 3.
    """
    from lensbus.bench.pair import LENS
    from lensbus.cli.live import finish, one_end
    from lensbus.cli.setup import fitting, load_profile
    from lensbus.devices.lens import Lens
    from lensbus.devices.profile import LensProfile
    from lensbus.spec.load import load

    protocol = load(spec)
    profile = load_profile(LensProfile, "lenses", lens)
    with fitting(protocol, lens):
        device = Lens(protocol, profile)
    live = options.Live(seconds, seed or 0, faults, record, mqtt, as_json, everything)
    finish(one_end(protocol, LENS, device, link, live))
