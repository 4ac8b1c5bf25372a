import pytest

from lensbus.spec.fields import INTS
from lensbus.wire.writing import writer
from tests.zoo import zoo

ZOO = zoo().messages


@pytest.mark.parametrize("end", ["low", "high"])
def test_a_whole_number_of_any_size_is_written_from_end_to_end(end: str) -> None:
    values = {f"a_{name}": getattr(integer, end) for name, integer in INTS.items()}
    expected = b"".join(
        values[f"a_{name}"].to_bytes(integer.size, integer.order, signed=integer.signed)
        for name, integer in INTS.items()
    )

    assert writer(ZOO["integers"].fields)(values) == expected


@pytest.mark.parametrize("name", INTS)
@pytest.mark.parametrize(("end", "past"), [("low", -1), ("high", 1)])
def test_a_number_past_an_end_is_not_written(name: str, end: str, past: int) -> None:
    values = {f"a_{other}": 0 for other in INTS} | {f"a_{name}": getattr(INTS[name], end) + past}

    assert writer(ZOO["integers"].fields)(values) is None


def test_a_count_must_be_told_and_right() -> None:
    write = writer(ZOO["counted"].fields)
    fields = {"m": 0, "n": 1, "k": 0, "a": b"x", "b": 7, "c": "", "d": ()}

    assert write(fields) == bytes.fromhex("000000 01 0000 78 07")
    assert write({**fields, "n": 2}) is None
    assert write({name: value for name, value in fields.items() if name != "n"}) is None


def test_bits_are_put_into_their_word() -> None:
    write = writer(ZOO["words"].fields)
    word = {"mode": "on", "ready": 1, "level": 2}
    wide = {"high": 1, "low": 1, "whole": 0xFFFFF}

    assert write({"a": word, "b": wide, "c": {"all": 3}}) == bytes.fromhex("0211 fdffbf 03")
