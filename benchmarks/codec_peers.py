"""What `codec.py` measures lensbus beside: the same message in the hands of other libraries.

Each maker gives two functions that go once through all samples, or None for what a library cannot
do; ImportError where it is not installed. All are strict as far as `codec.py` says: a frame with a
wrong sync, length, opcode, checksum or a value out of its range raises.
"""

import os
from binascii import crc_hqx
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SYNC, LENGTH, OPCODE, START = 0x5A, 16, 0x21, 0xFFFF
MOST_AV256, LEAST_DECIC, MOST_DECIC = 4095, -400, 1250
WIDTHS = {
    "focus_position": 16,
    "focus_velocity": -16,
    "aperture_av256": 16,
    "focal_length_decimm": 16,
    "timestamp_us": 32,
    "serial": 16,
    "temperature_decic": -16,
}
"""The fields and their bits; negative where they are signed."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The same messages as fields, with their sequence numbers, and as frames."""

    fields: Sequence[Mapping[str, int]]
    frames: Sequence[bytes]

    @property
    def numbered(self) -> list[tuple[int, Mapping[str, int]]]:
        return [(number & 0xFF, fields) for number, fields in enumerate(self.fields)]


Run = Callable[[], object]
Ways = tuple[Run | None, Run | None]


def check(data: bytes) -> None:
    """What a careful user does around a library that leaves the checksum to him."""
    if crc_hqx(data[1:-2], START) != data[-2] | data[-1] << 8:
        raise ValueError("bad checksum")


def ranges(fields: Any) -> None:  # noqa: ANN401 construct's own
    if fields.aperture_av256 > MOST_AV256:
        raise ValueError("out of range")
    if not LEAST_DECIC <= fields.temperature_decic <= MOST_DECIC:
        raise ValueError("out of range")


def summed(data: bytes) -> bytes:
    return data + crc_hqx(data[1:], START).to_bytes(2, "little")


def _construct_fields(*, validators: bool) -> list[Any]:
    import construct

    kinds = {16: construct.Int16ul, -16: construct.Int16sl, 32: construct.Int32ul}
    found: list[Any] = []
    for name, width in WIDTHS.items():
        kind: Any = kinds[width]
        if validators and name == "aperture_av256":
            kind = construct.ExprValidator(kind, lambda value, _: value <= MOST_AV256)
        if validators and name == "temperature_decic":
            kind = construct.ExprValidator(
                kind, lambda value, _: LEAST_DECIC <= value <= MOST_DECIC
            )
        found.append(name / kind)
    return found


def construct_by_hand(samples: Samples, *, compiled: bool) -> Ways:
    """A plain Struct with constants; checksum and ranges are checked by hand around it."""
    import construct

    head = ["sync" / construct.Const(SYNC, construct.Byte)]
    head.append("length" / construct.Const(LENGTH, construct.Byte))
    head.append("opcode" / construct.Const(OPCODE, construct.Byte))
    made: Any = construct.Struct(
        *head, "seq" / construct.Byte, *_construct_fields(validators=False)
    )
    made = made.compile() if compiled else made
    values = [construct.Container(seq=seq, **fields) for seq, fields in samples.numbered]

    def encode() -> None:
        for value in values:
            ranges(value)
            summed(made.build(value))

    def decode() -> None:
        for frame in samples.frames:
            check(frame)
            ranges(made.parse(frame[:-2]))

    return encode, decode


def construct_own(samples: Samples, *, compiled: bool) -> Ways:
    """The library's own idiom: RawCopy, Checksum, ExprValidator."""
    import construct

    body = construct.Struct(
        "length" / construct.Const(LENGTH, construct.Byte),
        "opcode" / construct.Const(OPCODE, construct.Byte),
        "seq" / construct.Byte,
        *_construct_fields(validators=True),
    )
    made: Any = construct.Struct(
        "sync" / construct.Const(SYNC, construct.Byte),
        "body" / construct.RawCopy(body),
        "crc"
        / construct.Checksum(
            construct.Int16ul, lambda data: crc_hqx(data, START), construct.this.body.data
        ),
    )
    made = made.compile() if compiled else made
    values = [{"body": {"value": {"seq": seq, **fields}}} for seq, fields in samples.numbered]
    return lambda: [made.build(v) for v in values], lambda: [made.parse(f) for f in samples.frames]


def cantools(samples: Samples) -> Ways:
    """Fields and payload alone: CAN has sync, length and checksum in hardware."""
    from cantools.database.can import Message, Signal

    signals, start = [], 0
    bounds = {"aperture_av256": (0, MOST_AV256), "temperature_decic": (LEAST_DECIC, MOST_DECIC)}
    for name, width in WIDTHS.items():
        low, high = bounds.get(name, (None, None))
        signal = Signal(
            name, start, abs(width), "little_endian", is_signed=width < 0, minimum=low, maximum=high
        )
        signals.append(signal)
        start += abs(width)
    message: Any = Message(OPCODE, "State", LENGTH, signals, is_fd=True)
    payloads = [frame[4:-2] for frame in samples.frames]
    encode, decode = message.encode, message.decode
    return lambda: [encode(f) for f in samples.fields], lambda: [decode(p) for p in payloads]


def kaitai(samples: Samples) -> Ways:
    """lens.ksy, compiled; the checksum by hand, and no writer: its compiler has none for Python."""
    from benchmarks.peers import kaitai_lens

    reader: Any = getattr(kaitai_lens, "KaitaiLens")  # noqa: B009 made, and without types

    def decode() -> None:
        for frame in samples.frames:
            check(frame)
            reader.from_bytes(frame)

    return None, decode


def pymavlink(samples: Samples) -> Ways:
    """SCALED_PRESSURE, also sixteen bytes of five fields; frames of 28 bytes, no ranges."""
    os.environ["MAVLINK20"] = "1"
    from pymavlink.dialects.v20 import common

    kind: Any = common.MAVLink_scaled_pressure_message
    link: Any = common.MAVLink(None, srcSystem=1, srcComponent=1)
    values = [mavlink_values(fields) for fields in samples.fields]
    frames = [kind(*value).pack(link) for value in values]
    heard: Any = common.MAVLink(None)

    def encode() -> None:
        for value in values:
            kind(*value).pack(link)

    def decode() -> None:
        for frame in frames:
            heard.parse_buffer(frame)

    return encode, decode


def mavlink_values(fields: Mapping[str, int]) -> tuple[float, ...]:
    """As much of a sample as fits into SCALED_PRESSURE; the last is not zero, as zeros are cut."""
    return (
        fields["timestamp_us"],
        fields["focus_position"] / 7,
        fields["serial"] / 7,
        fields["focus_velocity"],
        fields["temperature_decic"] or 1,
    )


def mavlink_stream(samples: Samples) -> list[bytes]:
    """The samples as frames of a MAVLink stream, numbered."""
    os.environ["MAVLINK20"] = "1"
    from pymavlink.dialects.v20 import common

    link: Any = common.MAVLink(None, srcSystem=1, srcComponent=1)
    frames = []
    for number, fields in samples.numbered:
        link.seq = number
        frames.append(common.MAVLink_scaled_pressure_message(*mavlink_values(fields)).pack(link))
    return frames


class Mavlink:
    """pymavlink's stream parser, as its own users run it over a noisy line."""

    def __init__(self) -> None:
        os.environ["MAVLINK20"] = "1"
        from pymavlink.dialects.v20 import common

        self._parser: Any = common.MAVLink(None)
        self._parser.robust_parsing = True
        self._bad = common.MAVLink_bad_data

    def feed(self, data: bytes) -> int:
        """How many frames these bytes complete."""
        found = self._parser.parse_buffer(data) or ()
        return sum(not isinstance(one, self._bad) for one in found)
