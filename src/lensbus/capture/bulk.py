"""Whole recordings at once: every frame that one side said, its messages as columns of numbers.

What `Framer` and `Codec` find one by one is found here for all bytes together: the same frames,
and of every message whose fields all have a fixed size, the same values. Where other frames begin
is told, for `Codec` to read them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lensbus.capture.columns import Column, Kind, Mask, Parts, Places, number
from lensbus.capture.sums import Bytes, checksums
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Shape

AT_ONCE = 1 << 18  # candidates looked at together; it bounds memory where every byte is one
FEW = 64  # frames of one size that are looked at no slower one by one


@dataclass(frozen=True, slots=True)
class Columns:
    """All messages of one name: where their frames begin, in bytes, and a column for each field.

    Numbers are raw: an enum's value and a flags' bits are those on the wire. Text is bytes without
    its padding, bytes are a row of numbers each. `seq` is None where frames have no number.
    """

    at: Places
    seq: Column | None
    fields: dict[str, Column]


@dataclass(slots=True)
class Bulk:
    """What a stream holds: how many frames, the messages by name, where other frames begin.

    `others` hold a message of variable size, an unknown one, or a value that does not fit.
    """

    frames: int
    messages: dict[str, Columns] = field(default_factory=dict)
    others: Places = field(default_factory=lambda: np.empty(0, np.int64))


class BulkDecoder:
    """Reads what `sender` says in frames of one delimited shape; it keeps no state."""

    def __init__(self, spec: Spec, sender: str, shape: Delimited) -> None:
        self._shape, self._parts, self._look = shape, Parts(shape), Shape(shape).look
        self._pad_to = shape.pad_to if sender in shape.pad_from else 1
        said = [kind for kind in spec.messages.values() if kind.key and kind.sender == sender]
        said = [kind for kind in said if kind.frame == shape.name]
        if any(len(kind.key) > len(shape.key) for kind in said):
            said = []  # keys that go on in the payload are the codec's to tell apart
        self._kinds = [Kind(kind, self._parts) for kind in said if self._parts.holds(kind)]

    def decode(self, data: bytes) -> Bulk:
        """Every whole, sound frame of a stream, as a framer finds them when the stream ends."""
        stream = np.frombuffer(data, np.uint8)
        at, sizes = self._frames(data)
        found, left = Bulk(len(at)), np.ones(len(at), np.bool_)
        for kind in self._kinds:
            those = np.flatnonzero(sizes == kind.size)
            rows = _rows(stream, at[those], kind.size)
            mine = kind.among(rows)
            if mine.any():
                if not mine.all():
                    those, rows = those[mine], rows[mine]
                found.messages[kind.name] = Columns(at[those], kind.seq(rows), kind.fields(rows))
                left[those] = False
        found.others = at[left]
        return found

    def _frames(self, data: bytes) -> tuple[Places, Places]:
        """Where the frames begin, and their sizes, in order and none inside another."""
        pieces = [
            self._sound(data, starts) for starts in self._starts(np.frombuffer(data, np.uint8))
        ]
        at = np.concatenate([starts for starts, _ in pieces])
        sizes = np.concatenate([sizes for _, sizes in pieces])
        kept = _apart(at, at + sizes + -sizes % self._pad_to)
        return at[kept], sizes[kept]

    def _starts(self, stream: Bytes) -> Iterator[Places]:
        """Where a frame could begin, in pieces, one at least: at every sync, or anywhere."""
        last = max(0, len(stream) - self._parts.least + 1)
        hits = np.ones(last, np.bool_)
        for place, byte in enumerate(self._shape.sync):
            hits &= stream[place : place + last] == byte
        starts = np.flatnonzero(hits)
        for first in range(0, max(1, len(starts)), AT_ONCE):
            yield starts[first : first + AT_ONCE]

    def _sound(self, data: bytes, starts: Places) -> tuple[Places, Places]:
        """Those of the places where a whole frame stands with the right length, tail and sum."""
        parts, stream = self._parts, np.frombuffer(data, np.uint8)
        sizes = number(stream, starts + parts.length_at, parts.length) + parts.uncounted
        fits = (sizes >= parts.least) & (sizes <= self._shape.max_size)
        fits &= starts + sizes <= len(stream)
        starts, sizes = starts[fits], sizes[fits]
        good = np.zeros(len(starts), np.bool_)
        counts = np.bincount(sizes) if len(sizes) else np.zeros(0, np.int64)
        for size in np.flatnonzero(counts >= FEW):
            those = np.flatnonzero(sizes == size)
            good[those] = self._are_sound(_rows(stream, starts[those], int(size)))
        for one in np.flatnonzero(counts[sizes] < FEW):
            good[one] = isinstance(self._look(data, int(starts[one])), Frame)
        return starts[good], sizes[good]

    def _are_sound(self, rows: Bytes) -> Mask:
        """Which rows, each a frame's size long, end as their bytes say."""
        parts, shape = self._parts, self._shape
        told_at = rows.shape[1] - parts.foot
        places = np.arange(len(rows)) * rows.shape[1] + told_at
        told = number(rows.reshape(-1), places, parts.sum)
        good: Mask = told == checksums(shape.checksum, rows[:, parts.covered : told_at])
        for place, byte in enumerate(shape.tail, told_at + parts.sum.size):
            good &= rows[:, place] == byte
        return good


def _rows(stream: Bytes, at: Places, size: int) -> Bytes:
    """As many bytes from each of these places on, a row each."""
    if not len(at):
        return np.empty((0, size), np.uint8)
    return sliding_window_view(stream, size)[at]


def _apart(at: Places, ends: Places) -> Mask:
    """Which of these frames are left when each hides those that begin inside it."""
    kept = np.ones(len(at), np.bool_)
    for first in np.flatnonzero(at[1:] < ends[:-1]):
        if kept[first]:
            hidden = np.searchsorted(at, ends[first])
            kept[first + 1 : hidden] = False
    return kept
