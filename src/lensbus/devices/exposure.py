"""The aperture as a body has it: for live view, by the lens's ring, stopped down for a picture."""

from collections.abc import Iterable, Iterator, Mapping

from lensbus.session.event import Act, Note
from lensbus.wire.message import Message, Vocabulary

EXPOSURE = "exposure"
"""What its notes are about."""

CLOSING, SETTLING, OPENING = "closing", "settling", "opening"


class Exposure:
    """An Asker, and an Order of scripts: stop down, wait until the lens tells so, open again.

    `wanted` is what each command says, in counts; 0 before the lens told how far it opens.
    """

    def __init__(self, counts_per_stop: float) -> None:
        self._per_stop = counts_per_stop
        self.reset()

    def reset(self) -> None:
        """Another lens knows nothing of this one's aperture."""
        self._widest = self._live = self._ring = 0
        self.again()

    def again(self) -> None:
        """An exposure that was under way was lost; live view goes on."""
        self._phase, self.wanted, self._told = "", self._live, 0

    @property
    def busy(self) -> bool:
        """Whether a picture is being taken."""
        return bool(self._phase)

    def opened(self, widest: int) -> None:
        """The lens tells how far it opens; there live view begins."""
        self._widest = widest
        self.set(self._live or widest)

    def set(self, aperture: int) -> None:
        """Live view goes on with this one."""
        self._live = aperture
        if not self.busy:
            self.wanted = aperture

    def begin(self, now: float, fields: Mapping[str, int]) -> Iterator[Act]:
        """Expose, with this aperture or else that of live view."""
        self.wanted, self._phase = fields.get("aperture_av256", self._live), CLOSING
        yield from ()

    def turned(self, ring: int) -> Iterator[Act]:
        """The lens tells what its aperture ring is set to; 0 is A, and leaves it to the body."""
        if ring != self._ring:
            self._ring = ring
            self.set(ring or self._widest)
            yield Note(f"aperture ring at {self._words(ring) if ring else 'A'}", "display")

    def see(self, told: int) -> Iterable[Act]:
        """Take the aperture that the lens tells: where it was asked to, or goes no further."""
        if self._phase != SETTLING:
            return ()
        before, self._told = self._told, told
        if told not in {self.wanted, before}:
            return ()
        self._phase, self.wanted = OPENING, self._live
        facts = {"f_number": round(self._f_number(told), 2), "aperture_av256": told}
        return (Note(f"exposure at {self._words(told)}", EXPOSURE, facts),)

    def ask(self, say: Vocabulary, _now: float) -> Iterable[Act]:
        """Stop down, or open again."""
        if self._phase in {CLOSING, OPENING}:
            return (say("aperture_set", aperture_av256=self.wanted),)
        return ()

    def answered(self, _message: Message, _now: float) -> Iterator[Act]:
        """The iris is on its way."""
        self._phase = SETTLING if self._phase == CLOSING else ""
        yield from ()

    def refused(self, reason: str, _now: float) -> Iterator[Act]:
        """Go on in live view."""
        self.again()
        yield Note(f"no exposure: the lens refused: {reason}", EXPOSURE)

    def _f_number(self, aperture: int) -> float:
        return float(2 ** (aperture / self._per_stop / 2))

    def _words(self, aperture: int) -> str:
        return f"f/{self._f_number(aperture):.2g}"
