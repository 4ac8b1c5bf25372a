from pathlib import Path

import pytest

from lensbus.spec.span import ALWAYS
from tests.samples import SMALL, loaded, patched, refuses

ASK = "fields: {a: {type: u8}}}"
NEWEST = ("constants:", "constants:\n  protocol: {value: 9, basis: observed, source: bench}")


def asked(folder: Path, span: str) -> range:
    """The versions of the first field of a message, which alone says them."""
    meets = ("recv ask, ready]", "recv ask, ready, {version: a}]")
    answers = (
        "answer: {from",
        "told: {from: lens, key: [1, 3], basis: observed, source: bench, fields: {v: {type: u8}}}\n  answer: {from",
    )
    tells = (
        "[ready, recv attached, same]",
        "[ready, recv told, last, {version: v}]\n      - [last, recv attached, same]",
    )
    fields = (
        ASK,
        f"fields: {{a: {{type: u8}}}}}}\n  late: {{from: body, key: [1, 4], basis: observed, source: bench, fields: {{b: {{type: u8{span}}}}}}}",
    )
    return loaded(folder, NEWEST, meets, answers, tells, fields).messages["late"].fields[0].versions  # fmt: skip


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("", ALWAYS),
        (", since: 2", range(2, ALWAYS[-1] + 1)),
        (", until: 9", range(1, 10)),
        (", since: 3, until: 9", range(3, 10)),
    ],
)
def test_since_and_until_are_both_included(tmp_path: Path, span: str, expected: range) -> None:
    assert asked(tmp_path, span) == expected


@pytest.mark.parametrize(
    ("span", "got"),
    [
        ("since: ¦3, until: 2", "3 to 2"),
        ("since: ¦0", "0 to 65535"),
        ("until: ¦0", "1 to 0"),
        ("until: ¦70000", "1 to 70000"),
    ],
)
def test_a_span_that_no_version_can_be_in_is_refused(tmp_path: Path, span: str, got: str) -> None:
    if span.startswith("since: ¦3"):
        span = "since: 3, until: ¦2"
    text = patched(SMALL, ("a: {type: u8}", f"a: {{type: u8, {span}}}"))
    key = span.split("¦")[0].rstrip(": ").split(" ")[-1]
    wanted = "expected versions from 1 to 65535, since before until"
    refuses(tmp_path, text, f"spec.messages.ask.fields.a.{key}: {wanted}, got {got}")
