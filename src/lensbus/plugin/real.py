"""A device at a link for a test: an event loop in a thread of its own keeps talking to it."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from random import Random

import pytest

from lensbus.aio.link import is_hardware, open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.conformance.cases import Case, Reach
from lensbus.conformance.dialogue import Dialogue, Step, is_end
from lensbus.conformance.end import End
from lensbus.conformance.ground import Ground
from lensbus.conformance.recovery import Recovery
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import Playing
from lensbus.devices.careful import Careful
from lensbus.errors import LinkError
from lensbus.plugin.virtual import Plan
from lensbus.session.event import LinkDown, LinkUp
from lensbus.session.faults import Filter
from lensbus.session.log import Record
from lensbus.spec.node import Where

PATIENCE_S = 10.0
"""How long a link may be without a peer."""

LOOK_S = 0.5


class Real:
    """A device at the link of a URL, in real time, also between what the test does.

    Raises:
        LensbusError: the link cannot be opened, or leads to no such device.
    """

    def __init__(self, url: str, dialogue: Dialogue, plan: Plan, *, known: bool) -> None:
        self.url, self.records = url, list[Record]()
        self._dialogue, self._ground = dialogue, dialogue.stage.ground
        self.side = next(name for name in self._ground.spec.roles if name != self._ground.name)
        self._plan, self._known = plan, known
        self._need_virtual(*(role for role, (rules, _) in plan.items() if rules))
        self._opened: Future[None] = Future()
        self._over: Future[None] = Future()
        self._error: Exception | None = None
        self._away_since: float | None = 0.0
        self._thread = threading.Thread(target=self._live, name=f"lensbus {url}", daemon=True)
        self._thread.start()
        self._opened.result()
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    @property
    def now(self) -> float:
        """Seconds since the link was opened."""
        return self._clock.now()

    @property
    def lines(self) -> frozenset[str]:
        """Those that the link has."""
        return self._link.lines

    def play(self, step: Step) -> None:
        """Let the test's side play a step.

        Raises:
            LinkError: the link was lost, or nobody is there.
        """
        over: Future[None] = Future()
        self._over = over
        if self._error is not None:
            raise self._error
        self._do(partial(self._give, step))
        while True:
            with suppress(TimeoutError):
                over.result(LOOK_S)
                return
            if self._away_since is not None and self.now - self._away_since > PATIENCE_S:
                raise LinkError(f"{self.url}: nobody is there")

    def wait(self, seconds: float) -> None:
        """Let time pass, whatever comes."""
        self._thread.join(seconds)  # which ends earlier only if the link is lost
        self._do(self._dialogue.forget)

    def act(self, role: str, act: Callable[[Filter, float], None]) -> None:
        """Let somebody act on the test's side now; there is no other."""
        self._need_virtual(role)
        self._do(partial(self._pump.act, partial(act, self._filter)))

    def close(self) -> None:
        """Close the link."""
        self._do(self._pump.stop)
        self._thread.join()

    def _need_virtual(self, *roles: str) -> None:
        """Skip a test that wants faults on the other side."""
        if self._ground.name in roles:
            text = "need a virtual one, and it is at"
            pytest.skip(f"faults of the {self._ground.name} {text} {self.url}")

    def _begin(self) -> None:
        """Bring the device to its beginning."""
        self.play(partial(_meet, self._ground))
        if (problem := self._dialogue.problem) is not None:
            raise LinkError(f"{self.url}: {problem.actual}")

    def _do(self, act: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed, and whoever waits is told why
            self._loop.call_soon_threadsafe(act)

    def _live(self) -> None:
        try:
            asyncio.run(self._run())
            self._error = LinkError(f"{self.url}: the link was closed")
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._error = error
        for future in (self._opened, self._over):
            if not future.done():
                future.set_exception(self._error)

    async def _run(self) -> None:
        """Open the link and keep talking."""
        address, spec = parse(self.url), self._ground.spec
        # a lens says nothing before its body does, so only who plays a body must take care
        bold = self._known or not is_hardware(address) or self._ground.role.refusal is None
        player = self._dialogue.player
        self._careful = None if bold else Careful(spec, self.side, player)
        self._link = await open_link(address, spec, self.side)
        end = End(spec, self._ground.name, self._careful or player, self._link.slack_s)
        plan = self._plan.get(self.side, ((), Random(0)))
        self._filter, self._clock = Filter(end, self.side, *plan), Clock()
        self._loop = asyncio.get_running_loop()
        self._pump = Pump(self._filter, self._link, self._clock, self._tell)
        self._opened.set_result(None)
        await self._pump.run()
        if self._careful and self._careful.refusal:
            words = "--lensbus-i-know-this-device goes on all the same"
            raise LinkError(f"{self.url}: {self._careful.refusal}; {words}")

    def _give(self, step: Step) -> None:
        self._dialogue.give(step)
        self._pump.act(self._filter.tick)

    def _tell(self, record: Record) -> None:
        self.records.append(record)
        if isinstance(record.event, LinkUp | LinkDown):
            self._away_since = None if isinstance(record.event, LinkUp) else record.t
        elif is_end(record):
            self._over.set_result(None)
        if self._careful and self._careful.refusal:
            self._pump.stop()


def _meet(ground: Ground, stage: Stage) -> Playing:
    """Bring a device, wherever it is, to its beginning."""
    begin = Case("", "MUST", "", "", Where("", 0, 0), (Reach(ground.home),))
    problem = yield from Recovery(uncertainty_s=0.0).before(begin, stage)
    stage.muted.clear()
    return problem
