from collections.abc import Callable

import pytest

from lensbus.spec.node import Node, Problems, Scalar, Section, Where, listed

Question = Callable[[Section], object]


def node(value: "Scalar | list[Node] | dict[str, Node]", line: int = 5) -> Node:
    return Node(Where("a.yaml", line, 3), value)


def section(**values: "Scalar | list[Node] | dict[str, Node]") -> Section:
    entries = {key: node(value, 10 + i) for i, (key, value) in enumerate(values.items())}
    keys = {key: Where("a.yaml", entry.where.line, 1) for key, entry in entries.items()}
    return Section(Node(Where("a.yaml", 9, 1), entries, keys), "top", Problems())


def said(section: Section) -> list[str]:
    return [f"{one.line}:{one.column} {one.text}" for one in section.problems.found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "mapping"),
        ([], "list"),
        ("x", "text"),
        (True, "true/false"),
        (1, "whole number"),
        (1.5, "number"),
        (None, "nothing"),
    ],
)
def test_a_kind_is_told_in_a_persons_words(
    value: "Scalar | list[Node] | dict[str, Node]", expected: str
) -> None:
    assert node(value).kind == expected


def test_a_lone_value_counts_as_a_list_of_one_and_nothing_as_none() -> None:
    one, many = node("x"), node([node("x"), node("y")])

    assert (one.items(), many.items(), node(None).items()) == ([one], many.value, [])


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (lambda s: s.text("k"), "word", "word"),
        (lambda s: s.number("k"), 1.5, 1.5),
        (lambda s: s.number("k"), 2, 2),
        (lambda s: s.integer("k"), -3, -3),
        (lambda s: s.flag("k"), True, True),
        (lambda s: s.choice("k", ("a", "b")), "b", "b"),
        (lambda s: s.texts("k"), [node("a"), node("b")], ("a", "b")),
        (lambda s: s.texts("k"), "a", ("a",)),
        (lambda s: s.integers("k"), [node(1), node(-2)], (1, -2)),
    ],
)
def test_a_question_gets_the_value(
    question: Question, value: "Scalar | list[Node]", expected: object
) -> None:
    asked = section(k=value)
    answer = question(asked)
    asked.done()

    assert (answer, said(asked)) == (expected, [])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (lambda s: s.text("k", "x"), "x"),
        (lambda s: s.text("k", ""), ""),
        (lambda s: s.number("k", 2.5), 2.5),
        (lambda s: s.integer("k", 3), 3),
        (lambda s: s.choice("k", ("a", "b"), "b"), "b"),
        (lambda s: s.flag("k"), False),
        (lambda s: s.texts("k"), ()),
        (lambda s: s.integers("k"), ()),
        (lambda s: list(s.sections("k")), []),
    ],
)
def test_what_is_not_given_has_a_default(question: Question, expected: object) -> None:
    asked = section()

    assert (question(asked), said(asked)) == (expected, [])


QUESTIONS: list[Question] = [
    lambda s: s.text("k"),
    lambda s: s.number("k"),
    lambda s: s.integer("k"),
    lambda s: s.need("k"),
    lambda s: s.section("k", needed=True),
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_must_be_there_is_missed_once_at_its_section(question: Question) -> None:
    asked = section()
    question(asked)

    assert said(asked) == ["9:1 top.k: missing"]


def test_a_choice_that_is_missing_is_told_with_what_it_may_be() -> None:
    asked = section()

    assert asked.choice("k", ("a", "b")) == ""
    assert said(asked) == ["9:1 top.k: missing (known: a, b)"]


def test_what_is_wrong_is_known_by_its_key() -> None:
    asked = section(k="c", n=1)
    asked.choice("k", ("a", "b"))

    assert asked.wrong("k")
    assert asked.wrong("n", "k")
    assert not asked.wrong("n")


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_empty_value_is_as_good_as_none(question: Question) -> None:
    asked = section(k=None)
    question(asked)

    assert said(asked) == ["10:3 top.k: missing"]


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (lambda s: s.text("k"), 1, "top.k: expected a text, got whole number"),
        (lambda s: s.number("k"), "1", "top.k: expected a number, got text"),
        (lambda s: s.number("k"), True, "top.k: expected a number, got true/false"),
        (
            lambda s: s.number("k", signed=True),
            -2e12,
            "top.k: expected a number of at least -1e+12, got -2000000000000.0",
        ),
        (lambda s: s.number("k"), -1, "top.k: expected a number of at least 0, got -1"),
        (lambda s: s.number("k"), 1e999, "top.k: expected a number of at least 0, got inf"),
        (lambda s: s.number("k"), float("nan"), "top.k: expected a number of at least 0, got nan"),
        (lambda s: s.integer("k"), 1.0, "top.k: expected a whole number, got number"),
        (lambda s: s.integer("k"), False, "top.k: expected a whole number, got true/false"),
        (lambda s: s.flag("k"), "yes", "top.k: expected true or false, got text"),
        (lambda s: s.choice("k", ("a", "b")), "c", "top.k: unknown 'c' (known: a, b)"),
        (lambda s: s.choice("k", ()), "c", "top.k: unknown 'c' (known: )"),
        (lambda s: s.section("k"), 1, "top.k: expected a mapping, got whole number"),
    ],
)
def test_a_value_of_another_kind_is_a_problem_at_its_place(
    question: Question, value: Scalar, expected: str
) -> None:
    asked = section(k=value)
    question(asked)

    assert said(asked) == [f"10:3 {expected}"]


def test_a_wrong_value_reads_as_the_default_so_that_reading_goes_on() -> None:
    asked = section(k=[node(1)])
    answers = [
        asked.text("k", "x"),
        asked.number("k", 2.5),
        asked.integer("k", 3),
        asked.choice("k", ("a", "b")),
        asked.number("k"),
        asked.flag("k"),
    ]

    assert answers == ["x", 2.5, 3, "", 0.0, False]


def test_a_wrong_entry_of_a_list_is_a_problem_at_the_entry() -> None:
    asked = section(k=[node(1, 20), node("b", 21), node(True, 22)])

    assert asked.texts("k") == ("b",)
    assert asked.integers("k") == (1,)
    assert said(asked) == [
        "20:3 top.k: expected a text, got whole number",
        "22:3 top.k: expected a text, got true/false",
        "21:3 top.k: expected a whole number, got text",
        "22:3 top.k: expected a whole number, got true/false",
    ]


def test_keys_that_nobody_asked_for_are_problems_at_the_key_with_what_is_known() -> None:
    asked = section(tpye=1, size=2)
    asked.integer("size")
    asked.text("type", "")
    asked.done()

    assert said(asked) == ["10:1 top: unknown key 'tpye' (known: size, type)"]


def test_where_nothing_is_known_an_unknown_key_says_so() -> None:
    asked = section(x=1)
    asked.done()

    assert said(asked) == ["10:1 top: unknown key 'x' (known: none)"]


def test_entries_and_nodes_ask_for_every_key_in_the_order_of_the_file() -> None:
    asked = section(b={"x": node(1)}, a=None)
    entries = [(name, entry.path, "x" in entry) for name, entry in asked.entries()]
    asked.done()

    assert entries == [("b", "top.b", True), ("a", "top.a", False)]
    assert [name for name, _ in asked.nodes()] == ["b", "a"]
    assert said(asked) == []


def test_of_very_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    problems = Problems()
    for line in range(1, 301):
        problems.add(Where("f", line, 1), "x" * 2000)

    assert len(problems.found) == 101
    assert max(len(problem.text) for problem in problems.found) == 1003
    assert str(problems.found[-1]) == "f:300:1: and 200 more, the last one here"


def test_of_very_many_names_the_first_are_listed() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(n) for n in range(100)]).endswith("38, 39 and 60 more")


def test_a_key_with_nothing_behind_it_is_as_good_as_left_out() -> None:
    top = section(k=None)

    assert "k" not in top
    assert (top.flag("k"), top.text("k", "d"), top.texts("k")) == (False, "d", ())
    top.done()
    assert said(top) == []


def test_an_empty_text_is_no_text_where_one_is_needed() -> None:
    top = section(k="")

    assert (top.text("k"), top.text("k", "d")) == ("", "")
    assert said(top) == ["10:3 top.k: missing"]


def test_an_empty_choice_is_none() -> None:
    top = section(k="")

    assert top.choice("k", ("a",), "a") == "a"
    assert said(top) == ["10:3 top.k: unknown '' (known: a)"]


def test_a_section_that_is_missing_is_told_once_and_not_again_by_its_parts() -> None:
    top = section(other=1)
    below = top.section("k", needed=True)

    assert (below.text("x"), below.section("y", needed=True).number("z")) == ("", 0)
    assert said(top) == ["9:1 top.k: missing"]


def test_a_key_that_is_no_name_is_told_at_its_place_and_read_all_the_same() -> None:
    top = section(Big={}, small={})

    assert [name for name, _ in top.entries()] == ["Big", "small"]
    assert [text.split(", ")[0] for text in said(top)] == ["10:1 top: 'Big' is no name"]


def test_the_plain_value_of_a_tree_has_no_places() -> None:
    tree = node({"a": node([node(1), node(None)]), "b": node({"c": node("x")})})

    assert tree.plain == {"a": [1, None], "b": {"c": "x"}}
    assert (list(tree.entries), node([]).entries) == (["a", "b"], {})


def test_a_thousand_known_keys_are_listed_once_for_all_unknown_ones() -> None:
    """It takes minutes where they are sorted for each."""
    asked = section(**{f"k{n}": 1 for n in range(50_000)})
    for n in range(5_000):
        asked.integer(f"known_{n}", 0)
    asked.done()

    assert "and 49900 more" in said(asked)[-1]
