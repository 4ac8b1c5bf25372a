"""The host of an update as a body: it leads a lens into its bootloader, and looks at it afterwards.

It asks the lens who it is first, and in the end whether it runs what it was given.
"""

from collections.abc import Callable, Iterable, Iterator

from lensbus.firmware.header import Version
from lensbus.firmware.job import Job
from lensbus.session.event import Act, Event, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message, Vocabulary

BOOTLOADER = "bootloader"
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
        self._looks = False  # whether to look what runs, and not to change it
        self._homes = False  # whether it may still ask for a self-test
        self._handlers: dict[str, Callable[[Message, float], Iterator[Act]]] = {
            "attached": self._attached,
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
            if event.name != "attached":  # that may be a level that stands for itself
                self._job.heard_at = now
            handler = self._handlers.get(event.name)
            return handler(event, now) if handler and not self._job.ending else ()
        if isinstance(event, Fault) and event.kind in {"no reply", SILENCE}:
            return self._silent(now)
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Ask who is there."""
        self._ask_at = None
        if self._job.ending is None:
            yield self._say("identify", protocol=int(self._spec.constant("protocol")))

    def _attached(self, _message: Message, now: float) -> Iterator[Act]:
        self._ask_at = now + self._boot_s
        yield self._say("power_on")

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
        version = Version(*(fields[f"firmware_{part}"] for part in ("major", "minor", "patch")))
        job.lens, job.after, self._looks = fields["name"], version, job.loaded
        if not job.loaded:
            ending = job.judge(
                fields["lens_number"], fields["hardware"], fields["protocol"], version, UNKNOWN
            )
            if ending and ending.kind != "up_to_date":
                yield job.end(ending.kind, f"{job.lens}: {ending.words}")
                return
            self._looks = ending is not None  # whether it stays is not said yet
        yield self._say("exchange_capabilities", mask=())

    def _capabilities(self, _message: Message, _now: float) -> Iterator[Act]:
        if self._looks:
            yield self._say("set_rate", baud=int(self._spec.link.slow.value))
        else:
            yield self._say("enter_bootloader")

    def _enter(self, _message: Message, _now: float) -> Iterator[Act]:
        yield Restart(BOOTLOADER)

    def _rate_set(self, _message: Message, _now: float) -> Iterator[Act]:
        self._homes = True
        yield self._say("get_firmware")

    def _homed(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("get_firmware")

    def _firmware(self, message: Message, _now: float) -> Iterator[Act]:
        job, state = self._job, message.fields["state"]
        wanted, runs = _text(job.parcel.version), _text(job.after)
        if job.loaded and runs != wanted:
            yield job.end("failed", f"{job.lens} runs version {runs}: it did not keep the new one")
        elif state == "confirmed":
            already = "" if job.loaded else " already"
            kind = "done" if job.loaded else "up_to_date"
            yield job.end(kind, f"{job.lens} runs version {runs}{already}, confirmed")
        elif self._homes:
            self._homes = False
            yield self._say("home")  # its self-test
        else:
            yield job.end("failed", f"{job.lens} runs version {runs}, but only {state}")

    def _refused(self, message: Message, _now: float) -> Iterator[Act]:
        why = message.fields["reason"].replace("_", " ")
        yield self._job.end("failed", f"{self._job.lens} cannot be updated: {why}")


def _text(version: Version | None) -> str:
    """What a lens tells of its version; the build number stays inside."""
    return str(version).partition("+")[0]
