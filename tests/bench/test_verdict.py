from lensbus.bench.story import Story
from lensbus.bench.verdict import DRIVEN, Check, Finding, Verdict, failed, judge, passed, skipped
from lensbus.devices.power import BROWN_OUT
from lensbus.session.event import Note
from lensbus.session.log import Record

STARVED = Story([Record(1.0, "lens", "noted", Note("brown-out: it draws 9 mA", BROWN_OUT))])


def finds(finding: Finding | None) -> Check:
    return lambda _story: finding


def test_what_never_began_is_explained_by_what_failed_before_it() -> None:
    steps = {"home": finds(failed("why")), "focus": finds(None), "sleep": finds(passed(2.0))}

    assert list(judge(Story(()), steps)) == [
        Verdict("home", "failed", None, "why"),
        Verdict("focus", "skipped", None, "not reached: home failed"),
        Verdict("sleep", "passed", 2.0),
    ]


def test_what_never_began_for_no_reason_has_failed() -> None:
    (found,) = judge(Story(()), {"home": finds(None)})

    assert found == Verdict("home", "failed", None, "not begun in 0.0 s: try more --seconds")


def test_where_the_supply_failed_that_is_why_a_driven_step_did() -> None:
    steps = {"number": finds(failed("why")), **dict.fromkeys(DRIVEN, finds(failed("why")))}
    number, *driven = judge(STARVED, steps)

    assert number.reason == "why"
    assert {one.reason for one in driven} == {"brown-out: it draws 9 mA (why)"}


def test_a_step_that_passed_needs_no_reason() -> None:
    (found,) = judge(STARVED, {"home": finds(passed(1.5))})

    assert found == Verdict("home", "passed", 1.5)


def test_findings_are_made_in_few_words() -> None:
    assert passed(1.0) == ("passed", 1.0, "")
    assert failed("why") == ("failed", None, "why")
    assert skipped("why") == ("skipped", None, "why")
