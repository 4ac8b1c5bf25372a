import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.search import CLEAR, SEARCHES, SHARP, STRIDE, arrive
from tests.devices.sights import ENDS, Rail, found
from tests.sampled import sampled

PLACES = st.integers(*ENDS)


@pytest.mark.parametrize("kind", SEARCHES)
@given(subject=PLACES, began=PLACES, sharp=st.integers(4, 2000), fastest=st.integers(50, 3000))
@sampled(400)
def test_a_subject_within_reach_is_found_wherever_it_is(
    kind: str, subject: int, began: int, sharp: int, fastest: int
) -> None:
    rail = Rail(subject, began, sharp, fastest)
    last = found(SEARCHES[kind](rail.see(), ENDS), rail)

    assert not last.moving
    assert abs(last.position - subject) <= sharp
    assert last.contrast >= SHARP


@pytest.mark.parametrize("kind", SEARCHES)
@given(off=st.integers(300, 100_000), began=PLACES, beyond=st.booleans())
@sampled(200)
def test_a_subject_out_of_reach_is_not_found_and_the_search_ends(
    kind: str, off: int, began: int, beyond: bool
) -> None:
    rail = Rail(ENDS[1] + off if beyond else -off, began)
    last = found(SEARCHES[kind](rail.see(), ENDS), rail)

    assert last.contrast < SHARP


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_focus_limiter_ends_a_search_as_an_end_stop_does(kind: str) -> None:
    rail = Rail(9000, 1000, ends=(0, 5000))
    last = found(SEARCHES[kind](rail.see(), ENDS), rail)

    assert last.contrast < SHARP


def test_who_knows_the_way_moves_once_who_has_contrast_alone_has_to_search() -> None:
    pictures = {}
    for kind, search in SEARCHES.items():
        rail = Rail(9000, 4000, sharp=20)
        found(search(rail.see(), ENDS), rail)
        pictures[kind] = rail.pictures

    assert pictures["phase"] < pictures["depth_from_defocus"] < pictures["contrast"]


def test_a_coarse_search_goes_no_faster_than_it_can_see() -> None:
    rail = Rail(9000, 0, sharp=10, fastest=12_000)
    goal = next(SEARCHES["contrast"](rail.see(), ENDS))

    assert goal is not None
    assert goal.stride == STRIDE * 10


def test_where_there_is_nothing_to_see_focus_returns_to_where_it_was() -> None:
    rail = Rail(1e9, 4000)
    last = found(SEARCHES["contrast"](rail.see(), ENDS), rail)

    assert last.contrast < CLEAR
    assert last.position == 4000


@given(PLACES)
@sampled(40)
def test_who_arrives_stands_still(target: int) -> None:
    rail = Rail(0, 6000)

    assert found(arrive(target), rail).position == target
