import pytest

from lensbus.errors import LocalProtocolError
from lensbus.plugin.wanted import span, wanted
from tests.peers import SPEC


def test_lists_of_values_may_be_sets_and_ranges() -> None:
    fields = {"focus_state": {"in": ["idle"]}, "focus_position": {"in": range(3)}, "errors": []}

    assert wanted(SPEC, ["status"], fields) == {
        "focus_state": {"in": ("idle",)},
        "focus_position": {"in": (0, 1, 2)},
        "errors": (),
    }


def test_all_that_can_never_be_is_told_in_one_line() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        wanted(SPEC, ["status"], {"focus_state": "idel", "focus_position": {"blob": "x"}})

    assert str(caught.value).startswith("expect status: focus_state: got 'idel', wanted one of ")
    assert "; focus_position: unknown blob 'x'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_time_is_a_number_of_seconds() -> None:
    assert span("clock.run", 0.5) == 0.5
    with pytest.raises(LocalProtocolError, match=r"clock\.run: got -1, wanted 0 or more seconds"):
        span("clock.run", -1)
