"""Checksums by name, each a function from bytes and a start value to a whole number.

`sum8`, `zero8`: the sum of all bytes modulo 2^8 (Fujifilm GF), or what makes that sum zero
(Fujinon L10).
`sum16`: the sum of all bytes modulo 2^16 (Sony E: sigrok-dumps lens_mounts/sony_emount).
`crc16_ibm3740`: polynomial 0x1021, start 0xFFFF, no reflection, no final XOR, check value
0x29B1 over "123456789" (the CRC catalogue's CRC-16/IBM-3740, often called CCITT-FALSE).
`crc16_xmodem`: the same polynomial from 0, check value 0x31C3 (CRC-16/XMODEM).
`crc32`: that of zlib and Ethernet, check value 0xCBF43926 (the catalogue's CRC-32/ISO-HDLC).
`panasonic73`: the running checksum of Panasonic's distortion data (ExifTool PanasonicRaw.pm).
"""

from binascii import crc32, crc_hqx
from collections.abc import Callable


def sum8(data: bytes, start: int) -> int:
    """The sum of all bytes and a start value, modulo 256."""
    return sum(data, start) & 0xFF


def zero8(data: bytes, start: int) -> int:
    """What makes the sum of all bytes, a start value and itself zero, modulo 256."""
    return -sum(data, start) & 0xFF


def sum16(data: bytes, start: int) -> int:
    """The sum of all bytes and a start value, modulo 65,536."""
    return sum(data, start) & 0xFFFF


def panasonic73(data: bytes, start: int) -> int:
    """Each byte added to 73 times what came before, modulo 0xFFEF."""
    for byte in data:
        start = (73 * start + byte) % 0xFFEF
    return start


CHECKSUMS: dict[str, tuple[Callable[[bytes, int], int], int]] = {
    "sum8": (sum8, 0),
    "zero8": (zero8, 0),
    "sum16": (sum16, 0),
    "crc16_ibm3740": (crc_hqx, 0xFFFF),
    "crc16_xmodem": (crc_hqx, 0),
    "crc32": (crc32, 0),
    "panasonic73": (panasonic73, 0),
}
"""The function and the start value of each."""

PARAMETERS = {
    "sum8": "the sum of all bytes modulo 2^8",
    "zero8": "what makes the sum of all bytes zero, modulo 2^8",
    "sum16": "the sum of all bytes modulo 2^16",
    "crc16_ibm3740": "polynomial 1021, start ffff, not reflected, no final XOR",
    "crc16_xmodem": "polynomial 1021, start 0000, not reflected, no final XOR",
    "crc32": "polynomial 04c11db7, start ffffffff, reflected, final XOR ffffffff",
    "panasonic73": "73 times what came before plus each byte, modulo ffef",
}
"""What each is, for people who write their own; CRC parameters are hexadecimal."""
