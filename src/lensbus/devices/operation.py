"""What a body does with a lens that is ready: it sees each status, and asks one thing at a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lensbus.devices import eye
from lensbus.devices.autofocus import MODES, OFF, Autofocus, Reach
from lensbus.devices.display import Display, cropped
from lensbus.devices.exposure import Exposure
from lensbus.devices.eye import Eye, Sight, View
from lensbus.devices.inquiry import Inquiry
from lensbus.devices.profile import BodyProfile
from lensbus.devices.script import Asker, Order, Script, Step
from lensbus.devices.search import SEARCHES
from lensbus.devices.supply import Supply
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary

READ = (
    *("identity.protocol", "identity.protocol_least", "capabilities.mask", "rate_set.baud"),
    *("optics.open_wide_av256", "refused.reason", "focus_move.speed"),
    *("status.ring_counts", "status.switches"),
    *eye.READ,
)
"""The fields that a body reads, and one whose bounds it keeps."""


class Operation:
    """The parts of a body that act on a lens; of their requests one is under way."""

    def __init__(
        self,
        spec: Spec,
        profile: BodyProfile,
        script: Sequence[Step],
        view: View | None,
        autofocus: str,
    ) -> None:
        if autofocus not in MODES or (view is None and autofocus != OFF):
            wanted = f"one of {', '.join(MODES)}" if view else f"{OFF}: there is nothing to look at"
            raise LocalProtocolError(f"autofocus: got {autofocus!r}, wanted {wanted}")
        self._spec, self._profile, self._view = spec, profile, view
        self._display = Display()
        self._exposure = Exposure(spec.constant("counts_per_stop"))
        self._inquiry = Inquiry(spec.constant("focal_counts_per_mm"))
        self._focus = Autofocus(profile.autofocus, autofocus)
        orders: Mapping[str, Order] = {"autofocus": self._focus, "exposure": self._exposure}
        self.script = Script(script, orders)
        self._askers: Sequence[Asker] = (self._inquiry, self.script, self._exposure, self._focus)
        self.reset()

    def reset(self) -> None:
        """The lens is gone: the next one is another."""
        self.script.reset()
        self._exposure.reset()
        self._able: frozenset[str] = frozenset()
        self._told: tuple[object, ...] = ()
        self.again()

    def again(self) -> None:
        """The lens begins anew, or has to: what was asked is lost."""
        self._asked: Asker | None = None
        self._eye: Eye | None = None
        self._reach: Reach | None = None
        self._unable = "there is nothing to look at"
        self._display.reset()
        self._inquiry.reset(self._able)
        self._focus.reset()
        self._exposure.again()
        self.script.again()

    def rehearse(self, voices: Iterable[Vocabulary]) -> None:
        """Say once, in each version, what is certain to be said: nothing of it fails in mid-run."""
        for say in voices:
            self.command(say)
        self.script.rehearse(say)  # the newest has all words

    @property
    def asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._asked is not None

    def agree(self, able: Collection[str]) -> None:
        """The lens tells what it is able to; what the body has no use for does not count."""
        self._able = frozenset(able) & frozenset(self._profile.capabilities)
        self._inquiry.reset(self._able)

    def attach(self, optics: Message, period_s: float) -> Iterator[Act]:
        """The lens tells what it is made of; a cycle takes `period_s`."""
        self._exposure.opened(optics.fields["open_wide_av256"])
        yield from cropped(self._profile.image_circle, optics)
        supply = Supply(self._profile.supply_ma, optics)
        yield from supply.notes()
        if self._view is None:
            return
        self._eye = Eye(self._spec, self._view, optics)
        self._unable = self._lacking(supply)
        if not self._unable:
            self._reach = Reach(
                ends=(0, optics.fields["focus_range"]),
                period_s=period_s,
                most=self._most,
                limit=supply.limit,
                follows="focus_follow" in self._able,
            )

    def _lacking(self, supply: Supply) -> str:
        """Why there is no autofocus, if there is none."""
        if self._profile.autofocus not in SEARCHES:
            return "the body has none"
        if "autofocus" not in self._able:
            return "the lens has none"
        return "" if supply.share else "the body can't feed the lens's motor"

    @property
    def _most(self) -> int:
        fields = self._spec.messages["focus_move"].fields
        return next(field.high for field in fields if field.name == "speed")

    def ready(self, now: float) -> Iterator[Act]:
        """The lens takes orders."""
        self.script.ready(now)
        yield from self._focus.ready(self._reach, self._unable, now)

    def see(self, status: Message, now: float) -> Iterator[Act]:
        """Take a status."""
        told = status.fields
        yield from self._display.see(status, now)
        self._inquiry.see(told["focal_length"])
        if "aperture_ring" in self._able:
            at_a = "aperture_ring_auto" in told["switches"]
            yield from self._exposure.turned(0 if at_a else told.get("aperture_ring_av256", 0))
        yield from self._exposure.see(told["aperture_av256"])
        if self._eye is not None:
            yield from self._look(self._eye.look(status, now))

    def _look(self, sight: Sight) -> Iterator[Act]:
        yield sight.note()
        if self._display.manual:
            self._focus.pause(sight.t)
        else:
            yield from self._focus.see(sight)

    def command(self, say: Vocabulary) -> Message:
        """What a cycle tells the lens."""
        aperture, drive, mode = self._exposure.wanted, self._focus.drive, self._stabiliser
        if (say, aperture, drive, mode) != self._told:  # it is the same in most cycles
            more = say.part("command", stabiliser=mode)
            self._told_as = say("command", aperture_av256=aperture, **drive, **more)
            self._told = say, aperture, drive, mode
        return self._told_as

    @property
    def _stabiliser(self) -> str:
        """What the lens is to do; where it has none, the body's own works alone."""
        mode = self._profile.stabiliser
        return "on" if mode == "shared" and "stabiliser" not in self._able else mode

    def ask(self, say: Vocabulary, now: float) -> Iterator[Act]:
        """The first request that one of the parts has."""
        for asker in self._askers:
            for act in asker.ask(say, now):
                if isinstance(act, Message):
                    self._asked = asker
                    if act.name == "aperture_set" and asker is self.script:
                        self._exposure.set(act.fields["aperture_av256"])
                yield act
            if self._asked is not None:
                return

    def answered(self, message: Message, now: float) -> Iterator[Act]:
        """Give the answer to who asked."""
        asker, self._asked = self._asked, None
        if asker is not None:
            yield from asker.answered(message, now)
        if message.name == "accessory":
            yield from self._focus.behind(self._inquiry.accessory)

    def refused(self, reason: str, now: float) -> Iterator[Act]:
        """Give the no to who asked."""
        asker, self._asked = self._asked, None
        if asker is not None:
            yield from asker.refused(reason, now)
