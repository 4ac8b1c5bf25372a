"""Hold a device at a link to its spec, in real time: one tester for all cases."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lensbus.aio.link import is_hardware, open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.bench.conform import BOOTLOADER
from lensbus.cli.judging import Wanted, held, result
from lensbus.cli.reset import Program, command_of
from lensbus.conformance.cases import Case
from lensbus.conformance.end import End
from lensbus.conformance.recovery import RESET, Recovery
from lensbus.conformance.report import Result
from lensbus.conformance.run import Gathering
from lensbus.conformance.stage import Stage
from lensbus.conformance.tester import Tester
from lensbus.conformance.usual import Play
from lensbus.devices.careful import Careful
from lensbus.errors import LinkError
from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.spec.model import Spec

ATTACH, MESSAGE = "attach", "message"
LINE = "line:"
"""How a device is reset between cases, if not by a program."""

APART_S = 0.1
"""Between two attachments: a listener that is busy sees by then that its peer has left."""


@dataclass(frozen=True, slots=True)
class Real:
    """A link, how the device there is reset, and whether it is known not to come to harm."""

    link: str
    reset: str
    known: bool

    @property
    def line(self) -> str:
        """The line that resets the device; none, where a message or a program does."""
        return self.reset.removeprefix(LINE) if self.reset.startswith(LINE) else ""


async def over_link(
    wanted: Wanted, addresses: Sequence[str], real: Real, tell: Callable[[Result], None]
) -> None:
    """Run cases one after the other against what is at a link; tell each result.

    What a bootloader is sent stays in its flash, so that it is reset before every case.

    Raises:
        LensbusError: the link cannot be opened, or was lost, or leads to another device.
    """
    cases = [held(wanted).cases[each] for each in addresses]
    is_bootloader = wanted.kind == BOOTLOADER
    if is_bootloader and is_hardware(parse(real.link)) and not real.known:
        text = "a bootloader does not say that it is one: --i-know-this-device goes on all the same"
        raise LinkError(f"{real.link}: {text}")
    anew, command = real.reset == ATTACH, command_of(real.reset)
    recovery = Recovery(by_hand=bool(command), anew=anew, always=is_bootloader)
    program = Program(command)
    try:
        for number, group in enumerate([[case] for case in cases] if anew else [cases]):
            await asyncio.sleep(APART_S if number else 0)
            await _meet(wanted, group, real, recovery, tell, program)
    finally:
        await program.end()


async def _meet(
    wanted: Wanted,
    cases: Sequence[Case],
    real: Real,
    recovery: Recovery,
    tell: Callable[[Result], None],
    program: Program,
) -> None:
    """Attach to the device once, and run these cases."""
    one = held(wanted)
    ground, address = one.bench.ground, parse(real.link)
    role = next(name for name in ground.spec.roles if name != ground.name)
    play = reset_by(real, address.lines, ground.spec, role, one.bench.play)
    link = await open_link(address, ground.spec, role)
    tester = Tester(Stage(ground, play, one.bench.blobs, link.slack_s), cases, recovery)
    # a lens says nothing before its body does, so only who plays a body must take care
    wary = is_hardware(address) and not real.known and ground.role.refusal is not None
    careful = Careful(ground.spec, role, tester) if wary else None
    end = End(ground.spec, ground.name, careful or tester, link.slack_s)
    gathering = Gathering(cases)

    def record(each: Record) -> None:
        for outcome in gathering.add(each):
            tell(result(wanted, one.name, outcome))
        if isinstance(each.event, Note) and each.event.about == RESET:
            program.start()
        if tester.done or (careful and careful.refusal):
            pump.stop()

    pump = Pump(end, link, Clock(), record)
    await pump.run()  # which closes the link
    if careful and careful.refusal:
        words = f"{careful.refusal}; --i-know-this-device goes on all the same"
        raise LinkError(f"{real.link}: {words}")


def reset_by(real: Real, lines: frozenset[str], spec: Spec, role: str, play: Play) -> Play:
    """How the tester brings the device back, where a line does it: to its idle level, and on.

    Raises:
        LinkError: the link has no such line, or the tester does not drive it.
    """
    if not real.line:
        return play
    driven = {line: names for line, names in _driven(spec, role) if line in lines}
    if real.line not in driven:
        can = ", ".join(driven) or "none"
        text = f"the {role} drives no line {real.line} there; lines that it does: {can}"
        raise LinkError(f"{real.link}: {text}; a port's are told by its ?lines=")
    return replace(play, recover=driven[real.line])


def _driven(spec: Spec, role: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines that a role drives, each with its messages: first the one of the idle level."""
    for line in spec.link.lines.values():
        names = {
            level: name for (each, level), name in spec.edges(role).items() if each == line.name
        }
        if names:
            yield (
                line.name,
                tuple(names[level] for level in (line.idle, not line.idle) if level in names),
            )
