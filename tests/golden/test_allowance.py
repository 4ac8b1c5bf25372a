import pytest

from lensbus.errors import CaptureError
from lensbus.golden.allowance import Allowance, Allowances, usual
from lensbus.spec.load import load
from tests.golden.runs import cycle, told
from tests.peers import SPEC


@pytest.mark.parametrize("text", ["sync", "status.temperature", "*.serial", "status.* within 2.5"])
def test_an_allowance_is_read_as_it_is_written(text: str) -> None:
    assert str(Allowance.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "a b", "a within", "a within x", "a within -1", "a within nan"]
)
def test_what_is_none_is_told(text: str) -> None:
    with pytest.raises(CaptureError, match=r"^ignore: got '.*', wanted MESSAGE"):
        Allowance.parse(text)


@pytest.mark.parametrize("text", ["sync", "status.temperature", "*.focus_position", "stat*", "*"])
def test_it_names_what_a_spec_has(text: str) -> None:
    assert Allowance.parse(text).fits(SPEC)
    assert "*" in text or not Allowance.parse(f"{text}s").fits(SPEC)


def test_a_message_that_is_left_out_may_be_missing() -> None:
    assert told(cycle(1.0, 2.0), [], "stat*") == []


def test_a_field_that_is_left_out_may_differ() -> None:
    wanted, got = cycle(1.0, a=1, b=2), cycle(1.0, a=9, b=2)

    assert told(wanted, got, "status.a") == told(wanted, got, "*.a") == []
    assert told(wanted, got, "status.b") != []


@pytest.mark.parametrize(
    ("got", "alike"), [(5, True), (7, True), (8, False), ("5", False), (None, False)]
)
def test_a_number_may_differ_by_so_much(got: object, *, alike: bool) -> None:
    near = Allowances([Allowance("status.place", 2)])

    assert near.alike("status.place", 5, got) is alike
    assert not near.alike("status.other", 5, 6)


def test_the_layout_hashes_that_sides_tell_each_other_are_not_compared() -> None:
    assert list(map(str, usual(SPEC))) == ["identify.layout_hash", "identity.layout_hash"]
    assert usual(load("sony_e")) == ()
