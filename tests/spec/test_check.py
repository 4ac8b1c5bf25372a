from pathlib import Path

import pytest

from lensbus.spec.check import check
from lensbus.spec.explore import explore
from lensbus.spec.graph import Extent
from lensbus.spec.load import load
from tests.samples import SMALL, marks, patched, write
from tests.spec.tables import two_tables

ASK = ("[idle, send ask, asking]", "[asking, recv answer, idle]", "[asking, timeout ask, idle]")
ANSWER = ("[idle, recv ask, idle]", "[idle, send answer, idle]")


def test_a_whole_spec_has_no_problems(tmp_path: Path) -> None:
    checked = check(two_tables(tmp_path, ASK, ANSWER, {"ask": "answer"}))

    assert checked.problems == ()
    assert checked.explored.whole


def test_a_message_that_no_row_says_or_hears_is_told_at_its_place(tmp_path: Path) -> None:
    dead = [(f"  {name}: {{from", f"  {name}: ¦{{from") for name in ("stop", "more", "setup")]
    text = patched(SMALL, *dead)
    problems = check(load(str(write(tmp_path, text)))).problems
    found = [each for each in problems if each.text.startswith(("stop", "more", "setup"))]

    assert [(each.line, each.column) for each in found] == marks(text)
    assert found[0].text == "stop: no row of a table says or hears it"


def test_of_an_opaque_spec_a_message_may_be_known_by_its_looks_alone(tmp_path: Path) -> None:
    text = patched(SMALL, ("unknown: fault", "unknown: opaque"))
    problems = check(load(str(write(tmp_path, text)))).problems

    assert not [each for each in problems if "no row of a table" in each.text]


@pytest.mark.parametrize("kind", ["with: [answer, other]", "with: answer, interim: other"])
def test_an_answer_that_nobody_sends_is_told_at_the_reply(tmp_path: Path, kind: str) -> None:
    rows = (*ASK, "[asking, recv other, same]")
    text = two_tables_text(tmp_path, rows).replace("with: answer", kind)
    problems = check(load(str(write(tmp_path, text)))).problems

    assert "replies.ask: no row of the lens table sends other" in [each.text for each in problems]


def two_tables_text(folder: Path, body: tuple[str, ...]) -> str:
    """The text of two tables with a message of the lens that it never says."""
    rows = body[:-1]
    two_tables(folder, rows, ANSWER, {"ask": "answer"})
    text = (folder / "lens.yaml").read_text(encoding="utf-8")
    other = "  other: {from: lens, key: [2, 9], basis: observed, source: bench}\n"
    return patched(
        text, ("messages:\n", f"messages:\n{other}"), (rows[-1], f"{rows[-1]}\n      - {body[-1]}")
    )


def test_all_problems_are_told_once_and_in_order(tmp_path: Path) -> None:
    text = patched(SMALL, ('{bench: "a bench"}', '{bench: "a bench", spare: "a spare one"}'))
    problems = check(load(str(write(tmp_path, text)))).problems

    assert problems == tuple(sorted(set(problems)))
    assert problems[0].text == "sources.spare: nothing names it"
    assert problems[-1].text == "body table, state ready: recv attached can never happen"


def test_what_was_too_much_in_an_older_version_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = load("l_mount")
    newest, _ = explore(spec)
    monkeypatch.setattr("lensbus.spec.check.MOST", Extent(9999, newest.moves + 100))
    explored = check(spec).explored

    assert (newest.stopped, explored.stopped) == ("", "moves")
    assert explored.configurations == newest.configurations
