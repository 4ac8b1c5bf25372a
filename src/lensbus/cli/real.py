"""Hold a device at a link to its spec, in real time: one tester for all cases."""

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lensbus.aio.link import is_hardware, open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.cli.judging import Wanted, held, result
from lensbus.cli.say import warn
from lensbus.conformance.end import End
from lensbus.conformance.recovery import RESET, Recovery
from lensbus.conformance.report import Result
from lensbus.conformance.run import Gathering
from lensbus.conformance.stage import Stage
from lensbus.conformance.tester import Tester
from lensbus.devices.careful import Careful
from lensbus.errors import LinkError
from lensbus.session.event import Note
from lensbus.session.log import Record

COMMAND = "cmd:"


@dataclass(frozen=True, slots=True)
class Real:
    """A link, how the device there is reset, and whether it is known not to come to harm."""

    link: str
    reset: str
    known: bool

    @property
    def command(self) -> list[str]:
        """The program that resets the device; none, where a message does."""
        return shlex.split(self.reset.removeprefix(COMMAND)) if COMMAND in self.reset else []


async def over_link(
    wanted: Wanted, addresses: Sequence[str], real: Real, tell: Callable[[Result], None]
) -> None:
    """Run cases one after the other against what is at a link; tell each result.

    Raises:
        LensbusError: the link cannot be opened, or was lost, or leads to another device.
    """
    one = held(wanted)
    ground, address = one.bench.ground, parse(real.link)
    recovery = Recovery(by_hand=bool(real.command))
    cases = [one.cases[each] for each in addresses]
    stage = Stage(ground, one.bench.play, one.bench.blobs, address.slack_s)
    tester = Tester(stage, cases, recovery)
    role = next(name for name in ground.spec.roles if name != ground.name)
    # a lens says nothing before its body does, so only who plays a body must take care
    wary = is_hardware(address) and not real.known and ground.role.refusal is not None
    careful = Careful(ground.spec, role, tester) if wary else None
    link = await open_link(address, ground.spec, role)
    end = End(ground.spec, ground.name, careful or tester, link.slack_s)
    gathering, resets = Gathering(cases), set[asyncio.Task[None]]()

    def record(each: Record) -> None:
        for outcome in gathering.add(each):
            tell(result(wanted, one.name, outcome))
        if isinstance(each.event, Note) and each.event.about == RESET and real.command:
            resets.add(asyncio.ensure_future(_reset(real.command)))
        if tester.done or (careful and careful.refusal):
            pump.stop()

    pump = Pump(end, link, Clock(), record)
    await pump.run()  # which closes the link
    if careful and careful.refusal:
        words = f"{careful.refusal}; --i-know-this-device goes on all the same"
        raise LinkError(f"{real.link}: {words}")


async def _reset(command: Sequence[str]) -> None:
    """Run the program that resets the device."""
    process = await asyncio.create_subprocess_exec(*command)
    if code := await process.wait():
        warn(f"--reset: {shlex.join(command)} ended with {code}")
