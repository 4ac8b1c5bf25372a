import pytest

from lensbus.spec.canon import tree
from lensbus.spec.edges import ABSENT, Edge
from lensbus.spec.grades import Judge
from lensbus.spec.load import load
from lensbus.spec.verdict import BREAKING, COMPATIBLE

TREE = tree(load("l_mount"))
JUDGE = Judge(TREE, TREE)
OPAQUE = Judge({**TREE, "unknown": "opaque"}, TREE)
OLD_BODY, OLD_LENS = "an old body with a new lens", "an old lens with a new body"

STATUS = TREE["messages"]["status"]
FIELD = STATUS["fields"]["errors"]
LOOSE = {**FIELD, "optional": True}
AT = ("messages", "status", "fields", "errors")


@pytest.mark.parametrize("part", ["nowhere", "frames", "link", "timing", "constants", "contacts"])
def test_what_is_not_known_to_be_harmless_is_breaking_for_both(part: str) -> None:
    verdict = JUDGE.grade(Edge((part, "something"), 1, 2))

    assert (verdict.grade, set(verdict.breaks)) == (BREAKING, {OLD_BODY, OLD_LENS})
    assert verdict.words == f"{part}.something is 2, was 1"


@pytest.mark.parametrize(
    ("before", "after", "breaks"),
    [
        (ABSENT, FIELD, {OLD_BODY, OLD_LENS}),
        (FIELD, ABSENT, {OLD_BODY, OLD_LENS}),
        (ABSENT, LOOSE, {OLD_BODY}),
        (LOOSE, ABSENT, {OLD_LENS}),
    ],
)
def test_a_field_that_may_be_left_out_fails_with_one_side_alone(
    before: object, after: object, breaks: set[str]
) -> None:
    verdict = JUDGE.grade(Edge(AT, before, after))

    assert (verdict.grade, set(verdict.breaks)) == (BREAKING, breaks)


@pytest.mark.parametrize(
    ("part", "before", "after", "breaks"),
    [
        ("optional", ABSENT, True, {OLD_BODY}),
        ("optional", True, ABSENT, {OLD_LENS}),
        ("high", 255, 300, {OLD_BODY}),
        ("high", 300, 255, {OLD_LENS}),
        ("low", ABSENT, -3, {OLD_BODY}),
        ("low", ABSENT, 3, {OLD_LENS}),
        ("scale", 1, 2, {OLD_BODY, OLD_LENS}),
        ("flags", ABSENT, {"a": 1}, {OLD_LENS}),
        ("flags", {"a": 1}, ABSENT, {OLD_BODY}),
    ],
)
def test_who_says_more_fails_with_who_hears_less(
    part: str, before: object, after: object, breaks: set[str]
) -> None:
    verdict = JUDGE.grade(Edge((*AT, part), before, after))

    assert (verdict.grade, set(verdict.breaks)) == (BREAKING, breaks)


@pytest.mark.parametrize(("name", "grade"), [("attached", COMPATIBLE), ("status", BREAKING)])
def test_the_frame_of_what_a_line_alone_says_is_of_no_matter(name: str, grade: str) -> None:
    assert JUDGE.grade(Edge(("messages", name, "frame"), "strip", "other")).grade == grade


def test_who_takes_unknown_messages_minds_no_new_one() -> None:
    edge = Edge(("messages", "status"), ABSENT, STATUS)

    assert (JUDGE.grade(edge).grade, OPAQUE.grade(edge).grade) == (BREAKING, COMPATIBLE)


@pytest.mark.parametrize(
    ("row", "before", "after", "grade"),
    [
        (("ready", "recv", "wake"), ABSENT, {"next": "ready"}, COMPATIBLE),
        (("ready", "recv", "sync"), {"next": "ready"}, ABSENT, BREAKING),
        (("ready", "send", "status"), {"next": "ready"}, ABSENT, BREAKING),  # silence is watched
        (("ready", "send", "awake"), {"next": "ready"}, ABSENT, BREAKING),
        (("dozing", "send", "status"), ABSENT, {"next": "dozing"}, COMPATIBLE),
        (("agreeing", "send", "status"), ABSENT, {"next": "dozing"}, BREAKING),
        (("fast", "send", "entering_bootloader"), {"next": "off"}, ABSENT, BREAKING),
        (("ready", "recv", "reset"), ABSENT, {"next": "same"}, BREAKING),  # it hides that of any
        (("homing", "timeout", "silence"), ABSENT, {"next": "off"}, BREAKING),
        (("ready", "timeout", "silence"), {"next": "listening"}, ABSENT, BREAKING),
    ],
)
def test_rows_that_come_and_go(
    row: tuple[str, ...], before: object, after: object, grade: str
) -> None:
    assert JUDGE.grade(Edge(("roles", "lens", "rows", row), before, after)).grade == grade


@pytest.mark.parametrize(
    ("part", "before", "after", "breaks"),
    [
        ("timeout_s", 0.2, 0.1, {OLD_LENS}),
        ("timeout_s", 0.1, 0.2, {OLD_BODY}),
        ("answers", ("homed",), ("homed", "busy"), {OLD_BODY}),
        ("answers", ("homed", "busy"), ("homed",), {OLD_LENS}),
        ("answers", ("homed",), ("busy",), {OLD_BODY, OLD_LENS}),
    ],
)
def test_who_waits_less_fails_with_who_takes_longer(
    part: str, before: object, after: object, breaks: set[str]
) -> None:
    verdict = JUDGE.grade(Edge(("replies", "home", part), before, after))

    assert (verdict.grade, set(verdict.breaks)) == (BREAKING, breaks)


def test_a_reply_that_is_new_or_gone_fails_with_who_answers_as_before() -> None:
    for before, after in ((ABSENT, {}), ({}, ABSENT)):
        assert JUDGE.grade(Edge(("replies", "home"), before, after)).breaks == (OLD_LENS,)


def test_a_role_that_is_new_is_told() -> None:
    verdict = JUDGE.grade(Edge(("roles", "witness"), ABSENT, {}))

    assert (verdict.grade, verdict.words) == (BREAKING, "roles.witness is new")
