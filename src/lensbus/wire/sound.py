"""Make the function that cuts sound frames, for streams that are mostly in order."""

from collections.abc import Callable

from lensbus.spec.fields import Int
from lensbus.spec.shapes import Delimited
from lensbus.wire.checksum import CHECKSUMS
from lensbus.wire.frame import Frame, Parts
from lensbus.wire.source import Source

Sound = Callable[[bytes, int, int, Callable[[Frame], None]], tuple[int, bool]]


def sound_frames(spec: Delimited, apart: Callable[[bytes], Parts], pad_to: int = 1) -> Sound:
    """The function: from a place on, give all sound frames in a row that begin before another.

    It tells the place after the last one, with its padding, and whether there, as far as it
    goes, is the beginning of a frame.
    """
    source, foot, tail = Source("data, at, stop, give", "at, False"), spec.foot, len(spec.tail)
    with source.block("while at < stop"):
        for place, byte in enumerate(spec.sync):
            source.refuse_if(f"data[at + {place}] != {byte}" if place else f"data[at] != {byte}")
        length = dict(spec.header)["length"]
        size = _number("data[at + {}]", spec.places["length"], length)
        source.add(f"size = ({size}) + {spec.uncounted}")
        source.refuse_if(f"not {spec.places['payload'] + foot} <= size <= {spec.max_size}")
        source.add("raw = data[at:at + size]")
        source.add("if len(raw) != size: break")
        for place, byte in enumerate(spec.tail, -tail):
            source.refuse_if(f"raw[{place}] != {byte}")
        function, begin = CHECKSUMS[spec.checksum]
        covered = source.keep(slice(spec.places[spec.covers[0]], -foot))
        told = _number("raw[{}]", -foot, spec.checksum_int)
        source.refuse_if(f"{source.keep(function)}(raw[{covered}], {begin}) != {told}")
        source.add(f"frame = {source.keep(object.__new__)}({source.keep(Frame)})")
        source.add(f"frame.shape = {spec.name!r}")
        source.add("frame.raw = raw")
        source.add(f"frame._parts = {source.keep(apart)}")
        source.add("give(frame)")
        source.add(f"at += size + -size % {pad_to}" if pad_to > 1 else "at += size")
    source.add("return at, True")
    made: Sound = source.made()
    return made


def _number(byte: str, at: int, integer: Int) -> str:
    """The expression of the unsigned number whose first byte is at a place."""
    places = [byte.format(at + step) for step in range(integer.size)]
    low_first = places if integer.order == "little" else places[::-1]
    return " | ".join(f"{one} << {8 * step}" if step else one for step, one in enumerate(low_first))
