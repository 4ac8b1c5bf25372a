from pathlib import Path

import pytest

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import OnLine
from tests.samples import loaded


def test_a_constant_is_found_in_timing_and_among_the_constants(tmp_path: Path) -> None:
    spec = loaded(tmp_path)

    assert (spec.constant("gap_s"), spec.constant("steps")) == (0.002, 256)


def test_a_constant_that_is_zero_is_one(tmp_path: Path) -> None:
    spec = loaded(tmp_path, ("repeat_s: {value: 1,", "repeat_s: {value: 0,"))

    assert spec.constant("repeat_s") == 0


def test_a_constant_that_a_spec_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalProtocolError, match="small/lens has no timing or constant 'boot_s'"):
        loaded(tmp_path).constant("boot_s")


def test_a_line_with_a_message_for_one_level_only_carries_pulses(tmp_path: Path) -> None:
    spec = loaded(tmp_path)
    level = "  attached: {from: lens, line: detect, level: low, basis: observed, source: bench}\n"
    both = loaded(tmp_path, (level, level + level.replace("low", "high").replace("att", "det")))

    assert spec.messages["attached"].on_line == OnLine("detect", high=False)
    assert (spec.pulses, both.pulses) == (frozenset({"detect"}), frozenset())


def test_what_a_role_says_by_lines_is_found_by_line_and_level(tmp_path: Path) -> None:
    spec = loaded(tmp_path)

    assert spec.edges("lens") == {("detect", False): "attached"}
    assert spec.edges("body") == {}


def test_a_message_has_the_size_of_its_fields_and_may_take_the_rest(tmp_path: Path) -> None:
    kinds = loaded(tmp_path).messages

    assert [(kinds[name].size, kinds[name].greedy) for name in ("stop", "setup", "more")] == [
        (0, False),
        (2, False),
        (0, True),
    ]
