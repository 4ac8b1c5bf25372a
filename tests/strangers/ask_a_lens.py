"""A stranger: pyserial and the frames of the L model, nothing of lensbus. `ask_a_lens.py PORT`."""

import sys
from binascii import crc_hqx

import serial

UNTOLD = bytes(4)  # the layout hash of who does not tell it


def ask(port: serial.Serial, opcode: int, seq: int, payload: bytes, answer: int) -> bytes:
    covered = (len(payload) + 7).to_bytes(2, "little") + bytes([opcode, seq]) + payload
    port.write(b"\xe0" + covered + crc_hqx(covered, 0xFFFF).to_bytes(2, "little"))
    while head := port.read(5):
        rest = port.read(int.from_bytes(head[1:3], "little") - 5)
        if head[3] == answer:
            return rest[:-2]
    raise SystemExit(f"no answer {answer:#04x} to {opcode:#04x}")


with serial.Serial(sys.argv[1], 115200, timeout=2) as line:
    who = ask(line, 0x01, 1, b"\x02" + UNTOLD, 0x81)  # identify
    print(who[-44:-4].rstrip(b"\0").decode())
    ask(line, 0x03, 2, (115200).to_bytes(4, "little"), 0x83)  # set_rate
    ask(line, 0x05, 3, b"", 0x85)  # home
    print(ask(line, 0x10, 4, b"", 0x90).hex())  # sync, answered with a status
