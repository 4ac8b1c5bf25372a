from pathlib import Path

import pytest

from lensbus.spec.basis import Basis
from lensbus.spec.model import Contact, Wires
from tests.samples import SMALL, loaded, marks, patched, problems, refuses, write

B = "basis: observed, source: bench"


def test_the_strip_the_link_and_its_lines_are_read_as_they_are_written(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    line = spec.link.lines["detect"]

    assert spec.contacts[1] == Contact(2, "detect", "detect", Basis("observed", "a bench"))
    assert (spec.link.slow.value, spec.link.rates) == (9600, (9600, 19_200))
    assert (spec.link.bits_per_byte, spec.link.rate_pause_s) == (10, 0.01)
    assert (line.driver, line.idle, line.frames, line.absent) == ("lens", True, False, "low")


def test_names_title_facts_and_constants_are_read(tmp_path: Path) -> None:
    spec = loaded(tmp_path)

    assert (spec.name, spec.title, spec.opaque) == ("small/lens", "A small mount", False)
    assert spec.facts["contact_count"].value == 2
    assert spec.timing["sync_hz"].value == 50


def test_captures_name_a_sides_data_and_maybe_select(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("lens: {data: RX}", "lens: {data: RX, select: CS}"))

    assert spec.capture == {"body": Wires("TX", None), "lens": Wires("RX", "CS")}


def test_what_tells_who_a_device_is_names_message_and_field(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("capture:", "identifies: {lens: answer.t}\ncapture:"))

    assert spec.identifies == {"lens": ("answer", "t")}


def test_a_reverse_engineered_spec_is_opaque(tmp_path: Path) -> None:
    assert loaded(tmp_path, ("unknown: fault", "unknown: opaque")).opaque


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "unknown: fault",
            "unknown: ¦raise",
            "spec.unknown: unknown 'raise' (known: fault, opaque)",
        ),
        (
            "title: ",
            "¦titel: x\ntitle: ",
            (
                "spec: unknown key 'titel' (known: capture, constants, "
                "contacts, enums, flags, frames, identifies, link, messages, mount, names, "
                "replies, roles, sources, spec, timing, title, unknown, update)"
            ),
        ),
        ('title: "A small mount"', "title: ¦7", "spec.title: expected a text, got whole number"),
        (
            "  1: {role",
            "  one: {role: ¦a}\n  1: {role",
            "spec.contacts.one.role: a contact is a number, got 'one'",
        ),
        (
            f"line: detect, {B}}}\nlink",
            f"lin: detect, {B}}}\nlink",
            "spec.contacts.2: unknown key 'lin' (known: basis, line, role, source)",
        ),
        (
            "rates: [9600, 19200]",
            "rates: ¦[9600, 0]",
            "spec.link.rates: expected 1 to 64 rates in baud, all above 0",
        ),
        (
            "rates: [9600, 19200]",
            f"rates: ¦{[9600 + n for n in range(65)]}",
            "spec.link.rates: expected 1 to 64 rates in baud, all above 0",
        ),
        (
            "rates: [9600, 19200]",
            "rates: [9600, ¦fast]",
            "spec.link.rates: expected a whole number, got text",
        ),
        (
            "slow: {value: 9600",
            "slow: ¦{value: 4800",
            "spec.link.slow: 4800 is not one of the rates",
        ),
        ("slow: {value: 9600", "slow: ¦{value: 0", "spec.link.slow: 0 is not one of the rates"),
        (
            "bits_per_byte: {value: 10",
            "bits_per_byte: ¦{value: 11",
            "spec.link.bits_per_byte: expected 8 (clocked) or 10 (8N1)",
        ),
        (
            "driver: lens",
            "driver: lens, frames: ¦on",
            "spec.link.lines.detect.frames: expected true or false, got text",
        ),
        ("idle: high", "idle: ¦up", "spec.link.lines.detect.idle: unknown 'up' (known: high, low)"),
        (
            "absent: low",
            "absent: ¦never",
            "spec.link.lines.detect.absent: unknown 'never' (known: high, low, in_band, gap)",
        ),
        (f"  gap_s: {{value: 0.002, {B}}}\n", "", "spec.timing.gap_s: missing"),
        (
            "lens: {data: RX}",
            "lens: {data: RX, ¦clock: CK}",
            "spec.capture.lens: unknown key 'clock' (known: data, select)",
        ),
        ("lens: {data: RX}", "lens: ¦{}", "spec.capture.lens.data: missing"),
    ],
)
def test_a_mistake_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = patched(SMALL, (old, new))
    if old.endswith("link"):
        text = patched(text, ("lin: detect", "¦lin: detect"))
    if not new:
        text = patched(text, ("timing:\n  ", "timing:\n  ¦"))
    refuses(tmp_path, text, expected)


def test_mistakes_of_many_kinds_in_one_file_are_all_told_at_once(tmp_path: Path) -> None:
    text = patched(
        SMALL,
        ("rates: [9600, 19200]", "rates: [9600, ¦fast]"),
        ("kind: delimited", "kind: ¦blok"),
        ("{a: {type: u8}}", "{a: {type: ¦u24}}"),
        ("answer: {from: lens, key: [1, 1]", "answer: {from: lens, key: ¦[1]"),
        ("- [waiting, recv answer, ready]", "- ¦[waiting, recv anser, ready]"),
        ("retries: 1, basis: observed, source: bench", "retries: 1, ¦basis: guess, source: bench"),
        ("capture: {body", "¦captur: {body"),
    )
    text = patched(text, ("¦basis: guess", "basis: ¦guess"))
    expected = (
        "spec.link.rates: expected a whole number, got text",
        "spec.frames.row.kind: unknown 'blok' (known: delimited, word, block, table)",
        "spec.messages.ask.fields.a.type: unknown 'u24' (known: ",
        "spec.messages.answer.key: expected 2 whole number(s), got 1",
        "body table, state waiting: unknown message 'anser'",
        "spec.replies.ask.basis: unknown 'guess' (known: public, observed, analogue, model)",
        "spec: unknown key 'captur' (known: ",
    )
    found = problems(write(tmp_path, text))
    at_end = (1, 1, "spec.capture: missing")

    assert [at_end[:2], *marks(text)] == [(line, column) for line, column, _ in found]
    for (_, _, words), start in zip(found, (at_end[2], *expected), strict=True):
        assert words.startswith(start)


def test_what_a_wrong_line_leads_to_is_not_told_again(tmp_path: Path) -> None:
    ask = "ask: {from: body, key: [1, 1],"
    text = patched(SMALL, (ask, "ask: {from: ¦boddy, key: [1, 1],"))
    expected = "spec.messages.ask.from: unknown 'boddy' (known: body, lens)"
    refuses(tmp_path, text, expected)


def test_an_empty_mapping_lacks_all_that_a_spec_needs(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "{}\n"))

    assert {problem[:2] for problem in found} == {(1, 1)}
    assert "frames: needs at least one shape" in [words for _, _, words in found]
    assert "spec.link: missing" in [words for _, _, words in found]
