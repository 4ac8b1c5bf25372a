import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.spec.load import load, spec_names
from lensbus.spec.shapes import Delimited
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Shape
from lensbus.wire.sound import sound_frames
from tests.sampled import sampled

SHAPES = {
    f"{name}-{shape.name}": shape
    for name in spec_names()
    for shape in load(name).frames.values()
    if isinstance(shape, Delimited)
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_is_sound_at_a_place_is_what_the_shape_finds_there(shape: Delimited) -> None:
    slow = Shape(shape)
    quick = sound_frames(shape, slow.apart)
    most = min(40, shape.max_size - shape.foot - shape.places["payload"])
    numbers = {name: 1 for name, _ in shape.header}

    @sampled(80)
    @given(st.binary(max_size=most), st.binary(max_size=4), st.data())
    def same(payload: bytes, before: bytes, data: st.DataObject) -> None:
        stream = before + slow.build(numbers, payload) + before
        at = data.draw(st.integers(0, len(stream) - 1))
        spoilt = bytearray(stream)
        spoilt[at] ^= data.draw(st.integers(1, 255))
        for each in (stream, bytes(spoilt), stream[:at]):
            for place in range(len(each) + 1):
                found: list[Frame] = []
                after, waits = quick(each, place, place + 1, found.append)
                wanted = slow.look(each, place)

                assert found == ([wanted] if isinstance(wanted, Frame) else [])
                assert after == place + sum(len(frame.raw) for frame in found)
                assert not waits or found or wanted == ""

    same()
