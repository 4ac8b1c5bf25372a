from random import Random

import pytest

from lensbus.bench.pair import BODY, LENS, pair
from lensbus.bench.story import Story
from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from tests.peers import S1, SPEC, STATUS, ZOOM


@pytest.fixture(scope="module")
def story() -> Story:
    rules = [Rule("flip", message="status", nth=3), Rule("flip", message="status", nth=5)]
    made = pair(SPEC, S1, ZOOM, faults={LENS: (rules, Random(1))})
    return Story(made.run(2.0, Random(1)))


def test_a_story_knows_who_said_and_who_heard_a_message(story: Story) -> None:
    said, heard = story.every(LENS, "said", "status"), story.every(BODY, "heard", "status")

    assert len(said) == len(heard) + 2
    assert said[0].t < heard[0].t
    assert story.every(BODY, "said", "status") == []


def test_a_span_of_time_begins_at_its_beginning_and_ends_before_its_end(story: Story) -> None:
    first, second, third, *_ = story.every(BODY, "said", "command")

    assert [first, second] == story.every(BODY, "said", "command", first.t, third.t)
    assert second == story.first(BODY, "said", "command", second.t)
    assert story.first(BODY, "said", "command", story.ended + 1) is None


def test_fields_are_physical_and_empty_where_nothing_was_told(story: Story) -> None:
    assert story.fields(BODY, "heard", "optics")["focal_tele"] == 60
    assert story.fields(LENS, "heard", "optics") == {}


def test_states_are_told_when_they_change(story: Story) -> None:
    names = [name for _, name in story.states[BODY]]

    assert names == ["empty", "attached", "greeting", "agreeing", "fast", "homing", "ready"]
    assert story.entered(BODY, "ready") == story.states[BODY][-1][0]
    assert story.entered(BODY, "ready", story.ended) is None


def test_faults_are_counted_by_kind(story: Story) -> None:
    assert story.counted() == {"bad checksum": 2}
    assert [fault.side for fault in story.faults] == [BODY, BODY]


def test_notes_are_found_by_what_they_are_about(story: Story) -> None:
    assert len(story.notes("fault done")) == 2
    assert story.notes("nothing") == []


def test_a_story_ends_with_its_last_record() -> None:
    records = [Record(2.0, BODY, "noted", Note("late")), Record(1.0, LENS, "said", STATUS)]

    assert Story(records).ended == 2.0
    assert Story(()).ended == 0.0
