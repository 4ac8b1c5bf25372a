from lensbus.conformance.end import SPOKEN, STARTED, End, told_levels
from lensbus.session.event import Note, Raw, SetRate
from lensbus.wire.message import Message
from tests.peers import (
    BARE,
    CAPABILITIES,
    COMMAND,
    HOMED,
    LINES,
    SAY,
    SPEC,
    Scripted,
    frame,
    sent,
    spoilt,
    verbs,
)

OLD = {name: value for name, value in COMMAND.fields.items() if name != "stabiliser"}
ASK = SAY("exchange_capabilities", mask=())


def up(device: Scripted, lines: frozenset[str] = BARE) -> End:
    end = End(SPEC, "lens", device)
    end.link_changed(True, 0.0, lines)
    return end


def test_it_says_what_no_endpoint_would() -> None:
    end = up(Scripted({"up": [SAY("sleep"), Raw(b"abc")]}))

    assert sent(end) == [frame(SAY("sleep"), 1), b"abc"]


def test_the_state_of_its_records_is_the_devices() -> None:
    end = up(Scripted({"up": [SAY("set_rate", baud=3_000_000)]}))
    end.receive(frame(SAY("rate_set", baud=3_000_000), 1), 0.01)

    assert [record.state for record in end.take_records()][-1] == "fast"
    assert SetRate(3_000_000, 0.005) in end.take_output()


def test_it_goes_back_to_the_slow_rate_when_the_device_has_heard_nothing_for_so_long() -> None:
    device = Scripted({"up": [SAY("set_rate", baud=3_000_000)]})
    end = up(device)
    end.receive(frame(SAY("rate_set", baud=3_000_000), 1), 0.01)
    end.take_output()
    assert end.deadline is not None
    end.tick(end.deadline)

    assert device.names[-1] == "silence"
    assert SetRate(115200, 0.005) in end.take_output()


def test_everything_is_told_also_twice() -> None:
    device = Scripted()
    end = End(SPEC, "body", device)
    end.link_changed(True, 0.0, BARE)
    for _ in range(2):
        end.receive(frame(SAY("identify", protocol=2), 7), 0.0)

    assert device.names.count("identify") == 2


def test_an_answer_that_comes_twice_late_or_with_another_number_is_a_fault() -> None:
    device = Scripted({"up": [ASK]})
    end = up(device)
    for number in (2, 1, 1):
        end.receive(frame(CAPABILITIES, number), 0.0)

    assert device.names[-3:] == ["unexpected reply", "capabilities", "unexpected reply"]


def test_no_answer_is_told_when_the_time_of_the_request_is_over() -> None:
    device = Scripted({"up": [ASK]})
    end = up(device)
    assert end.deadline is not None
    end.tick(end.deadline)

    assert device.names[-1] == "no reply"
    assert len(sent(end)) == 1, "it says nothing twice"


def test_the_refusal_of_what_is_illegal_moves_nothing() -> None:
    end = up(
        Scripted({"up": [SAY("set_rate", baud=115200)], "rate_set": [SAY("home"), SAY("wake")]})
    )
    end.receive(frame(SAY("rate_set", baud=115200), 1), 0.0)
    end.receive(frame(SAY("refused", opcode=7, reason="illegal_state"), 3), 0.0)
    end.receive(frame(HOMED, 2), 0.0)

    assert [record.state for record in end.take_records()][-2:] == ["homing", "ready"]


def test_unsound_bytes_are_told_once_they_end() -> None:
    device = Scripted()
    end = up(device)
    end.receive(spoilt(frame(HOMED, 1)), 0.0)
    assert end.deadline is not None
    end.tick(end.deadline)

    assert device.names[-1] == "bad checksum"


def test_edges_are_heard_and_driven() -> None:
    device = Scripted({"attached": [SAY("power_on")]})
    end = up(device, LINES)
    end.line_changed("detect", False, 0.0)

    assert device.names == ["up", "attached"]
    assert ("said", "power_on") in verbs(end.take_records())


def test_a_device_that_runs_another_program_is_at_its_beginning() -> None:
    end = up(Scripted({"up": [Message("reset"), Note("it starts", STARTED, {"state": "off"})]}))

    assert [record.state for record in end.take_records()][-1] == "off"


def test_levels_stand_for_lines_that_a_link_lacks() -> None:
    assert told_levels(SPEC, BARE) == {"detect": False, "power": True}
    assert told_levels(SPEC, LINES) == {}
    end = up(Scripted())
    assert end.take_records()[0].state == "listening"


def test_nothing_is_due_where_nobody_waits_nor_on_a_link_that_is_down() -> None:
    end = up(Scripted())
    assert end.deadline is None
    end.link_changed(False, 1.0)

    assert end.deadline is None


def test_it_goes_on_in_an_older_version_when_its_tester_does() -> None:
    note = Note("older", SPOKEN, {"version": 1})
    device = Scripted({"up": [COMMAND, note, Message("command", OLD)]})
    end = up(device)
    newer, older = sent(end)

    assert len(newer) == len(older) + 1
    end.link_changed(True, 1.0, BARE)
    assert sent(end)[0] == newer


def test_what_is_said_once_a_cycle_must_count_on_and_a_retry_need_not() -> None:
    device = Scripted()
    end = End(SPEC, "body", device)
    end.link_changed(True, 0.0, BARE)
    for message in (SAY("identify", protocol=2), SAY("sync")):
        for _ in range(2):
            end.receive(frame(message, 7), 0.0)

    assert device.names[-4:] == ["identify", "old number", "sync", "old number", "sync"][-4:]
    assert device.names.count("old number") == 2
