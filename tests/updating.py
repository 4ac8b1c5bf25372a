"""A device of an update led by hand: what it answers, and what it says as time passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lensbus.firmware.bootloader import Bootloader
from lensbus.firmware.flash import Flash
from lensbus.firmware.judge import Target
from lensbus.firmware.target import Memory
from lensbus.session.contract import Device
from lensbus.session.event import Act, Event, LinkUp, Note, Raw, Restart
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message, Vocabulary
from tests.peers import called
from tools.wired import KEY, NEW, PROFILE, SMALL, parcel

SAY, LENS_SAY = Vocabulary(SMALL.update), Vocabulary(SMALL.lens)
TARGET = Target(PROFILE.lens_number, PROFILE.hardware, PROFILE.protocol[1], None, 0, KEY.public)
NO_REPLY = Fault("no reply")
BLOCK, CHUNK, WINDOW = 128, 512, 2048


@dataclass(slots=True)
class Led:
    """A device and its clock."""

    device: Device
    say: Vocabulary = SAY
    now: float = 0.0

    def up(self) -> list[Act]:
        return self.tell(LinkUp(frozenset(), "a program"))

    def hear(self, name: str, /, **fields: Any) -> list[Act]:  # noqa: ANN401 as a message's
        return self.tell(self.say(name, **fields))

    def tell(self, event: Event) -> list[Act]:
        return list(self.device.on_event(event, self.now))

    def wait(self, seconds: float) -> list[Act]:
        """All that it says in this time."""
        acts, until = list[Act](), self.now + seconds
        while (due := self.device.deadline) is not None and due <= until:
            self.now = max(self.now, due)
            acts += self.device.on_deadline(self.now)

            assert self.device.deadline is None or self.device.deadline > self.now
        self.now = until
        return acts


def names(acts: Sequence[Act]) -> list[str]:
    """Messages by name; restarts by what they lead to, notes not at all."""
    told = [act for act in acts if not isinstance(act, Note | Raw)]
    return [f"into {act.into}" if isinstance(act, Restart) else called(act) for act in told]


def notes(acts: Sequence[Act]) -> list[str]:
    return [act.text for act in acts if isinstance(act, Note)]


def fields(acts: Sequence[Act], name: str) -> list[dict[str, Any]]:
    """The fields of all messages of a name."""
    told = [act for act in acts if isinstance(act, Message)]
    return [dict(act.fields) for act in told if act.name == name]


def said(records: Sequence[Record], *sides: str) -> list[str]:
    """The names of the frames and edges that these sides said."""
    return [called(r.event) for r in records if r.verb == "said" and r.side in sides]


def memory(flash: Flash) -> Memory:
    return Memory(flash, SMALL.update, SMALL.image, KEY.public)


def bootloader(flash: Flash) -> Led:
    """A bootloader whose link has just come up."""
    led = Led(Bootloader(SMALL.update, SMALL.image, memory(flash), TARGET))
    led.up()
    return led


def offer(data: bytes = NEW, *, take_older: bool = False) -> Message:
    """What a host offers of an image."""
    parts = parcel(data)
    wishes = ("take_older",) if take_older else ()
    return SAY("offer", wishes=wishes, chunk=CHUNK, header=parts.header, tlvs=parts.tlvs)
