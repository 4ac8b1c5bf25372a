import re
from dataclasses import replace
from html.parser import HTMLParser

from lensbus.export.conform_html import page
from tests.conformance.test_report import made

RESULTS = [
    made("PASS"),
    replace(made("FAIL"), device="lens <B>"),
    replace(made("SKIP"), device="C"),
]
ABOUT = {"lensbus": "0.1", "spec": "<mine>"}
PAGE = page(RESULTS, ABOUT)
VOID = {"meta", "input"}


class Nesting(HTMLParser):
    """Sees that every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    nesting = Nesting()
    nesting.feed(PAGE)

    assert nesting.open == []
    assert not re.search(r"(src|href)=|https?:|@import", PAGE)


def test_each_device_has_a_column() -> None:
    assert PAGE.count('<th class="v">') == 3
    assert "lens &lt;B&gt;" in PAGE
    assert "lens <B>" not in PAGE


def test_what_did_not_pass_tells_why_and_what_was_said() -> None:
    assert "<dt>expected</dt><dd>asleep</dd>" in PAGE
    assert "<pre>a frame</pre>" in PAGE
    assert "lensbus ..." in PAGE


def test_what_passed_can_be_hidden() -> None:
    assert '<tr class="good">' in page([made("PASS")], ABOUT)
    assert '<tr class="good">' not in page([made("FAIL")], ABOUT)


def test_the_head_tells_what_was_run_and_with_what() -> None:
    assert "<p>lensbus 0.1, spec &lt;mine&gt;</p>" in PAGE
