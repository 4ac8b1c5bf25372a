"""What fixtures share; the fixtures themselves are in tests/test_pytest_plugin.py."""

import pytest

from lensbus.errors import LensbusError
from lensbus.plugin.begin import Clock, Link, told
from tests.plugin.ways import lens


def test_a_clock_tells_the_time_and_lets_it_pass() -> None:
    clock = Clock(lens().run)
    clock.run(0.25)

    assert clock.now == pytest.approx(0.25)


def test_a_virtual_device_is_at_no_link_and_has_all_lines() -> None:
    link = Link.of(lens().run)

    assert (link.url, link.is_real) == ("", False)
    assert "sync" in link.lines


def test_a_mistake_is_told_in_one_line() -> None:
    with pytest.raises(pytest.fail.Exception, match="a mistake") as caught, told():
        raise LensbusError("a mistake")

    assert not caught.value.pytrace
