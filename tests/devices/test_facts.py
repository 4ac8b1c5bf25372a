import dataclasses
import math
from pathlib import Path

import pytest

from lensbus.devices.facts import Facts, able, av_counts, highest, identity, layout, optics, words
from lensbus.devices.profile import LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.spec.canon import layout_hash
from lensbus.spec.load import load
from lensbus.spec.versions import at
from lensbus.wire.message import Vocabulary
from tests.peers import LAYOUT, SAY, SPEC, ZOOM
from tests.samples import patched, shipped, write


def test_a_lens_tells_its_profile_and_nothing_else() -> None:
    who = identity(SAY, ZOOM, SPEC, range(1, 3)).fields

    assert (who["lens_number"], who["name"], who["serial"]) == (
        ZOOM.lens_number,
        ZOOM.name,
        ZOOM.serial,
    )
    assert [who[f"firmware_{part}"] for part in ("major", "minor", "patch")] == [*ZOOM.firmware]


def test_optics_are_in_the_counts_of_the_spec() -> None:
    told = optics(SAY, ZOOM, SPEC).fields

    assert (told["focal_wide"], told["focal_tele"]) == (200, 600)
    assert (told["open_wide_av256"], told["closed_av256"]) == (925, 2283)


@pytest.mark.parametrize(
    ("f_number", "stops"), [(1.0, 0), (math.sqrt(2), 1), (2.0, 2), (4.0, 4), (16.0, 8), (0.5, -2)]
)
def test_an_aperture_value_doubles_with_the_square_of_the_f_number(
    f_number: float, stops: int
) -> None:
    assert 256 * stops == av_counts(f_number, 256)


def test_a_lens_tells_the_layout_of_its_newest_version() -> None:
    who = identity(SAY, ZOOM, SPEC, range(1, 2)).fields

    assert (who["protocol"], who["protocol_least"]) == (1, 1)
    assert who["layout_hash"] == layout_hash(SPEC, 1)


def test_where_a_spec_has_no_layout_hash_none_is_told() -> None:
    assert layout(SAY, "identify", SPEC, 2) == {"layout_hash": LAYOUT}
    assert layout(SAY, "homed", SPEC, 2) == {}


RICH = dataclasses.replace(
    ZOOM, distortion=((20.0, 0.9, 0.1, 0.0, 0.0),), idle_ma=70, iris_ma=60, stabiliser_ma=80
)


def facts(version: int = 2, profile: LensProfile = RICH) -> Facts:
    return Facts(Vocabulary(at(SPEC, version)), SPEC, profile)


def test_each_question_with_one_answer_has_it() -> None:
    answers = {name: message.name for name, message in facts().answers.items()}

    assert answers == {
        "exchange_capabilities": "capabilities",
        "get_optics": "optics",
        "get_accessory": "accessory",
        "sleep": "asleep",
        "wake": "awake",
    }


def test_an_older_version_has_fewer_answers_and_shorter_ones() -> None:
    old = facts(1).answers

    assert "get_accessory" not in old
    assert {"far", "focus_speed", "idle_ma", "drive_ma"}.isdisjoint(old["get_optics"].fields)


def test_at_rest_a_lens_draws_what_iris_and_stabiliser_may_draw_too() -> None:
    assert facts().answers["get_optics"].fields["idle_ma"] == 70 + 60 + 80


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((20.0, 0.9, 1.0, 0.0, 0.0), "does not fit a correction block"),
        ((20.0, 0.9), "wanted focal mm, scale above 0, a, b, c"),
        ((7000.0, 0.9, 0.0, 0.0, 0.0), "correction.focal_length: got 70000"),
    ],
)
def test_a_distortion_that_could_not_be_told_is_refused_at_once(
    row: tuple[float, ...], expected: str
) -> None:
    with pytest.raises(LocalProtocolError, match=expected):
        facts(profile=dataclasses.replace(ZOOM, distortion=(row,)))


def test_what_a_field_can_hold_is_the_spec_s() -> None:
    assert highest(SPEC, "status", "ring_counts") == 127
    assert words(SPEC, "command", "focus_drive") == words(SPEC, "status", "humidity") == ()
    assert words(SPEC, "status", "errors")[:2] == ("focus_motor", "iris")
    assert highest(SPEC, "status", "humidity") == 0


def test_what_a_spec_has_no_word_for_is_left_out_and_what_no_model_knows_is_not(
    tmp_path: Path,
) -> None:
    few = ("firmware_update: 64, focus_follow: 128", "firmware_update: 64, tilt: 128")
    spec = load(str(write(tmp_path, patched(shipped("l_mount/lens"), few))))
    asked = ("autofocus", "focus_follow", "tilt", "autofocuss")

    assert able(spec, "capabilities", asked) == ("autofocus", "tilt", "autofocuss")
