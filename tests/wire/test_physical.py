from typing import Any

import pytest

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.wire.physical import View, physical, raw
from tests.zoo import zoo

ZOO = zoo().messages
APERTURE = load("l_mount").messages["aperture_set"]
WORDS = {
    "a": {"mode": "on", "ready": 1, "level": 50},
    "b": {"high": 1, "low": 0, "whole": 9},
    "c": {"all": 255},
}


def test_a_number_with_a_law_is_told_by_it() -> None:
    assert physical(APERTURE.fields, {"aperture_av256": 1536}) == {"aperture_av256": 8.0}
    assert raw(APERTURE, {"aperture_av256": 8}) == {"aperture_av256": 1536}


def test_what_has_no_law_stays_as_it_is_and_what_is_within_is_told_too() -> None:
    found: Any = physical(ZOO["words"].fields, WORDS)

    assert found == {**WORDS, "a": {"mode": "on", "ready": 1, "level": 25.0}}
    assert found.a.level == 25.0
    assert raw(ZOO["words"], found) == WORDS


def test_the_entries_of_an_array_are_told_one_by_one() -> None:
    values = {"a": ((1, 2), (3, 4)), "d": ({"n": 1, "x": (3,)},)}

    assert physical(ZOO["deep_arrays"].fields, values) == values
    assert raw(ZOO["deep_arrays"], values) == values


def test_a_view_names_what_it_has() -> None:
    view: Any = View(a=1, b=2)

    with pytest.raises(AttributeError, match=r"no field 'c' \(fields: a, b\)"):
        _ = view.c


@pytest.mark.parametrize("value", [0, -1, 1e40, float("nan"), float("inf"), "wide", None])
def test_what_no_number_stands_for_is_refused_with_what_it_could_be(value: object) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        raw(APERTURE, {"aperture_av256": value})

    wanted = "wanted 1 to 3.39822e+38 f-number"
    assert str(caught.value) == f"aperture_set.aperture_av256: got {value!r}, {wanted}"


def test_what_is_out_of_the_range_of_a_part_is_refused_at_its_path() -> None:
    values: dict[str, Any] = {"a": {"mode": "on", "ready": 1, "level": 50}}
    with pytest.raises(LocalProtocolError) as caught:
        raw(ZOO["words"], values)

    assert str(caught.value) == "words.a.level: got 50, wanted 0.5 to 49.5 percent"


def test_what_is_unknown_is_left_to_the_check() -> None:
    assert raw(APERTURE, {"aperture": 8}) == {"aperture": 8}
    assert raw(ZOO["words"], {"a": 3}) == {"a": 3}
