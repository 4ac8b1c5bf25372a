"""`lensbus lens`: be a lens on a link."""

from lensbus.cli import options


def lens(
    *,
    link: options.Link,
    lens: options.LensName = "panasonic_s_20_60",
    spec: options.SpecName = "l_mount",
    seconds: options.Seconds = None,
    seed: options.Seed = 0,
    faults: options.Faults = None,
    record: options.RecordTo = None,
    mqtt: options.Mqtt = None,
    as_json: options.Json = False,
    everything: options.All = False,
) -> None:
    """Be a virtual lens for whatever body is at the other end.

    With a listener (pty:, tcp-listen:, unix-listen:) the first line says where it listens, and
    bodies may come and go; any other link that is lost ends with exit code 3.
    """
    from lensbus.bench.pair import LENS, lens_unit
    from lensbus.cli.live import Options, finish, live
    from lensbus.cli.setup import load_profile
    from lensbus.devices.profile import LensProfile
    from lensbus.spec.load import load

    protocol = load(spec)
    profile = load_profile(LensProfile, "lenses", lens)
    chosen = Options(seconds, seed, faults, record, mqtt, as_json, everything)
    finish(live(protocol, LENS, link, lambda slack: lens_unit(protocol, profile, slack), chosen))
