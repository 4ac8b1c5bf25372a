from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lensbus.golden.fold import fold, unfold
from lensbus.golden.said import Said
from tests.golden.runs import cycle, order
from tests.sampled import sampled

EVEN_S = 0.0005

gaps = st.floats(0.001, 0.1, allow_subnormal=False)
said = st.tuples(gaps, st.sampled_from(["sync", "status", "sleep"]), st.integers(0, 1))


def test_what_is_said_evenly_and_unchanged_is_one() -> None:
    (one,) = fold(cycle(0.0, 0.01, 0.02, 0.03), EVEN_S)

    assert (one.said.t, one.until, one.times) == (0.0, 0.03, 4)


def test_another_value_another_pace_and_a_gap_begin_anew() -> None:
    found = fold([*cycle(0.0, 0.01), *cycle(0.02, place=2), *cycle(0.03, 0.04, 0.09)], EVEN_S)

    assert [(each.said.t, each.times) for each in found] == [
        (0.0, 2),
        (0.02, 1),
        (0.03, 2),
        (0.09, 1),
    ]


def test_what_is_no_cycle_is_never_folded() -> None:
    busy = [order(t, "busy", "lens") for t in (0.1, 0.2, 0.3)]

    assert [each.times for each in fold(busy, EVEN_S)] == [1, 1, 1]


def test_sides_and_messages_are_folded_apart() -> None:
    mixed = [each for t in (0.0, 0.01) for side in ("body", "lens") for each in cycle(t, side=side)]

    assert [(each.said.side, each.times) for each in fold(mixed, EVEN_S)] == [
        ("body", 2),
        ("lens", 2),
    ]


def test_jitter_of_a_whole_fold_stays_within_what_is_uneven_at_most() -> None:
    """A time that creeps is no even one, however small each step."""
    creeping = cycle(*(0.01 * n + 0.00002 * n * n for n in range(60)))

    assert len(fold(creeping, EVEN_S)) > 1


@sampled(200)
@given(st.lists(said, max_size=60))
def test_unfolded_is_what_was_said_at_almost_the_same_times(
    steps: list[tuple[float, str, int]],
) -> None:
    t, every = 0.0, list[Said]()
    for gap, name, value in steps:
        t = round(t + gap, 6)
        every.append(Said(t, "body", name, {"value": value}, cyclic=name != "sleep"))
    again = unfold(fold(every, EVEN_S))

    def streams(found: list[Said]) -> list[Said]:
        return sorted(found, key=lambda each: (each.stream, each.t))

    pairs = list(zip(streams(every), streams(again), strict=True))
    assert [replace(new, t=old.t) for old, new in pairs] == [old for old, _ in pairs]
    assert all(abs(old.t - new.t) <= EVEN_S + 1e-6 for old, new in pairs)
