import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Note, Output, Raw, Send, SetLine, SetLink, SetRate
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip, garble
from lensbus.session.log import Record
from lensbus.wire.message import Message
from tests.peers import (
    ATTACHED,
    BARE,
    BODY_ANSWERS,
    IDENTIFY,
    LENS_ANSWERS,
    LINES,
    SPEC,
    Scripted,
    called,
    frame,
)
from tests.sampled import sampled

BAUD, FAST = 1000, 4000
BYTE_S = 10 / BAUD
seeded = pytest.mark.parametrize("seed", range(5), ids=lambda seed: f"seed={seed}")
bounded = sampled(60)
Told = tuple[str, float, object]


@dataclass
class Talker:
    """A Port that puts things on the link at given times, and tells a diary what came to it.

    It answers each piece of bytes with the next of `answers`.
    """

    name: str
    at: Sequence[tuple[float, Sequence[Output]]] = ()
    answers: Sequence[Output] = ()
    diary: list[Told] = field(default_factory=list)
    baud: int = BAUD

    def __post_init__(self) -> None:
        self._at, self._answers = list(self.at), list(self.answers)
        self._output: list[Output] = []
        self._records: list[Record] = []

    def _tell(self, what: object, now: float) -> None:
        self.diary.append((self.name, now, what))
        self._records.append(Record(now, self.name, "noted", Note(str(what))))

    def receive(self, data: bytes, now: float) -> None:
        self._tell(data, now)
        self._output += self._answers[:1]
        del self._answers[:1]

    def line_changed(self, line: str, high: bool, now: float) -> None:
        self._tell((line, high), now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        self._tell((up, lines), now)
        self._output = [SetRate(self.baud, 0.0)]

    def tick(self, now: float) -> None:
        self._tell("tick", now)
        self._output += self._at.pop(0)[1]

    def take_output(self) -> list[Output]:
        output, self._output = self._output, []
        return output

    def take_records(self) -> list[Record]:
        records, self._records = self._records, []
        return records

    @property
    def deadline(self) -> float | None:
        return self._at[0][0] if self._at else None


def saying(*pieces: bytes) -> list[Output]:
    return [Send(piece, Raw(piece)) for piece in pieces]


def strip(
    lines: frozenset[str] = BARE,
    *,
    latency_s: float = 0.0,
    turnaround_s: float = 0.0,
    jitter_s: float = 0.0,
    bit_error_rate: float = 0.0,
) -> Strip:
    return Strip(10, lines, latency_s, turnaround_s, jitter_s, bit_error_rate)


def run(
    a: Talker,
    b: Talker | None = None,
    wire: Strip | None = None,
    *,
    until: float = 9.0,
    seed: int = 1,
) -> list[Told]:
    """What came to two talkers but their ticks and the beginning of the link, in order."""
    b = b or Talker("b")
    a.diary = b.diary
    list(exchange(a, b, wire or strip(), until, random.Random(seed)))
    return [told for told in b.diary if told[2] != "tick"][2:]


def heard(diary: Sequence[Told], who: str = "b") -> list[bytes]:
    return [what for name, _, what in diary if name == who and isinstance(what, bytes)]


def test_first_both_are_told_of_the_link_and_its_lines() -> None:
    a, b = Talker("a"), Talker("b")
    records = list(exchange(a, b, strip(LINES), 1.0, random.Random(1)))

    assert a.diary == [("a", 0.0, (True, LINES))]
    assert b.diary == [("b", 0.0, (True, LINES))]
    assert [(record.t, record.side) for record in records] == [(0.0, "a"), (0.0, "b")]


@pytest.mark.parametrize("latency_s", [0.0, 0.5])
@pytest.mark.parametrize("size", [1, 7])
def test_bytes_arrive_when_their_last_bit_has_come(size: int, latency_s: float) -> None:
    diary = run(Talker("a", [(1.0, saying(bytes(size)))]), wire=strip(latency_s=latency_s))

    assert diary == [("b", 1.0 + size * BYTE_S + latency_s, bytes(size))]


def test_what_is_said_at_once_arrives_one_after_the_other() -> None:
    diary = run(Talker("a", [(1.0, saying(b"aaaa", b"b")), (1.01, saying(b"cc"))]))
    expected = [(1 + 4 * BYTE_S, b"aaaa"), (1 + 5 * BYTE_S, b"b"), (1 + 7 * BYTE_S, b"cc")]

    assert [told[2] for told in diary] == [piece for _, piece in expected]
    assert [told[1] for told in diary] == pytest.approx([at for at, _ in expected])


def test_both_may_talk_at_once() -> None:
    a, b = Talker("a", [(1.0, saying(b"aa"))]), Talker("b", [(1.0, saying(b"bb"))])

    assert run(a, b) == [("b", 1 + 2 * BYTE_S, b"aa"), ("a", 1 + 2 * BYTE_S, b"bb")]


def test_an_answer_begins_after_the_turnaround() -> None:
    a = Talker("a", [(1.0, saying(b"ask")), (1.031, saying(b"more"))])
    diary = run(a, Talker("b", answers=saying(b"yes")), strip(turnaround_s=0.25))
    at = {what: now for _, now, what in diary}

    assert at[b"yes"] == pytest.approx(1 + 3 * BYTE_S + 0.25 + 3 * BYTE_S)
    assert at[b"more"] == pytest.approx(1.031 + 4 * BYTE_S)  # a has heard nothing yet


def wires() -> st.SearchStrategy[Strip]:
    costs = st.sampled_from([0.0, 0.01, 0.3])
    return st.builds(Strip, st.just(10), st.just(BARE), costs, costs, costs)


def speeches() -> st.SearchStrategy[list[tuple[float, list[Output]]]]:
    pieces = st.lists(st.binary(min_size=1, max_size=5), max_size=4)
    turn = st.tuples(st.sampled_from([0.001, 0.01, 0.5]), pieces.map(lambda said: saying(*said)))
    return st.lists(turn, max_size=8).map(
        lambda turns: [
            (sum(wait for wait, _ in turns[: i + 1]), turns[i][1]) for i in range(len(turns))
        ]
    )


@bounded
@given(speeches(), speeches(), wires(), st.integers(0, 9))
def test_whatever_the_strip_costs_bytes_arrive_whole_and_in_order(
    a_says: list[tuple[float, list[Output]]],
    b_says: list[tuple[float, list[Output]]],
    wire: Strip,
    seed: int,
) -> None:
    diary = run(Talker("a", a_says), Talker("b", b_says), wire, until=99.0, seed=seed)
    times = [told[1] for told in diary]

    for speaker, hearer in ((a_says, "b"), (b_says, "a")):
        said = [out.data for _, outputs in speaker for out in outputs if isinstance(out, Send)]

        assert heard(diary, hearer) == said
    assert times == sorted(times)


@seeded
def test_jitter_makes_frames_late_by_chance_and_keeps_their_order(seed: int) -> None:
    pieces = [bytes([number]) for number in range(50)]
    diary = run(Talker("a", [(1.0, saying(*pieces))]), wire=strip(jitter_s=0.05), seed=seed)
    late = [now - 1 - (count + 1) * BYTE_S for count, (_, now, _) in enumerate(diary)]

    assert heard(diary) == pieces
    assert 0.03 < max(late) <= 0.05
    assert 0 <= min(late) < max(late)


@seeded
def test_a_noisy_strip_flips_bits_as_its_seed_says(seed: int) -> None:
    noisy, said = strip(bit_error_rate=0.01), bytes(200)
    first, again, other = (
        heard(run(Talker("a", [(1.0, saying(said))]), wire=noisy, seed=s))
        for s in (seed, seed, seed + 100)
    )

    assert first == again == [noisy.spoil(said, random.Random(seed))]
    assert first != other
    assert first != [said]


@pytest.mark.parametrize(("mine", "yours"), [(BAUD, FAST), (FAST, BAUD)])
def test_another_rate_arrives_as_noise(mine: int, yours: int) -> None:
    said = b"what was said"
    diary = run(Talker("a", [(1.0, saying(said))], baud=mine), Talker("b", baud=yours))

    assert heard(diary) == [garble(said, mine, yours, random.Random(1))]


def test_a_rate_changes_once_what_was_said_is_out_and_after_its_pause() -> None:
    a = Talker("a", [(1.0, [*saying(b"slow"), SetRate(FAST, 0.5), *saying(b"fast")])])
    b = Talker("b", [(1.2, [SetRate(FAST, 0.0)])])
    diary = run(a, b)
    slow_at, fast_s = 1 + 4 * BYTE_S, 4 * 10 / FAST

    assert heard(diary) == [b"slow", b"fast"]
    assert [told[1] for told in diary] == pytest.approx([slow_at, slow_at + 0.5 + fast_s])


def test_who_changes_its_rate_hears_at_the_old_one_until_it_has_said_all() -> None:
    said = [*saying(b"0123456789"), SetRate(FAST, 0.0)]
    b = Talker("b", [(1.0, said)])
    early, late = saying(b"early"), saying(b"late.")
    diary = run(Talker("a", [(1.02, early), (1.08, late)]), b)

    assert heard(diary)[0] == b"early"
    assert heard(diary)[1] != b"late."


def test_an_edge_comes_after_what_was_said_before_it_and_takes_no_time() -> None:
    a = Talker("a", [(1.0, [*saying(b"a"), SetLine("sync", True), *saying(b"b")])])

    assert run(a, wire=strip(LINES)) == [
        ("b", 1 + BYTE_S, b"a"),
        ("b", 1 + BYTE_S, ("sync", True)),
        ("b", 1 + 2 * BYTE_S, b"b"),
    ]


def test_only_a_change_of_a_level_is_an_edge() -> None:
    levels = [True, True, False, False, True]
    a = Talker("a", [(1.0, [SetLine("sync", high) for high in levels])])
    edges = [told[2] for told in run(a, wire=strip(LINES))]

    assert edges == [("sync", True), ("sync", False), ("sync", True)]


def test_of_a_line_that_marks_frames_only_the_fall_is_told() -> None:
    levels = [True, False, False, True, False]
    a = Talker("a", [(1.0, [SetLine("sync", high) for high in levels])])
    marked = Strip(10, LINES, marks=frozenset({"sync"}))

    assert [told[2] for told in run(a, wire=marked)] == [("sync", False)] * 2


def test_each_line_and_side_has_a_level_of_its_own() -> None:
    edges: list[Output] = [SetLine("sync", True), SetLine("power", True)]
    diary = run(Talker("a", [(1.0, edges)]), Talker("b", [(2.0, edges)]), strip(LINES))

    assert [told[0] for told in diary] == ["b", "b", "a", "a"]


def test_a_line_that_the_strip_has_not_carries_nothing() -> None:
    a = Talker("a", [(1.0, [SetLine("sync", True), SetLine("power", True)])])

    assert run(a, wire=strip(frozenset({"power"}))) == [("b", 1.0, ("power", True))]


def test_to_unplug_parts_both_and_loses_what_was_on_its_way() -> None:
    a = Talker("a", [(1.0, saying(b"lost")), (1.02, [SetLink(False), *saying(b"not said")])])

    assert run(a) == [("a", 1.02, (False, BARE)), ("b", 1.02, (False, BARE))]


def test_who_is_unplugged_is_not_heard() -> None:
    edge: Output = SetLine("sync", True)
    a = Talker("a", [(1.0, [SetLink(False)]), (2.0, [*saying(b"hello"), edge])])

    assert [told[1] for told in run(a, wire=strip(LINES))] == [1.0, 1.0]


def test_who_is_plugged_in_again_begins_anew() -> None:
    busy = [*saying(bytes(90)), SetRate(FAST, 0.0), SetLine("sync", True)]
    again = [(1.5, [SetLink(False)]), (1.6, [SetLink(True)])]
    late: tuple[float, list[Output]] = (1.7, [SetLine("sync", True), *saying(b"hello")])
    diary = run(Talker("a", [(1.0, busy), *again, late]), wire=strip(LINES))
    up, down = (True, LINES), (False, BARE)

    assert [(name, what) for name, _, what in diary] == [
        *(("a", down), ("b", down), ("a", up), ("b", up)),
        *(("b", ("sync", True)), ("b", b"hello")),
    ]
    assert diary[-1][1] == pytest.approx(1.7 + 5 * BYTE_S)


def test_who_is_plugged_in_again_has_heard_nothing_to_turn_round_for() -> None:
    back: list[Output] = [SetLink(True), SetRate(BAUD, 0.0), *saying(b"x")]
    a = Talker("a", [(1.5, [SetLink(False)]), (1.6, back)])
    diary = run(a, wire=strip(turnaround_s=0.25))

    assert diary[-1] == ("b", 1.6 + BYTE_S, b"x")


def test_what_a_link_that_comes_up_makes_a_side_say_is_said_at_once() -> None:
    body = Endpoint(SPEC, "body", Scripted(BODY_ANSWERS))
    puller = Talker("lens", [(1.0, [SetLink(False)]), (2.0, [SetLink(True)])], baud=115_200)
    list(exchange(body, puller, strip(), 2.02, random.Random(1)))
    raw = frame(IDENTIFY, 1)

    assert puller.diary[-1] == ("lens", 2.0 + len(raw) * 10 / 115_200, raw)


def test_at_equal_times_arrivals_come_first_then_a_then_b() -> None:
    diary: list[Told] = []
    at = 1 + BYTE_S
    a = Talker("a", [(1.0, saying(b"a")), (at, ())], diary=diary)
    b = Talker("b", [(1.0, saying(b"b")), (at, ())], diary=diary)
    list(exchange(a, b, strip(), 2.0, random.Random(1)))

    assert diary[-4:] == [("b", at, b"a"), ("a", at, b"b"), ("a", at, "tick"), ("b", at, "tick")]


@pytest.mark.parametrize(("until", "expected"), [(0.9, 0), (1.0, 1), (1.9, 1), (2.0, 2)])
def test_time_ends_with_until_and_not_before(until: float, expected: int) -> None:
    a = Talker("a", [(1.0, ()), (2.0, ())])
    run(a, until=until)

    assert [told[2] for told in a.diary].count("tick") == expected


def test_when_nothing_is_due_any_more_it_ends() -> None:
    a = Talker("a", [(5.0, saying(b"last"))])

    assert heard(run(a, until=float("inf"))) == [b"last"]


def test_time_goes_on_only_as_records_are_taken() -> None:
    a = Talker("a", [(1.0, saying(b"a")), (2.0, ())])
    records = exchange(a, Talker("b"), strip(), 9.0, random.Random(1))

    assert a.diary == []

    times = [record.t for record in islice(records, 3)]

    assert times == [0.0, 0.0, 1.0]
    assert a.deadline == 2.0


@pytest.mark.parametrize("due", [0.5, 1.0])
def test_a_tick_that_leaves_its_deadline_behind_is_our_mistake(due: float) -> None:
    a = Talker("a", [(1.0, ()), (due, ())])

    with pytest.raises(LocalProtocolError, match=rf"a tick at 1\.0 left a deadline at {due}:"):
        run(a)


def test_time_never_runs_backwards() -> None:
    """What came due while the link was away is done when it is back, not in the past."""
    late = Scripted({"up": [Note("up")]}, at=[(1.5, [Note("late")])])
    body = Endpoint(SPEC, "body", late, checked=False)
    puller = Talker("lens", [(1.0, [SetLink(False)]), (2.0, [SetLink(True)])])
    records = list(exchange(body, puller, strip(), 9.0, random.Random(1)))
    times = [record.t for record in records]

    assert times == sorted(times)
    assert records[-1] == Record(2.0, "body", "noted", Note("late"), state="attached")


ATTACHING: dict[str, Sequence[Act]] = {**LENS_ANSWERS, "up": [ATTACHED]}
DIALOGUE = [
    *("identify", "identity", "exchange_capabilities", "capabilities"),
    *("set_rate", "rate_set", "home", "homed"),
]


def greet(wire: Strip, seed: int = 1, until: float = 0.15) -> list[Record]:
    """A scripted body and lens from the first edge to their cycle."""
    body = Endpoint(SPEC, "body", Scripted(BODY_ANSWERS))
    lens = Endpoint(SPEC, "lens", Scripted(ATTACHING), checked="power" in wire.lines)
    return list(exchange(body, lens, wire, until, random.Random(seed)))


def named(records: Sequence[Record], verb: str) -> list[str]:
    """The frames that were said or heard, by name."""
    return [called(r.event) for r in records if r.verb == verb and r.raw]


@pytest.mark.parametrize("lines", [BARE, LINES], ids=["bare", "all lines"])
def test_a_body_and_a_lens_greet_each_other(lines: frozenset[str]) -> None:
    records = greet(Strip(10, lines))

    assert named(records, "said") == DIALOGUE
    assert named(records, "heard") == DIALOGUE
    assert {record.side: record.state for record in records} == {"body": "ready", "lens": "ready"}


def test_a_frame_is_heard_when_the_window_of_its_speaker_ends() -> None:
    records = greet(Strip(10, LINES, latency_s=0.001))
    ends = [record.window.end for record in records if record.window]
    times = [record.t for record in records if record.verb == "heard" and record.raw]

    assert times == pytest.approx([end + 0.001 for end in ends])


@seeded
def test_a_noisy_conversation_is_repeatable_and_another_seed_is_another(seed: int) -> None:
    noisy = Strip(10, BARE, jitter_s=0.002, bit_error_rate=0.002)
    records = greet(noisy, seed, 1.0)

    assert greet(noisy, seed, 1.0) == records
    assert greet(noisy, seed + 100, 1.0) != records


@seeded
def test_what_arrives_whole_was_said(seed: int) -> None:
    records = greet(Strip(10, BARE, bit_error_rate=0.005), seed, 1.0)
    said = {r.raw for r in records if r.verb == "said"}
    whole = [r for r in records if r.verb == "heard" and r.raw and isinstance(r.event, Message)]

    assert whole
    assert {record.raw for record in whole} <= said


def test_what_came_due_while_a_link_was_away_is_late_and_no_standstill() -> None:
    a = Talker("a", [(1.0, [SetLink(False)]), (2.0, [SetLink(True)]), (1.5, saying(b"x"))])

    assert run(a)[-1][2] == b"x"
