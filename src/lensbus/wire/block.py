"""Blocks of one size, and single control bytes between them."""

from collections.abc import Mapping
from typing import Final

from lensbus.errors import LocalProtocolError
from lensbus.spec.fields import Int
from lensbus.spec.shapes import Block
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.frame import Frame

COMPLEMENT: Final = "complement"


class BlockShape:
    """The arithmetic of a block; a control byte has a head of which only the key is known."""

    def __init__(self, spec: Block) -> None:
        self._spec, self._checksum = spec, CHECKSUMS[spec.checksum]
        self._check_int = Int(spec.checksum_int.size, spec.checksum_int.order, signed=False)
        self.places, self.step = tuple(name for name, _ in spec.header), 1
        self._head = sum(integer.size for _, integer in spec.header)
        self.most = self._head + spec.room + self._check_int.size
        sizes = dict(spec.header)
        before = self.places[: (*self.places, "payload").index(spec.covers[0])]
        self._covered = sum(sizes[name].size for name in before)

    def look(self, data: bytes, at: int) -> Frame | str | int:
        """The block or control byte at a place, the size of a block that says nothing, or why."""
        spec, first = self._spec, self._spec.header[0][1]
        if len(data) - at < first.size:
            return ""
        key = _number(data[at : at + first.size], first)
        if key in spec.controls:
            head = (key, *(None for _ in self.places[1:]))
            return Frame(spec.name, data[at : at + first.size], (head, b""))
        if key not in spec.blocks:
            return "noise"
        raw = data[at : at + self.most]
        return self._block(raw) if len(raw) == self.most else ""

    def _block(self, raw: bytes) -> Frame | str | int:
        end = len(raw) - self._check_int.size
        payload, told = raw[self._head : end], _number(raw[end:], self._check_int)
        if told == self._spec.idle and not any(payload):
            return len(raw)
        if told != self._check(raw[:end]):
            return "bad checksum"
        head, at = [], 0
        for _, integer in self._spec.header:
            head.append(_number(raw[at : at + integer.size], integer))
            at += integer.size
        if self._header(head) != raw[: self._head]:
            return "bad complement"
        return Frame(self._spec.name, raw, (tuple(head), payload))

    def start(self, header: Mapping[str, int]) -> list[int]:
        """The header without sequence number and complement."""
        return [header.get(name, 0) for name in self.places]

    def fill(self, start: list[int], seq: int, payload: bytes) -> bytes:
        """The bytes of a block, or the one of a control."""
        if start[0] in self._spec.controls:
            return bytes(start[:1])
        head = [
            seq if name == "seq" else value for name, value in zip(self.places, start, strict=True)
        ]
        try:
            raw = self._header(head) + payload
        except OverflowError as error:
            raise LocalProtocolError(f"no block has the header {head}: {error}") from None
        return raw + self._check(raw).to_bytes(self._check_int.size, self._check_int.order)

    def _header(self, head: list[int]) -> bytes:
        """The header's bytes, with the complement as it must be."""
        raw = b""
        for (name, integer), value in zip(self._spec.header, head, strict=True):
            if name == COMPLEMENT:
                raw += bytes(~byte & 0xFF for byte in raw[-integer.size :])
            else:
                raw += value.to_bytes(integer.size, integer.order, signed=integer.signed)
        return raw

    def _check(self, raw: bytes) -> int:
        function, begin = self._checksum
        return function(raw[self._covered :], begin)


def _number(data: bytes, integer: Int) -> int:
    return int.from_bytes(data, integer.order, signed=integer.signed)
