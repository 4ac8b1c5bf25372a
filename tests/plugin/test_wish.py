import re

import pytest

from lensbus.errors import LocalProtocolError
from lensbus.plugin.wish import There, Wish, given, wish
from tests.peers import BARE, LINES, SPEC

NONE: dict[str, object] = dict.fromkeys(("link", "device", "lens", "body", "spec", "seed", "known"))
AT_LINK = {**NONE, "link": "/dev/x", "lens": "sigma_45_f28_dg_dn"}


def test_the_nearest_marker_goes_before_the_others_and_needs_add_up() -> None:
    near, far = {"lens": "a", "needs": "sleep"}, {"lens": "b", "body": "c", "needs": ["real"]}

    assert given([near, far]) == {"lens": "a", "body": "c", "needs": ("sleep", "real")}
    assert given([{"wants": "sleep"}])["wants"] == ("sleep",)


def test_a_marker_says_nothing_else() -> None:
    with pytest.raises(LocalProtocolError, match=r"takes no lense \(it takes lens, body"):
        given([{"lense": "a"}])


def test_what_is_not_told_is_usual() -> None:
    assert wish({}, NONE) == Wish()


def test_a_test_chooses_its_virtual_lens_and_the_command_line_that_of_the_rest() -> None:
    options = {**NONE, "lens": "a"}

    assert wish({"lens": "b"}, options).lens == "b"
    assert wish({}, options).lens == "a"


@pytest.mark.parametrize(
    ("role", "marked", "reason"),
    [
        ("lens", {}, ""),
        ("lens", {"lens": "sigma_45_f28_dg_dn"}, ""),
        ("lens", {"needs": ("sleep",)}, ""),
        ("lens", {"lens": "a"}, "needs a, and at /dev/x is sigma_45_f28_dg_dn"),
        ("body", {}, "the device at /dev/x is a lens, and this is for a body"),
        ("bench", {}, "a bench has both ends here, and the lens is at /dev/x"),
        ("lens", {"accessory": "tc_1411"}, "`accessory` is for virtual devices"),
    ],
)
def test_a_device_at_a_link_is_none_for_some_tests(
    role: str, marked: dict[str, object], reason: str
) -> None:
    told = wish(marked, AT_LINK).unmet(role, marked)

    assert reason in told
    assert bool(reason) == bool(told)


def test_a_virtual_device_is_as_each_test_wants_it() -> None:
    marked = {"lens": "a", "accessory": "b"}

    assert not wish(marked, NONE).unmet("lens", marked)


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        ("line:sync", ""),
        ("line:nothing", "the link has no line nothing"),
        ("virtual", ""),
        ("real", "needs a real device"),
        ("autofocus", ""),
        ("stabiliser", "the device's profile tells of no stabiliser"),
        ("sleep", ""),
        ("get_correction", "version 1 of the protocol has no get_correction"),
    ],
)
def test_what_a_device_lacks_is_told(need: str, reason: str) -> None:
    there = There(SPEC, 1, frozenset({"autofocus"}), LINES, is_real=False)

    assert there.lacking(need) == reason


def test_a_need_that_is_none_is_a_mistake() -> None:
    with pytest.raises(LocalProtocolError, match=re.escape("'ois' is nothing a device can have")):
        There(SPEC, 2, frozenset(), BARE, is_real=False).lacking("ois")
