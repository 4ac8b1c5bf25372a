from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.session.event import Output, Raw, Send, SetLine, SetRate
from lensbus.session.log import Journal, Record, Window
from lensbus.session.machine import Machine
from lensbus.session.speaker import Speaker
from lensbus.spec.load import load, spec_root
from lensbus.spec.model import Spec
from lensbus.spec.versions import at
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message
from tests.peers import (
    ACCEPTED,
    ATTACHED,
    BARE,
    COMMAND,
    DETACHED,
    HOME,
    IDENTIFY,
    LINES,
    POWER_ON,
    SAY,
    SPEC,
    frame,
)
from tests.sampled import sampled
from tests.samples import loaded

SLOW, FAST, PAUSE_S = 115_200, 1_500_000, SPEC.link.rate_pause_s
SYNC, RESET = SAY("sync"), SAY("reset")
IDENTIFY_1 = replace(IDENTIFY, seq=1)


def speaking(
    lines: frozenset[str] = BARE, now: float = 0.0, spec: Spec = SPEC
) -> tuple[Speaker, Journal]:
    """A body's saying half on a link with these lines, its first rate taken."""
    journal = Journal("body", Machine(spec.roles["body"]))
    speaker = Speaker(spec, Codec(spec), journal)
    speaker.begin(now, lines)
    speaker.take()
    return speaker, journal


def put(message: Message, lines: frozenset[str] = BARE) -> list[Output]:
    """What goes to the link when one message is said."""
    speaker, _ = speaking(lines)
    speaker.say(message, 0.0)
    return speaker.take()


def seconds(raw: bytes, baud: int = SLOW) -> float:
    return len(raw) * 10 / baud


def test_a_life_begins_with_the_slow_rate() -> None:
    speaker, _ = speaking()
    speaker.begin(1.0, BARE)

    assert speaker.take() == [SetRate(SLOW, 0.0)]
    assert speaker.free == 1.0


def test_a_message_goes_as_its_frame() -> None:
    speaker, _ = speaking()

    assert speaker.say(IDENTIFY_1, 0.0) == (IDENTIFY_1, frame(IDENTIFY, 1))
    assert speaker.take() == [Send(frame(IDENTIFY, 1), IDENTIFY_1)]


def test_what_was_taken_is_not_given_again() -> None:
    speaker, _ = speaking()
    speaker.say(IDENTIFY_1, 0.0)
    speaker.take()

    assert speaker.take() == []


def test_a_frame_is_recorded_with_when_it_is_on_the_wire() -> None:
    speaker, journal = speaking()
    _, raw = speaker.say(IDENTIFY_1, 0.5)
    window = Window(0.5, 0.5 + seconds(raw), SLOW)

    assert journal.take() == [Record(0.5, "body", "said", IDENTIFY_1, raw, window, "empty")]
    assert speaker.free == window.end


def test_a_frame_waits_until_the_one_before_is_out() -> None:
    speaker, journal = speaking()
    _, first = speaker.say(IDENTIFY_1, 0.0)
    speaker.say(replace(HOME, seq=2), 0.0)
    windows = [record.window for record in journal.take()]

    assert windows == [
        Window(0.0, seconds(first), SLOW),
        Window(seconds(first), speaker.free, SLOW),
    ]


@sampled(60)
@given(st.lists(st.tuples(st.floats(0, 0.01), st.binary(min_size=1, max_size=60)), max_size=20))
def test_two_frames_are_never_on_the_wire_at_once(said: list[tuple[float, bytes]]) -> None:
    speaker, journal = speaking()
    now = last = 0.0
    for wait, raw in said:
        now += wait
        speaker.transmit(raw, Raw(raw), now)
        window = journal.take()[0].window

        assert window is not None
        assert window.start == max(now, last)
        assert window.end - window.start == pytest.approx(seconds(raw))

        last = window.end
    assert speaker.free == last


def test_bytes_as_they_are_go_past_the_codec() -> None:
    speaker, journal = speaking()
    speaker.transmit(b"\0", Raw(b"\0"), 0.0)

    assert speaker.take() == [Send(b"\0", Raw(b"\0"))]
    assert [record.event for record in journal.take()] == [Raw(b"\0")]


def test_where_there_is_a_select_line_it_is_high_around_each_frame() -> None:
    sending = Send(frame(IDENTIFY, 1), IDENTIFY_1)

    assert put(IDENTIFY_1, frozenset({"select"})) == [
        SetLine("select", True),
        sending,
        SetLine("select", False),
    ]
    assert put(IDENTIFY_1, LINES - {"select"}) == [sending]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(POWER_ON, [SetLine("power", True)], id="a level stays"),
        pytest.param(SAY("power_off"), [SetLine("power", False)], id="the other level"),
        pytest.param(ATTACHED, [SetLine("detect", False)], id="a low level"),
        pytest.param(DETACHED, [SetLine("detect", True)], id="a high level"),
        pytest.param(SYNC, [SetLine("sync", False), SetLine("sync", True)], id="a pulse returns"),
        pytest.param(RESET, [SetLine("reset", False), SetLine("reset", True)], id="another pulse"),
    ],
)
def test_a_message_of_a_line_drives_the_line(message: Message, expected: list[Output]) -> None:
    assert put(message, LINES) == expected


@pytest.mark.parametrize("message", [SYNC, RESET], ids=lambda message: message.name)
def test_on_a_link_without_its_line_a_message_goes_in_band(message: Message) -> None:
    speaker, _ = speaking(LINES - {"sync", "reset"})
    numbered, raw = speaker.say(message, 0.0)

    assert raw == frame(message, 1)
    assert Send(raw, numbered) in speaker.take()


@pytest.mark.parametrize("message", [POWER_ON, ATTACHED], ids=lambda message: message.name)
def test_a_level_that_stands_for_itself_where_it_is_absent_is_only_recorded(
    message: Message,
) -> None:
    speaker, journal = speaking(BARE)

    assert speaker.say(message, 0.25) == (message, b"")
    assert speaker.take() == []
    assert journal.take() == [Record(0.25, "body", "said", message, state="empty")]


def test_an_edge_takes_no_time_on_the_wire() -> None:
    speaker, journal = speaking(LINES)
    speaker.say(SYNC, 0.5)

    assert speaker.free == 0.0
    assert journal.take() == [Record(0.5, "body", "said", SYNC, state="empty")]


@pytest.mark.parametrize(
    ("message", "reply_to", "lines", "expected"),
    [
        pytest.param(IDENTIFY, None, BARE, 1, id="the next of our own"),
        pytest.param(IDENTIFY, 77, BARE, 77, id="its request's"),
        pytest.param(replace(IDENTIFY, seq=9), None, BARE, 9, id="its own"),
        pytest.param(replace(IDENTIFY, seq=9), 77, BARE, 77, id="its request's before its own"),
        pytest.param(SYNC, None, LINES, None, id="none on a line"),
        pytest.param(SYNC, None, BARE, 1, id="one in band"),
    ],
)
def test_a_message_gets_its_number(
    message: Message, reply_to: int | None, lines: frozenset[str], expected: int | None
) -> None:
    speaker, _ = speaking(lines)

    said, _ = speaker.say(message, 0.0, reply_to)

    assert said == replace(message, seq=expected)


def test_only_numbers_of_our_own_are_counted() -> None:
    speaker, _ = speaking(LINES)
    others = [(IDENTIFY, 77), (replace(IDENTIFY, seq=9), None), (SYNC, None)]
    for message, reply_to in others:
        speaker.say(message, 0.0, reply_to)
    speaker.say(COMMAND, 0.0)

    assert speaker.say(COMMAND, 0.0)[0].seq == 2


def test_frames_without_numbers_are_not_counted(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    speaker, _ = speaking(spec=spec)
    message = Message("ask", {"a": 1})

    assert speaker.say(message, 0.0) == (message, Codec(spec).encode(message))


def test_another_rate_comes_after_what_was_said_and_its_pause() -> None:
    speaker, journal = speaking()
    _, first = speaker.say(IDENTIFY_1, 0.0)
    speaker.change_rate(FAST, 0.0)
    _, second = speaker.say(replace(HOME, seq=2), 0.0)
    start = seconds(first) + PAUSE_S

    assert speaker.take()[1] == SetRate(FAST, PAUSE_S)
    assert journal.take()[1].window == Window(start, speaker.free, FAST)
    assert speaker.free == pytest.approx(start + seconds(second, FAST))


def test_on_a_quiet_line_the_pause_of_a_rate_begins_now() -> None:
    speaker, _ = speaking()
    speaker.change_rate(FAST, 2.0)

    assert speaker.free == 2.0 + PAUSE_S


def test_the_same_rate_again_costs_nothing() -> None:
    speaker, _ = speaking()
    speaker.change_rate(SLOW, 2.0)

    assert speaker.take() == []
    assert speaker.free == 0.0


def test_a_new_life_knows_nothing_of_the_old_one() -> None:
    speaker, _ = speaking(LINES)
    speaker.say(IDENTIFY, 0.0)
    speaker.change_rate(FAST, 0.0)
    speaker.begin(5.0, BARE)
    speaker.say(IDENTIFY, 5.0)

    assert speaker.take() == [SetRate(SLOW, 0.0), Send(frame(IDENTIFY, 1), IDENTIFY_1)]
    assert speaker.free == pytest.approx(5.0 + seconds(frame(IDENTIFY, 1)))


def test_what_does_not_fit_its_frame_is_our_mistake() -> None:
    speaker, journal = speaking()

    with pytest.raises(LocalProtocolError, match="protocol"):
        speaker.say(Message("identify", {"protocol": 256}, 1), 0.0)

    assert speaker.take() == []
    assert journal.take() == []


def test_an_answer_that_names_its_request_gets_the_number_that_the_spec_gives_answers(
    tmp_path: Path,
) -> None:
    text = (spec_root() / "l_mount" / "lens.yaml").read_text()
    path = tmp_path / "next.yaml"
    path.write_text(text.replace("reply: same}", "reply: next}"))
    speaker, _ = speaking(spec=load(str(path)))

    assert speaker.say(replace(ACCEPTED, seq=7), 0.0, 7)[0].seq == 8


def test_a_life_after_one_in_an_older_version_numbers_all_messages() -> None:
    speaker, _ = speaking()
    old = at(SPEC, 1)
    speaker.follow(old, Codec(old))
    speaker.begin(0.0, BARE)
    speaker.follow(SPEC, Codec(SPEC))
    message, _ = speaker.say(SAY("get_accessory"), 0.0)

    assert message.seq == 1
    assert set(speaker.counters) >= {name for name, kind in SPEC.messages.items() if kind.key}


def test_to_go_on_in_another_version_does_not_count_anew() -> None:
    speaker, _ = speaking()
    speaker.say(IDENTIFY, 0.0)
    old = at(SPEC, 1)
    speaker.follow(old, Codec(old))

    assert speaker.say(HOME, 0.0)[0].seq == 2
