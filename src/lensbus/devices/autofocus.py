"""A body's autofocus: it carries out a search, follows, and says what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from lensbus.devices.display import DISPLAY
from lensbus.devices.eye import Sight, finite, told
from lensbus.devices.follow import follow
from lensbus.devices.search import CLEAR, SEARCHES, SHARP, Goal, Search
from lensbus.session.event import Act, Note
from lensbus.wire.message import Message, Vocabulary

AF = "af"
"""What its notes are about."""

OFF, SINGLE, CONTINUOUS = "off", "single", "continuous"
MODES = (OFF, SINGLE, CONTINUOUS)

RETRY_S = 1
"""How long who follows waits before he looks again for what he did not find."""

STILL: Mapping[str, Any] = {"focus_drive": "none", "focus_target": 0}


@dataclass(frozen=True, slots=True)
class Reach:
    """What a lens, and what feeds it, let focus do; in counts and seconds.

    `ends` are those of the focus range, `period_s` goes from picture to picture, `most` is the
    highest speed that can be asked for, `limit` the one that the supply allows, 0 for any;
    `follows` says that the lens takes a target with each command, which knows no speed.
    """

    ends: tuple[int, int]
    period_s: float
    most: int
    limit: float = 0.0
    follows: bool = False


class Autofocus:
    """An Asker, and an Order of scripts: it looks for focus once, and then may follow it.

    It does in its mode `continuous`, but not behind an adapter to a lens that takes no targets.
    """

    def __init__(self, kind: str, mode: str) -> None:
        self._kind, self._mode = kind, mode
        self.reset()

    def reset(self) -> None:
        """There is no lens."""
        self._reach: Reach | None = None
        self._unable = ""
        self._adapted = False
        self._stop()

    def _stop(self) -> None:
        self._search: Search | None = None
        self._goal: Goal | None = None
        self._following = self._asked = self.busy = False
        self._since, self._state, self._target = inf, "", 0

    def ready(self, reach: Reach | None, unable: str, now: float) -> Iterator[Act]:
        """A lens takes orders; without a reach, `unable` says why it has no autofocus."""
        self._reach, self._unable = reach, unable
        if self._mode != OFF:
            yield from self.begin(now, {})

    def begin(self, now: float, fields: Mapping[str, int]) -> Iterator[Act]:
        """Look once, now."""
        self._stop()
        if self._reach is not None:
            self._since, self.busy = now, True
        else:
            yield Note(f"autofocus: off: {self._unable}", AF, {"state": "off"})

    def behind(self, accessory: str) -> Iterator[Act]:
        """The lens tells what stands between."""
        self._adapted = accessory == "adapter"
        if self._mode == CONTINUOUS and not self._continues:
            text = "autofocus: single only, behind an adapter to a lens that takes no targets"
            yield Note(text, DISPLAY)

    def pause(self, now: float) -> None:
        """A hand is at the lens: leave focus to it, and follow again from then on."""
        self._stop()
        if self._continues:
            self._since = now

    @property
    def _continues(self) -> bool:
        return self._mode == CONTINUOUS and (self._steered or not self._adapted)

    @property
    def _steered(self) -> bool:
        """Whether targets go with the commands."""
        return self._reach is not None and self._reach.follows and not self._reach.limit

    @property
    def drive(self) -> Mapping[str, Any]:
        """What a command says of focus."""
        if self._following and self._steered:
            return {"focus_drive": "follow", "focus_target": self._target}
        return STILL

    def see(self, sight: Sight) -> Iterator[Act]:
        """Take a picture, and think of where to go next."""
        if self._reach is None or sight.t < self._since:
            return
        if self._goal is not None or self._asked:
            sight = replace(sight, moving=True)  # it will, once it has heard of it
        search = self._search
        try:
            if search is None:
                yield from self._tell("searching", sight)
                self._search = search = SEARCHES[self._kind](sight, self._reach.ends)
                goal = next(search)
            else:
                goal = search.send(sight)
        except StopIteration as end:
            yield from self._ended(end.value, self._reach)
            return
        if self._following:
            yield from self._tell("locked" if sight.contrast >= SHARP else "searching", sight)
        self._goal = _within(goal, self._reach) or self._goal

    def _ended(self, sight: Sight, reach: Reach) -> Iterator[Act]:
        self._search, self.busy = None, False
        if self._following:
            self._following = False  # lost: look for it anew
            return
        if self._continues and sight.contrast > CLEAR:
            self._search, self._following = follow(sight, 2 * reach.period_s, self._kind), True
            self._goal = _within(next(self._search), reach)  # that brings it near, if it is not yet
            return
        yield from self._tell("locked" if sight.contrast >= SHARP else "gave up", sight)
        self._since = sight.t + RETRY_S if self._continues else inf

    def _tell(self, state: str, sight: Sight) -> Iterator[Note]:
        if state != self._state:
            self._state = state
            facts: dict[str, float | str] = {"state": state, "distance_mm": finite(sight.focus_mm)}
            yield Note(f"autofocus: {state} at {told(sight.focus_mm)}", AF, facts)

    def ask(self, say: Vocabulary, _now: float) -> Iterable[Act]:
        """Send focus to where it is wanted."""
        reach, goal = self._reach, self._goal
        if reach is None or goal is None:
            return ()
        self._goal, target = None, round(goal.target)
        if self._following and (self._steered or target == self._target):
            self._target = target
            return ()
        self._asked, self._target = True, target
        speed = self._speed(goal.stride / reach.period_s, reach)
        return (say("focus_move", mode="absolute", target=target, speed=speed),)

    @staticmethod
    def _speed(wanted: float, reach: Reach) -> int:
        """The lowest of what is wanted, what the supply allows and what can be said; 0 is none."""
        bounds = [bound for bound in (wanted, reach.limit, reach.most) if bound]
        bounded = wanted or reach.limit
        return max(1, int(min(bounds))) if bounded else 0

    def answered(self, _message: Message, _now: float) -> Iterator[Act]:
        """The lens has understood, and is on its way."""
        self._asked = False
        yield from ()

    def refused(self, reason: str, now: float) -> Iterator[Act]:
        """The lens will not."""
        self.pause(now + RETRY_S)
        yield Note(f"autofocus: gave up: the lens refused: {reason}", AF, {"state": "gave up"})


def _within(goal: Goal | None, reach: Reach) -> Goal | None:
    """The goal, at an end of the way where it lies beyond it."""
    if goal is None:
        return None
    low, high = reach.ends
    return replace(goal, target=min(max(goal.target, low), high))
