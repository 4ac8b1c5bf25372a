"""No framing: opcodes with as many bytes as their messages have, and answers one clock later."""

from collections.abc import Mapping
from itertools import zip_longest

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Table
from lensbus.wire.frame import Frame
from lensbus.wire.message import Fault


class TableShape:
    """The arithmetic of what one side says: who leads says the opcode, who answers does not."""

    def __init__(self, spec: Table, *, leads: bool) -> None:
        self._most, self._leads = spec.room, leads
        self.places = spec.key

    def start(self, header: Mapping[str, int]) -> list[int]:
        """The opcode, if it is said."""
        return [header["opcode"]] if self._leads else []

    def fill(self, start: list[int], seq: int, payload: bytes) -> bytes:
        """The bytes of a message.

        Raises:
            LocalProtocolError: there are too many.
        """
        if len(payload) > self._most:
            raise LocalProtocolError(f"{len(payload)} bytes of fields, at most {self._most}")
        return bytes(start) + payload


class Clocks:
    """Cuts what both sides of a table's link say, since one side's bytes explain the other's.

    What comes with one time came in the same clocks. An answer stands in the clocks after each
    byte of what it answers, so its last byte comes with the next opcode, and is told before that.
    What one side's bytes are missing for is left out, and so is what the end cuts off.
    """

    def __init__(self, spec: Spec, shape: Table) -> None:
        self._shape = shape
        self._sizes = {
            message.key[0]: None if message.greedy else message.size
            for message in spec.messages.values()
            if message.key and message.sender == shape.leads
        }
        self._answers = next(role for role in spec.roles if role != shape.leads)
        self._said = {role: bytearray() for role in spec.roles}
        self._clocks: list[tuple[int | None, int | None]] = []  # opcode or more of it, and answer
        self._at, self._t = 0, 0.0
        self._told = False  # whether the opcode at this place was told

    def feed(self, side: str, data: bytes, t: float) -> None:
        """Take what a side said in a window that began at `t` seconds."""
        if t != self._t:
            self.close()
            self._t = t
        del self._clocks[: self._at]
        self._at = 0
        self._said[side] += data
        said, answered = self._said[self._shape.leads], self._said[self._answers]
        size = min(len(said), len(answered))
        self._clocks += zip(said[:size], answered[:size], strict=True)
        del said[:size], answered[:size]

    def end(self, side: str, t: float) -> None:
        """A window closed, which ends nothing: the rest of an answer comes with what is next."""

    def use(self, frame: str) -> None:
        """A table is the only frame of its link."""

    def close(self) -> None:
        """Nothing more comes of these clocks: what only one side said stands alone."""
        said, answered = self._said[self._shape.leads], self._said[self._answers]
        self._clocks += zip_longest(said, answered)
        said.clear()
        answered.clear()

    def next(self) -> tuple[str, Frame | Fault] | None:
        """Who said the next frame or fault, and what it is; None: that was all for now."""
        while self._at < len(self._clocks):
            opcode = self._clocks[self._at][0]
            if opcode is None:
                self._at += 1
                continue
            said, answered = self._extent(opcode)
            start, have = self._at + 1, len(self._clocks) - self._at
            if not self._told and said <= have:
                self._told = True
                more = [clock[0] for clock in self._clocks[start : start + said - 1]]
                return self._shape.leads, self._item(opcode, more, bytes([opcode]))
            if said > have or answered >= have:
                return None
            self._at, self._told = self._at + said, False
            answer = [clock[1] for clock in self._clocks[start : start + answered]]
            if any(byte is not None for byte in answer):
                return self._answers, self._item(opcode, answer)
        return None

    def _extent(self, opcode: int) -> tuple[int, int]:
        """How many clocks an opcode and what follows it take, and how many its answer does."""
        size = self._sizes.get(opcode, 0)
        if size is not None:
            return size + 1, size + 1
        most = self._shape.room
        answers = [clock[1] for clock in self._clocks[self._at + 1 : self._at + 1 + most]]
        if self._shape.until in answers:
            answered = answers.index(self._shape.until) + 1
            return answered + 1, answered
        return (1, 1) if len(answers) == most else (most, most)  # it never ends, or may yet

    def _item(self, opcode: int, said: list[int | None], before: bytes = b"") -> Frame | Fault:
        payload = bytes(byte for byte in said if byte is not None)
        if len(payload) < len(said):
            return Fault("truncated", before + payload)
        return Frame(self._shape.name, before + payload, ((opcode,), payload))
