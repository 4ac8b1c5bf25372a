"""Read the timing of a spec, and hold its times against each other."""

from collections.abc import Iterator

from lensbus.spec.basis import Bases, Constant
from lensbus.spec.behaviour import SILENCE, Role
from lensbus.spec.model import Spec
from lensbus.spec.node import Section, Where

TIMING = ("gap_s", "pulse_s", "repeat_s", "restart_s")
ABOVE_ZERO = ("gap_s", "sync_hz", "busy_s")
MOST_HZ = 1000


def read_timing(section: Section, bases: Bases, *, cyclic: bool) -> dict[str, Constant]:
    """Every time of a spec by name, each in its bounds; what is `cyclic` has a rate."""
    constants = bases.constants(section)
    for name in (*TIMING, "sync_hz") if cyclic else TIMING:
        if name not in constants:
            section.problem(name, "missing")
    for name in ABOVE_ZERO:
        if section.constant_at(name) == 0:
            section.problem(name, "expected more than 0")
    values = {name: constant.value for name, constant in constants.items()}
    sync_hz = values.get("sync_hz", 0)
    if sync_hz > MOST_HZ:
        section.problem("sync_hz", f"expected at most {MOST_HZ}, got {sync_hz}")
    elif values.get("pulse_s", 0) * sync_hz >= 1:
        section.problem("pulse_s", "as long as a cycle: expected less than 1/sync_hz")
    return constants


def untimely(spec: Spec) -> Iterator[tuple[Where, str]]:
    """Every time-out that ends before what it waits for can come, with its place."""
    for role in spec.roles.values():
        yield from _silences(spec, role)
        yield from _pauses(spec, role)


def _silences(spec: Spec, role: Role) -> Iterator[tuple[Where, str]]:
    """Where the cycle runs, silence must be longer than a cycle."""
    cyclic = {kind.name for kind in spec.messages.values() if kind.cyclic}
    cycling = {row.state for row in role.rows if row.message in cyclic}
    sync_hz = spec.timing["sync_hz"].value if "sync_hz" in spec.timing else 0
    for row in role.rows:
        watched = (row.verb, row.message) == ("timeout", SILENCE) and row.state in cycling
        if watched and 0 < sync_hz * role.silence_s <= 1:
            place = f"{role.name} table, state {row.state}"
            yield row.where, f"{place}: silence_s is no longer than a cycle of sync_hz"


def _pauses(spec: Spec, role: Role) -> Iterator[tuple[Where, str]]:
    """Who changes the rate on a request pauses before it answers."""
    pause_s = spec.link.rate_pause_s
    asked = {row.message for row in role.rows if row.verb == "recv" and row.rate}
    for name in sorted(asked & set(spec.replies)):
        reply = spec.replies[name]
        if 0 < reply.timeout_s <= pause_s:
            text = f"timeout_s ends within rate_pause_s, before the {role.name} answers"
            yield reply.where, f"replies.{name}: {text}"
