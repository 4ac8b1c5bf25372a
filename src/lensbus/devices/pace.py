"""How often a body's cycle runs: at the sync rate, or a part of it where the wire is too slow."""

from math import ceil

from lensbus.devices.profile import BodyProfile
from lensbus.errors import LocalProtocolError
from lensbus.spec.cycle import loads
from lensbus.spec.model import Spec

ROOM = 2
"""A cycle's bytes take at most one part of so many of it: the rest is for orders and retries."""


MISSED = "missed"
"""What a note is about that tells of cycles that were never begun, since their time was over."""


def sync_hz(spec: Spec, profile: BodyProfile, wanted: float | None) -> float:
    """The sync rate: the spec's, or another one that the body offers.

    Raises:
        LocalProtocolError: it does not offer that.
    """
    usual = spec.constant("sync_hz")
    offered = {usual, *profile.sync_hz}
    if wanted is not None and wanted not in offered:
        known = ", ".join(f"{hz:g}" for hz in sorted(offered))
        raise LocalProtocolError(f"{profile.id} offers {known} Hz, got {wanted:g}")
    return usual if wanted is None else wanted


def periods(spec: Spec, hz: float, baud: int) -> int:
    """How many sync periods a cycle takes, so that its bytes fit, with room, at a rate."""
    size = max((load.size for load in loads(spec)), default=0)
    return max(1, ceil(ROOM * size * spec.link.bits_per_byte * hz / baud))
