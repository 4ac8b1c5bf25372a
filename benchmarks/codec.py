"""Codecs side by side: messages a second to bytes and back, streams cut, recordings in bulk.

- Per message: one frame of 22 bytes, seven fields of four types (benchmarks/codec.yaml). Every
  contender checks sync, length, opcode, checksum and the two ranges, as far as it can:
  construct with the checks written around it by hand, which is its fastest, and in its own idiom;
  cantools knows fields and ranges (on encoding) alone, for CAN does the rest in hardware; Kaitai
  reads, and the checksum is checked by hand; pymavlink has no ranges. `lensbus, payload` is what
  cantools does: fields and ranges, without a frame.
- Deframing: a stream in pieces, as it is and with one byte in a thousand changed; told is also
  how many of the frames without a changed byte were found.
- In bulk: the same stream at once, as columns, to decoders that go message by message.
- `sim --virtual`: how much faster than real time a body and a lens talk.

A core changes its speed by itself, so contenders take turns, in short rounds in one process: a
ratio is the median of each round's. The machine must have nothing else to do.
"""

import argparse
import gc
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import cast

from benchmarks.codec_peers import (
    MOST_AV256,
    Mavlink,
    Samples,
    Ways,
    cantools,
    construct_by_hand,
    construct_own,
    kaitai,
    mavlink_stream,
    pymavlink,
)
from lensbus.capture.bulk import BulkDecoder
from lensbus.spec.load import load
from lensbus.spec.shapes import Delimited
from lensbus.wire.codec import Codec, Payload
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Framer
from lensbus.wire.message import Message

SPEC = load(str(Path(__file__).with_suffix(".yaml")))
FRAME = cast("Delimited", SPEC.frames["strip"])
NAME, LENS = "state", "lens"
SAMPLES, STREAM, SLICE_S = 200, 4000, 0.02
DAMAGE = 0.001  # of all bytes
PIECES = (64, 4096)  # bytes, as a serial port and as a file give them

COMPILED, CANTOOLS = "construct compiled, checks by hand", "cantools, payload"


def samples(count: int) -> Samples:
    """Messages with any values that their ranges allow, the same in each run."""
    chance = Random(1)
    fields = [
        {
            "focus_position": chance.randrange(1 << 16),
            "focus_velocity": chance.randrange(-(1 << 15), 1 << 15),
            "aperture_av256": chance.randrange(MOST_AV256 + 1),
            "focal_length_decimm": chance.randrange(1 << 16),
            "timestamp_us": chance.randrange(1 << 32),
            "serial": chance.randrange(1 << 16),
            "temperature_decic": chance.randrange(-400, 1250),
        }
        for _ in range(count)
    ]
    codec = Codec(SPEC)
    frames = [codec.encode(Message(NAME, one), at & 0xFF) for at, one in enumerate(fields)]
    return Samples(fields, frames)


def ours(some: Samples) -> Ways:
    """Whole frames, strictly."""
    codec = Codec(SPEC)
    messages = [(Message(NAME, fields), seq) for seq, fields in some.numbered]
    encode, read = codec.encode, codec.reader(LENS)
    if [read(frame) for frame in some.frames] != [
        Message(message.name, message.fields, seq) for message, seq in messages
    ]:
        raise RuntimeError("lensbus does not read what it wrote")
    return (
        lambda: [encode(message, seq) for message, seq in messages],
        lambda: [read(frame) for frame in some.frames],
    )


def our_payloads(some: Samples) -> Ways:
    """Fields and ranges alone, as cantools has them."""
    payload = Payload(SPEC.messages[NAME])
    data = [frame[4:-2] for frame in some.frames]
    return (
        lambda: [payload.build(fields) for fields in some.fields],
        lambda: [payload.parse(one) for one in data],
    )


CONTENDERS: Mapping[str, Callable[[Samples], Ways]] = {
    "lensbus": ours,
    "lensbus, payload": our_payloads,
    COMPILED: partial(construct_by_hand, compiled=True),
    "construct compiled, its own checks": partial(construct_own, compiled=True),
    "construct interpreted, checks by hand": partial(construct_by_hand, compiled=False),
    "construct interpreted, its own checks": partial(construct_own, compiled=False),
    CANTOOLS: cantools,
    "kaitai": kaitai,
    "pymavlink": pymavlink,
}

Works = Mapping[str, tuple[Callable[[], object], int]]
"""What to run, and how many messages that is, by name."""


def rates(works: Works, rounds: int) -> dict[str, list[float]]:
    """Messages a second of each, in every round."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for work, _ in works.values():
        work()
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for name, (work, count) in works.items():
            done, began = 0, perf_counter()
            while (spent := perf_counter() - began) < SLICE_S:
                work()
                done += count
            found[name].append(done / spent)
    gc.enable()
    return found


def told(found: Mapping[str, list[float]], title: str, *against: str) -> Iterator[str]:
    """A table: the median of each, and its ratio to some of them."""
    yield f"\n{title:42}{'/s':>12}" + "".join(f"{'x ' + name:>38}" for name in against)
    for name, values in found.items():
        line = f"{name:42}{median(values):12,.0f}"
        for other in against:
            ratio = median(map(float.__truediv__, values, found[other])) if other in found else 0
            line += f"{ratio:38.2f}"
        yield line


def per_message(rounds: int) -> Iterator[str]:
    """Both ways, one message at a time."""
    some = samples(SAMPLES)
    encodes: dict[str, tuple[Callable[[], object], int]] = {}
    decodes: dict[str, tuple[Callable[[], object], int]] = {}
    for name, make in CONTENDERS.items():
        try:
            encode, decode = make(some)
        except ImportError as missing:
            yield f"left out: {name}: {missing}"
            continue
        encodes |= {name: (encode, SAMPLES)} if encode else {}
        decodes |= {name: (decode, SAMPLES)} if decode else {}
    yield from told(rates(encodes, rounds), "encode", COMPILED, CANTOOLS)
    yield from told(rates(decodes, rounds), "decode", COMPILED, CANTOOLS)


class Ours:
    """Our framer alone, or with the codec behind it."""

    def __init__(self, *, decodes: bool) -> None:
        self._framer, self._codec, self._decodes = Framer(FRAME, LENS), Codec(SPEC), decodes

    def feed(self, data: bytes) -> int:
        """How many frames these bytes complete."""
        self._framer.feed(data)
        frames = [item for item in self._framer.take() if isinstance(item, Frame)]
        if self._decodes:
            decode = self._codec.decode
            return sum(len(decode(frame, LENS)) for frame in frames)
        return len(frames)


def damaged(frames: list[bytes]) -> tuple[bytes, int]:
    """A stream of frames with some of its bytes changed, and how many frames are still whole."""
    chance, stream, hit = Random(2), bytearray(b"".join(frames)), set[int]()
    place_of = [number for number, frame in enumerate(frames) for _ in frame]
    for _ in range(int(len(stream) * DAMAGE)):
        at = chance.randrange(len(stream))
        stream[at] ^= chance.randrange(1, 256)
        hit.add(place_of[at])
    return bytes(stream), len(frames) - len(hit)


def deframing(rounds: int) -> Iterator[str]:
    """A stream that comes in pieces, against pymavlink's parser."""
    some = samples(STREAM)
    streams = {"lensbus": list(some.frames), "pymavlink": mavlink_stream(some)}
    makers: Mapping[str, tuple[str, Callable[[], Ours | Mavlink]]] = {
        "lensbus, frames": ("lensbus", partial(Ours, decodes=False)),
        "lensbus, messages": ("lensbus", partial(Ours, decodes=True)),
        "pymavlink, messages": ("pymavlink", Mavlink),
    }
    for size in PIECES:
        for words, damage in (("clean", False), ("0.1 % damaged", True)):
            works, recall = {}, {}
            for name, (kind, make) in makers.items():
                clean = b"".join(streams[kind]), len(streams[kind])
                stream, whole = damaged(streams[kind]) if damage else clean
                pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
                works[name] = partial(feed, make, pieces), len(streams[kind])
                recall[name] = f"{feed(make, pieces)} of {whole}"
            title = f"frames, {words}, {size} bytes at once"
            yield from told(rates(works, rounds), title, "pymavlink, messages")
            yield f"whole frames found: {recall}"


def feed(make: Callable[[], Ours | Mavlink], pieces: list[bytes]) -> int:
    """How many frames a fresh deframer finds."""
    deframer = make()
    return sum(deframer.feed(piece) for piece in pieces)


def bulk(rounds: int) -> Iterator[str]:
    """A damaged stream at once, as columns, against decoders that go message by message."""
    many = samples(5 * STREAM)
    stream, whole = damaged(list(many.frames))
    decoder, some = BulkDecoder(SPEC, LENS, FRAME), samples(SAMPLES)
    works: dict[str, tuple[Callable[[], object], int]] = {
        "lensbus, in bulk": (lambda: decoder.decode(stream), len(many.frames))
    }
    for name in (COMPILED, CANTOOLS, "kaitai", "pymavlink"):
        decode = CONTENDERS[name](some)[1]
        works[name] = (decode or (lambda: None), SAMPLES)
    yield from told(rates(works, rounds), "in bulk", COMPILED, CANTOOLS)
    yield f"whole frames found: {len(decoder.decode(stream).messages[NAME].at)} of {whole}"


def virtual(rounds: int) -> Iterator[str]:
    """How much faster than real time `lensbus sim --virtual` is."""
    command = [sys.executable, "-m", "lensbus", "sim", "--virtual", "--seconds", "600"]
    speeds = []
    for _ in range(max(3, rounds // 10)):
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 ours
        speeds += [float(re.findall(r"(\d+) x real time", done.stderr)[-1])]
    yield f"\nsim --virtual: {median(speeds):.0f} x real time, best {max(speeds):.0f}"


PARTS = {"message": per_message, "deframe": deframing, "bulk": bulk, "sim": virtual}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure codecs side by side.")
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; all by default")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    for name in options.parts or PARTS:
        for line in PARTS[name](options.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
