import pytest

from lensbus.errors import LensbusError, LocalProtocolError
from lensbus.plugin.make import benched, spec_of, under_test
from lensbus.plugin.wish import Wish
from tests.peers import SPEC
from tests.plugin.ways import body, lens


def test_an_old_body_is_talked_to_in_its_version() -> None:
    one = body(body="leica_sl").device
    one.ready()

    assert one.spec.version == 1
    assert one.name == "Leica SL (Typ 601)"


def test_what_a_device_lacks_skips_the_test_with_the_reason() -> None:
    lens(needs=("sleep", "line:sync", "zoom", "virtual"))
    with pytest.raises(pytest.skip.Exception, match="no stabiliser, needs a real device"):
        lens(needs=("stabiliser", "zoom", "real"))


def test_an_accessory_is_between_lens_and_body() -> None:
    one = lens(lens="panasonic_s_pro_70_200_f4", accessory="dmw_stc14").device
    one.reach("fast")

    assert one.ask("get_accessory").fields["kind"] == "teleconverter"


def test_there_is_no_lens_to_test_behind_a_passive_adapter() -> None:
    with pytest.raises(LocalProtocolError, match="passive_m has no electronics"):
        under_test("lens", Wish(accessory="passive_m"), None)
    bench, run = benched(Wish(accessory="passive_m"))
    run.wait(1.0)

    assert bench.story.notes("display")


def test_names_that_are_none_are_told() -> None:
    with pytest.raises(LensbusError, match="unknown lens profile"):
        lens(lens="sigma_46")
    with pytest.raises(LensbusError, match="unknown spec"):
        lens(spec="m_mount")


def test_a_spec_is_loaded_once() -> None:
    assert spec_of(Wish()) is spec_of(Wish())
    assert spec_of(Wish()).name == SPEC.name


def test_a_user_lets_a_body_say_what_the_test_wants() -> None:
    one = body(wants=("aperture_set",)).device
    one.ready()

    assert one.expect("aperture_set").fields["aperture_av256"] == 1273
