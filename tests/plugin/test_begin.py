"""What fixtures share; the fixtures themselves are in tests/test_pytest_plugin.py."""

import pytest

from lensbus.errors import LensbusError, LocalProtocolError
from lensbus.plugin.begin import Clock, Link, told
from tests.plugin.ways import lens


def test_a_clock_tells_the_time_and_lets_it_pass() -> None:
    clock = Clock(lens().run)
    clock.run(0.25)

    assert clock.now == pytest.approx(0.25)


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "1", True])
def test_time_does_not_pass_backwards_nor_for_ever(wrong: float) -> None:
    with pytest.raises(LocalProtocolError, match=r"clock\.run: got .* wanted 0 or more seconds"):
        Clock(lens().run).run(wrong)


def test_a_virtual_device_is_at_no_link_and_has_all_lines() -> None:
    link = Link.of(lens().run)

    assert (link.url, link.is_real) == ("", False)
    assert "sync" in link.lines


def test_a_mistake_is_told_in_one_line() -> None:
    with pytest.raises(pytest.fail.Exception, match="a mistake") as caught, told():
        raise LensbusError("a mistake")

    assert not caught.value.pytrace
