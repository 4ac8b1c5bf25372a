"""A case: what is required of a device, where its spec says so, and the script that tries it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from lensbus.session.log import Record
from lensbus.spec.node import Where

Level = Literal["MUST", "SHOULD", "MAY"]
Verdict = Literal["PASS", "FAIL", "NON-STRICT", "UNIMPLEMENTED", "INCONCLUSIVE", "SKIP"]

LEVELS: tuple[Level, ...] = ("MUST", "SHOULD", "MAY")
VERDICTS: dict[Verdict, str] = {
    "PASS": "the device did what is required",
    "FAIL": "it did not do what it MUST",
    "NON-STRICT": "it did not do what it SHOULD",
    "UNIMPLEMENTED": "it said that it does not have this, or never did it, which it MAY",
    "INCONCLUSIVE": "it could not be brought to where the case begins, or the link is too slow",
    "SKIP": "this link or this device cannot try it",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Bring the device to a state, by the shortest path of its table.

    If it is `judged`, what goes wrong on the way is a failure of the device.
    """

    state: str
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Wait until the device has asked one of these requests, and leave it unanswered."""

    requests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Say a message; fields that are not given are as they usually are.

    `number` is `next` as endpoints count, `new` one that was not used before, `same` that of the
    last message, `wrong` another than that of the request that it answers.
    """

    message: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    number: Literal["next", "new", "same", "wrong"] = "next"


@dataclass(frozen=True, slots=True)
class Spoil:
    """Say the frame of a message, spoilt: `how`, `at` and `data` are those of `Damage`."""

    message: str
    how: str
    at: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Expect:
    """Wait for one of these messages with such fields; an answer of another kind is a failure.

    Without `within_s` the time is that of the request it answers. It must not come sooner than
    `after_s` seconds after the step began, and nothing of `never` before it. While it waits, the
    cycle goes on if it `cycles`; a message with other fields is then no failure before the time
    is up.
    """

    messages: tuple[str, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    within_s: float | None = None
    after_s: float = 0.0
    never: tuple[str, ...] = ()
    cycles: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing but the cycle may come for some seconds; with `of`, none of these."""

    for_s: float
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    """For some seconds of the cycle, each of these messages that comes must have such fields."""

    messages: tuple[str, ...]
    fields: Mapping[str, Any]
    for_s: float


@dataclass(frozen=True, slots=True)
class Beats:
    """A message must come so many times, as evenly and as often in a second as is told.

    The time between two differs from the mean by at most `even` of it; `hz` is a condition.
    """

    message: str
    times: int
    hz: Any
    even: float


@dataclass(frozen=True, slots=True)
class Given:
    """Go on only if what was heard last of a message had such fields: what they claim must hold."""

    message: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rest:
    """Let time pass; the cycle goes on if it `cycles`, and no frame may be unsound."""

    for_s: float
    cycles: bool = True


@dataclass(frozen=True, slots=True)
class Mute:
    """Leave these requests of the device, or the cycle's answers, unanswered from here on."""

    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """Remember the fields of a message that was heard, as those of `kept`."""

    message: str


@dataclass(frozen=True, slots=True)
class Alive:
    """The device still works, and is in the state in which its table is."""


Said = Reach | Asked | Say | Spoil | Mute
Step = Said | Expect | Quiet | Every | Beats | Given | Rest | Keep | Alive


@dataclass(frozen=True, slots=True)
class Case:
    """One requirement and how it is tried.

    `section` and `where` are its place in the spec; `covers` are the items of the spec that it
    tries, `needs` the lines that a link must have, `wants` what its user, or a script, must let
    the device say. A `limit_s` is a time that a slow link cannot judge. Some hold only in the
    `newest` version of the spec; in some the tester is a peer that speaks an older `version`.
    """

    address: str
    level: Level
    requirement: str
    section: str
    where: Where
    steps: tuple[Step, ...]
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    wants: tuple[str, ...] = ()
    limit_s: float | None = None
    newest: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case; `records` are the tester's, from its beginning on."""

    case: Case
    verdict: Verdict
    expected: str = ""
    actual: str = ""
    took_s: float = 0.0
    records: Sequence[Record] = ()


def chosen(
    cases: Iterable[Case], only: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[Case]:
    """The cases whose address is one of `only` (all, if none) or below it, and not excluded."""
    return [
        case
        for case in cases
        if (not only or _is_below(case.address, only)) and not _is_below(case.address, exclude)
    ]


def _is_below(address: str, patterns: Sequence[str]) -> bool:
    return any(
        fnmatchcase(address, pattern) or address.startswith(f"{pattern.rstrip('/')}/")
        for pattern in patterns
    )
