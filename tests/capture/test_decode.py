import csv
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lensbus.capture import sigrok
from lensbus.capture.decode import Decoder
from lensbus.capture.onwire import OnWire
from lensbus.capture.uart import Burst, Cut, cut, draw
from lensbus.session.event import Note
from lensbus.session.log import Record, Window
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.versions import at
from lensbus.wire.codec import Codec
from lensbus.wire.framing import Framer, Shape
from lensbus.wire.kinds import shape_of
from lensbus.wire.message import Fault, Message
from tests.mounts import (
    EF_BODY,
    EF_LENS,
    EF_NAMES,
    PUBLISHED,
    TAMRON,
    TAMRON_NAMES,
    tamron_update,
)
from tests.peers import IDENTITY
from tests.samples import delimited

L_MOUNT, SONY = load("l_mount"), load("sony_e")
WHO = {"protocol": 2, "layout_hash": 0x04030201}
IDENTIFY = bytes.fromhex("e00c00010102010203042319")
ARROWS = {"body": "B>L", "lens": "L>B"}
SIDES = {"B>L": "body", "L>B": "lens"}


@dataclass(frozen=True, slots=True)
class Decoded:
    records: Sequence[Record]
    summary: dict[str, Any]

    @property
    def events(self) -> list[object]:
        return [one.event for one in self.records]

    @property
    def faults(self) -> list[str]:
        return [one.kind for one in self.events if isinstance(one, Fault)]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.events if isinstance(one, Message)]


def decoded(spec: Spec, cuts: Iterable[Cut]) -> Decoded:
    decoder = Decoder(spec)
    return Decoded(list(decoder.decode(cuts)), decoder.summary())


def one_cut(side: str, data: bytes, flaws: int = 0) -> Cut:
    return Cut(side, 1.0, 1.1, 750_000 if data else None, data, flaws)


def captured(spec: Spec, *bursts: Burst, length_s: float = 0.02) -> list[Cut]:
    """Draw the bursts, and cut them out of the drawing again."""
    shape = delimited(spec)
    rates = spec.link.rates
    trace = draw(bursts, {}, rate_hz=8 * max(rates), length_s=length_s, sides=spec.capture)
    gap_s = spec.constant("gap_s")
    return cut(trace, spec.capture, sync=shape.sync[0], rates=rates, gap_s=gap_s)


def sony_frame(kind: int, payload: bytes) -> bytes:
    return Shape(delimited(SONY)).build({"type": kind, "seq": 5}, payload)


def sony_payload(name: str, **fields: object) -> bytes:
    raw = Codec(SONY).encode(Message(name, fields), 0)
    framer = Framer(delimited(SONY), "lens")
    framer.feed(raw)
    (frame,) = framer.take()
    assert not isinstance(frame, Fault)
    return frame.parts[1]


def test_a_frame_becomes_what_its_side_said_with_its_window_and_its_bytes() -> None:
    found = decoded(L_MOUNT, [Cut("body", 0.5, 0.6, 115_200, IDENTIFY, 0)])
    window = Window(0.5, 0.6, 115_200)

    assert [
        Record(0.5, "body", "said", Message("identify", WHO, 1), IDENTIFY, window)
    ] == found.records


def test_a_window_without_data_is_noted_and_is_no_fault() -> None:
    found = decoded(L_MOUNT, [Cut("lens", 0.5, 0.6, None, b"", 0)])

    assert [Record(0.5, "lens", "noted", Note("no data"), window=Window(0.5, 0.6, None))] == (
        found.records
    )
    assert tuple(found.summary[key] for key in ("windows", "frames", "faults", "no_data")) == (
        1,
        0,
        0,
        1,
    )


def test_a_drawn_session_is_decoded_at_both_rates_and_from_both_sides() -> None:
    codec = Codec(L_MOUNT)
    agreed = codec.encode(Message("rate_set", {"baud": 3_000_000}), 1)
    order = codec.encode(Message("aperture_set", {"aperture_av256": 1024}), 2)
    bursts = (
        Burst("body", 0.001, 115_200, IDENTIFY),
        Burst("lens", 0.005, 115_200, agreed),
        Burst("body", 0.010, 3_000_000, order),
    )
    found = decoded(L_MOUNT, captured(L_MOUNT, *bursts))

    assert found.names == ["identify", "rate_set", "aperture_set"]
    assert [one.side for one in found.records] == ["body", "lens", "body"]
    assert [one.data for one in bursts] == [one.raw for one in found.records]
    assert [one.window.baud for one in found.records if one.window is not None] == [
        115_200,
        115_200,
        3_000_000,
    ]
    assert found.summary["messages"] == {"identify": 1, "rate_set": 1, "aperture_set": 1}


def test_the_key_of_the_other_side_is_an_unknown_message() -> None:
    found = decoded(L_MOUNT, [one_cut("lens", IDENTIFY)])

    assert [Fault("unknown message", IDENTIFY, detail="key 01")] == found.events
    assert (found.summary["frames"], found.summary["faults"]) == (1, 1)


def test_in_an_opaque_spec_an_unknown_key_is_a_message_with_its_bytes() -> None:
    raw = sony_frame(2, bytes.fromhex("77 01 02"))
    found = decoded(SONY, captured(SONY, Burst("lens", 0.001, 750_000, raw)))

    assert [Message("unknown_02_77", {"payload": b"\x01\x02"}, 5)] == found.events
    assert tuple(found.summary[key] for key in ("faults", "unknown", "messages")) == (
        0,
        1,
        {"unknown_02_77": 1},
    )


def test_packed_messages_share_their_frames_bytes_and_window() -> None:
    payload = sony_payload("echoed", unknown_1=b"\x15\x16")
    payload += sony_payload(
        "focus_command", unknown_1=b"\0\0\x19", focus_mode=0x83, unknown_5=bytes(9)
    )
    raw = sony_frame(1, payload)
    found = decoded(SONY, captured(SONY, Burst("body", 0.001, 1_500_000, raw)))

    assert found.names == ["echoed", "focus_command"]
    assert [raw, raw] == [one.raw for one in found.records]
    assert found.records[0].window == found.records[1].window
    assert (found.summary["windows"], found.summary["frames"]) == (1, 1)
    assert found.summary["messages"] == {"echoed": 1, "focus_command": 1}


def test_an_unknown_key_among_packed_messages_keeps_what_stood_before_it() -> None:
    raw = sony_frame(1, sony_payload("echoed", unknown_1=b"\x15\x16") + b"\x77\x01")
    found = decoded(SONY, [one_cut("body", raw)])

    assert found.names == ["echoed", "unknown_01_77"]
    assert found.summary["unknown"] == 1


def test_stale_bytes_after_a_body_s_frame_are_padding_and_after_a_lens_s_a_fault() -> None:
    padded = sony_frame(2, b"\x77\0") + b"\xaa" * 6
    body, lens = (decoded(SONY, [one_cut(side, padded)]) for side in ("body", "lens"))

    assert (body.names, body.faults) == (["unknown_02_77"], [])
    assert (lens.names, lens.faults) == (["unknown_02_77"], ["noise"])


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (IDENTIFY[:-1], ["truncated"]),
        (IDENTIFY[:-1] + b"\0", ["bad checksum"]),
        (b"\xe0\x00\x00", ["truncated"]),
        (b"\xe0\x00\x00\x01\x01\x02\x62\x37", ["bad length"]),
        (b"\x11\x22" + IDENTIFY, ["noise"]),
        (IDENTIFY + IDENTIFY[:4], ["truncated"]),
    ],
)
def test_what_is_wrong_in_a_window_is_a_fault_of_its_side(data: bytes, kinds: list[str]) -> None:
    found = decoded(L_MOUNT, [one_cut("body", data)])

    assert kinds == found.faults
    assert len(kinds) == found.summary["faults"]
    assert {"body"} == {one.side for one in found.records}
    assert (IDENTIFY in data) == (found.names == ["identify"])


def test_a_torn_frame_does_not_spoil_the_next_window() -> None:
    found = decoded(L_MOUNT, [one_cut("body", IDENTIFY[:5]), one_cut("body", IDENTIFY)])

    assert (found.faults, found.names) == (["truncated"], ["identify"])


def test_low_stop_bits_are_a_fault_before_what_was_read_all_the_same() -> None:
    found = decoded(L_MOUNT, [one_cut("body", IDENTIFY, flaws=2)])

    assert [
        Fault("framing error", IDENTIFY, detail="2 low stop bits"),
        Message("identify", WHO, 1),
    ] == found.events
    assert found.summary["faults"] == 1


def test_a_frame_that_the_end_of_the_capture_tears_is_told() -> None:
    cuts = captured(L_MOUNT, Burst("body", 0.001, 115_200, IDENTIFY), length_s=0.0015)
    found = decoded(L_MOUNT, cuts)

    assert (found.faults, found.names) == (["framing error", "truncated"], [])


def test_who_identified_itself_is_in_the_summary() -> None:
    assert decoded(L_MOUNT, [one_cut("body", IDENTIFY)]).summary["identified"] == {}

    fields = bytes.fromhex("07 0103200100090112a0 1980") + bytes(22)
    found = decoded(SONY, [one_cut("lens", sony_frame(2, fields))])

    assert found.summary["identified"] == {"lens": "E PZ 16-50mm F3.5-5.6 OSS"}


@pytest.fixture(scope="module")
def captures() -> Path:
    if "LENSBUS_CAPTURES" not in os.environ:
        pytest.skip("LENSBUS_CAPTURES is not set: see docs/captures.md")
    return Path(os.environ["LENSBUS_CAPTURES"])


def real(path: Path) -> Decoded:
    shape = delimited(SONY)
    rates, gap_s = SONY.link.rates, SONY.constant("gap_s")
    trace = sigrok.read(path)
    return decoded(SONY, cut(trace, SONY.capture, sync=shape.sync[0], rates=rates, gap_s=gap_s))


def reference(path: Path) -> list[tuple[str, int, str]]:
    """The good frames of an independent decoder, each cut at its length field."""
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["verdict"] == "ok"]
    return [
        (row["dir"], int(row["baud"]), data[: int.from_bytes(data[1:3], "little")].hex())
        for row in rows
        for data in [bytes.fromhex(row["hex"])]
    ]


@pytest.mark.parametrize(
    ("name", "counts", "lens"),
    [
        ("a6000_selp1650_init", (884, 880, 0, 4), "E PZ 16-50mm F3.5-5.6 OSS"),
        ("a6000_sel55210_init_55", (403, 398, 0, 5), "E 55-210mm F4.5-6.3 OSS"),
    ],
)
def test_every_frame_of_a_real_mount_is_decoded_as_an_independent_decoder_does(
    captures: Path, name: str, counts: tuple[int, ...], lens: str
) -> None:
    found = real(captures / "sony_e" / f"{name}.sr")
    frames = {
        (one.t, one.side): (ARROWS[one.side], one.window.baud, one.raw.hex())
        for one in found.records
        if one.window is not None and one.raw
    }

    assert counts == tuple(found.summary[key] for key in ("windows", "frames", "faults", "no_data"))
    assert {"lens": lens} == found.summary["identified"]
    assert reference(captures / "sony_e/reference" / f"{name}.csv") == list(frames.values())


@pytest.mark.parametrize(
    ("name", "limits", "apertures"),
    [
        ("a6000_selp1650_init", (3.65, 22.6), (3.65, 3.65, 3.80, 3.80)),
        ("a6000_sel55210_init_55", (4.60, 22.7), (29.2, 18.7, 11.9, 7.47, 4.74, 4.74)),
    ],
)
def test_apertures_of_real_lenses_are_f_numbers(
    captures: Path, name: str, limits: tuple[float, ...], apertures: tuple[float, ...]
) -> None:
    found = real(captures / "sony_e" / f"{name}.sr").events
    heard = [one for one in found if isinstance(one, Message)]
    (data,) = [one.physical for one in heard if one.name == "lens_data"]
    said = [one.physical["aperture_av"] for one in heard if one.name == "status"]

    assert (data["open_av"], data["closed_av"]) == pytest.approx(limits, rel=0.005)
    assert said[: len(apertures)] == pytest.approx(apertures, rel=0.005)


def test_frames_of_other_bodies_and_lenses_decode_without_fault(captures: Path) -> None:
    frames = json.loads((captures / "golden_frames.json").read_text())["sony_emount"]["frames"]
    cuts = [
        one_cut(SIDES[one["dir"]], bytes.fromhex(one["hex"]) + bytes(one.get("pad_bytes_after", 0)))
        for one in frames
    ]
    found = decoded(SONY, cuts)

    assert found.faults == []
    assert len(frames) == found.summary["frames"]
    assert {one["hex"] for one in frames} == {one.raw.hex() for one in found.records}


def cuts_of(records: Iterable[Record], spec: Spec) -> list[Cut]:
    wire = OnWire(spec, list(spec.roles))
    return [one for one in map(wire.cut, records) if one is not None]


def test_a_row_that_switches_the_frame_is_followed_and_so_is_the_way_back() -> None:
    cuts = cuts_of(tamron_update(), TAMRON)
    found = decoded(TAMRON, cuts)

    assert (found.names, found.faults) == (TAMRON_NAMES, [])
    assert {one.baud for one in cuts} == {19_200, 3_000_000}


@pytest.mark.parametrize("first", range(12))
def test_a_capture_may_begin_anywhere_before_the_frame_is_switched(first: int) -> None:
    cuts = cuts_of(tamron_update(), TAMRON)[first:]
    found = decoded(TAMRON, cuts)
    switched = first > TAMRON_NAMES.index("begin_firmware")

    assert found.names == (["disconnect", "disconnected"] if switched else TAMRON_NAMES[first:])
    assert bool(found.faults) == switched


def test_frames_of_both_rates_in_one_window_are_told_apart() -> None:
    parts = {"host": b"", "lens": b""}
    for one in cuts_of(tamron_update(), TAMRON):
        parts[one.side] += one.data
    begin = [one for one in cuts_of(tamron_update(), TAMRON) if one.side == "host"][:2]
    whole = Cut("host", 0.0, 0.1, None, b"".join(one.data for one in begin) + b"\4", 0)

    assert decoded(TAMRON, [whole]).names == ["connect", "begin_firmware", "end"]


@pytest.mark.parametrize("windows", [1, 2, 17])
def test_both_sides_of_a_table_are_decoded_together_however_they_are_cut(windows: int) -> None:
    size = -(-len(EF_BODY) // windows)
    cuts = [
        Cut(side, float(at), float(at), 80_000, data[at : at + size], 0)
        for at in range(0, len(EF_BODY), size)
        for side, data in (("body", EF_BODY), ("lens", EF_LENS))
    ]
    found = decoded(load("canon_ef"), cuts)

    assert found.names == EF_NAMES
    assert found.summary["identified"] == {"lens": "Canon EF 200mm f/1.8L USM"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_frames_decode_as_one_capture(name: str) -> None:
    cuts = [
        Cut(frame.side, float(at), at + 0.1, None, frame.data, 0)
        for at, frame in enumerate(PUBLISHED[name])
    ]
    found = decoded(load(name), cuts)

    assert (found.names, found.faults) == ([frame.name for frame in PUBLISHED[name]], [])
    assert found.summary["identified"] == ({"lens": "A13X4.5"} if name == "fujinon_l10" else {})


def test_an_opcode_that_nobody_knows_keeps_its_bytes() -> None:
    spec = load("fuji_gf")
    shape = shape_of(spec.frames["word"], "body")
    raw = shape.fill(shape.start({"acknowledge": 0, "command": 0x7F}), 0, b"\xb8\1\0")
    found = decoded(spec, [Cut("body", 0.0, 0.1, None, raw, 0)])
    word = found.events[0]

    assert isinstance(word, Message)
    assert (word.name, word.fields) == ("unknown_00_7f", {"payload": bytes.fromhex("b80100")})


def said_by(spec: Spec, side: str, name: str, /, **fields: object) -> Cut:
    return one_cut(side, Codec(spec).encode(Message(name, fields), 1))


def test_a_session_is_decoded_in_the_version_that_its_sides_agree() -> None:
    old, who = at(L_MOUNT, 1), {**IDENTITY.fields, "protocol": 2}
    move = {"aperture_av256": 925, "focus_drive": "none", "focus_target": 0}
    found = decoded(
        L_MOUNT,
        [
            said_by(L_MOUNT, "body", "identify", protocol=1, layout_hash=0),
            said_by(L_MOUNT, "lens", "identity", **who),
            said_by(old, "body", "command", **move),
            said_by(L_MOUNT, "body", "identify", protocol=2, layout_hash=0),
            said_by(L_MOUNT, "body", "command", **move, stabiliser="on"),
        ],
    )

    assert found.faults == []
    assert found.events[2] == Message("command", move, 1)
    assert found.events[4] == Message("command", {**move, "stabiliser": "on"}, 1)


def test_a_version_that_the_spec_has_not_is_read_as_the_newest() -> None:
    move = {"aperture_av256": 925, "focus_drive": "none", "focus_target": 0, "stabiliser": "on"}
    told = said_by(L_MOUNT, "body", "identify", protocol=9, layout_hash=0)

    assert decoded(L_MOUNT, [told, said_by(L_MOUNT, "body", "command", **move)]).faults == []
