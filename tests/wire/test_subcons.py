import construct
import pytest

from lensbus.spec.fields import INTS
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault
from lensbus.wire.subcons import integer_of
from tests.zoo import zoo

ZOO = zoo()


@pytest.mark.parametrize("name", INTS)
def test_an_integer_is_what_its_name_says(name: str) -> None:
    integer = INTS[name]
    for number in (integer.low, integer.high, 1):
        raw = number.to_bytes(integer.size, integer.order, signed=integer.signed)

        assert integer_of(integer).build(number) == raw
        assert integer_of(integer).parse(raw) == number
    with pytest.raises(construct.IntegerError):
        integer_of(integer).build(integer.high + 1)


@pytest.mark.parametrize(
    ("name", "payload", "path", "detail"),
    [
        ("bounded", "000004", "a", "got 4, wanted 5 to 70000"),
        ("bounded", "000005 fcffffffffffff", "b", "got -4, wanted -3 to 3"),
        ("bounded", "000005 00000000000000 00 ffffffffff", "d", "got 1099511627775, wanted one of"),
        ("words", "0000", "a.level", "got 0, wanted 1 to 99"),
        ("words", "01e1", "a", "bits that nothing uses are not zero"),
        ("texts", "4142", "a", "got 2 bytes, wanted 3"),
    ],
)
def test_what_is_wrong_is_told_in_our_words(
    name: str, payload: str, path: str, detail: str
) -> None:
    found = Layout(ZOO.messages[name]).parse(bytes.fromhex(payload))

    assert isinstance(found, Fault)
    assert found.path == f"{name}.{path}"
    assert found.detail.startswith(detail)
