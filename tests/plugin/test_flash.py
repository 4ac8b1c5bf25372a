import pytest

from lensbus.plugin.flash import CUT, LensFlash
from lensbus.plugin.make import flashed
from lensbus.plugin.wish import Wish
from lensbus.spec.load import sample_root
from tests.plugin.ways import lens


@pytest.fixture
def part() -> LensFlash:
    return flashed(Wish())


def test_a_lens_is_updated_and_confirms_what_it_runs(part: LensFlash) -> None:
    assert part.runs == "1.0.0+0"
    assert part.update(part.image("1.1.0")).kind == "done"

    assert part.runs == "1.1.0+0"
    assert part.operations == part.flash.operations > 5


def test_power_that_fails_on_the_way_leaves_what_ran(part: LensFlash) -> None:
    part.cut(5, torn=3)
    ending = part.update(part.image("1.1.0"))

    assert ending.kind == CUT
    assert "power failed" in ending.words
    assert part.runs == "1.0.0+0"
    assert part.update(part.image("1.1.0")).kind == "done"


def test_the_lens_is_the_judge(part: LensFlash) -> None:
    ending = part.update(part.image("0.9.0"))

    assert (ending.kind, ending.reason) == ("rejected", "older")
    assert part.update(part.image("0.9.0"), take_older=True).kind == "done"


def test_an_image_may_be_a_file(part: LensFlash) -> None:
    sample = sample_root() / "bad_unprotected_facts.img"

    assert part.update(sample).kind == "rejected"
    assert part.update(str(sample)).kind == "rejected"


def test_a_lens_runs_what_the_flash_holds(part: LensFlash) -> None:
    part.update(part.image("1.1.0"))
    one = lens(part).device
    one.reach("listening")

    assert one.ask("identify").fields["firmware_minor"] == 1
