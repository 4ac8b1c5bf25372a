from pathlib import Path

import pytest

from lensbus.conformance.cases import Alive, Expect, Reach, Say
from lensbus.conformance.meaning import Meaning, read_meaning
from lensbus.errors import SpecError
from lensbus.spec.load import load, read, spec_root
from lensbus.spec.node import Problems
from tests.peers import SPEC

WHOLE = """\
conformance: l_mount/lens
plays:
  lens: {cycle: [sync, command], rate: sync_hz, recover: [reset]}
  body: {answers: {sync: status}, ends: [entering_bootloader]}
stories:
  known: [{reach: fast}, {say: get_optics}]
cases:
  lens/meaning/one:
    requirement: "It MUST"
    section: messages.optics
    covers: ["reply get_optics"]
    steps: [{play: known}, {expect: optics, within_s: 2}, alive]
"""


def meaning(folder: Path, text: str) -> Meaning:
    path = folder / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    root = read(path, problems)
    assert root is not None
    return read_meaning(root, problems, SPEC)


def test_a_file_says_how_a_tester_plays_and_what_else_is_tried(tmp_path: Path) -> None:
    found = meaning(tmp_path, WHOLE)
    (case,) = found.cases

    assert found.plays["lens"].cycle == ("sync", "command")
    assert found.plays["lens"].period_s == pytest.approx(1 / 59.94)
    assert found.plays["body"].answers == {"sync": "status"}
    assert case.steps == (
        Reach("fast"),
        Say("get_optics"),
        Expect(("optics",), within_s=2.0),
        Alive(),
    )
    assert (case.level, case.requirement, case.where.line) == ("MUST", "It MUST.", 9)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("messages.optics", "messages.optic", "10:14: cases.lens/meaning/one.section: the spec"),
        (
            "messages.optics",
            "roles.nosuch.state",
            "10:14: cases.lens/meaning/one.section: the spec",
        ),
        ("lens/meaning/one", "lenz/meaning/one", "an address begins with a role: lens, body"),
        (
            "recover: [reset]",
            "recover: [resett]",
            "3:58: conformance.plays.lens.recover: unknown message",
        ),
        (
            "rate: sync_hz",
            "rate: nosuch_hz",
            "3:40: conformance.plays.lens.rate: l_mount/lens has no timing",
        ),
        ("rate: sync_hz", "ends: []", "3:17: conformance.plays.lens.cycle: a cycle needs a rate"),
        ("{sync: status}", "{sync: statuss}", "unknown message 'statuss'"),
        (
            "{sync: status}",
            "{sync: []}",
            "4:26: conformance.plays.body.answers.sync: expected 1 message",
        ),
        ("  body:", "  boddy:", "unknown role 'boddy' (known: lens, body)"),
        (
            "ends: [entering_bootloader]",
            "fields: {status: {errors: 3}}",
            "fields.status.errors: got 3",
        ),
        (
            "ends: [entering_bootloader]",
            "fields: {status: {focus_position: {from: command.focus_target}}}",
            "focus_position: needs an else",
        ),
        ("steps: [{play: known}, {expect: optics, within_s: 2}, alive]", "steps: alive", "a list"),
        ("steps: [{play: known}, {expect: optics, within_s: 2}, alive]", "steps: []", "a list"),
        (
            ", {expect: optics, within_s: 2}, alive",
            "",
            "12:12: cases.lens/meaning/one.steps: nothing is tried",
        ),
        ('["reply get_optics"]', "[reply get_optic]", "covers: the spec has no 'reply get_opti"),
        ("section", "needs: [wire]\n    section", "needs: the spec has no 'wire'"),
        ("section", "wants: [nap]\n    section", "wants: the spec has no 'nap'"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        meaning(tmp_path, WHOLE.replace(old, new, 1))

    assert words in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    broken = WHOLE.replace("sync_hz", "nosuch_hz").replace("reach: fast", "reach: nowhere")
    broken = broken.replace("expect: optics", "expect: []").replace("section", "sektion")
    with pytest.raises(SpecError) as caught:
        meaning(tmp_path, broken)

    assert [problem.line for problem in caught.value.problems] == [3, 6, 9, 10, 12, 12]


@pytest.mark.parametrize("name", ["lens", "update"])
def test_the_shipped_cases_are_whole(name: str) -> None:
    problems = Problems()
    root = read(spec_root() / "l_mount" / "conformance" / f"{name}.yaml", problems)
    assert root is not None

    assert len(read_meaning(root, problems, load(f"l_mount/{name}")).cases) > 20


def test_only_an_older_version_of_the_spec_can_be_a_peers(tmp_path: Path) -> None:
    text = WHOLE.replace("    section:", "    version: 2\n    section:")
    with pytest.raises(SpecError, match=r"expected an older version \(1 to 2\), got 2"):
        meaning(tmp_path, text)
    (case,) = meaning(tmp_path, text.replace("version: 2", "version: 1")).cases

    assert case.version == 1
