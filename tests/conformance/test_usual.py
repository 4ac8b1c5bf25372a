import pytest

from lensbus.conformance.usual import Play, plain, referred, usual
from lensbus.spec.load import load, spec_names
from lensbus.wire.message import Vocabulary
from tests.peers import LAYOUT, SPEC


@pytest.mark.parametrize("name", spec_names())
def test_every_field_has_a_value_that_fits(name: str) -> None:
    spec = load(name)
    say = Vocabulary(spec)
    for kind in spec.messages.values():
        if not any(isinstance(field.count, str) for field in kind.fields):
            say(kind.name, **{field.name: plain(field) for field in kind.fields})


def test_versions_are_those_of_the_spec() -> None:
    assert usual(SPEC, Play(), "identify") == {"protocol": 2, "layout_hash": LAYOUT}
    assert usual(SPEC, Play(), "identity")["protocol_least"] == 2


def test_what_a_play_says_goes_before_and_what_no_field_has_is_left_out() -> None:
    play = Play(fields={"set_rate": {"baud": 230400, "colour": 3}})

    assert usual(SPEC, play, "set_rate") == {"baud": 230400}


def test_the_messages_that_a_value_is_taken_from_are_told() -> None:
    value = {"from": "aperture_set.aperture_av256", "else": {"from": "optics.open_wide_av256"}}

    assert list(referred(value)) == ["aperture_set", "optics"]
    assert not list(referred({"at_least": 3}))
    assert not list(referred(5))
