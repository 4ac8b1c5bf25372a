"""Frames of other mounts as others published them: each is decoded, and built again."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lensbus.spec.laws import law_of
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Shape
from lensbus.wire.link import link_of
from lensbus.wire.message import Message, Vocabulary, identity_label
from tests.mounts import EF_BODY, EF_LENS, EF_NAMES, PUBLISHED, Published
from tests.samples import delimited

SPECS = {
    name: load(name)
    for name in ("sony_e", "fuji_gf", "fujinon_l10", "samyang_dock", "tamron_usb", "canon_ef")
}
SIDES = {"B>L": "body", "L>B": "lens"}
FOLDERS = {"sony_e": "sony_emount", "fujinon_l10": "fujinon_b4_l10"}
Heard = list[tuple[str, bytes, list[Any]]]


def said(spec: Spec, *cuts: tuple[str, bytes]) -> Heard:
    """Who said what, of windows one after the other; those of a table have one time."""
    link, codec, found = link_of(spec), Codec(spec), []
    for at, (side, data) in enumerate(cuts):
        link.feed(side, data, 0.0 if spec.name.startswith("canon") else float(at))
        link.end(side, float(at))
        while (item := link.next()) is not None:
            sender, frame = item
            assert isinstance(frame, Frame), frame
            found.append((sender, frame.raw, codec.decode(frame, sender)))
    return found


def names(heard: Heard) -> list[str]:
    return [message.name for _, _, messages in heard for message in messages]


def rebuilt(spec: Spec, message: Message) -> bytes:
    return Codec(spec).encode(message, message.seq)


OWN = [
    pytest.param(name, frame, id=f"{name}-{frame.name}-{frame.data[:6].hex()}")
    for name, frames in PUBLISHED.items()
    for frame in frames
]


@pytest.mark.parametrize(("name", "frame"), OWN)
def test_a_published_frame_is_read_and_built_again(name: str, frame: Published) -> None:
    spec = SPECS[name]
    ((sender, heard, (found,)),) = said(spec, (frame.side, frame.data))

    assert (sender, heard, found.name) == (frame.side, frame.data, frame.name)
    assert frame.fields.items() <= found.fields.items()
    assert rebuilt(spec, found) == frame.data


def test_an_answer_in_a_table_stands_in_the_clocks_one_byte_later() -> None:
    heard = said(SPECS["canon_ef"], ("body", EF_BODY), ("lens", EF_LENS))
    fields = {message.name: message.fields for _, _, (message,) in heard}

    assert names(heard) == [*EF_NAMES]
    assert fields["ready"]["ready"] == 0xAA
    assert fields["identity"]["lens_number"] == 135
    assert (fields["identity"]["focal_wide"], fields["focal_length"]["focal_length"]) == (200, 200)
    assert fields["aperture_limits"] == {"open_now": 0x16, "open": 0x16, "closed": 0x50}


def gf45() -> dict[str, Any]:
    return {
        "part": "LR106A", "part_2": "FSSNW006", "name": "GF45mmF2.8 R WR", "serial": "2403386605",
        "versions": ("0156", "0100", "0100", "0100", "0100"),
        "unknown_101": b"\xc8\x01" + bytes(26),
    }  # fmt: skip


@pytest.mark.parametrize(("message", "check"), [("lens_data", 0xAF), ("lens_data_again", 0xAD)])
def test_the_blocks_of_a_gf_lens_end_in_the_published_sums(message: str, check: int) -> None:
    spec = SPECS["fuji_gf"]
    raw = rebuilt(spec, Message(message, gf45()))

    assert (len(raw), raw[-1]) == (131, check)
    assert [m.fields for _, _, (m,) in said(spec, ("lens", raw))] == [gf45()]


def gfx50r() -> dict[str, Any]:
    return {
        "part": "SPX3", "name": "GFX 50R", "name_2": "GFX 50R",
        "serial": "59353438363118111397D010110841",
        "versions": ("0220", "0135", "0100", "0100", "0100"), "unknown_86": bytes(43),
    }  # fmt: skip


@pytest.mark.parametrize(("message", "check"), [("body_data", 0x19), ("body_data_again", 0x17)])
def test_the_blocks_of_a_gf_body_end_in_the_published_sums(message: str, check: int) -> None:
    raw = rebuilt(SPECS["fuji_gf"], Message(message, gfx50r()))

    assert (len(raw), raw[-1]) == (131, check)


# What is printed on the lenses that said this: XA17x7.6, A13x4.5 and EF 200mm f/1.8L.
PHYSICAL = [
    ("fujinon_l10", "0213e4dd2a", {"f_number": 1.80}),
    ("fujinon_l10", "0215b2f83f", {"focal_length": 0.0076}),
    ("fujinon_l10", "0214c51411", {"focal_length": 0.130}),
    ("fujinon_l10", "0216d258be", {"distance": 0.6}),
    ("fujinon_l10", "0215b1c276", {"focal_length": 0.0045}),
    ("fujinon_l10", "0214c24eda", {"focal_length": 0.059}),
    ("fujinon_l10", "0216cbb865", {"distance": 0.3}),
]


@pytest.mark.parametrize(("name", "data", "expected"), PHYSICAL)
def test_physical_values_are_those_printed_on_the_lens(
    name: str, data: str, expected: dict[str, float]
) -> None:
    ((_, _, (found,)),) = said(SPECS[name], ("lens", bytes.fromhex(data)))

    assert found.physical == pytest.approx(expected, rel=0.005)
    assert Vocabulary(SPECS[name]).physical(found.name, **found.physical) == found


def test_apertures_of_a_canon_lens_are_those_printed_on_it() -> None:
    heard = said(SPECS["canon_ef"], ("body", EF_BODY), ("lens", EF_LENS))
    (limits,) = [m for _, _, (m,) in heard if m.name == "aperture_limits"]
    orders = [SPECS["canon_ef"].messages[name] for name in ("aperture_by", "aperture_by_2")]

    assert limits.physical == pytest.approx(
        {"open_now": 1.83, "open": 1.83, "closed": 22.6}, rel=0.005
    )
    assert {law.unit for order in orders if (law := law_of(order.fields[0]))} == {"stops"}


def test_a_name_of_a_canon_lens_is_its_text_without_the_zero_that_ends_it() -> None:
    heard = said(SPECS["canon_ef"], ("body", b"\x82" + bytes(9)), ("lens", b"\0EF200mm\0\0"))

    assert [m.fields for _, _, (m,) in heard if m.name == "name"] == [{"name": "EF200mm"}]


def test_switches_of_a_fujinon_lens_have_names() -> None:
    switches = {"stabiliser": "on", "unknown_1": 127}
    ((_, _, (found,)),) = said(SPECS["fujinon_l10"], ("lens", bytes.fromhex("0156feab")))

    assert found.fields == {"switches": switches}


def test_a_samyang_lens_is_named_by_its_model() -> None:
    spec = SPECS["samyang_dock"]
    raw = Shape(delimited(spec)).build({"type": 2, "seq": 0}, bytes.fromhex("404d002d"))
    ((_, _, (found,)),) = said(spec, ("lens", raw))

    assert identity_label(spec.messages["model"], "model", found) == "AF 45mm F1.8"


def test_a_samyang_mode_is_said_as_a_digit() -> None:
    say = Vocabulary(SPECS["samyang_dock"])

    assert say.physical("custom_mode_set", mode=2, fill=bytes(15)).fields["mode"] == ord("2")


# sigrok-dumps, lens_mounts/sony_emount: the eight bytes as the maker notes of pictures have them.
LENS_SPECS = [
    ("c300160050355600", (3, 1, 1), ("0016", "0050", "35", "56")),
    ("8300550210456300", (3, 0, 1), ("0055", "0210", "45", "63")),
    ("8000500000180000", (0, 0, 1), ("0050", "0000", "18", "00")),
    ("8000240000280000", (0, 0, 1), ("0024", "0000", "28", "00")),
]


@pytest.mark.parametrize(("data", "features", "values"), LENS_SPECS)
def test_the_spec_of_a_sony_lens_is_read_as_from_a_picture(
    data: str, features: tuple[int, ...], values: tuple[str, ...]
) -> None:
    head = bytes.fromhex(f"08bd1300190400008011140101028c01{data}")
    ((found,),) = [messages for _, _, messages in said(SPECS["sony_e"], ("lens", sony(2, head)))]
    spec = found.physical.lens_spec

    assert found.physical.open_av == pytest.approx(3.65, rel=0.005)
    assert found.physical.closed_av == pytest.approx(22.6, rel=0.005)
    assert features == tuple(spec.features[n] for n in ("format", "power_zoom", "stabiliser"))
    assert values == (spec.focal_wide, spec.focal_tele, spec.open_wide, spec.open_tele)


def sony(kind: int, payload: bytes) -> bytes:
    return Shape(delimited(SPECS["sony_e"])).build({"type": kind, "seq": 0}, payload)


def test_focus_commands_of_sony_are_packed_into_one_frame() -> None:
    # after Entropy512/emount_tools, emount_plotdata.py: lengths and meanings, not captured
    focus = "0400001983" + "00" * 9
    body = bytes.fromhex(f"{focus}227b4a1d7b4a0000{'1d1000ff3c'}1c1f{'00' * 13}3c{'00' * 7}2f1516")
    lens = bytes.fromhex("1c011d011f012200003c000000") + b"\x20" + bytes(11)
    spec = SPECS["sony_e"]
    heard = said(spec, ("body", sony(1, body)), ("lens", sony(1, lens)))
    asked, answered = (messages for _, _, messages in heard)
    tracked, absolute, relative = (m.fields for m in asked[1:4])

    assert [m.name for m in asked] == [
        *("focus_command", "focus_track", "focus_move", "focus_move", "focus_stop"),
        *("focus_hunt", "focus_drive", "echoed"),
    ]
    assert [m.name for m in answered] == [
        *("focus_stop_taken", "focus_move_taken", "focus_hunt_taken", "focus_track_taken"),
        *("focus_drive_taken", "lens_20"),
    ]
    assert tracked == {"position": 0x4A7B}
    assert absolute == {"position": 0x4A7B, "mode": 0}
    assert relative == {"position": 16, "mode": 0x3CFF}


def test_what_says_nothing_beside_a_block_is_no_fault() -> None:
    spec, raw = SPECS["fuji_gf"], rebuilt(SPECS["fuji_gf"], Message("lens_data", gf45()))
    idle = b"\xff\xff" + bytes(128) + b"\x5a"

    assert names(said(spec, ("body", idle), ("lens", raw), ("body", bytes(4)))) == ["lens_data"]


def published(name: str) -> list[dict[str, Any]]:
    if "LENSBUS_CAPTURES" not in os.environ:
        pytest.skip("LENSBUS_CAPTURES is not set: see docs/captures.md")
    path = Path(os.environ["LENSBUS_CAPTURES"]) / "golden_frames.json"
    found = json.loads(path.read_text(encoding="utf-8"))[FOLDERS.get(name, name)]
    return list(found["words" if name == "fuji_gf" else "frames"])


@pytest.mark.parametrize("name", [name for name in SPECS if name != "canon_ef"])
def test_every_published_frame_is_read_and_built_again(name: str) -> None:
    spec = SPECS[name]
    first = next(iter(spec.roles))
    for frame in published(name):
        side, data = SIDES.get(frame.get("dir", ""), first), bytes.fromhex(frame["hex"])
        ((_, raw, messages),) = said(spec, (side, data))

        assert raw == data
        if len(messages) == 1 and messages[0].name in spec.messages:
            assert rebuilt(spec, messages[0]) == data
        elif name != "sony_e":
            pytest.fail(f"{side} {data.hex()}: {messages}")


def pairs() -> Iterator[tuple[int, int]]:
    published("sony_e")  # skips
    path = Path(os.environ["LENSBUS_CAPTURES"]) / "golden_frames.json"
    for said_byte, heard_byte in json.loads(path.read_text(encoding="utf-8"))["canon_ef"]["pairs"]:
        yield int(said_byte, 16), int(heard_byte, 16)


def test_every_published_clock_of_a_canon_lens_is_read() -> None:
    clocks = list(pairs())
    body, lens = (bytes(clock[side] for clock in clocks) for side in (0, 1))
    heard = said(SPECS["canon_ef"], ("body", body), ("lens", lens))

    assert "identity" in names(heard)
    assert not [name for name in names(heard) if name.startswith("unknown")]
