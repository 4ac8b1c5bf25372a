from lensbus.spec.behaviour import SLOW
from lensbus.spec.places import Frame, Place, Side, again, answered, fly, forget, go, put

ASKING = Side("asking", "agreed", frozenset({"ask"}), frozenset({"ask"}))
OWING = Side("idle", "agreed", owed=frozenset({("ask", True)}))
REQUEST = Frame("ask", "agreed", "ask", wanted=True)
ANSWER = Frame("answer", "agreed", "ask", wanted=True)
NEWS = Frame("news", "agreed")


def place(
    first: Side = ASKING,
    second: Side = OWING,
    said: tuple[Frame, ...] = (),
    heard: tuple[Frame, ...] = (),
) -> Place:
    return Place((first, second), (said, heard), frozenset(), 1)


def test_a_place_is_calm_when_nothing_flies_and_nobody_waits() -> None:
    idle = Side("idle", SLOW)

    assert place(idle, idle).calm
    assert not place(idle, idle, (NEWS,)).calm
    assert not place(ASKING, idle).calm
    assert not place(idle, OWING).calm


def test_a_side_and_its_flights_are_changed_alone() -> None:
    other = Side("other", SLOW)

    assert put(place(), 0, other) == place(first=other)
    assert put(place(), 1, other) == place(second=other)
    assert fly(place(), 0, (NEWS,)) == place(said=(NEWS,))
    assert fly(place(), 1, (NEWS,)) == place(heard=(NEWS,))


def test_going_without_a_rate_keeps_what_is_asked_and_owed() -> None:
    assert go(place(), 0, "asking", None) == place()
    assert go(place(), 0, "on", None).sides[0] == ASKING._replace(state="on")
    assert go(place(), 1, "on", "other").sides[1] == OWING._replace(state="on", rate="other")


def test_who_begins_anew_at_the_slow_rate_waits_for_nothing_and_owes_nothing() -> None:
    assert go(place(), 0, "idle", SLOW).sides == (
        Side("idle", SLOW),
        OWING._replace(owed=frozenset({("ask", False)})),
    )
    assert go(place(), 1, "idle", SLOW).sides == (ASKING, Side("idle", SLOW))


def test_a_request_that_is_forgotten_flies_on_and_its_answer_is_passed_over() -> None:
    before = place(said=(NEWS, REQUEST), heard=(ANSWER, NEWS))
    after = forget(before, 0, frozenset({"ask"}))

    assert after.flights == ((NEWS, REQUEST._replace(wanted=False)), (NEWS,))
    assert after.sides[0] == Side("asking", "agreed")
    assert forget(before, 0, frozenset()) is before


def test_an_answer_settles_its_request_and_need_not_be_kept() -> None:
    kept = OWING._replace(kept=frozenset({("ask", "answer"), ("other", "answer")}))
    after = answered(place(second=kept), 0, "ask")

    assert after.sides[0] == Side("asking", "agreed")
    assert after.sides[1].kept == {("other", "answer")}


def test_only_a_frame_about_itself_asks() -> None:
    assert REQUEST.asks
    assert not ANSWER.asks
    assert not NEWS.asks


def test_an_answer_that_is_kept_is_given_again_once() -> None:
    kept = place(ASKING, Side("idle", "agreed", kept=frozenset({("ask", "answer")})))
    after = again(kept, 1, REQUEST)

    assert after.flights == ((), (ANSWER,))
    assert after.sides[1].kept == frozenset()
    assert again(after, 1, REQUEST) == after
