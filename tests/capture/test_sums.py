import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.capture.sums import checksums
from lensbus.wire.checksum import CHECKSUMS
from tests.sampled import sampled


@pytest.mark.parametrize("name", CHECKSUMS)
@sampled(15)
@given(data=st.data())
def test_each_row_has_the_checksum_that_its_bytes_have(name: str, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 40))
    rows = data.draw(st.lists(st.binary(min_size=size, max_size=size), max_size=20))
    function, start = CHECKSUMS[name]
    whole = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), size)

    assert [function(row, start) for row in rows] == checksums(name, whole).tolist()
