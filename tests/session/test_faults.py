import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.contract import Port
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, LinkDown, Note, Raw, SetLine, SetLink, SetRate
from lensbus.session.exchange import exchange
from lensbus.session.faults import DONE, OVER, Filter
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import KINDS, SIDE_KINDS, Rule
from tests.peers import (
    ASK_CAPABILITIES,
    BARE,
    BODY_ANSWERS,
    BUSY,
    IDENTIFY,
    IDENTITY,
    LENS_ANSWERS,
    LINES,
    POWER_ON,
    SPEC,
    Scripted,
    called,
    frame,
    listening,
    sent,
    verbs,
)
from tests.sampled import sampled
from tools.drawn import typical

A, B, C = b"\xe0AAAAAAA", b"\xe0BBBB", b"\xe0CC"
SPEECH = [A, B, C]
NOTE = Note("fault done: drop frame 2 (raw bytes)", DONE)
seeded = pytest.mark.parametrize("seed", range(5), ids=lambda seed: f"seed={seed}")
bounded = sampled(60)


def talker(*said: Sequence[Act]) -> Endpoint:
    """A body that says these things, whatever its table says: one row a second."""
    at = [(float(second), acts) for second, acts in enumerate(said, 1)]
    return Endpoint(SPEC, "body", Scripted(at=at), checked=False)


def filtered(inner: Endpoint, *plan: Rule, seed: int = 1, lines: frozenset[str] = BARE) -> Filter:
    """A filter whose link has just come up."""
    port = Filter(inner, "body", plan, random.Random(seed))
    port.link_changed(True, 0.0, lines)
    port.take_output()
    port.take_records()
    return port


def spoken(*plan: Rule, seed: int = 1, speech: Sequence[bytes] = SPEECH) -> list[bytes]:
    """What of a speech, a frame a second, goes to the link."""
    port = filtered(talker(*([Raw(raw)] for raw in speech)), *plan, seed=seed)
    said = []
    for second in range(1, len(speech) + 1):
        port.tick(float(second))
        said += sent(port)
    return said


def flips(before: Sequence[bytes], after: Sequence[bytes]) -> int:
    pairs = zip(b"".join(before), b"".join(after), strict=True)
    return sum((a ^ b).bit_count() for a, b in pairs)


def rules() -> st.SearchStrategy[Rule]:
    kinds, share = st.sampled_from(KINDS), st.sampled_from([0.0, 0.2, 1.0])
    return (
        st.builds(typical, kinds, frame=st.integers(1, 4))
        | st.builds(typical, kinds, byte=st.integers(1, 20))
        | st.builds(typical, kinds, time=st.integers(0, 4))
        | st.builds(typical, kinds, chance=share)
        | st.builds(typical, kinds, byte_chance=share)
    )


def test_without_a_plan_everything_passes() -> None:
    assert spoken() == SPEECH


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_frame_is_dropped_by_its_count(count: int) -> None:
    expected = [raw for number, raw in enumerate(SPEECH, 1) if number != count]

    assert spoken(Rule("drop", frame=count)) == expected


@seeded
def test_one_bit_of_a_frame_is_flipped(seed: int) -> None:
    said = spoken(Rule("flip", frame=2), seed=seed)

    assert [said[0], said[2]] == [A, C]
    assert flips(SPEECH, said) == 1


@seeded
def test_a_truncated_frame_lacks_its_end(seed: int) -> None:
    said = spoken(Rule("truncate", frame=1), seed=seed)
    left = b"".join(said[:-2])  # a frame of which nothing is left is not said

    assert said[-2:] == [B, C]
    assert A.startswith(left)
    assert len(left) < len(A)


def test_of_a_frame_that_is_truncated_at_its_first_byte_nothing_is_said() -> None:
    assert spoken(Rule("truncate", byte=1)) == [B, C]


@seeded
def test_an_inserted_byte_makes_a_frame_longer_and_changes_no_other(seed: int) -> None:
    first, *rest = spoken(Rule("insert", frame=1), seed=seed)

    assert rest == [B, C]
    assert A in [first[:at] + first[at + 1 :] for at in range(len(first))]


@pytest.mark.parametrize(
    ("byte", "index", "at"), [(1, 0, 0), (8, 0, 7), (9, 1, 0), (13, 1, 4), (14, 2, 0), (16, 2, 2)]
)
def test_a_byte_is_counted_over_all_that_was_said(byte: int, index: int, at: int) -> None:
    said = spoken(Rule("flip", byte=byte))
    changed = [
        (i, j) for i, raw in enumerate(SPEECH) for j in range(len(raw)) if said[i][j] != raw[j]
    ]

    assert changed == [(index, at)]


@pytest.mark.parametrize(
    "rule", [Rule("drop", byte=17), Rule("drop", frame=4), Rule("drop", time=9.0)]
)
def test_what_never_comes_triggers_nothing(rule: Rule) -> None:
    assert spoken(rule) == SPEECH


@pytest.mark.parametrize(
    ("byte", "expected"), [(3, A[:2]), (8, A[:7])], ids=["in the middle", "at the last byte"]
)
def test_a_frame_is_cut_at_the_byte_that_is_named(byte: int, expected: bytes) -> None:
    assert spoken(Rule("truncate", byte=byte)) == [expected, B, C]


def test_a_byte_is_put_in_before_the_one_that_is_named() -> None:
    (first, *_) = spoken(Rule("insert", byte=3))

    assert (first[:2], first[3:]) == (A[:2], A[2:])


@pytest.mark.parametrize(
    ("time", "expected"), [(0.0, [B, C]), (1.0, [B, C]), (1.5, [A, C]), (3.0, [A, B])]
)
def test_a_time_strikes_the_first_frame_said_from_then_on(
    time: float, expected: list[bytes]
) -> None:
    assert spoken(Rule("drop", time=time)) == expected


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_message_is_found_by_name_and_count(nth: int) -> None:
    acts: list[Act] = [IDENTIFY, Raw(A), ASK_CAPABILITIES, IDENTIFY]
    port = filtered(talker(acts), Rule("drop", message="identify", nth=nth))
    port.tick(1.0)
    whole = [frame(IDENTIFY, 1), A, frame(ASK_CAPABILITIES, 2), frame(IDENTIFY, 3)]
    hit = {1: 0, 2: 3}.get(nth)

    assert sent(port) == [raw for at, raw in enumerate(whole) if at != hit]


def test_what_is_no_message_has_no_name_to_be_found_by() -> None:
    assert spoken(Rule("drop", message="identify")) == SPEECH


@pytest.mark.parametrize(("chance", "expected"), [(0.0, SPEECH), (1.0, [])])
def test_a_chance_strikes_each_frame_anew(chance: float, expected: list[bytes]) -> None:
    assert spoken(Rule("drop", chance=chance)) == expected


@seeded
def test_a_chance_strikes_as_often_as_it_says(seed: int) -> None:
    speech = [A] * 1000

    assert len(spoken(Rule("drop", chance=0.2), seed=seed, speech=speech)) == pytest.approx(
        800, abs=65
    )


@seeded
def test_a_chance_of_bytes_strikes_as_many_bytes_as_it_says(seed: int) -> None:
    speech = [bytes(100)] * 100
    said = spoken(Rule("flip", byte_chance=0.05), seed=seed, speech=speech)

    assert flips(speech, said) == pytest.approx(500, abs=110)


def test_a_chance_of_bytes_of_one_strikes_every_byte() -> None:
    said = spoken(Rule("flip", byte_chance=1.0))

    assert [len(raw) for raw in said] == [len(raw) for raw in SPEECH]
    assert flips(SPEECH, said) == sum(map(len, SPEECH))


def test_what_counts_strikes_once() -> None:
    rule = Rule("flip", time=0.0)

    assert flips(SPEECH, spoken(rule)) == 1
    assert flips(SPEECH, spoken(rule, rule)) in {0, 2}  # two of the same in the same frame


def test_after_a_drop_there_is_nothing_left_to_spoil() -> None:
    port = filtered(talker([Raw(A)]), Rule("drop", frame=1), Rule("insert", frame=1))
    port.tick(1.0)

    assert sent(port) == []
    assert verbs(port.take_records()) == [("said", "Raw"), ("noted", "Note")]


def test_two_rules_spoil_one_frame_in_the_order_of_the_plan() -> None:
    first, *_ = spoken(Rule("truncate", byte=4), Rule("insert", byte=8))

    assert len(first) == 4
    assert A.startswith(first[:2])
    assert first[3:] == A[2:3]


@seeded
def test_a_plan_is_repeatable(seed: int) -> None:
    @bounded
    @given(st.lists(rules(), max_size=4), st.lists(st.binary(min_size=1, max_size=9), max_size=6))
    def same(plan: list[Rule], speech: list[bytes]) -> None:
        first = spoken(*plan, seed=seed, speech=speech)

        assert spoken(*plan, seed=seed, speech=speech) == first
        assert b"" not in first

    same()


def test_another_seed_spoils_other_bits() -> None:
    rule = Rule("flip", byte_chance=0.5)

    assert spoken(rule, seed=1) != spoken(rule, seed=2)


def test_each_fault_is_noted_after_what_it_was_done_to() -> None:
    plan = [Rule("flip", frame=1), Rule("drop", frame=2), Rule("drop", frame=2)]
    port = filtered(talker([IDENTIFY, Raw(A)]), *plan)
    port.tick(1.0)
    port.take_output()
    notes = [record for record in port.take_records() if record.verb == "noted"]

    assert notes == [
        Record(1.0, "body", "noted", Note("fault done: flip frame 1 (identify)", DONE)),
        Record(1.0, "body", "noted", Note("fault done: drop frame 2 (raw bytes)", DONE)),
    ]
    assert port.take_records() == []


def test_only_frames_are_spoilt() -> None:
    drop = Rule("drop", chance=1.0)
    port = Filter(talker([POWER_ON, IDENTIFY]), "body", [drop], random.Random(1))
    port.link_changed(True, 0.0, LINES - {"select"})
    port.tick(1.0)

    assert port.take_output() == [SetRate(115_200, 0.0), SetLine("power", True)]


def test_what_is_heard_passes_untouched() -> None:
    device = Scripted(at=[(5.0, [BUSY])])
    inner = Endpoint(SPEC, "lens", device)
    port = filtered(inner, Rule("drop", chance=1.0), lines=LINES)
    port.line_changed("power", True, 0.1)
    port.receive(frame(IDENTIFY, 1), 0.2)
    port.link_changed(False, 0.3)

    assert device.names == ["up", "power_on", "identify", "down"]
    assert [record.t for record in port.take_records()] == [0.1, 0.2, 0.3]


def test_the_deadline_is_that_of_the_inner_port() -> None:
    port = filtered(talker([Raw(A)]))

    assert port.deadline == 1.0

    port.tick(1.0)

    assert port.deadline is None


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda port: port.receive(frame(IDENTITY, 1), 7.0), id="receive"),
        pytest.param(lambda port: port.line_changed("detect", False, 7.0), id="line_changed"),
        pytest.param(lambda port: port.link_changed(True, 7.0, LINES), id="link_changed"),
        pytest.param(lambda port: port.tick(7.0), id="tick"),
    ],
)
def test_a_frame_is_said_at_the_time_of_the_call_that_made_it(call: Callable[[Port], None]) -> None:
    answers = {name: [Raw(A)] for name in ("unexpected reply", "attached", "up")}
    inner = Endpoint(SPEC, "body", Scripted(answers, at=[(7.0, [Raw(A)])]), checked=False)
    port = filtered(inner, Rule("drop", time=7.0), lines=LINES)
    call(port)

    assert sent(port) == []
    assert [record.t for record in port.take_records() if record.event == NOTE] == [7.0]


def unplugged(for_s: float = 0.5) -> Filter:
    """A filter that has just pulled the plug at second 1, before the first of two frames."""
    acts: list[Act] = [Raw(A), Raw(B)]
    port = filtered(talker(acts, [Raw(C)]), Rule("unplug", frame=1, for_s=for_s))
    port.tick(1.0)
    return port


def test_to_unplug_takes_the_frame_the_link_and_what_follows_away() -> None:
    assert unplugged().take_output() == [SetLink(False)]


def test_an_unplugged_link_comes_back_when_its_time_is_up() -> None:
    port = unplugged()
    port.take_output()
    port.link_changed(False, 1.0)

    assert port.deadline == 1.5

    port.tick(1.4)

    assert SetLink(True) not in port.take_output()

    port.tick(1.5)

    assert port.take_output() == [SetLink(True)]
    assert port.deadline is None


@pytest.mark.parametrize(("for_s", "expected"), [(0.5, 1.5), (5.0, 2.0)])
def test_the_end_of_an_unplugging_is_a_deadline_beside_the_inner_one(
    for_s: float, expected: float
) -> None:
    port = unplugged(for_s)
    port.take_output()

    assert port.deadline == expected


def test_who_is_unplugged_already_is_not_unplugged_again() -> None:
    plan = [Rule("unplug", time=1.0, for_s=1.0), Rule("unplug", time=1.0, for_s=3.0)]
    port = filtered(talker(), *plan)
    port.tick(1.0)

    assert port.take_output() == [SetLink(False)]
    assert port.deadline == 4.0


def talk(plan: Sequence[Rule], until: float = 0.1, seed: int = 1) -> list[Record]:
    """A body that greets a lens, and what the lens says goes through a filter."""
    body = Endpoint(SPEC, "body", Scripted(BODY_ANSWERS))
    lens = Endpoint(SPEC, "lens", Scripted(LENS_ANSWERS))
    chance = random.Random(seed)
    port = Filter(lens, "lens", plan, chance)
    return list(exchange(body, port, Strip(10, BARE), until, chance))


def counts(records: Sequence[Record]) -> dict[str, int]:
    """How often the body heard each thing."""
    heard = [called(r.event) for r in records if (r.side, r.verb) == ("body", "heard")]
    return {name: heard.count(name) for name in heard}


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        pytest.param(Rule("drop", message="identity"), {}, id="drop"),
        pytest.param(Rule("flip", byte=20), {"bad checksum": 1}, id="flip"),
        pytest.param(Rule("truncate", byte=20), {"truncated": 1}, id="truncate"),
    ],
)
def test_one_lost_answer_is_asked_for_again_and_the_session_goes_on(
    rule: Rule, faults: dict[str, int]
) -> None:
    answers = dict.fromkeys(("identity", "capabilities", "rate_set", "homed"), 1)

    assert counts(talk([rule])) == {"attached": 1, **answers, **faults}


def test_what_is_unplugged_and_plugged_in_again_begins_anew() -> None:
    records = talk([Rule("unplug", message="capabilities", for_s=0.02)])
    down = [record.side for record in records if record.event == LinkDown()]
    heard = counts(records)

    assert down == ["body", "lens"]
    assert (heard["identity"], heard["homed"]) == (2, 1)


def test_a_link_that_is_away_for_no_time_was_away_all_the_same() -> None:
    heard = counts(talk([Rule("unplug", message="capabilities")]))

    assert (heard["attached"], heard["homed"]) == (2, 1)


@seeded
def test_a_spoilt_conversation_is_repeatable(seed: int) -> None:
    plan = [Rule("flip", byte_chance=0.01), Rule("drop", chance=0.1)]

    assert talk(plan, 1.0, seed) == talk(plan, 1.0, seed)


# What befalls a side


def lens_of(*plan: Rule, seed: int = 1) -> tuple[Scripted, Filter]:
    """A lens that hears everything, on a link with all lines, powered."""
    device = Scripted()
    port = Filter(Endpoint(SPEC, "lens", device), "lens", plan, random.Random(seed))
    port.link_changed(True, 0.0, LINES)
    port.line_changed("power", True, 0.0)
    port.take_output()
    port.take_records()
    return device, port


@pytest.mark.parametrize("kind", SIDE_KINDS)
def test_what_needs_no_frame_strikes_exactly_at_its_time(kind: str) -> None:
    _, port = lens_of(typical(kind, time=0.7))

    assert port.deadline == 0.7

    port.tick(0.69)

    assert port.take_records() == []

    port.tick(0.7)
    (note, *_) = [r for r in port.take_records() if isinstance(r.event, Note)]

    assert note == Record(0.7, "lens", "noted", Note(f"fault done: {kind}", DONE))


@pytest.mark.parametrize("kind", SIDE_KINDS)
def test_what_lasts_is_told_when_it_is_over(kind: str) -> None:
    rule = typical(kind, time=1.0)
    _, port = lens_of(rule)
    notes: list[Record] = []
    while (due := port.deadline) is not None and due < 5:
        port.tick(due)
        port.take_output()
        notes += [r for r in port.take_records() if isinstance(r.event, Note)]
    ended = Record(1.0 + rule.for_s, "lens", "noted", Note(f"fault over: {kind}", OVER))

    assert notes[1:] == ([] if kind == "reset" else [ended])


@pytest.mark.parametrize("kind", SIDE_KINDS)
def test_what_is_due_while_there_is_no_link_strikes_when_it_comes_up(kind: str) -> None:
    device = Scripted()
    rule = typical(kind, time=1.0)
    port = Filter(Endpoint(SPEC, "lens", device), "lens", [rule], random.Random(1))
    port.tick(3.0)

    assert (port.deadline, port.take_records()) == (None, [])

    port.link_changed(True, 5.0, LINES)
    notes = [r.event.text for r in port.take_records() if isinstance(r.event, Note)]

    assert notes == [f"fault done: {kind}"]
    assert port.deadline is None or port.deadline > 5.0 or port.take_output()


@pytest.mark.parametrize("kind", SIDE_KINDS)
def test_no_frame_leaves_before_the_rate_of_a_link_that_comes_up_is_set(kind: str) -> None:
    port = Filter(listening(Scripted()), "lens", [typical(kind, time=1.0)], random.Random(1))
    port.link_changed(True, 1.0, BARE)

    assert [type(output) for output in port.take_output()][:1] in ([SetRate], [SetLink], [])


def test_a_unit_that_is_reset_begins_anew_at_the_levels_that_are() -> None:
    device, port = lens_of(Rule("reset", time=1.0))
    port.receive(frame(IDENTIFY, 1), 0.5)
    port.take_output()
    port.tick(1.0)

    assert device.names == ["up", "power_on", "identify", "up", "power_on"]
    assert port.take_output() == [SetRate(115_200, 0.0)]


def test_a_frame_in_which_a_unit_is_reset_is_lost_with_what_follows_it() -> None:
    acts: list[Act] = [Raw(A), Raw(B)]
    port = filtered(talker(acts), Rule("reset", frame=1))
    port.tick(1.0)

    assert port.take_output() == [SetRate(115_200, 0.0)]


def test_a_unit_in_a_brownout_is_deaf_and_mute_and_then_begins_anew() -> None:
    device, port = lens_of(Rule("brownout", time=1.0, for_s=0.5))
    port.tick(1.0)
    port.take_output()
    port.receive(frame(IDENTIFY, 1), 1.1)
    port.line_changed("power", False, 1.2)
    port.line_changed("power", True, 1.3)

    assert (device.names, port.deadline) == (["up", "power_on", "down"], 1.5)

    port.tick(1.5)

    assert device.names == ["up", "power_on", "down", "up", "power_on"]


def test_a_link_that_parts_in_a_brownout_wakes_nobody() -> None:
    device, port = lens_of(Rule("brownout", time=1.0, for_s=0.5))
    port.tick(1.0)
    port.link_changed(False, 1.1)
    port.tick(1.5)

    assert device.names == ["up", "power_on", "down"]

    port.link_changed(True, 2.0, LINES)

    assert device.names[3:] == ["up"]


def test_a_slow_side_says_each_frame_later_for_a_time() -> None:
    port = filtered(talker([Raw(A)], [Raw(B)]), Rule("slow", time=0.5, for_s=1.0, by_s=0.25))
    said = [(0.0, b"")]
    while (due := port.deadline) is not None:
        port.tick(due)
        said += [(due, raw) for raw in sent(port)]

    assert said[1:] == [(1.25, A), (2.0, B)]


def test_a_contact_that_bounces_opens_and_closes_and_ends_closed() -> None:
    _, port = lens_of(Rule("bounce", time=1.0, for_s=0.1, times=4))
    links = []
    while (due := port.deadline) is not None:
        port.tick(due)
        out = [output.up for output in port.take_output() if isinstance(output, SetLink)]
        links += out
        for up in out:
            port.link_changed(up, due, LINES)

    assert links == [False, True] * 4
    assert max(r.t for r in port.take_records()) == pytest.approx(1.1)


# Switched from outside


def test_a_plan_that_is_switched_to_begins_now() -> None:
    port = filtered(talker([Raw(A)], [Raw(B)], [Raw(C)]), Rule("drop", frame=3))
    port.tick(1.0)
    first = sent(port)
    port.switch([Rule("drop", frame=2), Rule("reset", time=9.0)], random.Random(1), 1.5)
    port.tick(2.0)
    second = sent(port)
    port.tick(3.0)

    assert (first, second, sent(port)) == ([A], [B], [])
    assert port.deadline == 10.5


@pytest.mark.parametrize("kind", sorted(set(SIDE_KINDS) - {"reset"}))
def test_a_plan_that_is_switched_off_ends_what_it_did(kind: str) -> None:
    device, port = lens_of(typical(kind, time=1.0))
    port.tick(1.0)
    links = [output for output in port.take_output() if isinstance(output, SetLink)]
    port.switch([], random.Random(1), 1.001)
    links += [output for output in port.take_output() if isinstance(output, SetLink)]
    notes = [r.event.text for r in port.take_records() if isinstance(r.event, Note)]

    assert notes == [f"fault done: {kind}", f"fault over: {kind}"]
    assert links in ([], [SetLink(False), SetLink(True)])
    assert port.deadline is None
    assert device.names[-1] != "down"


def test_who_is_unplugged_by_hand_stays_so_until_plugged_in() -> None:
    _, port = lens_of()
    port.plug(False, 1.0)
    port.plug(False, 1.1)

    assert port.take_output() == [SetLink(False)]

    port.link_changed(False, 1.1)
    port.take_output()
    port.switch([Rule("unplug", time=0.0, for_s=1.0)], random.Random(1), 2.0)

    assert port.deadline is None

    port.plug(True, 3.0)

    assert port.take_output() == [SetLink(True)]


def test_a_hand_goes_before_a_plan() -> None:
    _, port = lens_of(Rule("unplug", time=1.0, for_s=5.0))
    port.tick(1.0)
    port.plug(True, 2.0)

    assert port.take_output() == [SetLink(False), SetLink(True)]
    assert port.deadline is None
