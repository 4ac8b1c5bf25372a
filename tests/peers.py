"""Real peers for tests: endpoints around small scripted devices, frames, shipped profiles."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from typing import TypeVar

from lensbus.devices.accessory import fits
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.front.named import load_profile
from lensbus.session.contract import Port
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Event, LinkDown, LinkUp, Send
from lensbus.session.log import Record
from lensbus.spec.canon import layout_hash
from lensbus.spec.load import load, profile_names
from lensbus.wire.codec import Codec
from lensbus.wire.message import Fault, Message, Vocabulary
from tests.sampled import FULL

SPEC = load("l_mount")
SAY = Vocabulary(SPEC)
LINES, BARE = frozenset(SPEC.link.lines), frozenset[str]()
S1 = load_profile(BodyProfile, "bodies", "panasonic_s1")
SL = load_profile(BodyProfile, "bodies", "leica_sl")
ZOOM = load_profile(LensProfile, "lenses", "panasonic_s_20_60")
PRIME = load_profile(LensProfile, "lenses", "sigma_45_f28_dg_dn")

Named = TypeVar("Named", BodyProfile, LensProfile)


def named(*profiles: Named) -> dict[str, Named]:
    """Profiles by their own names."""
    return {one.id: one for one in profiles}


POWER_ON, ATTACHED, DETACHED = SAY("power_on"), SAY("attached"), SAY("detached")
LAYOUT = layout_hash(SPEC, SPEC.version)
IDENTIFY = SAY("identify", protocol=2, layout_hash=LAYOUT)
IDENTITY = SAY(
    "identity",
    lens_number=0x400B,
    vendor="panasonic",
    protocol=2,
    protocol_least=1,
    hardware=1,
    firmware_major=1,
    firmware_minor=0,
    firmware_patch=0,
    serial="1",
    name="a lens",
    layout_hash=LAYOUT,
)
ASK_CAPABILITIES = SAY("exchange_capabilities", mask=())
CAPABILITIES = SAY("capabilities", mask=())
SET_RATE, RATE_SET = SAY("set_rate", baud=3_000_000), SAY("rate_set", baud=1_500_000)
HOME, HOMED, BUSY = SAY("home"), SAY("homed", focus_position=0), SAY("busy", opcode=5)
COMMAND = SAY("command", aperture_av256=900, focus_drive="none", focus_target=0, stabiliser="off")
STOP, ACCEPTED = SAY("focus_stop"), SAY("accepted", opcode=0x13)
APERTURE = SAY("aperture_set", aperture_av256=1000)
STATUS = SAY(
    "status",
    focus_position=0,
    focus_state="idle",
    aperture_av256=900,
    focal_length=200,
    ring_counts=0,
    switches=(),
    temperature=20,
    errors=(),
)


def body_and_lens(count: int) -> list[tuple[str, str]]:
    """Names: every body with every lens of its mount in the campaign, so many pairs in the suite.

    The first is the pair that commands have unless told, the others are drawn.
    """
    names = profile_names("lenses")
    lenses = [name for name in names if fits(load_profile(LensProfile, "lenses", name), None)]
    every = list(product(profile_names("bodies"), lenses))
    return every if FULL else [(S1.id, ZOOM.id), *Random(count).sample(every, count - 1)]


class Scripted:
    """A Device that says what it was told to say, when it hears something or at a time."""

    def __init__(
        self,
        answers: Mapping[str, Sequence[Act]] | None = None,
        at: Sequence[tuple[float, Sequence[Act]]] = (),
    ) -> None:
        self._answers, self._at = answers or {}, list(at)
        self.told: list[Event] = []

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        self.told.append(event)
        yield from self._answers.get(called(event), ())

    def on_deadline(self, now: float) -> Iterator[Act]:
        yield from self._at.pop(0)[1]

    @property
    def deadline(self) -> float | None:
        return self._at[0][0] if self._at else None

    @property
    def names(self) -> list[str]:
        return [called(event) for event in self.told]


def called(event: object) -> str:
    """A message's name, a fault's kind, `up` or `down`."""
    if isinstance(event, Message):
        return event.name
    if isinstance(event, Fault):
        return event.kind
    return {LinkUp: "up", LinkDown: "down"}.get(type(event), type(event).__name__)


def frame(message: Message, seq: int) -> bytes:
    return Codec(SPEC).encode(message, seq)


def spoilt(raw: bytes) -> bytes:
    """A frame with one bit of its checksum flipped."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


def sent(port: Port) -> list[bytes]:
    """The frames that a port puts on the link now."""
    return [output.data for output in port.take_output() if isinstance(output, Send)]


def verbs(records: Sequence[Record]) -> list[tuple[str, str]]:
    """What was said, heard and noted, by name."""
    return [(record.verb, called(record.event)) for record in records]


LENS_ANSWERS: dict[str, Sequence[Act]] = {
    "identify": [IDENTITY],
    "exchange_capabilities": [CAPABILITIES],
    "set_rate": [RATE_SET],
    "home": [HOMED],
    "focus_stop": [ACCEPTED],
    "aperture_set": [SAY("accepted", opcode=0x14)],
    "sleep": [SAY("asleep")],
    "wake": [SAY("awake")],
}
BODY_ANSWERS: dict[str, Sequence[Act]] = {
    "attached": [POWER_ON, IDENTIFY],
    "identity": [ASK_CAPABILITIES],
    "capabilities": [SET_RATE],
    "rate_set": [HOME],
}


def listening(device: Scripted, lines: frozenset[str] = BARE, *, checked: bool = True) -> Endpoint:
    """A lens that was just switched on."""
    endpoint = Endpoint(SPEC, "lens", device, checked=checked)
    endpoint.link_changed(True, 0.0, lines)
    if "power" in lines:
        endpoint.line_changed("power", True, 0.0)
    return drained(endpoint)


def ready_lens(device: Scripted, lines: frozenset[str] = BARE) -> Endpoint:
    """A lens in its cycle; it heard the numbers 1 and 2."""
    endpoint = listening(device, lines)
    endpoint.receive(frame(SET_RATE, 1), 0.0)
    endpoint.receive(frame(HOME, 2), 0.0)
    return drained(endpoint)


def greeting(device: Scripted) -> Endpoint:
    """A body that has just asked a lens, without lines, who it is: `identify` with number 1."""
    endpoint = Endpoint(SPEC, "body", device)
    endpoint.link_changed(True, 0.0, BARE)
    return endpoint


def homing_body(device: Scripted) -> Endpoint:
    """A body that has just asked a lens to home, with number 4."""
    endpoint = greeting(device)
    for seq, answer in enumerate((IDENTITY, CAPABILITIES, RATE_SET), 1):
        endpoint.receive(frame(answer, seq), 0.0)
    return drained(endpoint)


def ready_body(device: Scripted) -> Endpoint:
    endpoint = homing_body(device)
    endpoint.receive(frame(HOMED, 4), 0.0)
    return drained(endpoint)


def drained(endpoint: Endpoint) -> Endpoint:
    """The endpoint after all was taken from it."""
    endpoint.take_output()
    endpoint.take_records()
    return endpoint
