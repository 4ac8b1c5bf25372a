from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from lensbus.devices.autofocus import AF, CONTINUOUS, OFF, SINGLE, STILL, Autofocus, Reach
from lensbus.devices.display import DISPLAY
from lensbus.session.event import Act, Note
from lensbus.wire.message import Message
from tests.devices.sights import ENDS, PERIOD_S, Rail, sight
from tests.peers import ACCEPTED, SAY

KINDS = ("contrast", "depth_from_defocus", "phase")
REACH = Reach(ENDS, PERIOD_S, most=65_535)
STEERED = Reach(ENDS, PERIOD_S, most=65_535, follows=True)


@dataclass
class Camera:
    """A real autofocus, and a rail that does what it asks for, a picture later."""

    focus: Autofocus
    rail: Rail
    said: list[Message] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def run(self, pictures: int) -> "Camera":
        for _ in range(pictures):
            self.hear(self.focus.see(self.rail.see()))
            for act in list(self.focus.ask(SAY, 0.0)):
                assert isinstance(act, Message)
                self.said.append(act)
                self.rail.target = act.fields["target"]
                self.rail.stride = (act.fields["speed"] or 24_000) * PERIOD_S
                self.hear(self.focus.answered(ACCEPTED, 0.0))
            if self.focus.drive["focus_drive"] == "follow":
                self.rail.target, self.rail.stride = self.focus.drive["focus_target"], 400
        return self

    def hear(self, acts: Iterable[Act]) -> None:
        self.notes += [act for act in acts if isinstance(act, Note)]

    @property
    def states(self) -> list[str]:
        return [str(note.facts["state"]) for note in self.notes if note.about == AF]


def camera(
    kind: str = "phase", mode: str = SINGLE, reach: Reach | None = REACH, subject: float = 6000
) -> Camera:
    made = Camera(Autofocus(kind, mode), Rail(subject))
    made.hear(made.focus.ready(reach, "the lens has none", 0.0))
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_single_autofocus_searches_locks_and_rests(kind: str) -> None:
    made = camera(kind).run(200)
    before = len(made.said)
    made.run(50)

    assert made.states == ["searching", "locked"]
    assert made.rail.position == pytest.approx(6000, abs=100)
    assert before == len(made.said)
    assert made.focus.drive == STILL


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_near_is_given_up(kind: str) -> None:
    made = camera(kind, subject=-9000).run(300)

    assert made.states == ["searching", "gave up"]


@pytest.mark.parametrize("kind", KINDS)
def test_continuous_autofocus_goes_on_with_a_subject_that_moves(kind: str) -> None:
    made = camera(kind, CONTINUOUS).run(120)
    made.rail.drift = -20
    made.run(120)

    assert made.states == ["searching", "locked"]
    assert made.rail.position == pytest.approx(made.rail.subject, abs=100)


def test_a_lens_that_takes_targets_gets_them_with_the_commands() -> None:
    made = camera("phase", CONTINUOUS, STEERED).run(60)
    moves = len(made.said)
    made.rail.drift = -20
    made.run(120)

    assert moves == len(made.said)
    assert made.focus.drive["focus_drive"] == "follow"
    assert made.rail.position == pytest.approx(made.rail.subject, abs=100)


def test_targets_know_no_speed_so_that_a_short_supply_goes_by_moves() -> None:
    short = Reach(ENDS, PERIOD_S, most=65_535, limit=5000.0, follows=True)
    made = camera("phase", CONTINUOUS, short).run(60)

    assert made.focus.drive == STILL
    assert {move.fields["speed"] for move in made.said} == {5000}


def test_no_speed_is_asked_for_that_the_spec_cannot_say() -> None:
    made = camera("contrast", reach=Reach(ENDS, PERIOD_S, most=6000)).run(1)

    assert [move.fields["speed"] for move in made.said] == [6000]


def test_continuous_autofocus_looks_again_a_second_after_it_gave_up() -> None:
    made = camera("phase", CONTINUOUS, subject=-9000).run(30)
    assert made.states == ["searching", "gave up"]
    made.rail.subject = 3000
    made.run(30)
    assert made.states == ["searching", "gave up"]
    made.run(60)

    assert made.states == ["searching", "gave up", "searching", "locked"]


def test_what_was_lost_is_looked_for_anew() -> None:
    made = camera("contrast", CONTINUOUS).run(120)
    made.rail.subject = 1000
    made.run(200)

    assert made.states == ["searching", "locked", "searching", "locked"]
    assert made.rail.position == pytest.approx(1000, abs=100)


def test_off_means_that_focus_is_left_alone_until_it_is_ordered() -> None:
    made = camera(mode=OFF).run(30)
    assert (made.said, made.notes) == ([], [])
    made.hear(made.focus.begin(0.5, {}))
    assert made.focus.busy
    made.run(60)

    assert made.states == ["searching", "locked"]
    assert not made.focus.busy


def test_why_there_is_no_autofocus_is_told_where_it_is_wanted() -> None:
    assert camera(mode=OFF, reach=None).notes == []
    (told,) = camera(reach=None).notes

    assert told == Note("autofocus: off: the lens has none", AF, {"state": "off"})


@pytest.mark.parametrize(("mode", "resumes"), [(SINGLE, False), (CONTINUOUS, True)])
def test_a_hand_at_the_lens_has_the_focus_and_only_who_follows_takes_it_back(
    mode: str, resumes: bool
) -> None:
    made = camera("phase", mode).run(3)
    made.focus.pause(made.rail.pictures * PERIOD_S)
    moves = len(made.said)
    made.run(100)

    assert (len(made.said) > moves) == resumes
    assert (made.states[-1] == "locked") == resumes


@pytest.mark.parametrize(("reach", "told"), [(REACH, 1), (STEERED, 0)])
def test_behind_an_adapter_only_a_lens_that_takes_targets_is_followed(
    reach: Reach, told: int
) -> None:
    made = camera("phase", CONTINUOUS, reach)
    made.hear(made.focus.behind("adapter"))
    made.run(100)
    made.rail.drift = -20
    made.run(100)
    shown = [note for note in made.notes if note.about == DISPLAY]
    followed = abs(made.rail.position - made.rail.subject) < 100

    assert (len(shown), followed) == (told, not told)


def test_a_refused_move_is_told_and_ends_the_search() -> None:
    made = camera("phase").run(1)
    made.hear(made.focus.refused("unsupported", 0.0))

    assert made.states == ["searching", "gave up"]
    assert list(made.focus.see(sight(t=9.0))) == []


def test_a_lens_that_is_gone_is_looked_through_no_more() -> None:
    made = camera("phase", CONTINUOUS).run(60)
    made.focus.reset()

    assert (list(made.focus.see(sight(t=9.0))), made.focus.drive) == ([], STILL)
