from lensbus.devices.inquiry import CORRECTION, Inquiry
from lensbus.session.event import Act, Note
from lensbus.spec.versions import at
from lensbus.wire.message import Vocabulary
from tests.peers import SAY, SPEC

GET = SAY("get_accessory")
NONE = SAY("accessory", kind="none", serial="", name="")
BLOCK = bytes(range(32))


def made(*able: str) -> Inquiry:
    inquiry = Inquiry(SPEC.constant("focal_counts_per_mm"))
    inquiry.reset(able)
    inquiry.see(200)
    return inquiry


def asked(inquiry: Inquiry, say: Vocabulary = SAY) -> list[Act]:
    return list(inquiry.ask(say, 0.0))


def answered(inquiry: Inquiry, focal: int) -> list[Act]:
    return list(inquiry.answered(SAY("correction", focal_length=focal, block=BLOCK), 0.0))


def test_a_lens_is_asked_only_for_what_it_says_that_it_can_tell() -> None:
    assert asked(made()) == []
    assert asked(made("accessory")) == [GET]
    assert asked(made("correction")) == [SAY("get_correction", focal_length=200)]


def test_the_accessory_is_asked_for_until_it_is_told_and_then_no_more() -> None:
    inquiry = made("accessory")
    assert asked(inquiry) == asked(inquiry) == [GET]
    tube = SAY("accessory", kind="extension_tube", serial="", name="a tube")
    (shown,) = inquiry.answered(tube, 0.0)

    assert isinstance(shown, Note)
    assert shown.text == "extension tube: a tube"
    assert (asked(inquiry), inquiry.accessory) == ([], "extension_tube")


def test_a_correction_is_fetched_anew_when_the_lens_zooms_far_enough() -> None:
    inquiry = made("correction")
    asked(inquiry)
    facts: dict[str, float | str] = {"focal_mm": 20.0, "block": BLOCK.hex()}
    assert answered(inquiry, 200) == [Note("correction for 20 mm", CORRECTION, facts)]
    inquiry.see(220)
    assert asked(inquiry) == []
    inquiry.see(230)

    assert asked(inquiry) == [SAY("get_correction", focal_length=230)]


def test_an_older_version_has_no_words_for_it() -> None:
    assert asked(made("accessory", "correction"), Vocabulary(at(SPEC, 1))) == []


def test_a_lens_that_refuses_is_asked_no_more() -> None:
    inquiry = made("accessory", "correction")
    (told,) = inquiry.refused("unsupported", 0.0)

    assert isinstance(told, Note)
    assert "unsupported" in told.text
    assert asked(inquiry) == []
