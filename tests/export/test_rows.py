import re
from itertools import pairwise

from lensbus.export.paper import ACROSS, LEFT, Paper
from lensbus.export.plot import Picture
from lensbus.export.rows import (
    MARK_PX,
    draw_events,
    draw_frames,
    draw_legend,
    draw_states,
    sides,
    stays,
)
from lensbus.export.thinning import Stay, Thinned, latest
from lensbus.session.log import Record
from lensbus.wire.message import Fault
from tests.export.made import note, said
from tests.peers import COMMAND, SPEC


def states(*told: tuple[float, str, str]) -> Picture:
    found = Picture(SPEC)
    for t, side, state in told:
        found.tell(said(t, side, COMMAND, state))
    return found


def test_a_state_lasts_until_the_next_one_or_the_end() -> None:
    track = Thinned(latest)
    for stay in (Stay(1, "fast"), Stay(2, "ready"), Stay(3, "ready")):
        track.add(stay)

    assert list(stays(Paper(0, 9), track)) == [("fast", 1, 2), ("ready", 2, 9)]


def test_sides_come_in_the_order_of_the_spec() -> None:
    assert [side for side, _ in sides(Picture(SPEC), {"x": 1, "body": 2, "lens": 3})] == [
        *SPEC.roles,
        "x",
    ]


def test_a_state_without_room_for_its_name_is_told_in_the_legend() -> None:
    paper = Paper(0, 10)
    unnamed = draw_states(
        paper, states((0, "body", "ready"), (5, "body", "lost"), (5.1, "body", "ready"))
    )
    draw_legend(paper, unnamed)
    drawn = paper.whole("", "")

    assert unnamed == [("s12", "lost")]
    assert "<title>body lost, 5.0000 s to 5.1000 s</title>" in drawn
    assert drawn.count(">ready</text>") == 2
    assert drawn.count(">lost</text>") == 1


def test_the_state_of_the_cycle_has_the_calm_colour_and_one_name_one_colour() -> None:
    paper = Paper(0, 10)
    draw_states(
        paper,
        states((0, "body", "greeting"), (1, "body", "ready"), (2, "lens", "ready")),
    )
    drawn = paper.whole("", "")

    assert re.findall(r'<rect class="(s\d+)".*?<title>(\w+ \w+)', drawn) == [
        ("s0", "lens ready"),
        ("s9", "body greeting"),
        ("s0", "body ready"),
    ]


def test_a_state_has_the_same_colour_in_each_picture_and_no_other_has_it() -> None:
    names = sorted({name for role in SPEC.roles.values() for name in role.states})
    colours = set[tuple[str, str]]()
    for order in (names, names[::-1], names[3:]):
        paper = Paper(0, 100)
        draw_states(paper, states(*((t, "body", name) for t, name in enumerate(order))))
        drawn = paper.whole("", "")
        colours.update(re.findall(r'<rect class="(s\d+)".*?<title>body (\w+),', drawn))

    assert len(colours) == len(names) == len({colour for colour, _ in colours})
    assert ("s0", "ready") in colours


def test_a_run_without_states_frames_faults_or_notes_has_no_rows() -> None:
    paper = Paper(0, 1)
    before = paper.y
    unnamed = draw_states(paper, Picture(SPEC))
    draw_frames(paper, Picture(SPEC))
    draw_events(paper, Picture(SPEC))
    draw_legend(paper, unnamed)

    assert paper.y == before


def test_the_columns_of_frames_stop_with_the_frames() -> None:
    found, paper = Picture(SPEC), Paper(0, 8)
    for n in range(40):
        found.tell(said(n / 20, "lens", COMMAND, ""))
    draw_frames(paper, found)
    drawn = paper.whole("", "")
    (outline,) = re.findall(r'class="frames" d="(.*?)"', drawn)

    assert "frames said, up to 20 a second" in drawn
    assert outline.startswith(f"M{LEFT:g} ")
    assert outline.count("V") == 2
    assert f"H{LEFT + ACROSS / 4:.1f}".removesuffix(".0") in outline


def test_faults_are_marked_where_they_were_done_and_heard() -> None:
    found, paper = Picture(SPEC), Paper(0, 10)
    found.tell(note(2.5, "lens", "fault done: drop frame 3 (rate_set)", "fault done"))
    for n in range(3):
        found.tell(Record(5 + n / 1000, "body", "heard", Fault("noise", b"x")))
    draw_events(paper, found)
    drawn = paper.whole("", "")

    assert "<title>2.5000 s lens: fault done: drop frame 3 (rate_set)</title>" in drawn
    assert "<title>5.0000 s body heard noise and 2 more noise</title>" in drawn
    assert re.findall(r"translate\((\S+) .*?class=\"(\w+)\"", drawn) == [
        (f"{LEFT + ACROSS / 4:g}", "done"),
        (f"{LEFT + ACROSS / 2:g}", "heard"),
    ]


def test_marks_do_not_lie_on_each_other() -> None:
    found, paper = Picture(SPEC), Paper(0, 10)
    for n in range(2000):
        found.tell(note(n / 200, "body", f"note {n}", f"kind {n % 3}"))
    draw_events(paper, found)
    places = [float(x) for x in re.findall(r"translate\((\S+) ", paper.whole("", ""))]

    assert len(places) > 20
    assert all(b - a >= MARK_PX - 0.1 for a, b in pairwise(places))


def test_a_long_legend_has_several_lines() -> None:
    paper = Paper(0, 1)
    before = paper.y
    draw_legend(paper, [("s1", f"a long name {n}") for n in range(20)])

    assert paper.y > before + 40
