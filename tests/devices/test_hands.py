import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.hands import Hand, Hands
from lensbus.devices.profile import CONTROLS
from lensbus.errors import LocalProtocolError
from tests.peers import ZOOM

LENS = dataclasses.replace(ZOOM, name="a lens", controls=CONTROLS)
BARE = dataclasses.replace(ZOOM, name="a lens", controls=("focus_ring",))

ZOOMED, PRESSED = Hand(2.0, "zoom_ring", 35.0, 0.5), Hand(1.0, "function_button", True)


def test_hands_do_each_thing_once_at_its_time() -> None:
    hands = Hands(LENS, (ZOOMED, PRESSED))
    hands.begin(10.0)
    told = [(hands.due, list(hands.take(now))) for now in (10.5, 11.0, 11.5, 12.0, 99.0)]

    assert told == [(11.0, []), (11.0, [PRESSED]), (12.0, []), (12.0, [ZOOMED]), (None, [])]


def test_what_is_late_is_done_in_order() -> None:
    hands = Hands(LENS, (ZOOMED, PRESSED))
    hands.begin(0.0)

    assert list(hands.take(99.0)) == [PRESSED, ZOOMED]


def test_what_is_due_at_one_time_is_done_as_it_stands() -> None:
    same = [Hand(1.0, "zoom_ring", focal_mm) for focal_mm in (35, 20, 60)]
    hands = Hands(LENS, same)
    hands.begin(0.0)

    assert list(hands.take(1.0)) == same


def test_before_the_link_was_up_no_hand_is_due() -> None:
    hands = Hands(LENS, (PRESSED,))

    assert (hands.due, list(hands.take(99.0))) == (None, [])


def test_the_times_count_from_the_first_link() -> None:
    hands = Hands(LENS, (PRESSED,))
    hands.begin(10.0)
    hands.begin(10.5)

    assert hands.due == 11.0


def test_without_hands_nothing_is_due() -> None:
    hands = Hands(LENS, ())
    hands.begin(0.0)

    assert hands.due is None


@pytest.mark.parametrize(
    "hand",
    [
        Hand(0.0, "aperture_ring", "A"),
        Hand(0.0, "aperture_ring", 5.6),
        Hand(0.0, "aperture_click", False),
        Hand(0.0, "focus_ring", -30.0, 0.2),
        Hand(0.0, "zoom_ring", 35),
        Hand(0.0, "focus_clutch", True),
        Hand(0.0, "knock", "iris"),
    ],
    ids=lambda hand: f"{hand.what} {hand.value}",
)
def test_what_a_hand_can_do_is_taken(hand: Hand) -> None:
    hands = Hands(LENS, (hand,))
    hands.begin(0.0)

    assert list(hands.take(0.0)) == [hand]


@pytest.mark.parametrize(
    ("hand", "expected"),
    [
        (Hand(1.5, "aperture_ring", "B"), "aperture_ring: got 'B', wanted an f-number or A"),
        (Hand(1.5, "aperture_ring", 0), "aperture_ring: got 0, wanted an f-number or A"),
        (Hand(1.5, "aperture_ring", True), "aperture_ring: got True, wanted an f-number or A"),
        (Hand(1.5, "focus_ring", "far"), "focus_ring: got 'far', wanted a number"),
        (Hand(1.5, "zoom_ring", False), "zoom_ring: got False, wanted a number"),
        (Hand(1.5, "focus_switch", 1), "focus_switch: got 1, wanted true or false"),
        (Hand(1.5, "knock", "glass"), "got 'glass', wanted one of focus_motor, iris, stabiliser"),
        (Hand(-1, "zoom_ring", 35), "zoom_ring: got at_s -1 and for_s 0, wanted 0 or more"),
        (Hand(1, "zoom_ring", 35, -2), "zoom_ring: got at_s 1 and for_s -2, wanted 0 or more"),
    ],
    ids=str,
)
def test_what_no_hand_can_do_is_refused(hand: Hand, expected: str) -> None:
    with pytest.raises(LocalProtocolError, match=f"hand at {hand.at_s:g} s: .*{expected}"):
        Hands(LENS, (hand,))


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = "hand at 2 s: a lens has no zoom_ring .it has focus_ring, knock.; hand at 1 s: a lens"

    with pytest.raises(LocalProtocolError, match=wrong):
        Hands(BARE, (ZOOMED, PRESSED))


@given(st.lists(st.floats(0.0, 10.0), max_size=8), st.floats(0.0, 10.0))
def test_what_is_due_is_taken_and_the_rest_is_not(times: list[float], now: float) -> None:
    hands = Hands(LENS, [Hand(at_s, "function_button", True) for at_s in times])
    hands.begin(0.0)
    taken = [hand.at_s for hand in hands.take(now)]

    assert taken == sorted(at_s for at_s in times if at_s <= now)
    assert hands.due is None or hands.due > now
