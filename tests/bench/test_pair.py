"""The promise, sampled: whatever is done to a frame, both sides find back.

The full counts are those of tools/campaign.py.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lensbus.bench.pair import BODY, DEMO, LENS, Pair, Tally, pair
from lensbus.devices.hands import Hand
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step
from lensbus.errors import LocalProtocolError
from lensbus.session.event import LinkUp, Note
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import KINDS, Rule
from lensbus.spec.load import load
from lensbus.wire.message import Fault, Message
from tests.peers import BARE, LINES, PRIME, S1, SL, SPEC, ZOOM, called
from tests.samples import patched, shipped, write
from tools.drawn import typical

READY = {BODY: "ready", LENS: "ready"}
SIDES = (BODY, LENS)
STRIPS = {"lines": LINES, "bare": BARE}
LOSING = ("drop", "flip", "truncate", "insert", "unplug")
MINUTE_S, SPOILT_S, RUN_S, NOISY_S, BACK_S = 60.0, 3.0, 6.0, 10.0, 4.0
READY_S, NAP_S = 0.96, 0.5  # how long it takes to be ready, and how long the demo sleeps
LEAST_FRAMES = 120  # that a side says in the seconds that are spoilt
TURNS = {
    BODY: ("identify", "exchange_capabilities", "set_rate", "home", "sleep", "wake"),
    LENS: ("identity", "rate_set", "homed", "asleep", "awake"),
}
BRISK = (
    Step(0.2, "focus_move", {"mode": "absolute", "target": 3000, "speed": 6000}),
    Step(0.4, "aperture_set", {"aperture_av256": 1273}),
    Step(0.7, "sleep", {}),
    Step(1.0, "wake", {}),
)
"""The demo, quick enough to be spoilt in the first three seconds and done again before the end."""


@dataclass(frozen=True, slots=True)
class Run:
    """All records of a run, and where both sides were at its end."""

    records: list[Record]
    states: dict[str, str]

    @property
    def heard(self) -> Counter[str]:
        """The faults that were heard, by kind."""
        return Counter(r.event.kind for r in self.records if isinstance(r.event, Fault))

    @property
    def done(self) -> list[str]:
        """The faults that were done."""
        notes = [r.event.text for r in self.records if isinstance(r.event, Note)]
        return [text for text in notes if text.startswith("fault done: ")]

    def when(self, verb: str, name: str) -> list[float]:
        return [r.t for r in self.records if r.verb == verb and called(r.event) == name]

    def status(self, name: str) -> list[tuple[float, Any]]:
        """A field of each status that the body heard, with its time."""
        told = [(r.t, r.event) for r in self.records if r.side == BODY and r.verb == "heard"]
        return [
            (t, event.fields[name])
            for t, event in told
            if isinstance(event, Message) and event.name == "status"
        ]


def ran(made: Pair, until: float, seed: object = 1) -> Run:
    return ended(made, list(made.run(until, Random(str(seed)))))


def ended(made: Pair, records: list[Record]) -> Run:
    return Run(records, {BODY: made.body.state, LENS: made.lens.state})


def strip(lines: str) -> Strip:
    return Strip(SPEC.link.bits_per_byte, STRIPS[lines])


def spoilt(lines: str, side: str, rule: Rule) -> Run:
    """A run in which one side's frames suffer by one rule; it is all the seed that there is."""
    faults = {side: ([rule], Random(str(rule)))}
    made = pair(SPEC, S1, ZOOM, script=BRISK, strip=strip(lines), faults=faults)
    return ran(made, RUN_S, rule)


@cache
def clear(lines: str) -> Run:
    """The same run with nothing spoilt."""
    return ran(pair(SPEC, S1, ZOOM, script=BRISK, strip=strip(lines)), RUN_S)


@cache
def frames_said(lines: str, side: str) -> list[Record]:
    """The frames that a side says in the first seconds."""
    said = [r for r in clear(lines).records if r.side == side and r.verb == "said" and r.raw]
    return [record for record in said if record.t <= SPOILT_S]


def sample(seed: int) -> list[tuple[str, str, str, int]]:
    """For each strip, side and kind of fault one frame of the first seconds, drawn."""
    chance = Random(seed)
    cases = list(product(STRIPS, SIDES, KINDS))
    return [(*case, chance.randint(1, LEAST_FRAMES)) for case in cases]


def sample_by_name(seed: int) -> list[tuple[str, str, str, str]]:
    """For each strip and each frame that changes a state one way to lose it, drawn."""
    chance = Random(seed)
    cases = [(side, name) for side, names in TURNS.items() for name in names]
    return [(lines, *case, chance.choice(LOSING)) for lines, case in product(STRIPS, cases)]


@pytest.fixture(scope="module")
def demo() -> Run:
    return ran(pair(SPEC, S1, ZOOM), 5.0)


@pytest.fixture(scope="module")
def minute() -> Run:
    return ran(pair(SPEC, S1, ZOOM), MINUTE_S)


def test_a_minute_without_faults_has_no_fault_and_ends_ready(minute: Run) -> None:
    assert Counter() == minute.heard
    assert minute.states == READY
    assert minute.records[-1].t > MINUTE_S - 0.02


@pytest.mark.parametrize("lines", STRIPS)
def test_with_and_without_lines_there_is_no_fault_and_the_script_is_done(lines: str) -> None:
    run = clear(lines)
    steps = [step.message for step in BRISK]

    assert (run.heard, run.states) == (Counter(), READY)
    assert steps == [name for name in said_by_body(run.records) if name in steps]


def test_a_minute_is_one_status_and_one_command_a_sync(minute: Run) -> None:
    said = Counter(called(r.event) for r in minute.records if r.verb == "said")
    cycle_s = MINUTE_S - READY_S - NAP_S

    assert said["sync"] == said["command"] == said["status"]
    assert said["sync"] == pytest.approx(cycle_s * SPEC.constant("sync_hz"), abs=6)


def test_the_same_minute_again_has_the_same_records(minute: Run) -> None:
    again = ran(pair(SPEC, S1, ZOOM), MINUTE_S)

    assert minute.records == again.records


def test_with_chance_the_same_seed_gives_the_same_records_and_another_one_others() -> None:
    def records(seed: int) -> list[Record]:
        noisy = Strip(10, LINES, jitter_s=0.001, bit_error_rate=1e-4)
        return list(pair(SPEC, S1, ZOOM, strip=noisy).run(2.0, Random(seed)))

    assert records(3) == records(3)
    assert records(3) != records(4)


@pytest.mark.parametrize(("lines", "side", "kind", "number"), sample(seed=1))
def test_whatever_is_done_to_a_frame_both_sides_end_ready(
    lines: str, side: str, kind: str, number: int
) -> None:
    run = spoilt(lines, side, typical(kind, side, frame=number))
    name = called(frames_said(lines, side)[number - 1].event)

    assert run.states == READY
    assert [f"fault done: {kind} frame {number} ({name})"] == run.done
    assert run.when("heard", "asleep")
    assert run.when("heard", "awake")


@pytest.mark.parametrize(("lines", "side", "message", "kind"), sample_by_name(seed=1))
def test_whatever_is_done_to_a_frame_that_changes_a_state_it_is_said_again(
    lines: str, side: str, message: str, kind: str
) -> None:
    run = spoilt(lines, side, typical(kind, side, message=message))

    assert run.states == READY
    assert len(run.done) == 1
    assert len(run.when("said", message)) > len(clear(lines).when("said", message))


NOISE = {
    "bytes flipped": (Rule("flip", byte_chance=0.001, until=NOISY_S), {"bad checksum"}),
    "frames dropped": (Rule("drop", chance=0.01, until=NOISY_S), {"missing frame"}),
}
NAMED = {"bad checksum", "bad length", "noise", "truncated", "missing frame", "no reply", "silence"}


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("lines", STRIPS)
def test_on_a_bad_line_faults_are_named_and_after_it_both_sides_are_ready(
    lines: str, seed: int, noise: str
) -> None:
    chance = Random(seed)
    rule, expected = NOISE[noise]
    faults = {side: ([rule], chance) for side in SIDES}
    made = pair(SPEC, S1, ZOOM, strip=strip(lines), faults=faults)
    records = list(made.run(NOISY_S + BACK_S, chance))
    run = ended(made, records)

    assert run.states == READY
    assert expected <= set(run.heard) <= NAMED
    assert 5 < run.heard.total() <= 2 * len(run.done)
    assert max(r.t for r in records if isinstance(r.event, Fault)) < NOISY_S + BACK_S / 2


def test_a_lens_is_attached_powered_and_asked_in_order(demo: Run) -> None:
    names = [called(r.event) for r in demo.records if r.side == BODY and r.verb != "noted"]
    expected = [
        "attached",
        "power_on",
        *("identify", "identity"),
        *("exchange_capabilities", "capabilities"),
        *("set_rate", "rate_set"),
        *("get_optics", "optics"),
        "home",
        *["busy"] * 8,
        "homed",
        *("sync", "command", "status"),
    ]

    assert expected == names[: len(expected)]


def test_the_fast_rate_is_used_after_it_was_agreed_and_the_slow_one_in_sleep(demo: Run) -> None:
    rates = [(called(r.event), r.window.baud) for r in demo.records if r.window is not None]
    changes = [after for before, after in pairwise(rates) if before[1] != after[1]]
    expected = [("get_optics", 3_000_000), ("wake", 115_200), ("get_optics", 3_000_000)]

    assert rates[0] == ("identify", 115_200)
    assert expected == changes


def test_a_body_is_ready_a_second_after_the_lens_was_attached(demo: Run) -> None:
    ready_at = next(r.t for r in demo.records if r.side == BODY and r.state == "ready")

    assert 0.9 < ready_at < 1.1


def test_a_focus_move_takes_the_time_that_its_speed_says(demo: Run) -> None:
    (asked,) = demo.when("said", "focus_move")
    places = demo.status("focus_position")
    moving = [(t, place) for t, place in places if 0 < place < 3000]
    lag = 6000**2 / ZOOM.focus_accel if ZOOM.focus_accel else 0  # to speed up, and to brake
    arrived = next(t for t, place in places if place == 3000)

    assert {0} == {place for t, place in places if t < asked}
    assert arrived - asked == pytest.approx(0.5, abs=0.02)
    assert len(moving) == pytest.approx(0.5 * 59.94, abs=2)
    for t, place in moving:
        assert place == pytest.approx((t - asked) * 6000, abs=10 + lag)


def test_a_lens_tells_that_its_focus_moves_and_that_it_stands(demo: Run) -> None:
    states = [state for _, state in demo.status("focus_state")]
    changes = [after for before, after in pairwise(states) if before != after]

    assert states[0] == "near_end"
    assert changes == ["moving", "idle"]


def test_an_aperture_change_is_seen_in_a_later_status(demo: Run) -> None:
    (asked,) = demo.when("said", "aperture_set")
    told = demo.status("aperture_av256")
    values = [value for _, value in told]
    closed = next(t for t, value in told if value == 1273)

    assert {925} == {value for t, value in told if t < asked}
    assert closed - asked == pytest.approx((1273 - 925) / ZOOM.iris_speed, abs=0.02)
    assert values == sorted(values)
    assert values[-1] == 1273


def test_a_lens_sleeps_and_wakes_and_is_ready_again(demo: Run) -> None:
    (asleep,), (awake,) = demo.when("heard", "asleep"), demo.when("heard", "awake")
    between = [called(r.event) for r in demo.records if asleep < r.t < awake]
    states = [r.state for r in demo.records if r.side == LENS and r.t >= asleep]

    assert awake - asleep == pytest.approx(0.5, abs=0.02)
    assert set(between) == {"wake", "awake"}
    assert [state for before, state in pairwise(["", *states]) if before != state] == [
        "sleeping",
        "listening",
        "fast",
        "homing",
        "ready",
    ]
    assert demo.states == READY


@pytest.mark.parametrize("lens", [ZOOM, PRIME], ids=lambda one: one.id)
@pytest.mark.parametrize("body", [S1, SL], ids=lambda one: one.id)
def test_every_body_works_with_every_lens(body: BodyProfile, lens: LensProfile) -> None:
    run = ran(pair(SPEC, body, lens, script=BRISK), 3.0)
    fastest = max(r.window.baud or 0 for r in run.records if r.window is not None)

    assert (READY, Counter()) == (run.states, run.heard)
    assert min(body.max_baud, lens.max_baud) == fastest
    assert run.status("focus_position")[-1][1] == 3000


def test_a_pair_without_a_common_version_stays_apart() -> None:
    newer, older = (
        dataclasses.replace(S1, protocol=(2, 2)),
        dataclasses.replace(ZOOM, protocol=(1, 1)),
    )
    run = ran(pair(SPEC, newer, older), 5.0)
    faults = [(r.side, r.event) for r in run.records if isinstance(r.event, Fault)]
    (body, fault), *others = faults

    assert (body, fault.kind, fault.path) == (BODY, "no common version", "identity.protocol")
    assert (fault.detail, others) == ("got 1 to 1, wanted 2 to 2", [])
    assert run.states == {BODY: "greeting", LENS: "listening"}


def test_an_unplugged_lens_begins_anew_and_so_does_the_script() -> None:
    run = spoilt("lines", LENS, Rule("unplug", time=2.6, for_s=0.2))
    ups = [r.t for r in run.records if isinstance(r.event, LinkUp) and r.side == BODY]

    assert [0.0, pytest.approx(2.8, abs=0.02)] == ups
    assert len(run.when("said", "focus_move")) == 2
    assert run.heard == Counter()


def test_a_filter_stands_before_the_side_that_has_faults_alone() -> None:
    made = pair(SPEC, S1, ZOOM, faults={LENS: ([], Random(1))})

    assert made.ports[0] is made.body
    assert made.ports[1] is not made.lens


def test_a_pair_has_the_demo_and_the_whole_strip_if_nothing_else_is_said(demo: Run) -> None:
    made = pair(SPEC, S1, ZOOM)
    steps = [step.message for step in DEMO]

    assert Strip.of(SPEC) == made.strip
    assert steps == [name for name in said_by_body(demo.records) if name in steps]


def said_by_body(records: Sequence[Record]) -> list[str]:
    return [called(r.event) for r in records if r.side == BODY and r.verb == "said"]


def test_a_tally_counts_frames_by_who_said_them_and_faults_by_kind() -> None:
    faults = {LENS: ([Rule("flip", message="status", nth=3)], Random(5))}
    made = pair(SPEC, S1, ZOOM, faults=faults)
    tally = Tally()
    records = list(tally.watch(made.run(2.0, Random(1))))
    frames = [r for r in records if r.verb == "said" and r.raw]

    assert tally.frames == {side: sum(r.side == side for r in frames) for side in SIDES}
    assert tally.frames.total() > 100
    assert tally.faults == {"bad checksum": 1}


def test_a_tally_counts_no_line_and_passes_every_record_on() -> None:
    tally = Tally()
    made, same = pair(SPEC, S1, ZOOM), pair(SPEC, S1, ZOOM)
    records = list(same.run(0.05, Random(1)))

    assert records == list(tally.watch(made.run(0.05, Random(1))))
    assert [called(r.event) for r in records if r.verb == "said"] == ["attached", "power_on"]
    assert Counter() == tally.frames == tally.faults


def test_a_tally_adds_up_the_cycles_that_were_missed() -> None:
    tally = Tally()
    for cycles in (1, 3):
        tally.add(Record(1.0, BODY, "noted", Note("late", "missed", {"cycles": cycles})))

    assert tally.missed == 4


def test_a_spec_of_other_roles_is_refused_by_name(tmp_path: Path) -> None:
    text = re.sub(r"\bbody\b", "camera", shipped("l_mount/lens"))

    with pytest.raises(LocalProtocolError, match=r"has no role body \(its roles: lens, camera\)"):
        pair(load(str(write(tmp_path, text))), S1, ZOOM)


OLD_ZOOM = dataclasses.replace(ZOOM, protocol=(1, 1))
OLD_S1 = dataclasses.replace(S1, protocol=(1, 1))


@pytest.mark.parametrize(
    ("body", "lens", "newer"),
    [
        pytest.param(S1, ZOOM, True, id="both new"),
        pytest.param(OLD_S1, ZOOM, False, id="old body"),
        pytest.param(SL, PRIME, False, id="old body, another lens"),
        pytest.param(S1, OLD_ZOOM, False, id="old lens"),
        pytest.param(OLD_S1, OLD_ZOOM, False, id="both old"),
    ],
)
def test_an_old_side_and_a_new_one_meet_on_the_older_version(
    body: BodyProfile, lens: LensProfile, newer: bool
) -> None:
    run = ran(pair(SPEC, body, lens, script=BRISK), 2.0)
    said = [r.event for r in run.records if r.verb == "said" and isinstance(r.event, Message)]
    brought = {"command": {"stabiliser"}, "status": {"temperature", "errors"}}
    cycle = [message for message in said if message.name in brought]

    assert (run.heard, run.states) == (Counter(), {BODY: "ready", LENS: "ready"})
    assert len(cycle) > 50
    assert all((brought[one.name] <= one.fields.keys()) == newer for one in cycle)


def test_two_makers_who_mean_something_else_by_a_version_are_told_and_go_on(
    tmp_path: Path,
) -> None:
    key = "asleep: {from: lens, key: 0x86"
    text = patched(shipped("l_mount/lens"), (key, key.replace("0x86", "0x76")))
    theirs = load(str(write(tmp_path, text)))
    body = pair(SPEC, S1, ZOOM, script=()).ports[0]
    lens = pair(theirs, S1, ZOOM, script=()).ports[1]
    records = list(exchange(body, lens, Strip.of(SPEC), 2.0, Random("1")))
    faults = [(r.side, r.event.kind) for r in records if isinstance(r.event, Fault)]

    assert sorted(faults) == [(BODY, "layout mismatch"), (LENS, "layout mismatch")]
    assert [r.state for r in records if r.side == BODY][-1] == "ready"


HANDLED = dataclasses.replace(
    ZOOM,
    controls=("aperture_ring", "aperture_click", "focus_ring", "focus_switch", "zoom_ring"),
    focus_accel=400_000.0,
    settle_s=0.01,
    idle_ma=70,
    focus_ma=220,
)
HANDS = (
    Hand(1.2, "zoom_ring", 60.0, 0.5),
    Hand(2.0, "aperture_ring", 8.0),
    Hand(2.5, "focus_switch", True),
    Hand(2.6, "focus_ring", 60.0, 0.3),
    Hand(3.5, "knock", "iris"),
)


def test_a_body_hears_what_hands_do_to_its_lens() -> None:
    found = ran(pair(SPEC, S1, HANDLED, script=(), hands=HANDS), 4.0)
    last = {name: found.status(name)[-1][1] for name in ("focal_length", "aperture_ring_av256")}
    rings = sum(counts for _, counts in found.status("ring_counts"))

    assert (found.states, found.heard) == (READY, Counter())
    assert last == {"focal_length": 600, "aperture_ring_av256": 1536}
    assert rings == 120  # half degrees
    assert found.status("switches")[-1][1] == ("manual_focus",)
    assert found.status("errors")[-1][1] == ("iris",)
    assert "moving" in {state for t, state in found.status("focus_state") if t > 2.6}


def test_an_old_body_hears_what_its_version_has_a_word_for() -> None:
    found = ran(pair(SPEC, SL, HANDLED, script=(), hands=HANDS), 4.0)
    told = [r.event for r in found.records if called(r.event) == "status"][-1]

    assert (found.states, found.heard) == (READY, Counter())
    assert isinstance(told, Message)
    assert told.fields["switches"] == ("manual_focus",)
    assert {"aperture_ring_av256", "stabiliser", "errors"}.isdisjoint(told.fields)


def brown_outs(speed: int) -> Run:
    weak = dataclasses.replace(S1, supply_ma=70 + 110)
    move = Step(0.2, "focus_move", {"mode": "absolute", "target": 12_000, "speed": speed})
    return ran(pair(SPEC, weak, HANDLED, script=(move,)), 4.0)


def test_a_lens_that_is_moved_too_fast_for_its_supply_begins_anew_and_is_found_again() -> None:
    noted = [r.event for r in brown_outs(0).records if isinstance(r.event, Note)]
    found = brown_outs(0)

    assert [note.facts["supply_ma"] for note in noted if note.about == "brown-out"] == [180]
    assert found.states == READY
    assert found.status("errors")[-1][1] == ("low_supply",)


def test_a_lens_that_is_moved_as_its_supply_allows_goes_on() -> None:
    found = brown_outs(12_000)

    assert (found.states, found.heard) == (READY, Counter())
    assert found.status("focus_position")[-1][1] == 12_000
