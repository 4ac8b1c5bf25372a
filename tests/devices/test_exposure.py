import pytest

from lensbus.devices.exposure import EXPOSURE, Exposure
from lensbus.session.event import Act, Note
from tests.peers import ACCEPTED, SAY, SPEC

OPEN, SMALL, RING = 925, 1536, 1273


def made() -> Exposure:
    exposure = Exposure(SPEC.constant("counts_per_stop"))
    exposure.opened(OPEN)
    return exposure


def asked(exposure: Exposure) -> list[Act]:
    return list(exposure.ask(SAY, 0.0))


def accepted(exposure: Exposure) -> None:
    assert list(exposure.answered(ACCEPTED, 0.0)) == []


def test_live_view_is_with_the_lens_wide_open() -> None:
    assert (made().wanted, asked(made())) == (OPEN, [])


def test_an_exposure_stops_down_waits_for_the_iris_and_opens_again() -> None:
    exposure = made()
    assert list(exposure.begin(0.0, {"aperture_av256": SMALL})) == []
    assert (exposure.busy, exposure.wanted) == (True, SMALL)
    assert asked(exposure) == [SAY("aperture_set", aperture_av256=SMALL)]
    accepted(exposure)
    assert list(exposure.see(1100)) == list(exposure.see(1300)) == asked(exposure) == []
    taken = list(exposure.see(SMALL))
    assert taken == [Note("exposure at f/8", EXPOSURE, {"f_number": 8.0, "aperture_av256": SMALL})]
    assert asked(exposure) == [SAY("aperture_set", aperture_av256=OPEN)]
    accepted(exposure)

    assert (exposure.busy, exposure.wanted, asked(exposure)) == (False, OPEN, [])


def test_an_iris_that_goes_no_further_is_where_it_was_asked_to() -> None:
    exposure = made()
    list(exposure.begin(0.0, {"aperture_av256": 3000}))
    accepted(exposure)
    list(exposure.see(2283))
    (taken,) = exposure.see(2283)

    assert isinstance(taken, Note)
    assert taken.facts["aperture_av256"] == 2283


def test_what_a_script_sets_is_for_live_view_and_for_exposures_that_name_none() -> None:
    exposure = made()
    exposure.set(RING)
    list(exposure.begin(0.0, {}))

    assert exposure.wanted == RING


def test_a_ring_off_its_a_sets_the_aperture_and_at_a_leaves_it_open() -> None:
    exposure = made()

    assert list(exposure.turned(0)) == []
    assert list(exposure.turned(RING)) == [Note("aperture ring at f/5.6", "display")]
    assert (exposure.wanted, list(exposure.turned(RING))) == (RING, [])
    assert list(exposure.turned(0)) == [Note("aperture ring at A", "display")]
    assert exposure.wanted == OPEN


def test_a_ring_that_is_turned_during_an_exposure_counts_after_it() -> None:
    exposure = made()
    list(exposure.begin(0.0, {"aperture_av256": SMALL}))
    list(exposure.turned(RING))
    assert exposure.wanted == SMALL
    accepted(exposure)
    list(exposure.see(SMALL))

    assert exposure.wanted == RING


def test_an_exposure_that_was_lost_leaves_live_view() -> None:
    exposure = made()
    list(exposure.begin(0.0, {"aperture_av256": SMALL}))
    exposure.again()

    assert (exposure.busy, exposure.wanted) == (False, OPEN)


def test_an_exposure_that_is_refused_is_told_and_over() -> None:
    exposure = made()
    list(exposure.begin(0.0, {"aperture_av256": SMALL}))
    told = list(exposure.refused("unsupported", 0.0))

    assert told == [Note("no exposure: the lens refused: unsupported", EXPOSURE)]
    assert (exposure.busy, exposure.wanted) == (False, OPEN)


@pytest.mark.parametrize("widest", [760, 925])
def test_another_lens_is_opened_as_wide_as_it_can(widest: int) -> None:
    exposure = made()
    exposure.set(RING)
    exposure.reset()
    exposure.opened(widest)

    assert exposure.wanted == widest
