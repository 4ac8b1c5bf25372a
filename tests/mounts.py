"""Traffic of other mounts: frames as others published them, and a Tamron lens's update, played."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Event
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.wire.message import Vocabulary
from tests.peers import called


@dataclass(frozen=True)
class Published:
    """One frame, who said it, what it is, and some of its fields."""

    side: str
    data: bytes
    name: str
    fields: Mapping[str, Any]


def _rows(*rows: tuple[str, str, str, Mapping[str, Any]]) -> list[Published]:
    return [Published(side, bytes.fromhex(raw), name, some) for side, raw, name, some in rows]


SUBSCRIBED = (0x13, 0x14, 0x15, 0x55, 0x56)
PUBLISHED = {
    # Scottapotamas/fuji-G-mount, protocol/README.md and captures
    "fuji_gf": _rows(
        ("body", "00000820", "get_focus_state", {"value": 0, "extra": 0}),
        ("lens", "08008832", "focus_state_asked", {"count": 8, "unknown_2": 0, "extra": 0}),
        ("lens", "00810804", "focus_state", {"value": 0x81, "extra": 0}),
        ("lens", "ffdc087a", "focus_state", {"value": -36, "extra": 1}),
        ("body", "72401892", "iris_set", {"value": 0x7240, "extra": 2}),
        ("body", "00003fc6", "execute_set", {"value": 0, "extra": 3}),
    ),
    # s73ampunkca7/fujinon-tv-lens-control, analasys
    "fujinon_l10": _rows(
        ("body", "0013ed", "get_open_f", {}),
        ("lens", "0001ff", "connected", {}),
        ("body", "0010f0", "get_maker", {}),
        ("lens", "071066756a696e6f6ef0", "maker", {"name": "fujinon"}),
        ("lens", "071141313358342e3554", "name", {"name": "A13X4.5"}),
        ("body", "05701314155556a4", "subscribe_1", {"commands": SUBSCRIBED}),
        ("lens", "047013141555fb", "subscribed_1", {"commands": SUBSCRIBED[:4]}),
        ("lens", "0213e4dd2a", "open_f", {"f_number": 0xE4DD}),
    ),
    # made after m24h/lensbridge-samyang, broker.py
    "samyang_dock": _rows(
        ("host", f"f01b000200404d{'00' * 17}aa0055", "get_model", {"fill": bytes(17)}),
        ("host", f"f01b00020040583401{'00' * 15}ea0055", "enter_bootloader", {"mode": 1}),
    ),
    # gitea.angoosh.com/angoosh/Sony-e-mount: another body, a Tamron 28-200mm F2.8-5.6
    "sony_e": _rows(
        (
            "body",
            "f0160001790400001983000066000000410000d70155",
            "focus_command",
            {"focus_mode": 0x83},
        ),
        (
            "lens",
            "f030000145060204db49000010f23ed74bd5000c0000000000007b4a00008a0000000000000019131416141515cc0655",
            "focus_status",
            {"focus_position": 0x49DB, "focus_predicted": 0x4A7B},
        ),
    ),
    # made after yikerman/tamron-lens-control, PROTOCOL.md
    "tamron_usb": _rows(
        ("host", "0f0100000200f800a316f0", "connect", {"unknown_1": 0}),
        ("host", "0f0200000600f4000000000086a4f0", "read", {"region": 0, "size": 0}),
        ("host", "0f0300000300fd0000f01ff0", "begin_firmware", {"device": 0, "area": 0}),
    ),
}

# eddyem/canon-lens, 00-logs/poweron01.dat: both bytes of each clock, an EF 200mm f/1.8L
EF_BODY = bytes.fromhex("0a 00 80 0a 99 01 00 00 00 00 00 b0 00 00 a0 00 e4")
EF_LENS = bytes.fromhex("00 aa 00 81 87 00 c8 00 c8 00 00 00 16 16 50 00 c8")
EF_NAMES = [
    *("get_ready", "ready", "identify", "identity", "fill", "filled"),
    *("get_aperture_limits", "aperture_limits", "get_focal_length", "focal_length"),
]

TAMRON = load("tamron_usb")
SAY = Vocabulary(TAMRON)
ZEROS, CODE = bytes(1024), bytes(range(256)) * 4


class InTurn:
    """A Device that answers each thing with the next of what it has for it."""

    deadline = None

    def __init__(self, answers: Mapping[str, Sequence[Act]]) -> None:
        self._answers = {name: list(acts) for name, acts in answers.items()}

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        if self._answers.get(called(event)):
            yield self._answers[called(event)].pop(0)

    def on_deadline(self, now: float) -> Iterable[Act]:
        return ()


def tamron_update() -> list[Record]:
    """The records of both ends: connect, an image of one block, and a farewell."""
    begin, end = SAY("begin_firmware", device=0, area=0), SAY("end")
    blocks = [SAY("block", data=ZEROS), SAY("block", data=CODE)]
    connected = SAY("connected", state=1, unknown_2=b"")
    host = InTurn(
        {
            "up": [SAY("connect", unknown_1=0)],
            "connected": [begin],
            "ready": blocks[:1],
            "taken": [blocks[1], end, SAY("disconnect")],
            "refused": [end],
        }
    )
    lens = InTurn(
        {
            "connect": [connected],
            "begin_firmware": [SAY("ready")],
            "block": [SAY("taken")] * 2,
            "end": [SAY("refused"), SAY("taken")],
            "disconnect": [SAY("disconnected", unknown_1=b"")],
        }
    )
    ends = Endpoint(TAMRON, "host", host), Endpoint(TAMRON, "lens", lens)
    return list(exchange(*ends, Strip.of(TAMRON), 5.0, random.Random(1)))


TAMRON_NAMES = [
    *("connect", "connected", "begin_firmware", "ready", "block", "taken", "block", "taken"),
    *("end", "refused", "end", "taken", "disconnect", "disconnected"),
]
