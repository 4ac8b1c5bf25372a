import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lensbus.capture.drawing import SAMPLES_PER_BIT, longest_s, trace_of
from lensbus.capture.sigrok import MAX_SAMPLE_BYTES
from lensbus.capture.trace import Edges, Trace
from lensbus.capture.uart import cut
from lensbus.errors import CaptureError
from lensbus.session.event import Note, Raw
from lensbus.session.log import Record, Window
from lensbus.spec.load import load
from lensbus.wire.message import Fault, Message
from tests.running import run

SPEC = load("l_mount")
RATE_HZ = 24_000_000
BIT = RATE_HZ // 115_200
IDENTIFY = bytes.fromhex("e008000101026237")
BYTE = re.compile(r"(\d+)-\d+ uart-1: ([0-9A-F]{2})")

needs_sigrok = pytest.mark.skipif(
    shutil.which("sigrok-cli") is None, reason="sigrok-cli is not installed"
)


def edge(name: str, t: float, side: str = "body") -> Record:
    return Record(t, side, "said", Message(name))


def frame(
    side: str, start: float, baud: int = 115_200, raw: bytes = IDENTIFY, t: float | None = None
) -> Record:
    window = Window(start, start + 10 * len(raw) / baud, baud)
    return Record(start if t is None else t, side, "said", Message("identify"), raw, window)


def drawn(*records: Record, length_s: float = 0.01) -> Trace:
    return trace_of(SPEC, records, length_s)


def level(line: Edges, *at_s: float) -> Sequence[bool]:
    samples = np.array(at_s, dtype=np.float64) * RATE_HZ
    return [bool(one) for one in line.levels(samples.astype(np.int64))]


def test_eight_samples_a_bit_at_the_fastest_rate() -> None:
    trace = drawn(length_s=0.25)

    assert (8, trace.rate_hz) == (SAMPLES_PER_BIT, RATE_HZ)
    assert trace.length == RATE_HZ // 4


def test_every_line_of_the_spec_is_there_and_idle_when_nothing_is_said() -> None:
    idle = {
        "DETECT": True,
        "POWER": False,
        "RESET": True,
        "SYNC": True,
        "TXD": True,
        "RXD": True,
        "BODY_SELECT": False,
        "LENS_SELECT": False,
    }

    assert idle == {name: line.first for name, line in drawn().lines.items()}
    assert not any(line.at.size for line in drawn().lines.values())


def test_data_and_select_lines_have_the_names_that_the_spec_gives_them() -> None:
    lines = trace_of(load("sony_e"), [], 0.01).lines

    assert {"DETECT", "VD", "TXD", "RXD", "BODY_CS_LENS", "LENS_CS_BODY"} == set(lines)


def test_a_level_stays_until_the_other_is_said() -> None:
    trace = drawn(
        edge("attached", 0.001, "lens"), edge("power_on", 0.002), edge("power_off", 0.004)
    )

    assert level(trace.lines["DETECT"], 0.0009, 0.0011, 0.0099) == [True, False, False]
    assert level(trace.lines["POWER"], 0.0019, 0.0021, 0.0039, 0.0041) == [False, True, True, False]


def test_a_level_that_is_said_at_once_is_the_first() -> None:
    detect = drawn(edge("attached", 0.0, "lens")).lines["DETECT"]

    assert (detect.first, detect.at.size) == (False, 0)


@pytest.mark.parametrize(("name", "line"), [("sync", "SYNC"), ("reset", "RESET")])
def test_a_pulse_returns_after_the_width_that_the_spec_tells(name: str, line: str) -> None:
    pulses = drawn(edge(name, 0.001), edge(name, 0.005)).lines[line]
    width = round(SPEC.constant("pulse_s") * RATE_HZ)

    assert pulses.first
    assert [24_000, 24_000 + width, 120_000, 120_000 + width] == pulses.at.tolist()


def test_a_frame_stands_on_its_side_s_data_line_in_its_window() -> None:
    trace = drawn(frame("lens", 0.002))
    falls, _ = trace.lines["RXD"].pulses(level=False)

    assert trace.lines["TXD"].at.size == 0
    assert falls[0] == 48_000
    assert trace.lines["RXD"].at[-1] <= round(48_000 + 10 * len(IDENTIFY) * RATE_HZ / 115_200)


@pytest.mark.parametrize("side", ["body", "lens"])
def test_select_is_high_from_a_bit_before_a_frame_to_its_end(side: str) -> None:
    lines = drawn(frame(side, 0.002)).lines
    other = {"body": "LENS_SELECT", "lens": "BODY_SELECT"}[side]
    end = round(48_000 + 10 * len(IDENTIFY) * RATE_HZ / 115_200)

    assert [48_000 - BIT, end] == lines[SPEC.capture[side].select or ""].at.tolist()
    assert lines[other].at.size == 0


def test_what_waits_for_the_line_is_drawn_when_it_is_on_it() -> None:
    trace = drawn(frame("body", 0.004, t=0.001))

    assert trace.lines["TXD"].at[0] == 96_000


def test_bytes_that_are_no_message_are_drawn_too() -> None:
    window = Window(0.001, 0.002, 115_200)

    assert drawn(Record(0.001, "lens", "said", Raw(b"\x55"), b"\x55", window)).lines["RXD"].at.size


def test_what_was_never_on_a_wire_makes_no_mark() -> None:
    trace = drawn(
        Record(0.001, "lens", "heard", Message("identify"), IDENTIFY),
        Record(0.001, "lens", "heard", Message("power_on")),
        Record(0.001, "lens", "heard", Fault("noise", b"\0"), b"\0"),
        Record(0.001, "lens", "noted", Note("done")),
        Record(0.001, "lens", "said", Message("identify")),
        Record(0.001, "lens", "said", Raw(b"")),
    )

    assert drawn() == trace


def test_what_is_later_than_the_capture_is_left_out() -> None:
    assert drawn() == drawn(frame("body", 0.011), edge("sync", 0.012))


@pytest.mark.parametrize("start", [0.0, 0.000_005])
def test_a_frame_at_time_0_is_drawn_after_a_bit_of_quiet(start: float) -> None:
    trace = drawn(edge("power_on", 0.002), frame("body", start))
    found = cut(trace, SPEC.capture, sync=0xE0, rates=SPEC.link.rates, gap_s=0.001)
    later = BIT + 2 - round(start * RATE_HZ)

    assert [one.data for one in found] == [IDENTIFY]
    assert [48_000 + later] == trace.lines["POWER"].at.tolist()
    assert trace.length == RATE_HZ // 100 + later


def test_frames_that_meet_on_a_wire_are_refused() -> None:
    with pytest.raises(CaptureError, match="starts before this one's end"):
        drawn(frame("body", 0.002), frame("body", 0.0021))


def test_a_capture_is_as_long_as_it_can_be_read_again() -> None:
    assert longest_s(SPEC) == MAX_SAMPLE_BYTES / RATE_HZ - 2 / 115_200


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A simulated capture, and the frames that were said in it."""
    path = tmp_path_factory.mktemp("drawing") / "own.sr"
    done = run("sim", "--virtual", "--seconds", 1.2, "--seed", 1, "--record", path, "--json")
    return path, [one for one in done.objects if one.get("raw") and "message" in one]


def sigrok_cli(*args: object) -> str:
    return subprocess.run(
        ["sigrok-cli", *map(str, args)], capture_output=True, text=True, check=True
    ).stdout


@needs_sigrok
def test_sigrok_opens_a_simulated_capture(session: tuple[Path, list[dict[str, Any]]]) -> None:
    shown = sigrok_cli("-i", session[0], "--show")

    assert "Samplerate: 24000000\n" in shown
    assert f"Logic sample count: {round(1.2 * RATE_HZ)}\n" in shown
    assert set(drawn().lines) == set(re.findall(r"^- (\w+): logic$", shown, re.MULTILINE))


@needs_sigrok
@pytest.mark.parametrize("baud", [115_200, 3_000_000])
@pytest.mark.parametrize(("side", "line"), [("body", "TXD"), ("lens", "RXD")])
def test_sigrok_s_own_uart_decoder_reads_every_byte_that_was_said(
    session: tuple[Path, list[dict[str, Any]]], side: str, line: str, baud: int
) -> None:
    path, frames = session
    mine = [one for one in frames if (one["from"], one["baud"]) == (side, baud)]
    decoder = ["-P", f"uart:rx={line}:baudrate={baud}", "-A", "uart=rx-data"]
    listing = sigrok_cli("-i", path, *decoder, "--protocol-decoder-samplenum")
    read = [(int(at), value) for at, value in BYTE.findall(listing)]
    bit = RATE_HZ / baud  # frames may follow each other at once
    spans = [(one["t"] * RATE_HZ - bit, one["t_end"] * RATE_HZ - bit) for one in mine]
    inside = ["".join(value for at, value in read if a <= at < b).lower() for a, b in spans]

    assert mine
    assert [one["raw"] for one in mine] == inside
