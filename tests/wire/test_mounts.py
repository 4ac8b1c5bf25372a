"""Frames of other mounts as others published them: each is decoded, and built again."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.link import link_of
from lensbus.wire.message import Message
from tests.mounts import EF_BODY, EF_LENS, EF_NAMES, PUBLISHED, Published

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
        "version": b"\x01\x56", "version_2": b"\1\0", "version_3": b"\1\0", "version_4": b"\1\0",
        "version_5": b"\1\0", "unknown_101": b"\xc8\x01" + bytes(26),
    }  # fmt: skip


@pytest.mark.parametrize(("message", "check"), [("lens_data", 0xAF), ("lens_data_again", 0xAD)])
def test_the_blocks_of_a_gf_lens_end_in_the_published_sums(message: str, check: int) -> None:
    spec = SPECS["fuji_gf"]
    raw = rebuilt(spec, Message(message, gf45()))

    assert (len(raw), raw[-1]) == (131, check)
    assert [m.fields for _, _, (m,) in said(spec, ("lens", raw))] == [gf45()]


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
