import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Raw, Restart, Send, SetLine, SetRate
from lensbus.session.log import Record
from lensbus.spec.canon import layout_hash
from lensbus.spec.load import load
from lensbus.spec.versions import at
from lensbus.wire.codec import Codec
from lensbus.wire.message import Fault, Message, Vocabulary
from tests.mounts import TAMRON, TAMRON_NAMES, tamron_update
from tests.peers import (
    ACCEPTED,
    APERTURE,
    ASK_CAPABILITIES,
    BARE,
    BODY_ANSWERS,
    BUSY,
    COMMAND,
    DETACHED,
    HOME,
    HOMED,
    IDENTIFY,
    IDENTITY,
    LENS_ANSWERS,
    LINES,
    POWER_ON,
    RATE_SET,
    SAY,
    SET_RATE,
    SPEC,
    STATUS,
    STOP,
    Scripted,
    called,
    drained,
    frame,
    greeting,
    homing_body,
    listening,
    ready_body,
    ready_lens,
    sent,
    spoilt,
    verbs,
)

IDENTIFY_S = len(frame(IDENTIFY, 1)) * 10 / 115_200
TIMEOUT_S = SPEC.replies["identify"].timeout_s
GAP_S = SPEC.constant("gap_s")


def test_a_time_out_counts_from_the_last_bit_of_the_request() -> None:
    body = greeting(Scripted(BODY_ANSWERS))

    assert body.deadline == pytest.approx(IDENTIFY_S + TIMEOUT_S)


def test_a_time_out_counts_from_after_the_pause_of_a_rate_change() -> None:
    body = homing_body(Scripted(BODY_ANSWERS))
    ahead = sum(len(frame(said, 1)) for said in (IDENTIFY, ASK_CAPABILITIES, SET_RATE))
    home_s = len(frame(HOME, 4)) * 10 / 1_500_000
    expected = ahead * 10 / 115_200 + 0.005 + home_s + SPEC.replies["home"].timeout_s

    assert body.deadline == pytest.approx(expected)


def test_a_retry_repeats_bytes_and_number_and_leaves_the_table_alone() -> None:
    body = greeting(Scripted(BODY_ANSWERS))
    first = sent(body)
    body.tick(body.deadline or 0)

    assert first == sent(body) == [frame(IDENTIFY, 1)]
    assert body.state == "greeting"


def test_too_early_a_tick_does_nothing() -> None:
    body = drained(greeting(Scripted(BODY_ANSWERS)))
    body.tick(TIMEOUT_S / 2)

    assert body.take_output() == []
    assert body.take_records() == []


def test_a_request_that_stays_unanswered_becomes_a_fault_and_takes_its_row() -> None:
    device = Scripted(BODY_ANSWERS)
    body = greeting(device)
    while device.names[-1] != "no reply":
        body.tick(body.deadline or 0)

    assert [frame(IDENTIFY, 1)] * 4 == sent(body)
    assert body.state == "lost"
    assert body.deadline is None


def test_a_repeated_request_gets_the_same_answer_and_the_device_is_not_told() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    lens.receive(frame(IDENTIFY, 9) * 2, 0.1)

    assert [frame(IDENTITY, 9)] * 2 == sent(lens)
    assert device.names.count("identify") == 1
    assert verbs(lens.take_records()) == [("heard", "identify"), ("said", "identity")] * 2


def test_the_same_number_after_a_while_is_a_new_request() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    for now in (0.1, 1.2):
        lens.receive(frame(IDENTIFY, 9), now)

    assert device.names.count("identify") == 2


def test_after_a_silence_the_same_numbers_are_of_another_session() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    silent = lens.deadline
    assert silent is not None
    lens.tick(silent)
    drained(lens)
    lens.receive(frame(SET_RATE, 1), silent)

    assert device.names.count("set_rate") == 2
    assert lens.take_output()[1:] == [SetRate(1_500_000, SPEC.link.rate_pause_s)]
    assert lens.state == "fast"


def test_who_missed_the_last_answer_of_a_session_gets_it_again() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    lens.receive(frame(SAY("sleep"), 3), 0.0)
    first = sent(lens)
    lens.receive(frame(SAY("sleep"), 3), 0.1)

    assert first == sent(lens) == [frame(SAY("asleep"), 3)]
    assert device.names.count("sleep") == 1


def test_a_request_that_took_long_is_known_again_after_its_answer() -> None:
    device = Scripted({**LENS_ANSWERS, "home": []}, at=[(0.9, [HOMED])])
    lens = ready_lens(device)
    lens.tick(0.9)
    lens.receive(frame(HOME, 2), 1.15)

    assert [frame(HOMED, 2)] * 2 == sent(lens)
    assert lens.state == "ready"


def test_a_request_that_is_still_worked_on_is_not_begun_twice() -> None:
    device = Scripted({**LENS_ANSWERS, "home": [BUSY]})
    lens = ready_lens(device)
    lens.receive(frame(HOME, 2), 0.2)

    assert sent(lens) == []
    assert device.names.count("home") == 1


def test_of_two_open_requests_the_one_with_the_number_is_answered() -> None:
    late = SAY("accepted", opcode=0x14, seq=4)
    device = Scripted({**LENS_ANSWERS, "focus_stop": [], "aperture_set": [late]})
    lens = ready_lens(device)
    lens.receive(frame(STOP, 3) + frame(APERTURE, 4) * 2 + frame(STOP, 3), 0.1)

    assert [frame(late, 4)] * 2 == sent(lens)


def test_busy_begins_the_time_out_of_a_request_anew() -> None:
    body = homing_body(Scripted(BODY_ANSWERS))
    body.receive(frame(BUSY, 4), 0.2)

    assert body.deadline == pytest.approx(0.2 + SPEC.replies["home"].timeout_s)
    assert body.state == "homing"


def test_busy_may_come_again_and_again() -> None:
    device = Scripted(BODY_ANSWERS)
    body = homing_body(device)
    for now in (0.1, 0.2, 0.3):
        body.receive(frame(BUSY, 4), now)

    assert device.names[-3:] == ["busy"] * 3


@pytest.mark.parametrize("seq", [2, 255])
def test_a_reply_that_nobody_waits_for_is_a_fault(seq: int) -> None:
    device = Scripted(BODY_ANSWERS)
    body = drained(greeting(device))
    raw = frame(IDENTITY, seq)
    body.receive(raw, 0.01)

    assert device.told[-1] == Fault("unexpected reply", raw, "identity")
    assert sent(body) == []


def test_a_reply_after_the_last_try_is_a_fault() -> None:
    device = Scripted(BODY_ANSWERS)
    body = greeting(device)
    while body.deadline is not None:
        body.tick(body.deadline)
    body.receive(frame(IDENTITY, 1), 1.0)

    assert device.names[-2:] == ["no reply", "unexpected reply"]


def test_a_request_that_the_state_forbids_is_a_fault_and_is_refused() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    raw = frame(HOME, 77)
    lens.receive(raw, 0.1)
    refused = SAY("refused", opcode=raw[3], reason="illegal_state")

    assert device.told[-1] == Fault("illegal message", raw, "home", "in state listening")
    assert [frame(refused, 77)] == sent(lens)
    assert lens.state == "listening"


def test_who_begins_anew_owes_no_answer_from_before() -> None:
    refused = SAY("refused", opcode=1, reason="unsupported")
    lens = ready_lens(Scripted({**LENS_ANSWERS, "focus_stop": [], "identify": [refused]}))
    lens.receive(frame(STOP, 3) + frame(IDENTIFY, 4), 0.1)

    assert [frame(refused, 4)] == sent(lens)


def test_what_is_no_request_is_not_refused() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    lens.receive(frame(SAY("sleep"), 3), 0.1)
    drained(lens).receive(frame(COMMAND, 4), 0.1)

    assert lens.state == "sleeping"
    assert device.names[-1] == "illegal message"
    assert sent(lens) == []


def test_in_a_deaf_state_no_byte_is_heard() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = Endpoint(SPEC, "lens", device)
    lens.link_changed(True, 0.0, LINES)
    drained(lens).receive(frame(IDENTIFY, 1), 0.1)

    assert device.names == ["up"]
    assert lens.take_records() == []
    assert lens.deadline is None


def test_what_comes_in_one_piece_with_the_word_that_deafens_is_not_heard() -> None:
    entering = SAY("entering_bootloader")
    device = Scripted({**LENS_ANSWERS, "enter_bootloader": [entering]})
    lens = ready_lens(device)
    lens.receive(frame(SAY("enter_bootloader"), 3) + frame(IDENTIFY, 4) + b"\xe0", 0.1)

    assert device.names[-1] == "enter_bootloader"
    assert lens.state == "gone"
    assert lens.deadline is None


def test_silence_in_a_state_that_has_a_row_for_it_is_a_fault() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    lens.receive(frame(SET_RATE, 1), 0.1)
    drained(lens).tick(0.4)

    assert device.names[-1] == "silence"
    assert lens.state == "listening"
    assert lens.take_output() == [SetRate(115_200, 0.005)]
    assert lens.deadline is None


def test_a_whole_frame_ends_the_silence_and_noise_does_not() -> None:
    lens = ready_lens(Scripted(LENS_ANSWERS))
    lens.receive(frame(COMMAND, 3), 0.2)
    lens.receive(b"noise", 0.25)
    lens.tick(0.25 + GAP_S)

    assert lens.deadline == pytest.approx(0.5)


def test_a_gap_ends_half_a_frame_as_one_fault() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    half = frame(IDENTIFY, 1)[:5]
    for count, byte in enumerate(half):
        lens.receive(bytes([byte]), 0.1 + count * GAP_S / 2)
    last = 0.1 + 4 * GAP_S / 2

    assert lens.deadline == pytest.approx(last + GAP_S)

    lens.tick(lens.deadline or 0)

    assert device.told[-1] == Fault("truncated", half)
    assert device.names.count("truncated") == 1
    assert lens.deadline is None


def test_the_falling_edge_of_select_ends_a_frame() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device, LINES)
    lens.receive(frame(IDENTIFY, 1)[:5], 0.1)
    lens.line_changed("select", False, 0.1)

    assert device.names[-1] == "truncated"


def test_the_rate_of_a_row_comes_before_what_the_device_answers() -> None:
    body = greeting(Scripted(BODY_ANSWERS))
    for seq, answer in enumerate((IDENTITY, SAY("capabilities", mask=())), 1):
        body.receive(frame(answer, seq), 0.0)
    drained(body)
    body.receive(frame(RATE_SET, 3), 0.1)

    assert body.take_output() == [SetRate(1_500_000, 0.005), Send(frame(HOME, 4), HOME_4)]


HOME_4 = Message("home", {}, 4)


def test_the_rate_of_an_answer_comes_after_the_answer() -> None:
    lens = listening(Scripted(LENS_ANSWERS))
    lens.receive(frame(SET_RATE, 8), 0.1)
    kinds = [type(output) for output in lens.take_output()]

    assert kinds == [Send, SetRate]


STREAM = [
    b"\x00noise",
    frame(IDENTIFY, 1),
    frame(IDENTIFY, 1),
    spoilt(frame(ASK_CAPABILITIES, 2)),
    frame(ASK_CAPABILITIES, 2),
    frame(HOME, 3),
    b"\xe0\xff\x01",
    frame(SET_RATE, 4),
    frame(HOME, 5),
    frame(COMMAND, 6)[:9],
    frame(COMMAND, 7),
    frame(COMMAND, 9),
    frame(STOP, 10),
    b"\xe0",
    frame(SAY("reset"), 11),
    frame(SAY("reset"), 12),
    frame(IDENTIFY, 13),
]
RESETTING: dict[str, list[Act]] = {name: list(acts) for name, acts in LENS_ANSWERS.items()}
RESETTING["reset"] = [Restart("application")]


def records_of(pieces: list[bytes]) -> list[Record]:
    lens = Endpoint(SPEC, "lens", Scripted(RESETTING))
    lens.link_changed(True, 0.0, BARE)
    for piece in pieces:
        lens.receive(piece, 0.1)
    return lens.take_records()


@given(st.data())
def test_any_cut_of_one_stream_gives_the_same_records(data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.sampled_from(STREAM), min_size=1, max_size=30))
    stream = b"".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=20).map(sorted))
    pieces = [stream[at:to] for at, to in pairwise([0, *cuts, len(stream)])]

    assert records_of([stream]) == records_of(pieces)


def test_byte_by_byte_is_a_cut_too() -> None:
    stream = b"".join(STREAM)
    bytewise = [bytes([byte]) for byte in stream]

    assert records_of([stream]) == records_of(bytewise)


def test_a_number_that_is_left_out_is_a_missing_frame() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    lens.receive(frame(COMMAND, 3) + frame(COMMAND, 6), 0.1)

    assert device.told[-2] == Fault("missing frame", detail="2 before command")
    assert device.names[-2:] == ["missing frame", "command"]


def test_a_frame_that_was_heard_spoilt_is_not_missing_as_well() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    stream = frame(COMMAND, 3) + spoilt(frame(COMMAND, 4)) + frame(COMMAND, 5)
    lens.receive(stream, 0.1)

    assert device.names[-3:] == ["command", "bad checksum", "command"]


def test_a_retry_that_comes_after_later_frames_is_no_gap() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    lens.receive(frame(COMMAND, 3) + frame(COMMAND, 5) + frame(STOP, 4) + frame(COMMAND, 6), 0.1)

    assert device.names[-4:] == ["missing frame", "command", "focus_stop", "command"]


def test_numbers_go_round_without_a_gap() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    drained(lens)
    for seq in (3, 100, 200, 254, 255, 1, 2):
        lens.receive(frame(COMMAND, seq), 0.1)
    gaps = [event.detail for event in device.told if isinstance(event, Fault)]

    assert gaps == ["96 before command", "99 before command", "53 before command"]


def test_unchecked_follows_the_table_and_refuses_nothing() -> None:
    device = Scripted({"home": [RATE_SET]})
    lens = listening(device, checked=False)
    lens.receive(frame(HOME, 1), 0.1)

    assert lens.take_output()[0] == Send(frame(RATE_SET, 1), dataclasses.replace(RATE_SET, seq=1))
    assert lens.state == "fast"
    assert device.names[-1] == "home"


def test_unchecked_asks_nothing_twice() -> None:
    device = Scripted({"attached": [IDENTIFY]})
    body = Endpoint(SPEC, "body", device, checked=False)
    body.link_changed(True, 0.0, BARE)
    body.tick(body.deadline or 0)

    assert [frame(IDENTIFY, 1)] == sent(body)
    assert device.names[-1] == "no reply"


def test_unchecked_says_bytes_as_they_are() -> None:
    raw = Raw(b"\xe0\x00")
    body = Endpoint(SPEC, "body", Scripted({"attached": [raw]}), checked=False)
    body.link_changed(True, 0.0, BARE)

    assert sent(body) == [b"\xe0\x00"]


def test_to_say_what_the_table_forbids_is_our_mistake() -> None:
    lens = Endpoint(SPEC, "lens", Scripted({"up": [STATUS]}))

    with pytest.raises(LocalProtocolError, match="lens can't send status in state off"):
        lens.link_changed(True, 0.0, BARE)


def test_nothing_may_follow_a_restart() -> None:
    lens = listening(Scripted({"identify": [Restart("application"), IDENTITY]}))

    with pytest.raises(LocalProtocolError, match="nothing may follow a restart"):
        lens.receive(frame(IDENTIFY, 1), 0.1)


def test_after_a_restart_nothing_is_heard_said_or_due() -> None:
    device = Scripted(RESETTING, at=[(0.1, [BUSY])])
    lens = listening(device)
    lens.receive(frame(SAY("reset"), 1) * 2 + frame(SAY("reset"), 2) + b"\xe0", 0.1)
    lens.receive(frame(IDENTIFY, 3), 0.1)
    lens.line_changed("reset", False, 0.1)
    lens.tick(0.2)

    assert device.names[-1] == "reset"
    assert device.names.count("reset") == 1
    assert sent(lens) == []
    assert lens.deadline is None


def test_half_a_frame_from_before_a_restart_is_not_told_after_it() -> None:
    device = Scripted(LENS_ANSWERS, at=[(0.1, [Restart("application")])])
    lens = listening(device)
    lens.receive(b"\xe0", 0.1)
    lens.tick(0.1)
    lens.tick(0.2)

    assert device.names == ["up", "power_on"]
    assert verbs(lens.take_records()) == [("noted", "Restart")]


def test_a_line_that_the_link_has_not_goes_in_band() -> None:
    body = ready_body(Scripted(BODY_ANSWERS, at=[(0.1, [SAY("sync")])]))
    body.tick(0.1)

    assert [frame(SAY("sync"), 5)] == sent(body)


def test_a_line_that_the_link_has_is_driven_and_a_pulse_returns() -> None:
    said = {"up": [SAY("sync"), POWER_ON]}
    body = Endpoint(SPEC, "body", Scripted(said), checked=False)
    body.link_changed(True, 0.0, LINES)
    expected = [SetLine("sync", False), SetLine("sync", True), SetLine("power", True)]

    assert body.take_output()[1:] == expected


def test_the_level_of_an_absent_line_is_told_at_the_beginning() -> None:
    device = Scripted()
    listening(device)

    assert device.names == ["up", "power_on"]


def test_a_line_in_band_is_heard_as_its_message() -> None:
    device = Scripted(RESETTING)
    lens = listening(device)
    lens.receive(frame(SAY("reset"), 1), 0.1)

    assert lens.restart == "application"


def test_the_select_line_is_high_around_each_frame() -> None:
    lens = listening(Scripted(LENS_ANSWERS), LINES)
    lens.receive(frame(IDENTIFY, 1), 0.1)
    sending = Send(frame(IDENTITY, 1), dataclasses.replace(IDENTITY, seq=1))

    assert lens.take_output() == [SetLine("select", True), sending, SetLine("select", False)]


def test_link_down_resets_all() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    lens.receive(frame(STOP, 3) + b"\xe0", 0.1)
    lens.link_changed(False, 0.2)
    lens.receive(frame(COMMAND, 4), 0.3)
    lens.tick(9.0)

    assert device.names[-1] == "down"
    assert lens.state == "off"
    assert lens.deadline is None
    assert lens.take_output() == [SetRate(115_200, 0.0)]


def test_a_new_life_knows_nothing_of_the_old_one() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = listening(device)
    lens.receive(frame(IDENTIFY, 9), 0.1)
    lens.link_changed(True, 0.2, BARE)
    lens.receive(frame(IDENTIFY, 9), 0.3)

    assert device.names == ["up", "power_on", "identify"] * 2


def test_what_was_asked_in_a_session_is_not_waited_for_after_its_end() -> None:
    device = Scripted(BODY_ANSWERS)
    body = greeting(device)
    body.line_changed("detect", True, 0.01)
    body.tick(1.0)

    assert device.names == ["up", "attached", "detached"]
    assert body.deadline is None


def test_two_requests_that_are_lost_at_once_are_told_once_and_end_the_session() -> None:
    device = Scripted(BODY_ANSWERS, at=[(0.1, [STOP, APERTURE])])
    body = ready_body(device)
    body.receive(frame(STATUS, 1), 0.1)
    for now in (0.1, 0.14, 0.18, 0.22, 0.26):  # each later than both time-outs
        body.tick(now)

    assert sent(body) == [frame(STOP, 5), frame(APERTURE, 6)] * 4
    assert device.told[-1] == Fault("no reply", frame(STOP, 5), "focus_stop")
    assert device.names.count("no reply") == 1
    assert body.state == "lost"
    assert body.deadline is None


def test_a_message_of_no_known_key_is_a_fault_and_the_conversation_goes_on() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = ready_lens(device)
    raw = frame(HOME, 3)
    lens.receive(frame(ACCEPTED, 3) + raw, 0.1)

    assert device.names[-2:] == ["unknown message", "illegal message"]


def test_an_edge_that_says_nothing_is_not_told() -> None:
    device = Scripted()
    lens = listening(device, LINES)
    lens.line_changed("reset", True, 0.1)

    assert device.names == ["up", "power_on"]


def test_a_detached_lens_is_told_to_the_body() -> None:
    device = Scripted({"up": [DETACHED]})
    lens = Endpoint(SPEC, "lens", device)
    lens.link_changed(True, 0.0, LINES)

    assert lens.take_output()[-1] == SetLine("detect", True)


def test_a_row_switches_frame_and_rate_for_both_sides_and_back() -> None:
    records = tamron_update()
    said = [record for record in records if record.verb == "said"]
    rates = {record.window.baud for record in said if record.window}
    fast = [called(one.event) for one in said if one.window and one.window.baud == 3_000_000]

    assert [called(record.event) for record in said] == TAMRON_NAMES
    assert (fast, rates) == (TAMRON_NAMES[3:12], {19_200, 3_000_000})
    assert not [record for record in records if isinstance(record.event, Fault)]


def test_each_shape_counts_its_own_numbers_and_a_control_byte_has_none() -> None:
    said = [record.event for record in tamron_update() if record.verb == "said"]

    assert [(e.name, e.seq) for e in said if isinstance(e, Message) and e.seq is not None] == [
        *(("connect", 1), ("connected", 1), ("begin_firmware", 2)),
        *(("block", 1), ("block", 2), ("disconnect", 3), ("disconnected", 3)),
    ]


def test_bytes_of_the_new_frame_in_the_same_read_are_heard_as_such() -> None:
    device = Scripted()
    lens = Endpoint(TAMRON, "lens", device)
    lens.link_changed(True, 0.0)
    codec = Codec(TAMRON)
    begin = codec.encode(Message("begin_firmware", {"device": 0, "area": 0}), 1)
    block = codec.encode(Message("block", {"data": bytes(1024)}), 1)
    lens.receive(begin + block[:9], 1.0)
    lens.receive(block[9:], 1.001)

    assert device.names == ["up", "begin_firmware", "illegal message"]  # it is erasing still


def test_a_new_life_begins_in_the_first_frame() -> None:
    device = Scripted()
    lens = Endpoint(TAMRON, "lens", device)
    connect = Codec(TAMRON).encode(Message("connect", {"unknown_1": 0}), 1)
    begin = Codec(TAMRON).encode(Message("begin_firmware", {"device": 0, "area": 0}), 1)
    for _ in range(2):
        lens.link_changed(True, 0.0)
        lens.receive(connect + begin + b"\2", 0.1)

    assert device.names == ["up", "connect", "begin_firmware"] * 2


def test_a_link_that_shows_only_with_both_sides_cannot_be_spoken() -> None:
    with pytest.raises(LocalProtocolError, match="canon_ef/lens cannot be spoken on a link"):
        Endpoint(load("canon_ef"), "body", Scripted())


OLD = at(SPEC, 1)
OLD_SAY = Vocabulary(OLD)
OLD_IDENTIFY = SAY("identify", protocol=1, layout_hash=layout_hash(SPEC, 1))
NO_STABILISER = {"aperture_av256": 900, "focus_drive": "none", "focus_target": 0}


def old_frame(message: Message, seq: int) -> bytes:
    return Codec(OLD).encode(message, seq)


def met(device: Scripted) -> Endpoint:
    """A lens in its cycle, that an old body has identified; it heard the numbers 1 to 3."""
    lens = listening(device)
    for seq, message in enumerate((OLD_IDENTIFY, SET_RATE, HOME), 1):
        lens.receive(frame(message, seq), 0.0)
    return drained(lens)


def test_once_a_version_is_agreed_both_layouts_are_its_own() -> None:
    status = OLD_SAY("status", **OLD_SAY.part("status", **STATUS.fields))
    device = Scripted({**LENS_ANSWERS, "sync": [status]})
    lens = met(device)
    lens.receive(old_frame(Message("command", NO_STABILISER), 4), 0.1)
    lens.receive(frame(SAY("sync"), 5), 0.1)

    assert device.told[-2] == Message("command", NO_STABILISER, 4)
    assert sent(lens)[-1][4:-2] == old_frame(status, 1)[4:-2]


def test_a_message_of_a_newer_version_than_was_agreed_is_a_fault() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = met(device)
    lens.receive(frame(COMMAND, 4), 0.1)

    assert device.names[-1] == "trailing bytes"


def test_a_device_cannot_say_what_the_agreed_version_has_not() -> None:
    lens = met(Scripted({**LENS_ANSWERS, "sync": [STATUS]}))

    with pytest.raises(LocalProtocolError, match="status: unknown "):
        lens.receive(frame(SAY("sync"), 4), 0.1)


def test_a_new_life_begins_with_the_newest_version_again() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = met(device)
    lens.link_changed(True, 1.0, BARE)
    for seq, message in enumerate((SET_RATE, HOME, COMMAND), 1):
        lens.receive(frame(message, seq), 1.0)

    assert device.told[-1] == dataclasses.replace(COMMAND, seq=3, checked=None)


def test_the_answer_to_what_agrees_a_version_goes_its_way_and_so_does_its_repeat() -> None:
    lens = listening(Scripted(LENS_ANSWERS))
    lens.receive(frame(OLD_IDENTIFY, 1) * 2, 0.0)

    assert [frame(IDENTITY, 1)] * 2 == sent(lens)


def test_a_layout_mismatch_is_told_after_the_message_and_the_session_goes_on() -> None:
    device = Scripted(BODY_ANSWERS)
    body = greeting(device)
    fields = {**IDENTITY.fields, "layout_hash": 1}
    body.receive(frame(SAY("identity", **fields), 1), 0.01)

    assert device.names[-2:] == ["identity", "layout mismatch"]
    assert sent(body)[-1] == frame(ASK_CAPABILITIES, 2)


def test_no_common_version_is_told_as_a_fault() -> None:
    device = Scripted({**BODY_ANSWERS, "identity": []})
    body = Endpoint(SPEC, "body", device, speaks=range(2, 3))
    body.link_changed(True, 0.0, BARE)
    fields = {**IDENTITY.fields, "protocol": 1}
    body.receive(frame(SAY("identity", **fields), 1), 0.01)

    assert device.names[-2:] == ["identity", "no common version"]


def test_a_side_that_speaks_an_older_version_alone_begins_with_it() -> None:
    device = Scripted(LENS_ANSWERS)
    lens = Endpoint(SPEC, "lens", device, speaks=range(1, 2))
    lens.link_changed(True, 0.0, BARE)
    for seq, message in enumerate((SET_RATE, HOME), 1):
        lens.receive(frame(message, seq), 0.0)
    lens.receive(old_frame(Message("command", NO_STABILISER), 3), 0.0)

    assert device.told[-1] == Message("command", NO_STABILISER, 3)
