import pytest

from lensbus.cli.recipe import Recipe
from lensbus.golden.compare import compare, flat
from lensbus.golden.said import Said, told
from tests.golden.runs import DEMO, FAULTY, compared, cycle, kept, order, ran, trace
from tests.golden.runs import told as words
from tests.peers import SPEC

MOVE = order(0.5, "focus_move", target=3000)


def test_a_run_does_not_differ_from_itself() -> None:
    assert compare(kept(), told(SPEC, ran())).differences == []
    assert compare(kept(FAULTY), told(SPEC, ran(FAULTY))).differences == []
    assert list(compare(kept(), told(SPEC, ran())).text()) == []


@pytest.mark.parametrize(
    ("wanted", "got", "line"),
    [
        ([MOVE], [], "body did not say focus_move at 0.500000 s"),
        ([], [MOVE], "body said focus_move at 0.500000 s, wanted nothing there"),
        (
            cycle(0.5),
            cycle(0.512),
            "lens said status late: at 0.512000 s, wanted 0.500000 ± 0.002",
        ),
        (
            cycle(0.5),
            cycle(0.49),
            "lens said status early: at 0.490000 s, wanted 0.500000 ± 0.002",
        ),
        (
            cycle(0.5, place=3000),
            cycle(0.501, place=3001),
            "status.place: got 3001, wanted 3000 (lens, at 0.501000 s)",
        ),
        (
            cycle(0.5, place=1),
            cycle(0.5, place=1, humidity=40),
            "status.humidity: got 40, wanted nothing (lens, at 0.500000 s)",
        ),
        (
            cycle(0.5, block={"near": 1, "far": 2}),
            cycle(0.5, block={"near": 1, "far": 3}),
            "status.block.far: got 3, wanted 2 (lens, at 0.500000 s)",
        ),
        (
            cycle(0.5, switches=["lock"]),
            cycle(0.5, switches=[]),
            'status.switches: got [], wanted ["lock"] (lens, at 0.500000 s)',
        ),
        (
            [Said(0.5, "body", "no reply", {"path": "home"}, fault="heard")],
            [],
            "body did not hear no reply (home) at 0.500000 s",
        ),
        (
            [],
            [Said(0.5, "lens", "bad checksum", fault="heard")],
            "lens heard bad checksum at 0.500000 s, wanted nothing there",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_one_line_as_a_person_would_say_it(
    wanted: list[Said], got: list[Said], line: str
) -> None:
    assert words(wanted, got) == [line]


def test_what_is_early_or_late_within_the_tolerance_is_in_time() -> None:
    assert words(cycle(0.5), cycle(0.502)) == words(cycle(0.5), cycle(0.498)) == []
    assert words(cycle(0.5), cycle(0.5021)) != []
    assert compare(trace(cycle(0.5), tolerance_s=0), cycle(0.500001)).differences != []


def test_a_text_is_no_number() -> None:
    assert words(cycle(0.5, a=1), cycle(0.5, a="1")) != []


def test_a_message_may_be_late_and_differ() -> None:
    found = words(cycle(0.5, place=1), cycle(0.6, place=2))

    assert len(found) == 2


def test_the_first_difference_is_shown_with_what_is_around_it() -> None:
    """Of the cycle only what differs: sixty lines a second would hide the rest."""
    busy = [*cycle(*(n / 10 for n in range(1, 10)), place=1, idle=True)]
    wanted = [order(0.05, "home"), *busy, order(0.45, "focus_stop"), order(0.95, "sleep")]
    moved = [*busy[:6], *cycle(0.7, place=2, idle=True), *busy[7:]]
    got = [order(0.05, "home"), *moved, order(0.45, "focus_stop"), order(0.95, "sleep")]

    assert list(compared(wanted, got).text(2)) == [
        "status.place: got 2, wanted 1 (lens, at 0.700000 s)",
        "        0.500000 lens status place=1 idle=true",
        "        0.600000 lens status place=1 idle=true",
        "  -     0.700000 lens status place=1 ..",
        "  +     0.700000 lens status place=2 ..",
        "        0.800000 lens status place=1 idle=true",
        "        0.900000 lens status place=1 idle=true",
    ]
    assert list(compared(wanted, got[:-1]).text(1)) == [
        "status.place: got 2, wanted 1 (lens, at 0.700000 s)",
        "        0.600000 lens status place=1 idle=true",
        "  -     0.700000 lens status place=1 ..",
        "  +     0.700000 lens status place=2 ..",
        "        0.800000 lens status place=1 idle=true",
        "and 1 more: 1 x sleep missing",
    ]


def test_around_an_order_are_orders() -> None:
    wanted = [order(0.1, "home"), *cycle(0.2, 0.3, 0.4), order(0.35, "focus_stop")]

    assert list(compared(wanted, wanted[:-1]).text(5)) == [
        "body did not say focus_stop at 0.350000 s",
        "        0.100000 body home",
        "  -     0.350000 body focus_stop",
    ]


def test_the_others_are_counted_by_kind() -> None:
    wanted = [*cycle(*(n / 10 for n in range(10)), place=1), order(0.95, "sleep")]
    got = [*cycle(*(n / 10 for n in range(10)), place=2)]
    *_, last = compared(wanted, got).text()

    assert last == "and 10 more: 9 x status.place, 1 x sleep missing"


def test_many_kinds_are_not_all_named() -> None:
    wanted, got = cycle(0.5, a=0, b=0, c=0, d=0, e=0, f=0, g=0), cycle(0.5, a=1)
    *_, last = compared(wanted, got).text()

    assert last.startswith("and 6 more: 1 x status.b, ")
    assert last.endswith(", 1 x status.f, ...")


def test_a_long_line_is_cut() -> None:
    wanted = [order(0.1, "name", text="x" * 1000), order(0.2, "home")]

    assert max(map(len, compared(wanted, wanted[:1]).text())) < 180


def test_another_lens_differs_at_its_name() -> None:
    other = told(SPEC, Recipe("sigma_45_f28_dg_dn", DEMO.body, "l_mount", 2.2, 1).run(SPEC))
    first = compare(kept(), other).differences[0]

    assert first.words == "identity.lens_number: got 24579, wanted 16395 (lens, at 0.081042 s)"


def test_fields_within_a_field_have_a_path() -> None:
    assert flat({"a": {"b": 1, "c": {}}, "d": [1]}) == {"a.b": 1, "a.c": {}, "d": [1]}
