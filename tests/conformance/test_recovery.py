"""Several cases one after the other against one device, as on a real link, in virtual time."""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from lensbus.conformance.cases import Case, Outcome
from lensbus.conformance.end import End
from lensbus.conformance.recovery import RESET, Recovery
from lensbus.conformance.run import outcomes
from lensbus.conformance.stage import Stage
from lensbus.conformance.tester import Tester as Player
from lensbus.session.contract import Port
from lensbus.session.event import Note
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record
from tests.conformance.mutants import Garbler
from tests.conformance.tested import honest, lens_with_bootloader

BARE = Strip(10, frozenset())


def played(
    kind: str,
    *addresses: str,
    strip: Strip = BARE,
    recovery: Recovery | None = None,
    dumb_at: int = 0,
    make: Callable[[Case], Port] | None = None,
) -> tuple[list[Outcome], list[Record]]:
    """Run cases against one device; its frames from a number on are lost, if there is one."""
    one = honest(kind)
    ground, cases = one.bench.ground, [one.cases[each] for each in addresses]
    tester = Player(Stage(ground, one.bench.play, {}), cases, recovery or Recovery())
    end = End(ground.spec, ground.name, tester)
    device = Garbler(
        (make or one.bench.make)(cases[0]),
        lambda n, out: [out] if not dumb_at or n < dumb_at else [],
    )
    records = [r for r in exchange(end, device, strip, 120.0, Random(1)) if r.side == end.role]
    return list(outcomes(records, cases)), records


@pytest.mark.parametrize(
    ("kind", "addresses"),
    [
        ("lens", ("lens/ready/home", "lens/fast/sleep", "lens/sleeping/wake", "lens/ready/reset")),
        (
            "body",
            ("body/identify/late", "body/ready/homed", "body/ready/silence", "body/fast/homed"),
        ),
    ],
)
def test_one_device_goes_through_many_cases(kind: str, addresses: tuple[str, ...]) -> None:
    found, _ = played(kind, *addresses)

    assert [outcome.verdict for outcome in found] == ["PASS"] * len(addresses)


def test_a_peer_of_an_older_version_comes_and_goes() -> None:
    lenses = "lens/ready/home", "lens/meaning/older_body", "lens/ready/get_correction"
    bodies = "body/meaning/older_lens", "body/ready/homed"

    assert [outcome.verdict for outcome in played("lens", *lenses)[0]] == ["PASS"] * len(lenses)
    assert [outcome.verdict for outcome in played("body", *bodies)[0]] == ["PASS"] * len(bodies)


def test_a_lens_that_went_to_its_bootloader_is_waited_for() -> None:
    addresses = "lens/fast/enter_bootloader", "lens/ready/home", "lens/meaning/bootloader_begins"
    found, _ = played("lens", *addresses, "lens/fast/sleep", make=lens_with_bootloader)

    assert [outcome.verdict for outcome in found] == ["PASS"] * 4


def test_what_needs_a_line_that_the_link_lacks_is_skipped() -> None:
    found, _ = played("lens", "lens/ready/power_off", "lens/ready/home")

    assert [outcome.verdict for outcome in found] == ["SKIP", "PASS"]


def test_a_device_that_is_lost_is_told_once_and_nothing_more_is_said() -> None:
    found, records = played("lens", "lens/fast/get_optics", "lens/ready/home", dumb_at=1)

    assert [outcome.verdict for outcome in found] == ["INCONCLUSIVE", "INCONCLUSIVE"]
    assert found[1].actual.startswith("it could not be brought back")
    assert Counter(getattr(record.event, "name", "") for record in records)["reset"] == 2


def test_a_device_is_reset_by_hand_if_somebody_is_there() -> None:
    _, records = played("lens", "lens/fast/get_optics", recovery=Recovery(by_hand=True))

    assert [r.event.about for r in records if isinstance(r.event, Note)].count(RESET) == 1


def test_times_that_a_link_cannot_tell_are_inconclusive() -> None:
    slow = Recovery(uncertainty_s=0.1)
    found, _ = played("body", "body/identify/never", "body/identify/late", recovery=slow)

    assert [outcome.verdict for outcome in found] == ["INCONCLUSIVE", "PASS"]
    assert found[0].actual == "times on this link differ by 100.0 ms"


def test_how_exact_a_link_is_shows_in_the_answers() -> None:
    exact, loose = Recovery(), Recovery()
    played("lens", "lens/listening/identify", recovery=exact)
    played(
        "lens",
        "lens/listening/identify",
        recovery=loose,
        strip=Strip(10, frozenset(), jitter_s=0.01),
    )

    assert exact.uncertainty_s == pytest.approx(0.0, abs=1e-6)
    assert loose.uncertainty_s is not None
    assert loose.uncertainty_s > 0.001
