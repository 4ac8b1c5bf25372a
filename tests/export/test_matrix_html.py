import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest

from lensbus.bench.matrix import Outcome, cells, run
from lensbus.export.matrix_html import compact, page
from lensbus.front.named import load_setting
from tests.peers import PRIME, S1, SL, ZOOM, named

SETTING = load_setting("l_mount", "chart")
STUCK = replace(ZOOM, id="</script><b>stuck", homing_s=1e6)
COMMAND = "lensbus matrix --seed 7"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    every = cells(named(S1, SL), named(PRIME, STUCK))
    return [run(SETTING, each, Random(1)) for each in every]


@pytest.fixture(scope="module")
def text(outcomes: list[Outcome]) -> str:
    return page(outcomes, COMMAND, 3.0)


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


class Tags(HTMLParser):
    """Which elements stand open at the end, and what each tag refers to."""

    VOID = ("meta", "br", "input", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [value for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(text: str) -> None:
    tags = Tags()
    tags.feed(text)

    assert (tags.open, tags.references) == ([], [])
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_name_can_not_end_the_script_that_holds_it(text: str) -> None:
    assert text.count("</script>") == 2
    assert STUCK.id in data_of(text)["words"]


def test_the_page_knows_the_command_of_its_cells(text: str) -> None:
    data = data_of(text)

    assert (data["command"], data["seconds"]) == (COMMAND, 3.0)


def test_every_word_stands_once_and_every_number_finds_its_word(outcomes: list[Outcome]) -> None:
    found = compact(outcomes)
    words = found["words"]
    body, lens, accessory, grade, verdicts, remarks, states = found["cells"][3]
    steps = [verdicts[at : at + 4] for at in range(0, len(verdicts), 4)]
    last = outcomes[3]

    assert len(words) == len(set(words))
    named = [words[number] for number in (body, lens, accessory, grade)]
    assert named == [last.body, last.lens, "", last.grade]
    assert list(last.remarks) == [words[number] for number in remarks]
    assert [(one.step, one.grade, one.reason) for one in last.verdicts] == [
        (words[step], words[grade], words[why]) for step, grade, _, why in steps
    ]
    assert [one.t and round(1000 * one.t) for one in last.verdicts] == [ms for _, _, ms, _ in steps]
    assert [state for _, state in last.states["lens"]] == [words[n] for n in states["lens"][1::2]]
    assert [round(1000 * t) for t, _ in last.states["lens"]] == states["lens"][::2]


def test_nine_hundred_cells_are_a_few_hundred_kilobytes(outcomes: list[Outcome]) -> None:
    assert len(page(outcomes[:1] * 900, COMMAND, 3.0)) < 400_000
