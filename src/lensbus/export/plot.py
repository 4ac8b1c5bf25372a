"""What a plot shows of a run: collected from its records alone, in memory that does not grow."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from lensbus.devices.focus_scale import distance_mm
from lensbus.export.thinning import (
    Count,
    Mark,
    Point,
    Stay,
    Thinned,
    by_kind,
    extremes,
    latest,
    total,
)
from lensbus.session.event import LinkDown, Note, Restart
from lensbus.session.faults import DONE
from lensbus.session.log import Record
from lensbus.spec.laws import F_NUMBER, Law, law_of
from lensbus.spec.model import MessageType, Spec
from lensbus.wire.message import Fault, Message, identity_label

LENS = "lens"
SCENE, AUTOFOCUS = "scene", "af"
"""What a body's notes are about that tell of the subject, and of its search for it."""

SEARCHING, LOCKED, GAVE_UP = "searching", "locked", "gave up"
"""What its search does, and how it ends."""

FOCUS, FOCAL_LENGTH, ERRORS = "focus_position", "focal_length", "errors"
OPTICS = frozenset({"near_wide", "near_tele", "focus_range", "focal_wide", "focal_tele"})
"""The fields of a message that says what a focus position stands for."""

Curve = partial(Thinned[Point], extremes)
Marks = partial(Thinned[Mark], by_kind)
Stays = partial(Thinned[Stay], latest)
Counts = partial(Thinned[Count], total)


@dataclass(frozen=True, slots=True)
class Reader:
    """What there is to draw in one message: an aperture, focus with a focal length, optics."""

    sender: str
    aperture: tuple[str, Law] | None
    focal_length: Law | None
    has_focus: bool
    has_optics: bool


class Picture:
    """A run as curves, states, counts and marks over time.

    Distances are per metre (0 is infinity), apertures in stops from f/1, focal lengths in mm.
    `one_sided`: only one side records, so what it heard is what its peer said.
    """

    def __init__(self, spec: Spec, *, one_sided: bool = False) -> None:
        self.spec, self._one_sided = spec, one_sided
        roles = list(spec.roles)
        self._peers = dict(zip(roles, reversed(roles), strict=True))
        readers = ((name, _reader(kind)) for name, kind in spec.messages.items())
        self._readers = {name: reader for name, reader in readers if reader is not None}
        self._optics: Mapping[str, Any] = {}
        self.names: dict[str, str] = {}
        self.first_t, self.last_t = math.inf, 0.0
        self.focus, self.position, self.subject = Curve(), Curve(), Curve()
        self.aperture, self.asked, self.contrast = Curve(), Curve(), Curve()
        self.focal_length = Curve()
        self._errors: tuple[str, ...] = ()
        self.search: Thinned[Stay] = Stays()
        self.found: Thinned[Mark] = Marks()
        self.states: defaultdict[str, Thinned[Stay]] = defaultdict(Stays)
        self._state: dict[str, str] = {}
        self.frames: defaultdict[str, Thinned[Count]] = defaultdict(Counts)
        self.heard, self.done, self.notes = Marks(), Marks(), Marks()

    def tell(self, record: Record) -> None:
        """Take the next record."""
        t, event = record.t, record.event
        self.first_t, self.last_t = min(self.first_t, t), max(self.last_t, t)
        if record.state and record.state != self._state.get(record.side):
            self._state[record.side] = record.state
            self.states[record.side].add(Stay(t, record.state))
        if isinstance(event, Fault):
            told = (record.side, record.verb, event.kind, event.path, event.detail)
            self.heard.add(Mark(t, event.kind, " ".join(filter(None, told))))
        elif isinstance(event, Note):
            self._note(record, event)
        elif isinstance(event, LinkDown):
            self.notes.add(Mark(t, "link down", f"{record.side}: link down"))
        elif isinstance(event, Restart):
            words = f"{record.side}: restarts into its {event.into}"
            self.notes.add(Mark(t, "restart", words))
        elif record.verb == "said" or self._one_sided:
            self._say(record)

    def _say(self, record: Record) -> None:
        side, event = record.side, record.event
        sayer = self._peers.get(side, side) if record.verb == "heard" else side
        if record.raw:
            self.frames[sayer].add(Count(record.t, 1))
        if isinstance(event, Message):
            self._meet(sayer, event)
            if (reader := self._readers.get(event.name)) is not None:
                self._read(record.t, event, reader)

    def _meet(self, sayer: str, message: Message) -> None:
        """Keep what a device calls itself."""
        name, field = self.spec.identifies.get(sayer, ("", ""))
        if message.name == name:
            self.names[sayer] = identity_label(self.spec.messages[name], field, message)

    def _read(self, t: float, message: Message, reader: Reader) -> None:
        fields = message.fields
        if reader.has_optics:
            self._optics = fields
        if reader.aperture is not None and reader.aperture[0] in fields:
            name, law = reader.aperture
            f_number = law.to_physical(fields[name])
            if 0 < f_number < math.inf:
                curve = self.aperture if reader.sender == LENS else self.asked
                curve.add(Point(t, 2 * math.log2(f_number)))
        if reader.has_focus and FOCUS in fields:
            position, focal_length = fields[FOCUS], fields.get(FOCAL_LENGTH, 0)
            if self._optics:
                self.focus.add(Point(t, _focus(self._optics, position, focal_length)))
            else:
                self.position.add(Point(t, position))
            if reader.focal_length is not None:
                self.focal_length.add(Point(t, reader.focal_length.to_physical(focal_length)))
            self._mind(t, fields.get(ERRORS, ()))

    def _mind(self, t: float, errors: tuple[str, ...]) -> None:
        """Note it when a lens begins or ends to find something wrong with itself."""
        if errors != self._errors:
            self._errors = errors
            self.notes.add(Mark(t, ERRORS, f"{LENS}: {', '.join(errors) or 'all is well'}"))

    def _note(self, record: Record, note: Note) -> None:
        t, facts = record.t, note.facts
        if note.about == SCENE:
            subject, contrast = _number(facts, "subject_mm"), _number(facts, "contrast")
            if subject is not None:
                self.subject.add(Point(t, per_m(subject)))
            if contrast is not None:
                self.contrast.add(Point(t, min(max(contrast, 0.0), 1.0)))
            return
        mark = Mark(t, note.about or note.text, f"{record.side}: {note.text}")
        if note.about == AUTOFOCUS and "state" in facts:
            state, distance = str(facts["state"]), _number(facts, "distance_mm")
            self.search.add(Stay(t, state))
            if state in {LOCKED, GAVE_UP} and distance is not None:
                self.found.add(mark._replace(kind=state, y=per_m(distance)))
            elif state != SEARCHING:
                self.notes.add(mark)
        elif note.about == DONE:
            kind = note.text.removeprefix(f"{DONE}: ").partition(" ")[0]
            self.done.add(mark._replace(kind=kind))
        else:
            self.notes.add(mark)


def per_m(distance_mm: float) -> float:
    """1/distance per metre, from millimetres of which there is one at least."""
    return 1000 / max(distance_mm, 1.0)


def _focus(optics: Mapping[str, Any], position: float, focal_length: float) -> float:
    """1/distance in focus, per metre; the near limit goes evenly from wide to tele."""
    wide, tele = optics["focal_wide"], optics["focal_tele"]
    share = min(max((focal_length - wide) / (tele - wide), 0.0), 1.0) if tele > wide else 0.0
    near = optics["near_wide"] + share * (optics["near_tele"] - optics["near_wide"])
    far = optics.get("far", 0)
    return per_m(distance_mm(position, max(near, 1.0), far, optics["focus_range"]))


def _reader(kind: MessageType) -> Reader | None:
    """What there is to draw in a message of the cycle, or in one that tells of the optics."""
    names = {field.name for field in kind.fields}
    laws = {field.name: law for field in kind.fields if kind.cyclic and (law := law_of(field))}
    apertures = ((name, law) for name, law in laws.items() if law.unit == F_NUMBER)
    aperture, has_focus = next(apertures, None), kind.cyclic and FOCUS in names
    has_optics = names >= OPTICS
    if aperture or has_focus or has_optics:
        return Reader(kind.sender, aperture, laws.get(FOCAL_LENGTH), has_focus, has_optics)
    return None


def _number(facts: Mapping[str, float | str], name: str) -> float | None:
    value = facts.get(name)
    return None if value is None or isinstance(value, str) or math.isnan(value) else value
