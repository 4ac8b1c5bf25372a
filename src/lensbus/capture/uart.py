"""Cut a trace into the bursts of bytes that its UART lines carry, and draw a trace from bursts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lensbus.capture.trace import Edges, Trace, from_steps, from_times
from lensbus.errors import CaptureError
from lensbus.spec.model import Wires

BYTE_BITS: Final = 10  # 8N1: start bit, eight data bits from the lowest, stop bit
TOLERANCE: Final = 0.1  # of the sync byte's low time; one sample is always allowed
SAMPLES_PER_BIT: Final = 4  # with fewer, rounding to samples could hide a bit
MAX_CUTS: Final = 250_000  # ten minutes of two busy sides are some 150,000
AT_ONCE: Final = 1 << 16  # bytes read together; it bounds memory where a window never ends


@dataclass(frozen=True, slots=True)
class Cut:
    """What one side said in one window; `baud` is None and `data` empty when that is nothing.

    `flaws` counts bytes whose stop bit is low, and one that the end of the trace tears.
    """

    side: str
    t: float
    t_end: float
    baud: int | None
    data: bytes
    flaws: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Bytes that one side says without a pause; `t` is the start bit of the first."""

    side: str
    t: float
    baud: int
    data: bytes


def cut(
    trace: Trace, sides: Mapping[str, Wires], *, sync: int, rates: Sequence[int], gap_s: float
) -> list[Cut]:
    """Return what each side said, window by window, in order of time.

    A side without a select line, or whose select line was not recorded, is cut where it is silent
    for more than `gap_s`. The bit rate of a window is the one of `rates` at which its first low
    time is that of the byte `sync`; if none fits, the window has no data. A rate with less than
    SAMPLES_PER_BIT samples a bit is left out.
    A window open before the trace began is left out, for its sync byte is lost; one still
    open at the end is kept. Where sides share a window, the silent ones give no cut; if all are
    silent, the first of `sides` stands for them.

    Raises:
        CaptureError: a data line is not in the trace, all rates are too fast for it, or there are
            more than MAX_CUTS windows.
    """
    rates = _readable(trace.rate_hz, rates)
    found: list[Cut] = []
    for side, wires in sides.items():
        line = _Line(trace, side, wires.data, sync, rates)
        select = trace.lines.get(wires.select or "")
        cuts = line.silences(gap_s) if select is None else line.windows(select, wires.select_active)
        found += islice(cuts, MAX_CUTS + 1)
    if len(found) > MAX_CUTS:
        raise CaptureError(f"got over {MAX_CUTS} windows, wanted fewer: record a shorter time")
    return _without_silent(sorted(found, key=lambda one: one.t), sides)


def draw(
    bursts: Iterable[Burst],
    levels: Mapping[str, Sequence[tuple[float, bool]]],
    *,
    rate_hz: int,
    length_s: float,
    sides: Mapping[str, Wires],
) -> Trace:
    """Return the trace that these bursts make, the inverse of `cut`; what is later is left out.

    A data line is high when idle. A select line is active from one bit before the first start bit
    to the end of the last stop bit, or a little less where another burst follows at once; a burst
    without bytes is a window without data. `levels` are other lines: (time, level), the first of
    each the level it starts with.

    Raises:
        CaptureError: a burst starts too soon, is too fast or meets another; a name is wrong.
    """
    length = round(length_s * rate_hz)
    said = sorted((one for one in bursts if one.t < length_s), key=lambda one: one.t)
    for burst in said:
        _check(burst, rate_hz, sides)
    lines = [(name, from_times(name, steps, rate_hz, length)) for name, steps in levels.items()]
    for name in dict.fromkeys(wires.data for wires in sides.values()):
        mine = [burst for burst in said if sides[burst.side].data == name]
        lines.append((name, _drawn_data(name, mine, rate_hz, length)))
    for select, active in dict.fromkeys((one.select, one.select_active) for one in sides.values()):
        mine = [burst for burst in said if sides[burst.side].select == select]
        if select is not None:
            lines.append((select, _drawn_select(select, active, mine, rate_hz, length)))
    names = [name for name, _ in lines]
    if len(set(names)) < len(names):
        raise CaptureError(f"got lines {', '.join(names)}, wanted each once: rename one")
    return Trace(rate_hz, length, dict(lines))


class _Line:
    """The low pulses of a data line: which could start a sync byte, and which byte is next."""

    def __init__(self, trace: Trace, side: str, name: str, sync: int, rates: Sequence[int]) -> None:
        self._side, self._edges = side, trace.line(name)
        self._rate_hz, self._length = trace.rate_hz, trace.length
        self._falls, self._rises = self._edges.pulses(level=False)
        self._bauds = self._fitting(sync, rates)
        self._next = {baud: self._following(baud) for baud in rates}

    def windows(self, select: Edges, active: bool) -> Iterator[Cut]:
        """Cut where the select line says."""
        opens, closes = (ends[: MAX_CUTS + 1] for ends in select.pulses(active))
        firsts, stops = np.searchsorted(self._falls, opens), np.searchsorted(self._falls, closes)
        spans = np.stack((opens, closes, firsts, stops), axis=1)
        for start, end, first, stop in spans.tolist():
            baud = int(self._bauds[first]) if first < stop else 0
            yield self._cut(start, end, baud, self._chain(first, stop, baud, self._length))

    def silences(self, gap_s: float) -> Iterator[Cut]:
        """Cut between silences; what no rate fits is one cut without bytes."""
        gap, stop = int(min(gap_s * self._rate_hz, self._length)), self._falls.size
        quiet = np.flatnonzero(self._falls[1:] - self._rises[:-1] > gap) + 1
        index = 0
        while index < stop:
            start, baud = int(self._falls[index]), int(self._bauds[index])
            if baud:
                size = BYTE_BITS * self._rate_hz // baud
                chain = self._chain(index, stop, baud, size + gap)
                index, end = self._next[baud][chain[-1]], int(self._falls[chain[-1]]) + size
            else:
                later = np.searchsorted(quiet, index, side="right")
                chain, index = (), int(quiet[later]) if later < quiet.size else stop
                end = int(self._rises[index - 1])
            yield self._cut(start, end, baud, chain)

    def _cut(self, start: int, end: int, baud: int, chain: Sequence[int]) -> Cut:
        """Read the bytes that start at some falls, each bit in its middle."""
        t, t_end = start / self._rate_hz, min(end, self._length) / self._rate_hz
        if not baud:
            return Cut(self._side, t, t_end, None, b"", 0)
        middles = (np.arange(1.5, BYTE_BITS) * self._rate_hz / baud).astype(np.int64)
        starts = self._falls[chain]
        parts = (starts[n : n + AT_ONCE, None] for n in range(0, starts.size, AT_ONCE))
        levels = np.concatenate([self._edges.levels(part + middles) for part in parts])
        levels = levels[starts + middles[-1] < self._length]
        data = np.packbits(levels[:, :-1], axis=1, bitorder="little").tobytes()
        flaws = len(chain) - int(np.count_nonzero(levels[:, -1]))
        return Cut(self._side, t, t_end, baud if data else None, data, flaws)

    def _chain(self, index: int, stop: int, baud: int, reach: int) -> Sequence[int]:
        """Return the start bits from one on, each no more than `reach` samples after the last."""
        if not baud:
            return ()
        chain, following, falls = [index], self._next[baud], self._falls.data
        while (after := following[index]) < stop and falls[after] - falls[index] <= reach:
            chain.append(after)
            index = after
        return chain

    def _fitting(self, sync: int, rates: Sequence[int]) -> NDArray[np.int64]:
        """Return for each falling edge the rate at which it starts a sync byte, or 0."""
        until_high = sync | 1 << (BYTE_BITS - 2)
        bits = (until_high & -until_high).bit_length()  # the start bit and the zeros after it
        low = self._rises - self._falls
        bauds, best = np.zeros(low.size, dtype=np.int64), np.full(low.size, np.inf)
        for rate in rates:
            wanted = bits * self._rate_hz / rate
            off = np.abs(low - wanted)
            fits = (off <= max(1, TOLERANCE * wanted)) & (off < best)
            bauds[fits], best[fits] = rate, off[fits]
        return bauds

    def _following(self, baud: int) -> memoryview:
        """Return for each falling edge the first one after the middle of its byte's stop bit."""
        middle = int((BYTE_BITS - 0.5) * self._rate_hz / baud)
        return np.searchsorted(self._falls, self._falls + middle).data


def _readable(rate_hz: int, rates: Sequence[int]) -> list[int]:
    if found := [rate for rate in rates if rate * SAMPLES_PER_BIT <= rate_hz]:
        return found
    wanted = f"at least {min(rates) * SAMPLES_PER_BIT} for {min(rates)} baud: sample faster"
    raise CaptureError(f"sampled at {rate_hz} Hz, wanted {wanted}")


def _without_silent(cuts: Iterable[Cut], sides: Mapping[str, Wires]) -> list[Cut]:
    """Drop the silent sides of a window in which another talks, and all but one if none does."""
    windows: dict[tuple[str, float], list[Cut]] = {}
    for one in cuts:
        windows.setdefault((sides[one.side].select or one.side, one.t), []).append(one)
    talks = ([one for one in group if one.data] or group[:1] for group in windows.values())
    return [one for group in talks for one in group]


def _check(burst: Burst, rate_hz: int, sides: Mapping[str, Wires]) -> None:
    if burst.side not in sides:
        raise CaptureError(f"got a burst of {burst.side!r}, wanted one of {', '.join(sides)}")
    if not 0 < burst.baud * SAMPLES_PER_BIT <= rate_hz:
        wanted = f"{rate_hz // SAMPLES_PER_BIT} or less: sample faster"
        raise CaptureError(f"burst at {burst.t} s: got {burst.baud} baud, wanted {wanted}")
    if not burst.t * rate_hz >= rate_hz / burst.baud + 1:
        raise CaptureError(f"burst at {burst.t} s: got no bit time before it: draw all later")


def _drawn_data(name: str, bursts: Sequence[Burst], rate_hz: int, length: int) -> Edges:
    data = np.frombuffer(b"".join(burst.data for burst in bursts), dtype=np.uint8)[:, None]
    rows = [(burst.t * rate_hz, rate_hz / burst.baud, len(burst.data)) for burst in bursts]
    starts = [start + BYTE_BITS * bit * np.arange(count) for start, bit, count in rows]
    bit = np.repeat([bit for _, bit, _ in rows], [count for _, _, count in rows])[:, None]
    at = np.concatenate([*starts, []])[:, None] + np.arange(BYTE_BITS + 1) * bit
    levels = np.ones(at.shape, dtype=np.bool_)  # the last marks the end, and does not change it
    levels[:, 0] = False
    levels[:, 1:9] = np.unpackbits(data, axis=1, bitorder="little")
    if (back := np.diff(at.ravel()) < -0.5).any():
        where = f"line {name!r} at {at.flat[int(back.argmax())] / rate_hz} s"
        raise CaptureError(f"{where}: got a burst that starts before this one's end: draw it later")
    return from_steps(name, True, np.maximum.accumulate(at.ravel()), levels.ravel(), length)


def _drawn_select(
    name: str, active: bool, bursts: Sequence[Burst], rate_hz: int, length: int
) -> Edges:
    windows: list[list[int]] = []
    for burst in bursts:
        start = round(burst.t * rate_hz)
        end = round((burst.t + BYTE_BITS * len(burst.data) / burst.baud) * rate_hz)
        opens = start - round(rate_hz / burst.baud)
        if windows and start < windows[-1][1] - 1:  # another side's, on a line they share
            windows[-1][1] = max(windows[-1][1], end)
            continue
        if windows:  # the line must leave between two, if only within the last stop bit
            windows[-1][1] = min(windows[-1][1], start - 2)
            opens = max(opens, windows[-1][1] + 1)
        windows.append([opens, end])
    levels = np.array([active, not active] * len(windows), dtype=np.bool_)
    at = np.array(windows, dtype=np.float64).ravel()
    return from_steps(name, not active, at, levels, length)
