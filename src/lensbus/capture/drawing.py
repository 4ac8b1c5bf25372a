"""A simulated run as a logic analyser would have seen it: records to a trace of lines."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from lensbus.capture.sigrok import MAX_SAMPLE_BYTES
from lensbus.capture.trace import Trace
from lensbus.capture.uart import Burst, draw
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Message

SAMPLES_PER_BIT: Final = 8

Steps = dict[str, list[tuple[float, bool]]]


def longest_s(spec: Spec) -> float:
    """How long a capture of a spec's lines may be, in seconds, so that it can be read again."""
    wires = {name for side in spec.capture.values() for name in (side.data, side.select) if name}
    lines = len(wires) + sum(not line.frames for line in spec.link.lines.values())
    sample_bytes = 1 << max(0, (lines - 1).bit_length() - 3)
    return MAX_SAMPLE_BYTES / sample_bytes / _rate_hz(spec) - 2 / min(spec.link.rates)


def trace_of(spec: Spec, records: Iterable[Record], length_s: float) -> Trace:
    """What both sides said, as levels on every line of the spec, from time 0 to `length_s`.

    Data and select wires have the names that the spec's `capture` gives, other lines their own
    in capitals. The sample rate is eight times the fastest rate of the spec. Where a frame begins
    with the run, the trace begins so much earlier that a bit of quiet goes before it.

    Raises:
        CaptureError: two frames overlap on one wire.
    """
    bursts: list[Burst] = []
    steps: Steps = {
        name: [(0.0, line.idle)] for name, line in spec.link.lines.items() if not line.frames
    }
    for record in records:
        window = record.window
        if record.verb != "said":
            continue
        if window is not None and window.baud is not None:
            bursts.append(Burst(record.side, window.start, window.baud, record.raw))
        elif isinstance(record.event, Message):
            _drive(spec, steps, record.event.name, record.t)
    lead_s = _lead_s(bursts, rate_hz := _rate_hz(spec))
    return draw(
        [replace(burst, t=burst.t + lead_s) for burst in bursts],
        {name.upper(): _later(times, lead_s) for name, times in steps.items()},
        rate_hz=rate_hz,
        length_s=length_s + lead_s,
        sides=spec.capture,
    )


def _rate_hz(spec: Spec) -> int:
    return SAMPLES_PER_BIT * max(spec.link.rates)


def _lead_s(bursts: Sequence[Burst], rate_hz: int) -> float:
    """How much is lacking to a bit, and two samples to round, before the first burst."""
    return max([0.0, *(1 / burst.baud + 2 / rate_hz - burst.t for burst in bursts)])


def _later(steps: Sequence[tuple[float, bool]], lead_s: float) -> list[tuple[float, bool]]:
    """All but the first, which is the level from the start on, put off."""
    return [*steps[:1], *((t + lead_s, level) for t, level in steps[1:])]


def _drive(spec: Spec, steps: Steps, name: str, t: float) -> None:
    edge = spec.messages[name].on_line
    if edge is None:
        return
    steps[edge.line].append((t, edge.high))
    if edge.line in spec.pulses:
        steps[edge.line].append((t + spec.constant("pulse_s"), not edge.high))
