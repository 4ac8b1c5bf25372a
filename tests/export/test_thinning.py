from hypothesis import given
from hypothesis import strategies as st

from lensbus.export.thinning import (
    COLUMNS,
    KINDS,
    MOST,
    OTHERS,
    Count,
    Mark,
    Point,
    Stay,
    Thinned,
    by_kind,
    columns,
    extremes,
    latest,
    total,
    width_of,
)
from tests.sampled import sampled

TIMES = st.floats(0, 1e6, allow_nan=False)
POINTS = st.lists(st.builds(Point, TIMES, st.floats(-1e3, 1e3)), min_size=1, max_size=80)


def test_of_a_long_run_few_points_are_kept_and_the_span_and_the_extremes_are_all_there() -> None:
    curve = Thinned(extremes)
    for n in range(5 * MOST):
        curve.add(Point(n / 60, n % 997))
    kept = curve.columns(COLUMNS)

    assert len(kept) <= 4 * (COLUMNS + 1)
    assert (kept[0].t, kept[-1].t) == (0, (5 * MOST - 1) / 60)
    assert (min(kept).y, max(point.y for point in kept)) == (0, 996)


def test_a_long_run_is_counted_to_the_last_frame() -> None:
    counts = Thinned(total)
    for n in range(3 * MOST):
        counts.add(Count(n / 7, 1))

    assert sum(count.n for count in counts.columns(100)) == 3 * MOST


@given(POINTS, st.integers(1, 40))
@sampled(400)
def test_a_curve_keeps_its_ends_and_its_extremes(points: list[Point], count: int) -> None:
    curve = Thinned(extremes)
    for point in points:
        curve.add(point)
    kept = curve.columns(count)

    assert len(kept) <= 4 * (count + 1)
    assert kept == sorted(kept, key=lambda point: point.t)
    assert set(kept) <= set(points)
    assert {kept[0].t, kept[-1].t} == {min(points).t, max(points).t}
    assert min(p.y for p in kept) == min(p.y for p in points)
    assert max(p.y for p in kept) == max(p.y for p in points)


@given(st.lists(TIMES, min_size=1, max_size=80), st.integers(1, 40), st.integers(1, 40))
@sampled(400)
def test_wider_columns_never_part_what_a_column_holds(
    times: list[float], some: int, others: int
) -> None:
    counts, again = Thinned(total), Thinned(total)
    for t in times:
        counts.add(Count(t, 1))
    for count in counts.columns(max(some, others)):
        again.add(count)
    span, few = max(times) - min(times), min(some, others)
    width = width_of(span, few)

    assert [(part[0].t // width, sum(one.n for one in part)) for part in _parts(counts, width)] == [
        (part[0].t // width, sum(one.n for one in part)) for part in _parts(again, width)
    ]


def _parts(counts: Thinned[Count], width: float) -> list[list[Count]]:
    return list(columns(counts.columns(1 << 30), width))


def test_a_column_ends_in_the_state_that_is_kept() -> None:
    stays = [Stay(0.0, "empty"), Stay(0.1, "ready"), Stay(0.2, "lost")]

    assert list(latest(stays)) == [stays[-1]]


def test_marks_of_one_kind_are_one_with_their_number() -> None:
    marks = [Mark(1, "noise", "first"), Mark(2, "noise", "second"), Mark(3, "no reply", "third")]

    assert list(by_kind(marks)) == [Mark(1, "noise", "first", 2), Mark(3, "no reply", "third")]


def test_marks_of_very_many_kinds_stay_few() -> None:
    kept = list(by_kind([Mark(n, str(n), "") for n in range(100)]))

    assert len(kept) == KINDS + 1
    assert kept[-1].kind == OTHERS
    assert sum(mark.n for mark in kept) == 100


def test_nothing_is_thinned_to_nothing() -> None:
    curve = Thinned(extremes)

    assert not curve
    assert curve.columns(10) == []
