import re
from pathlib import Path

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


def test_all_that_is_not_usual_is_told_as_options() -> None:
    told = Wish(lens="a", body="b", spec="c", seed=3, link="/dev/x", device="body", known=True)
    again = list(told.options())

    assert list(Wish().options()) == ["--lensbus-seed", "0"]
    assert again[:4] == ["--lensbus-link", "/dev/x", "--lensbus-device", "body"]
    assert again[4:10] == ["--lensbus-lens", "a", "--lensbus-body", "b", "--lensbus-spec", "c"]
    assert again[10:] == ["--lensbus-i-know-this-device", "--lensbus-seed", "3"]


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


def test_a_link_may_lack_a_line_of_the_spec() -> None:
    there = There(SPEC, 2, frozenset(), BARE, is_real=True)

    assert there.lacking("line:sync") == "the link has no line sync"
    with pytest.raises(LocalProtocolError, match=r"there is no line 'snyc' \(known: "):
        there.lacking("line:snyc")


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ({"lens": 3}, "lens: got 3, wanted a name or path"),
        ({"scene": ["still"]}, r"scene: got \['still'\], wanted a name or path"),
        ({"needs": 3}, "needs: got 3, wanted a list of words"),
        ({"wants": ["sleep", 3]}, r"wants: got \['sleep', 3\], wanted a list of words"),
    ],
)
def test_a_marker_says_words(marker: dict[str, object], words: str) -> None:
    with pytest.raises(LocalProtocolError, match=words):
        given([marker])


def test_a_file_may_be_a_path() -> None:
    assert given([{"lens": Path("a"), "scene": None}]) == {"lens": "a", "scene": None, "needs": ()}


def test_a_need_that_is_none_is_a_mistake() -> None:
    with pytest.raises(LocalProtocolError, match=re.escape("'ois' is nothing a device can have")):
        There(SPEC, 2, frozenset(), BARE, is_real=False).lacking("ois")
