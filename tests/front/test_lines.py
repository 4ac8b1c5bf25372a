import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from lensbus.front.lines import Timeline, json_line, line, message_text
from lensbus.session.event import LinkDown, LinkUp, Note, Raw, Restart
from lensbus.session.log import Record, Told, Verb, Window
from lensbus.spec.load import load
from lensbus.telemetry.records import note_text, record_json
from lensbus.wire.message import Fault, Message, Vocabulary

SPEC = load("l_mount")
COMMAND = {"aperture_av256": 925, "focus_drive": "none", "focus_target": 0, "stabiliser": "on"}


def record(
    event: Told, t: float = 1.5, side: str = "body", verb: Verb = "said", state: str = ""
) -> Record:
    return Record(t, side, verb, event, state=state)


def command(t: float, **fields: int) -> Record:
    return record(Message("command", {**COMMAND, **fields}), t, state="ready")


def told(records: Iterable[Record], *, everything: bool = False) -> list[str]:
    timeline = Timeline(SPEC, everything=everything)
    lines = [text.strip() for one in records for text in timeline.lines(one)]
    return lines + [text.strip() for text in timeline.rest()]


def test_bytes_are_hex_in_json() -> None:
    assert json_line({"raw": b"\xe0\x08", "list": [b"\0"]}) == '{"raw": "e008", "list": ["00"]}'


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set is no JSON"):
        json_line({"lines": {"sync"}})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, "x=3"),
        ("moving", "x=moving"),
        ("LUMIX S", 'x="LUMIX S"'),
        ('a "b"', r'x="a \"b\""'),
        ("\x1b[31mred\nFAKE", r'x="\u001b[31mred\nFAKE"'),
        ("10k\u03a9", "x=10k\u03a9"),
        ("", "x="),
        (b"\x01\xff", "x=01ff"),
        (("zoom", "autofocus"), "x=zoom,autofocus"),
        ((), "x=-"),
        ((1, b"\xab"), "x=1,ab"),
        ({"mode": "on", "level": 3}, "x=(mode=on level=3)"),
        (({"a": 1}, {"a": 2}), "x=(a=1),(a=2)"),
    ],
)
def test_a_field_is_its_name_and_its_value_in_one_word(value: object, expected: str) -> None:
    assert expected == message_text(Message("m", {"x": value}))


def test_fields_keep_their_order() -> None:
    assert message_text(Message("m", {"b": 1, "a": 2})) == "b=1 a=2"


SONY_SPEC = {
    "features": {"format": 3, "unknown_2": 0, "power_zoom": 1, "stabiliser": 1},
    "focal_wide": "0016", "focal_tele": "0050", "open_wide": "35", "open_tele": "56",
    "features_2": 0,
}  # fmt: skip
SONY_TEXT = (
    "open_av=f/3.65 closed_av=f/22.6 unknown_5=0000000000000000000000 lens_spec=("
    "features=(format=3 unknown_2=0 power_zoom=1 stabiliser=1) focal_wide=0016 "
    "focal_tele=0050 open_wide=35 open_tele=56 features_2=0) unknown_24="
)


@pytest.mark.parametrize(
    ("spec", "message", "fields", "expected"),
    [
        ("l_mount", "aperture_set", {"aperture_av256": 925}, "aperture_av256=f/3.5"),
        ("canon_ef", "focal_length", {"focal_length": 200}, "focal_length=200"),
        ("canon_ef", "aperture_by", {"steps": -3}, "steps=-0.375stops"),
        ("fujinon_l10", "nearest", {"distance": 0xD258}, "distance=0.6m"),
        ("fujinon_l10", "subscribe_1", {"commands": (0x13, 0x55)}, "commands=19,85"),
        (
            "sony_e",
            "lens_data",
            {
                "open_av": 0x13BD, "closed_av": 0x1900, "unknown_5": bytes(11),
                "lens_spec": SONY_SPEC, "unknown_24": b"",
            },
            SONY_TEXT,
        ),
    ],
)  # fmt: skip
def test_a_number_with_a_law_is_shown_as_what_it_stands_for(
    spec: str, message: str, fields: Mapping[str, Any], expected: str
) -> None:
    assert expected == message_text(Vocabulary(load(spec))(message, **fields))


def test_a_fold_shows_what_its_numbers_stand_for() -> None:
    say = Vocabulary(SPEC)
    fields: list[dict[str, Any]] = [{**COMMAND, "aperture_av256": av} for av in (925, 1273)]
    commands = [say("command", **one) for one in fields]
    (folded,) = told(record(one, t, state="ready") for t, one in enumerate(commands))

    assert "aperture_av256=f/3.5..f/5.6 focus_drive=none" in folded


def test_a_message_as_json_has_its_window_its_frame_and_its_fields() -> None:
    window = Window(0.25, 0.5, 115_200)
    one = Record(0.5, "body", "said", Message("identify", {"protocol": 2}, 7), b"\xe0", window)

    assert record_json(one, SPEC) == {
        "t": 0.25,
        "t_end": 0.5,
        "baud": 115_200,
        "from": "body",
        "frame": "strip",
        "message": "identify",
        "fields": {"protocol": 2},
        "seq": 7,
        "raw": b"\xe0",
    }


def test_a_message_that_the_spec_does_not_name_is_of_its_first_frame() -> None:
    one = record(Message("unknown_02_77", {"payload": b"\x01"}))

    assert record_json(one, SPEC)["frame"] == "strip"


def test_a_fault_as_json_stands_in_the_place_of_the_message() -> None:
    found = record_json(record(Fault("bad value", b"\1", "status.errors", "got 16")), SPEC)

    assert (
        found["fault"],
        found["path"],
        found["detail"],
    ) == ("bad value", "status.errors", "got 16")
    assert not {"message", "fields", "frame"} & set(found)
    assert (found["t"], found["t_end"], found["baud"]) == (1.5, None, None)


def test_json_rounds_away_the_noise_of_floating_point() -> None:
    found = record_json(record(Note("x"), 0.1 + 0.2), SPEC)

    assert '"t": 0.3,' in json_line(found)
    assert json.loads(json_line(found))["note"] == "x"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (LinkUp(frozenset({"sync", "detect"}), "application"), "link up, lines: detect sync"),
        (LinkUp(frozenset(), "application"), "link up, lines: none"),
        (LinkDown(), "link down"),
        (Restart("bootloader"), "restarts into its bootloader"),
        (Note("done"), "done"),
        (Raw(b"\0"), "Raw"),
    ],
)
def test_what_is_no_message_is_told_in_a_few_words(event: Told, expected: str) -> None:
    assert expected == note_text(record(event))
    assert f"    1.5000 * body {expected}" == line(record(event))


def test_a_line_tells_who_said_what_and_where_that_led() -> None:
    wake = record(Message("wake"), state="waking")

    assert line(wake, "sleeping") == "    1.5000 > body wake  [body is waking]"
    assert line(wake, "waking") == "    1.5000 > body wake"
    assert line(record(Message("awake"), side="lens")) == "    1.5000 < lens awake"
    assert line(record(Message("offer"), side="host")) == "    1.5000 > host offer"


def test_a_fault_is_marked_and_tells_where_it_is() -> None:
    fault = Fault("bad value", b"\0", "status.errors", "got 16")

    assert (
        line(record(fault, verb="heard"))
        == "    1.5000 ! body heard bad value status.errors got 16"
    )
    assert line(record(Fault("noise"), verb="heard")) == "    1.5000 ! body heard noise"


def test_a_message_is_told_once_by_who_said_it() -> None:
    heard = record(Message("wake"), 1.6, "lens", "heard")

    assert told([record(Message("wake")), heard]) == ["1.5000 > body wake"]


def test_a_state_that_changes_by_hearing_is_told() -> None:
    heard = record(Message("power_on"), 0.5, "lens", "heard", "listening")
    again = record(Message("identify", {"protocol": 1}), 0.6, "lens", "heard", "listening")
    first = record(LinkUp(frozenset(), "application"), 0, "lens", "noted", "off")

    assert told([first, heard, again])[1:] == ["0.5000   lens is listening"]


def test_the_cycle_is_folded_to_what_changed_in_it() -> None:
    records = [command(1), command(2), command(3, focus_target=9), command(4, focus_target=9)]
    first = "aperture_av256=925 focus_drive=none focus_target=0..9 stabiliser=on"

    assert [f"4.0000 > body command x4 {first}"] == told(records)


def test_a_fold_ends_where_something_else_is_said() -> None:
    stop = record(Message("focus_stop"), 2.5, state="ready")
    found = told([command(1), command(2), stop, command(3), command(4)])

    assert [" ".join(text.split()[:5]).removesuffix(" aperture_av256=925") for text in found] == [
        "2.0000 > body command x2",
        "2.5000 > body focus_stop",
        "4.0000 > body command x2",
    ]
    assert found[-1].endswith("x2 (as before)")


def test_a_fold_of_one_goes_on_past_what_else_is_said() -> None:
    stop = record(Message("focus_stop"), 1.5, state="ready")
    found = told([command(1), stop, command(2)])

    assert found[0].partition("  [")[0] == "1.5000 > body focus_stop"
    assert found[1].startswith("2.0000 > body command x2 ")


def test_a_fold_tells_a_value_again_only_after_it_changed() -> None:
    stop = record(Message("focus_stop"), 2.5, state="ready")
    later = [command(3, focus_target=5), command(4, focus_target=5)]

    assert told([command(1), command(2), stop, *later])[-1].endswith("x2 focus_target=5")


def test_a_lens_that_is_busy_is_told_in_one_line() -> None:
    busy = Message("busy", {"opcode": 5})
    found = told(record(busy, t, "lens", state="homing") for t in (1.0, 1.1, 1.2))

    assert found == ["1.2000 < lens busy x3 opcode=5"]


def test_a_bare_sync_is_not_told() -> None:
    assert told([record(Message("sync"), state="ready")] * 3) == []


def test_everything_can_be_told() -> None:
    found = told([record(Message("sync"), 0.5), command(1), command(2)], everything=True)

    assert [text.split()[0] for text in found] == ["0.5000", "1.0000", "2.0000"]


def test_a_fault_that_was_heard_is_told() -> None:
    fault = record(Fault("noise", b"\0"), 1, "lens", "heard", "ready")

    assert told([fault]) == ["1.0000 ! lens heard noise"]


@pytest.mark.parametrize(
    "event",
    [
        Message("command", {"name": "\x1b[31m\n"}),
        Fault("bad value", detail="got \x1b[31m\n"),
        Note("\x1b[31m\n"),
    ],
)
def test_a_line_is_one_line_whatever_a_peer_says(event: Told) -> None:
    assert line(record(event)).isprintable()


def test_a_field_that_came_later_is_told_from_nothing() -> None:
    first, last = command(0.0), command(0.1, lately=7)

    assert "lately=7" in told([first, last])[-1]


def test_what_a_body_sees_is_folded_as_the_cycle_is() -> None:
    seen = [Note("a subject", "scene", {"subject_mm": mm, "contrast": 0.5}) for mm in (900, 800)]
    records = [record(note, t, verb="noted", state="ready") for t, note in enumerate(seen)]

    assert told(records) == ["1.0000 * body scene x2 subject_mm=900..800 contrast=0.5"]
    assert [line.split(" ", 1)[1] for line in told(records, everything=True)] == [
        "* body a subject"
    ] * 2
