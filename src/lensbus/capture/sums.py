"""Checksums of many byte rows of one length at once, each as `wire.checksum` has it for one."""

from binascii import crc32, crc_hqx
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lensbus.wire.checksum import CHECKSUMS, panasonic73, sum8, sum16, zero8

Bytes = NDArray[np.uint8]
Sums = NDArray[np.integer[Any]]


def checksums(name: str, rows: Bytes) -> Sums:
    """The checksum of each row; `name` is that of `wire.checksum`, shape (rows, bytes a row)."""
    function, start = CHECKSUMS[name]
    return _QUICK[function](rows, start)


def _total(rows: Bytes) -> Sums:
    total: Sums = rows.sum(axis=1, dtype=np.uint32)
    return total


def _sum8(rows: Bytes, start: int) -> Sums:
    return np.asarray((_total(rows) + start) & 0xFF)


def _zero8(rows: Bytes, start: int) -> Sums:
    return np.asarray((0 - _total(rows) - start) & 0xFF)


def _sum16(rows: Bytes, start: int) -> Sums:
    return np.asarray((_total(rows) + start) & 0xFFFF)


def _panasonic73(rows: Bytes, start: int) -> Sums:
    sums = np.full(len(rows), start, dtype=np.uint32)
    for column in np.ascontiguousarray(rows.T):
        sums = (sums * 73 + column) % 0xFFEF
    return sums


def _crc16(rows: Bytes, start: int) -> Sums:
    """One byte of all rows a step, from the first; a row is a column here, so that it is quick."""
    table, sums = _table16(), np.full(len(rows), start, dtype=np.uint16)
    for column in np.ascontiguousarray(rows.T):
        sums = (sums << 8) ^ table[(sums >> 8) ^ column]
    return sums.astype(np.uint32)


def _crc32(rows: Bytes, start: int) -> Sums:
    table, sums = _table32(), np.full(len(rows), ~start & 0xFFFFFFFF, dtype=np.uint32)
    for column in np.ascontiguousarray(rows.T):
        sums = (sums >> 8) ^ table[(sums & 0xFF) ^ column]
    return ~sums


@cache
def _table16() -> NDArray[np.uint16]:
    """What one byte does to a CRC of polynomial 0x1021 that is zero (wire.checksum)."""
    return np.array([crc_hqx(bytes([byte]), 0) for byte in range(256)], dtype=np.uint16)


@cache
def _table32() -> NDArray[np.uint32]:
    """The same for the reflected CRC-32: its register is zero where its start is all ones."""
    found = [~crc32(bytes([byte]), 0xFFFFFFFF) & 0xFFFFFFFF for byte in range(256)]
    return np.array(found, dtype=np.uint32)


_QUICK: Mapping[Callable[[bytes, int], int], Callable[[Bytes, int], Sums]] = {
    sum8: _sum8,
    zero8: _zero8,
    sum16: _sum16,
    panasonic73: _panasonic73,
    crc_hqx: _crc16,
    crc32: _crc32,
}
