import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.paper import ACROSS, LEFT, WIDTH, Paper, at, path, plain, rect, text, titled
from tests.export.made import SVG, parsed
from tests.sampled import sampled


def test_time_goes_from_the_left_to_the_right_and_stays_on_the_paper() -> None:
    paper = Paper(10, 20)

    assert [paper.x(t) for t in (10, 15, 20)] == [LEFT, LEFT + ACROSS / 2, LEFT + ACROSS]
    assert [paper.x(t) for t in (0, 99)] == [LEFT, LEFT + ACROSS]


def test_lanes_lie_below_each_other() -> None:
    paper = Paper(0, 1)
    tops = []
    for height in (20, 30, 40):
        paper.head("a lane")
        tops.append(paper.lane(height))
    paper.times([(0, "0"), (1, "1")], "seconds")

    assert tops[0] + 20 < tops[1]
    assert tops[1] + 30 < tops[2]
    assert tops[2] + 40 < paper.y


def test_the_keys_of_a_legend_do_not_lie_on_each_other() -> None:
    paper = Paper(0, 1)
    paper.head("a lane")
    paper.legend([(path("curve", "M0 0"), "a long name"), (path("curve", "M0 0"), "short")])
    root = parsed(paper.whole("title", ""))
    words = {element.text: float(element.get("x", 0)) for element in root.iter(SVG + "text")}

    assert LEFT < words["a long name"] < words["short"] - 60 < WIDTH


@given(st.text())
@sampled(400)
def test_any_text_is_text_in_the_document(words: str) -> None:
    paper = Paper(0, 1)
    paper.add(text(0, 0, words, "dim"), rect(0, 0, 1, 1, "lane", words), titled(words))
    root = parsed(paper.whole(words, words))

    assert root.get("width") == f"{WIDTH:g}"
    assert [element.get("class") for element in root.iter(SVG + "text")][-1] == "dim"


@pytest.mark.parametrize(
    ("words", "told"),
    [("f/5.6 & <more>", "f/5.6 &amp; &lt;more&gt;"), ("\x1b[2J\ud800", "?[2J?"), ("a\nb", "a\nb")],
)
def test_what_is_no_text_is_a_question_mark(words: str, told: str) -> None:
    assert plain(words) == told


def test_a_shape_is_where_it_is_put() -> None:
    assert at(1, 2.25, path("note", "M0 0")) == (
        '<g transform="translate(1 2.2)"><path class="note" d="M0 0"/></g>'
    )
    assert path("note", "M0 0", "why") == '<path class="note" d="M0 0"><title>why</title></path>'
