import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.capture import trace as trace_module
from lensbus.capture.trace import NEVER, Edges, Trace, from_samples, from_steps, from_times
from lensbus.capture.trace import to_samples as chunks
from lensbus.errors import CaptureError
from tests.sampled import sampled


def edges(first: bool, *at: int) -> Edges:
    return Edges(first, np.array(at, dtype=np.int64))


def test_a_line_is_compared_by_value() -> None:
    assert edges(True, 3, 9) == edges(True, 3, 9)
    assert hash(edges(True, 3, 9)) == hash(edges(True, 3, 9))


@pytest.mark.parametrize("other", [edges(False, 3, 9), edges(True, 3), "a line"])
def test_lines_that_differ_are_not_equal(other: object) -> None:
    assert edges(True, 3, 9) != other


@pytest.mark.parametrize("at", [(0,), (-1, 4), (5, 4), (4, 4)])
def test_changes_out_of_order_make_no_line(at: tuple[int, ...]) -> None:
    with pytest.raises(CaptureError, match="ascending"):
        edges(False, *at)


def test_the_changes_of_a_line_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        edges(False, 1, 2).at[0] = 3


def test_a_line_holds_its_last_level() -> None:
    levels = edges(False, 2, 5).levels(np.array([0, 1, 2, 4, 5, 1000]))

    expected = [False, False, True, True, False, False]
    assert expected == levels.tolist()


@pytest.mark.parametrize(
    ("line", "level", "expected"),
    [
        (edges(False, 2, 5, 8), True, [(2, 5), (8, NEVER)]),
        (edges(False, 2, 5, 8), False, [(5, 8)]),
        (edges(True, 2, 5, 8), True, [(5, 8)]),
        (edges(True, 2, 5, 8), False, [(2, 5), (8, NEVER)]),
        (edges(True), True, []),
    ],
)
def test_a_pulse_that_was_there_before_the_trace_is_left_out(
    line: Edges, level: bool, expected: list[tuple[int, int]]
) -> None:
    starts, ends = line.pulses(level)

    assert expected == list(zip(starts.tolist(), ends.tolist(), strict=True))


@pytest.mark.parametrize(("rate_hz", "length"), [(0, 10), (10, 0)])
def test_a_trace_without_time_is_refused(rate_hz: int, length: int) -> None:
    with pytest.raises(CaptureError, match="1 or more of both"):
        Trace(rate_hz, length, {})


def test_a_change_after_the_end_of_a_trace_is_refused() -> None:
    with pytest.raises(CaptureError, match="'VD' changes at sample 10 of 10"):
        Trace(1000, 10, {"VD": edges(False, 10)})


def test_a_line_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(CaptureError, match="no line 'TDX', only RXD, TXD: name one of these"):
        Trace(1000, 10, {"RXD": edges(True), "TXD": edges(True)}).line("TDX")


def test_of_two_steps_in_one_sample_the_later_counts() -> None:
    at, levels = np.array([0.2, 3.9, 4.1, 6.0]), np.array([True, False, True, False])

    assert edges(True, 6) == from_steps("VD", False, at, levels, 10)


def test_steps_at_or_after_the_end_are_left_out() -> None:
    steps = [(0.0, True), (0.002, False), (0.010, True), (float("inf"), False)]

    assert edges(True, 2) == from_times("VD", steps, 1000, 10)


@pytest.mark.parametrize("times", [(-0.1, 0.2), (0.2, 0.1), (float("nan"),)])
def test_steps_out_of_order_are_refused(times: tuple[float, ...]) -> None:
    with pytest.raises(CaptureError, match="line 'VD': got times out of order"):
        from_times("VD", [(0.0, True), *((t, False) for t in times)], 1000, 10)


def test_a_line_needs_the_level_it_starts_with() -> None:
    with pytest.raises(CaptureError, match="line 'VD': got no levels"):
        from_times("VD", [], 1000, 10)


@given(
    samples=st.lists(st.integers(0, 7), min_size=1, max_size=60),
    unit_size=st.sampled_from([1, 2, 4, 8]),
    chunk=st.integers(8, 40),
    cut=st.integers(1, 50),
)
@sampled(150)
def test_samples_cut_anywhere_become_edges_and_samples_again(
    samples: list[int], unit_size: int, chunk: int, cut: int
) -> None:
    data = b"".join(sample.to_bytes(unit_size, "little") for sample in samples)
    pieces = [data[n : n + cut] for n in range(0, len(data), cut)]
    trace = from_samples(pieces, unit_size, 1000, {"A": 0, "B": 1, "C": 2}, where="x.sr")

    assert len(samples) == trace.length
    assert data == b"".join(chunks(trace, unit_size, chunk))


@pytest.mark.parametrize("unit_size", range(1, 9))
def test_samples_of_any_size_up_to_eight_bytes_are_read(unit_size: int) -> None:
    top = 8 * unit_size - 1
    data = b"".join(bit.to_bytes(unit_size, "little") for bit in (0, 1 << top, 1 << top, 1))
    trace = from_samples([data], unit_size, 1000, {"LOW": 0, "TOP": top}, where="x.sr")

    assert {"LOW": edges(False, 3), "TOP": edges(False, 1, 3)} == trace.lines


def test_an_edge_between_two_blocks_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_module, "BLOCK_BYTES", 4)
    pieces = [b"\0\0\0", b"\0", b"\1\1\1\1", b"\0"]

    assert edges(False, 4, 8) == from_samples(pieces, 1, 1000, {"A": 0}, where="x.sr").lines["A"]


def test_quiet_blocks_are_passed_over_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_module, "BLOCK_BYTES", 2)
    quiet = from_samples([b"\0\0"] * 9, 1, 1000, {"A": 0}, where="x.sr")
    noisy = from_samples([b"\0\0", b"\0\0", b"\1\1", b"\1\1"], 1, 1000, {"A": 0}, where="x.sr")

    assert (18, edges(False)) == (quiet.length, quiet.lines["A"])
    assert (8, edges(False, 4)) == (noisy.length, noisy.lines["A"])


def test_half_a_sample_at_the_end_is_refused() -> None:
    with pytest.raises(CaptureError, match=r"x\.sr: got 1 bytes of a last sample, wanted 2"):
        from_samples([b"abc"], 2, 1000, {"A": 0}, where="x.sr")


def test_no_samples_are_refused() -> None:
    with pytest.raises(CaptureError, match=r"x\.sr: got no samples"):
        from_samples([b""], 2, 1000, {"A": 0}, where="x.sr")


def test_too_many_edges_are_refused_before_they_fill_the_memory() -> None:
    bits = {f"L{bit}": bit for bit in range(8)}
    pieces = iter([b"\x00\xff" * (1 << 19)] * 100)

    with pytest.raises(CaptureError, match=r"x\.sr: over 16777216 edges: record a shorter time"):
        from_samples(pieces, 1, 1000, bits, where="x.sr")
    assert next(pieces)
