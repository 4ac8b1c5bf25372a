"""Checksums by name, each a function from bytes to a whole number.

`sum16`: the sum of all bytes modulo 2^16 (Sony E: sigrok-dumps lens_mounts/sony_emount).
`crc16_ibm3740`: polynomial 0x1021, start 0xFFFF, no reflection, no final XOR, check value
0x29B1 over "123456789" (the CRC catalogue's CRC-16/IBM-3740, often called CCITT-FALSE).
"""

from binascii import crc_hqx
from collections.abc import Callable


def sum16(data: bytes) -> int:
    """The sum of all bytes, modulo 65,536."""
    return sum(data) & 0xFFFF


def crc16_ibm3740(data: bytes) -> int:
    """CRC-16/IBM-3740."""
    return crc_hqx(data, 0xFFFF)


CHECKSUMS: dict[str, Callable[[bytes], int]] = {
    "sum16": sum16,
    "crc16_ibm3740": crc16_ibm3740,
}
