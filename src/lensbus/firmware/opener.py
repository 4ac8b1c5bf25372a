"""The host of an update as a body: it leads a lens into its bootloader, and looks at it afterwards.

It asks the lens who it is first, and in the end whether it runs what it was given.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lensbus.firmware.header import Version
from lensbus.firmware.job import Ending, Job
from lensbus.session.event import (
    APPLICATION,
    BOOTLOADER,
    Act,
    Event,
    LinkDown,
    LinkUp,
    Note,
    Restart,
)
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.canon import layout_hash
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message, Vocabulary

ILLEGAL_STATE = "illegal_state"
UNKNOWN = 0
"""The security counter that a lens has, as far as an application tells: the bootloader does."""


class Opener:
    """A Device of the role `body`, of the lens's own spec.

    A lens that does not answer may have none but its bootloader, so that is tried then.
    """

    def __init__(self, spec: Spec, job: Job, lost_s: float) -> None:
        self._say, self._job, self._spec = Vocabulary(spec), job, spec
        self._lost_s = lost_s
        self._boot_s = spec.constant("boot_s")
        self._ask_at: float | None = None
        self._identified: Mapping[str, Any] = {}
        self._homes = False  # whether it may still ask for a self-test
        self._patient_until: float | None = None
        self._handlers: dict[str, Callable[[Message, float], Iterator[Act]]] = {
            "attached": self._attached,
            "detached": self._detached,
            "identity": self._identity,
            "capabilities": self._capabilities,
            "rate_set": self._rate_set,
            "homed": self._homed,
            "firmware": self._firmware,
            "entering_bootloader": self._enter,
            "refused": self._refused,
        }

    @property
    def deadline(self) -> float | None:
        """When the lens has had time to start."""
        return self._ask_at

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message):
            if event.name not in {"attached", "detached"}:  # levels may stand for themselves
                self._job.heard_at = now
            handler = self._handlers.get(event.name)
            return handler(event, now) if handler and not self._job.ending else ()
        if isinstance(event, Fault) and event.kind in {"no reply", SILENCE}:
            return self._silent(now)
        if isinstance(event, LinkUp | LinkDown):
            self._ask_at = None
        if isinstance(event, LinkDown):
            self._job.loaded = False  # without power, what was on trial is gone
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Ask who is there."""
        self._ask_at = None
        if self._job.ending is None:
            version = self._spec.version
            layout = self._say.part("identify", layout_hash=layout_hash(self._spec, version))
            yield self._say("identify", protocol=version, **layout)

    def _attached(self, _message: Message, now: float) -> Iterator[Act]:
        self._ask_at = now + self._boot_s
        yield self._say("power_on")

    def _detached(self, _message: Message, _now: float) -> Iterator[Act]:
        self._ask_at = None
        yield from ()

    def _silent(self, now: float) -> Iterator[Act]:
        if self._job.ending is not None:
            return
        if self._job.silent_for(now) > self._lost_s:
            yield self._job.end("failed", "nobody answers: neither a lens nor its bootloader")
            return
        if not self._job.may_probe:
            text = "no lens answers; --i-know-this-device also looks for a bootloader"
            yield self._job.end("failed", f"{text}, with frames of this model")
            return
        yield Note("the lens does not answer: perhaps its bootloader does")
        yield Restart(BOOTLOADER)

    def _identity(self, message: Message, _now: float) -> Iterator[Act]:
        fields, job = message.fields, self._job
        job.lens, self._identified = fields["name"], fields
        # its version is known only with the build number, and its counter to the bootloader
        ending = None if job.loaded else self._judge(None)
        if ending:
            yield job.end(ending.kind, f"{job.lens}: {ending.words}", ending.reason)
        else:
            yield self._say("exchange_capabilities", mask=())

    def _capabilities(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("set_rate", baud=int(self._spec.link.slow.value))

    def _rate_set(self, _message: Message, _now: float) -> Iterator[Act]:
        self._homes = True
        yield self._say("get_firmware")

    def _homed(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("get_firmware")

    def _firmware(self, message: Message, _now: float) -> Iterator[Act]:
        job, told = self._job, self._identified
        major, minor, patch = (told[f"firmware_{part}"] for part in ("major", "minor", "patch"))
        job.after = Version(major, minor, patch, message.fields["build"])
        if job.loaded:
            yield from self._look(message.fields["state"])
            return
        ending = self._judge(job.after)
        if ending is None:
            yield self._say("enter_bootloader")
        elif ending.kind == "up_to_date":
            yield from self._look(message.fields["state"])  # whether it stays
        else:
            yield job.end(ending.kind, f"{job.lens}: {ending.words}", ending.reason)

    def _judge(self, version: Version | None) -> Ending | None:
        told = self._identified
        return self._job.judge(
            told["lens_number"], told["hardware"], told["protocol"], version, UNKNOWN
        )

    def _look(self, state: str) -> Iterator[Act]:
        """See that the lens runs the image, and keeps it; what is on trial is tried."""
        job = self._job
        runs = f"{job.lens} runs version {_text(job.after)}"
        if job.after != job.parcel.version:
            yield job.end("failed", f"{runs}: it did not keep the new one")
        elif state == "confirmed":
            ours = job.loaded or job.sent_bytes  # that it has all of it may have been lost
            kind, already = ("done", "") if ours else ("up_to_date", " already")
            yield job.end(kind, f"{runs}{already}, confirmed")
        elif self._homes:
            self._homes = False
            yield self._say("home")  # its self-test
        else:
            yield job.end("failed", f"{runs}, but only {state}")

    def _enter(self, _message: Message, _now: float) -> Iterator[Act]:
        self._job.may_probe = True  # it has one
        yield Restart(BOOTLOADER)

    def _refused(self, message: Message, now: float) -> Iterator[Act]:
        if message.fields["reason"] == ILLEGAL_STATE:
            self._patient_until = self._patient_until or now + self._lost_s
            if now < self._patient_until:  # it homes for a host before us, or had a start we missed
                yield Note("the lens is busy with something else: from the beginning")
                yield Restart(APPLICATION)
                return
        why = message.fields["reason"].replace("_", " ")
        yield self._job.end("failed", f"{self._job.lens} cannot be updated: {why}")


def _text(version: Version | None) -> str:
    """A version as people write it: without a build number that is 0."""
    return str(version).removesuffix("+0")
