from lensbus.devices.profile import LensProfile
from lensbus.front.named import load_profile
from lensbus.front.usual import USUAL_LENS


def test_the_usual_lens_is_one_of_ours() -> None:
    assert load_profile(LensProfile, "lenses", USUAL_LENS).id == USUAL_LENS
