import csv
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.capture import sigrok, uart
from lensbus.capture.trace import Edges, Trace
from lensbus.capture.uart import Burst, Cut, cut, draw
from lensbus.errors import CaptureError
from lensbus.spec.model import Wires
from tests.sampled import sampled

SYNC = 0xF0
RATES = (750_000, 1_500_000)
RATE_HZ = 12_000_000
BIT = 1 / 750_000
SIDES = {"body": Wires("TXD", "BODY_CS"), "lens": Wires("RXD", "LENS_CS")}
OPEN = {"body": Wires("TXD", None), "lens": Wires("RXD", None)}
SHARED = {"body": Wires("TXD", "CS"), "lens": Wires("RXD", "CS")}
LOW_SELECT = {"body": Wires("TXD", "BODY_CS", False), "lens": Wires("RXD", "LENS_CS", False)}


def drawn(
    *bursts: Burst, sides: dict[str, Wires] = SIDES, length_s: float = 0.01, **lines: bool
) -> Trace:
    """Draw at 12 MHz; other lines keep one level."""
    levels = {name: [(0.0, level)] for name, level in lines.items()}
    return draw(bursts, levels, rate_hz=RATE_HZ, length_s=length_s, sides=sides)


def cuts(trace: Trace, sides: dict[str, Wires] = SIDES, gap_s: float = 0.0001) -> list[Cut]:
    return cut(trace, sides, sync=SYNC, rates=RATES, gap_s=gap_s)


def said(found: Sequence[Cut | Burst]) -> list[tuple[str, int | None, bytes]]:
    return [(one.side, one.baud, one.data) for one in found]


def with_line(trace: Trace, name: str, first: bool, *at_s: float) -> Trace:
    at = np.rint(np.array(at_s, dtype=np.float64) * trace.rate_hz).astype(np.int64)
    return Trace(trace.rate_hz, trace.length, {**trace.lines, name: Edges(first, at)})


@st.composite
def sessions(draw_from: st.DrawFn) -> tuple[list[Burst], int, int, list[int]]:
    """Bursts of two sides that follow at once or after a while, their sample rate and sync."""
    sync = draw_from(st.integers(0, 255))
    slow = draw_from(st.sampled_from([9600, 115_200, 750_000, 1_000_003]))
    rates = [slow, 2 * slow]
    rate_hz = draw_from(st.integers(8 * slow, 60 * slow))
    bursts, t = [], 0.001
    for _ in range(draw_from(st.integers(1, 6))):
        baud = draw_from(st.sampled_from(rates))
        data = bytes([sync]) + draw_from(st.binary(max_size=12))
        bursts.append(Burst(draw_from(st.sampled_from(["body", "lens"])), t, baud, data))
        t += 10 * len(data) / baud + draw_from(st.sampled_from([0, 0.3 / baud, 0.0123]))
    return bursts, rate_hz, sync, rates


@given(case=sessions(), sides=st.sampled_from([SIDES, SHARED, LOW_SELECT]))
@sampled(250)
def test_bursts_that_are_drawn_are_cut_out_again(
    case: tuple[list[Burst], int, int, list[int]], sides: dict[str, Wires]
) -> None:
    bursts, rate_hz, sync, rates = case
    trace = draw(bursts, {}, rate_hz=rate_hz, length_s=bursts[-1].t + 0.1, sides=sides)
    found = cut(trace, sides, sync=sync, rates=rates, gap_s=0.001)

    assert said(bursts) == said(found)
    assert [0] * len(bursts) == [one.flaws for one in found]
    for burst, one in zip(bursts, found, strict=True):
        assert abs(one.t - burst.t) <= 1 / burst.baud + 2 / rate_hz
        assert abs(one.t_end - burst.t - 10 * len(burst.data) / burst.baud) <= 5 / rate_hz


@given(case=sessions())
@sampled(100)
def test_without_a_select_line_silence_parts_the_bursts(
    case: tuple[list[Burst], int, int, list[int]],
) -> None:
    bursts, rate_hz, sync, rates = case
    apart = [Burst(one.side, 0.001 + n * 0.05, one.baud, one.data) for n, one in enumerate(bursts)]
    trace = draw(apart, {}, rate_hz=rate_hz, length_s=1, sides=OPEN)

    assert said(apart) == said(cut(trace, OPEN, sync=sync, rates=rates, gap_s=0.001))


@pytest.mark.parametrize("baud", RATES)
def test_every_byte_is_read_at_every_rate(baud: int) -> None:
    data = bytes([SYNC, *range(256)])

    assert [("body", baud, data)] == said(cuts(drawn(Burst("body", 0.001, baud, data))))


def test_all_bytes_survive_at_four_samples_a_bit() -> None:
    burst = Burst("lens", 0.001, 3_000_000, bytes([SYNC, *range(256)]))
    found = cut(drawn(burst), SIDES, sync=SYNC, rates=[3_000_000], gap_s=1)

    assert said([burst]) == said(found)


def test_the_nearest_of_the_rates_is_chosen() -> None:
    burst = Burst("body", 0.001, 500_000, b"\xf0\x12")
    found = cut(drawn(burst), SIDES, sync=SYNC, rates=[480_000, 500_000, 520_000], gap_s=1)

    assert said([burst]) == said(found)


@pytest.mark.parametrize(
    ("gap_s", "expected"), [(0.00019, [b"\xf0\xff", b"\xf0"]), (0.00021, [b"\xf0\xff\xf0"])]
)
def test_the_gap_is_from_the_end_of_one_byte_to_the_start_of_the_next(
    gap_s: float, expected: list[bytes]
) -> None:
    second = 0.001 + 20 * BIT + 0.0002
    bursts = Burst("body", 0.001, 750_000, b"\xf0\xff"), Burst("body", second, 750_000, b"\xf0")

    assert expected == [one.data for one in cuts(drawn(*bursts, sides=OPEN), OPEN, gap_s)]


def test_a_select_line_that_was_not_recorded_is_done_without() -> None:
    bursts = Burst("body", 0.001, 750_000, b"\xf0\1"), Burst("lens", 0.002, 750_000, b"\xf0\2")

    assert said(bursts) == said(cuts(drawn(*bursts, sides=OPEN), SIDES))


def test_a_pulse_that_no_rate_fits_is_a_cut_without_data() -> None:
    trace = with_line(drawn(), "TXD", True, 0.001, 0.003, 0.00305, 0.0031, 0.006, 0.0061)

    expected = [Cut("body", 0.001, 0.0031, None, b"", 0), Cut("body", 0.006, 0.0061, None, b"", 0)]
    assert expected == cuts(trace, OPEN)


@pytest.mark.parametrize(
    ("baud", "data"), [(1_000_000, b"\xf0\1"), (750_000, b""), (750_000, b"\0\0")]
)
def test_a_window_without_a_sync_byte_has_no_data(baud: int, data: bytes) -> None:
    found = cuts(drawn(Burst("body", 0.001, baud, data)))

    expected = [("body", None, b"")]
    assert expected == said(found)


@pytest.mark.parametrize("sides", [SIDES, OPEN])
def test_a_line_that_stays_low_has_no_data(sides: dict[str, Wires]) -> None:
    trace = with_line(drawn(), "TXD", True, 0.002)
    trace = with_line(trace, "BODY_CS", False, 0.001, 0.003)

    expected = [("body", None, b"")]
    assert expected == said(cuts(trace, sides))


def test_a_line_that_is_low_all_along_has_no_data() -> None:
    trace = with_line(drawn(Burst("body", 0.001, 750_000, b"\xf0")), "TXD", False)

    expected = [("body", None, b"")]
    assert expected == said(cuts(trace))


def test_a_stop_bit_that_is_low_is_a_flaw() -> None:
    # 0xF0 and then a byte of zeros whose stop bit is missing, and a whole one.
    bits = 0.001 + BIT * np.array([0, 5, 10, 21, 25, 30])
    trace = with_line(drawn(), "TXD", True, *bits)
    trace = with_line(trace, "BODY_CS", False, 0.0009, 0.002)

    (found,) = cuts(trace)

    expected = (b"\xf0\0\xf0", 1)
    assert expected == (found.data, found.flaws)


def test_a_window_that_was_open_before_the_trace_is_left_out() -> None:
    trace = drawn(Burst("body", 0.001, 750_000, b"\xf0\1"), Burst("body", 0.004, 750_000, b"\xf0"))
    trace = with_line(trace, "BODY_CS", True, 0.002, 0.003, 0.005)

    expected = [("body", 750_000, b"\xf0")]
    assert expected == said(cuts(trace))


def test_a_window_still_open_at_the_end_is_kept_and_its_torn_byte_is_a_flaw() -> None:
    burst = Burst("body", 0.001, 750_000, b"\xf0\1\2\3")
    (found,) = cuts(drawn(burst, length_s=0.001 + 35 * BIT))

    expected = (b"\xf0\1\2", 1)
    assert expected == (found.data, found.flaws)
    assert found.t_end == pytest.approx(0.001 + 35 * BIT, abs=1e-7)


def test_a_burst_torn_by_the_end_is_a_flaw_without_a_select_line_too() -> None:
    burst = Burst("body", 0.001, 750_000, b"\xf0\1")
    (found,) = cuts(drawn(burst, sides=OPEN, length_s=0.001 + 7 * BIT), OPEN)

    expected = (None, b"", 1)
    assert expected == (found.baud, found.data, found.flaws)


def test_sides_that_talk_at_once_in_a_window_they_share_are_both_heard() -> None:
    bursts = Burst("body", 0.001, 750_000, b"\xf0\1"), Burst("lens", 0.00101, 750_000, b"\xf0\2\3")

    assert said(bursts) == said(cuts(drawn(*bursts, sides=SHARED), SHARED))


def test_a_shared_window_in_which_nobody_talks_is_one_cut_of_the_first_side() -> None:
    trace = drawn(Burst("lens", 0.001, 750_000, b""), sides=SHARED)

    expected = [("body", None, b"")]
    assert expected == said(cuts(trace, SHARED))


def test_cuts_are_in_order_of_time() -> None:
    bursts = [
        Burst(side, 0.001 * n, 750_000, bytes([SYNC, n]))
        for n, side in enumerate(["lens", "body", "body", "lens", "body"], 1)
    ]

    assert said(bursts) == said(cuts(drawn(*reversed(bursts))))


def test_a_data_line_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(CaptureError, match="no line 'TDX', only VD, TXD"):
        cuts(drawn(VD=True), {"body": Wires("TDX", None)})


def test_rates_that_are_too_fast_for_the_samples_are_left_out() -> None:
    bursts = Burst("body", 0.001, 115_200, b"\xf0\x12"), Burst("body", 0.002, 750_000, b"\xf0")
    trace = drawn(*bursts)
    slow = Trace(2_999_999, trace.length, trace.lines)  # a bit less than four samples a bit
    found = cut(slow, SIDES, sync=SYNC, rates=[115_200 // 4, 750_000], gap_s=1)

    assert said(found)[0] == ("body", 115_200 // 4, b"\xf0\x12")
    assert said(found)[1] == ("body", None, b"")


@pytest.mark.parametrize("rate_hz", [1, 50_000, 2_999_999])
def test_a_capture_sampled_too_slowly_for_all_rates_is_refused(rate_hz: int) -> None:
    trace = drawn(Burst("body", 0.001, 750_000, b"\xf0\x12"))
    expected = f"sampled at {rate_hz} Hz, wanted at least 3000000 for 750000 baud: sample faster"

    with pytest.raises(CaptureError, match=expected):
        cuts(Trace(rate_hz, trace.length, trace.lines))


def test_a_gap_longer_than_the_trace_is_never_over() -> None:
    bursts = [Burst("body", 0.001 * n, 750_000, b"\xf0") for n in range(1, 3)]
    found = cuts(drawn(*bursts, sides=OPEN), OPEN, gap_s=1e308)

    assert said(found) == [("body", 750_000, b"\xf0\xf0")]


def test_too_many_windows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uart, "MAX_CUTS", 3)
    bursts = [Burst("body", 0.001 * n, 750_000, b"\xf0") for n in range(1, 5)]

    assert said(bursts[:3]) == said(cuts(drawn(*bursts[:3])))
    with pytest.raises(CaptureError, match="over 3 windows"):
        cuts(drawn(*bursts))


def test_a_long_window_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uart, "AT_ONCE", 7)
    burst = Burst("body", 0.001, 750_000, bytes([SYNC, *range(100)]))

    assert said([burst]) == said(cuts(drawn(burst)))


def test_other_lines_are_drawn_as_told() -> None:
    levels = {"VD": [(0.0, True), (0.002, False), (0.003, True)], "POWER": [(0.0, False)]}
    trace = draw([], levels, rate_hz=1_000_000, length_s=0.01, sides=SIDES)

    expected = ["VD", "POWER", "TXD", "RXD", "BODY_CS", "LENS_CS"]
    assert expected == list(trace.lines)
    assert Edges(True, np.array([2000, 3000])) == trace.lines["VD"]
    assert Edges(False, np.array([], dtype=np.int64)) == trace.lines["POWER"]


@pytest.mark.parametrize("active", [True, False])
def test_a_select_line_leads_its_burst_by_a_bit(active: bool) -> None:
    sides = {"body": Wires("TXD", "CS", active)}
    trace = drawn(Burst("body", 0.001, 750_000, b"\xf0"), sides=sides)

    assert Edges(not active, np.array([12_000 - 16, 12_000 + 160])) == trace.lines["CS"]


def test_what_is_later_than_the_trace_is_left_out() -> None:
    bursts = Burst("body", 0.001, 750_000, b"\xf0"), Burst("body", 0.01, 750_000, b"\xf0")

    assert drawn(bursts[0]) == drawn(*bursts)


@pytest.mark.parametrize(
    ("bursts", "sides", "expected"),
    [
        ([Burst("host", 0.1, 750_000, b"")], SIDES, "'host', wanted one of body, lens"),
        ([Burst("body", 0.0, 750_000, b"")], SIDES, "burst at 0.0 s: got no bit time before it"),
        ([Burst("body", -1.0, 750_000, b"")], SIDES, "burst at -1.0 s: got no bit time"),
        ([Burst("body", 0.1, 3_000_001, b"")], SIDES, "got 3000001 baud, wanted 3000000 or less"),
        ([Burst("body", 0.1, 0, b"")], SIDES, "got 0 baud"),
        (
            [Burst("body", 0.1, 750_000, b"abc"), Burst("body", 0.10001, 750_000, b"a")],
            SIDES,
            "line 'TXD' at .* got a burst that starts before this one's end",
        ),
        ([], {"body": Wires("TXD", "TXD")}, "wanted each once: rename one"),
        ([], {"body": Wires("VD", None)}, "got lines VD, VD, wanted each once"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    bursts: list[Burst], sides: dict[str, Wires], expected: str
) -> None:
    with pytest.raises(CaptureError, match=expected):
        drawn(*bursts, sides=sides, length_s=0.2, VD=True)


SONY = {"body": Wires("TXD", "BODY_CS_LENS"), "lens": Wires("RXD", "LENS_CS_BODY")}
ARROWS = {"body": "B>L", "lens": "L>B"}


@pytest.fixture
def sony() -> Path:
    if "LENSBUS_CAPTURES" not in os.environ:
        pytest.skip("LENSBUS_CAPTURES is not set: see docs/captures.md")
    return Path(os.environ["LENSBUS_CAPTURES"]) / "sony_e"


def reference(path: Path) -> list[tuple[str, str, str, str, str]]:
    with path.open(newline="") as file:
        return [
            (row["cs_rise_s"], row["cs_fall_s"], row["dir"], row["baud"], row["hex"])
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(
    ("name", "windows"), [("a6000_selp1650_init", 884), ("a6000_sel55210_init_55", 403)]
)
def test_every_window_of_a_real_mount_is_cut_as_an_independent_decoder_does(
    sony: Path, name: str, windows: int
) -> None:
    start = time.process_time()
    found = cuts(sigrok.read(sony / f"{name}.sr"), SONY)
    spent_s = time.process_time() - start
    rows = [
        (f"{one.t:.6f}", f"{one.t_end:.6f}", ARROWS[one.side], str(one.baud or ""), one.data.hex())
        for one in found
    ]

    assert reference(sony / "reference" / f"{name}.csv") == rows
    assert windows == len(rows)
    assert not any(one.flaws for one in found)
    assert spent_s < 1.5


@pytest.mark.parametrize("name", ["a6000_selp1650_init", "a6000_sel55210_init_55"])
def test_without_its_select_lines_a_real_mount_still_gives_the_same_bytes(
    sony: Path, name: str
) -> None:
    trace = sigrok.read(sony / f"{name}.sr")
    deaf = {side: Wires(wires.data, None) for side, wires in SONY.items()}

    expected = [one for one in said(cuts(trace, SONY)) if one[2]]
    assert expected == [one for one in said(cuts(trace, deaf, gap_s=0.00005)) if one[2]]
