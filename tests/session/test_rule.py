import pytest

from lensbus.session.event import Raw
from lensbus.session.rule import FRAME_KINDS, KINDS, SIDE_KINDS, Instead, Rule
from lensbus.wire.codec import Codec
from tests.peers import BUSY, SPEC, frame

CODEC = Codec(SPEC)


def test_every_kind_is_of_a_frame_or_of_a_side() -> None:
    assert len(KINDS) == len(set(KINDS)) == len(FRAME_KINDS) + len(SIDE_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_befalls_a_side_strikes_alone_at_its_time(kind: str) -> None:
    assert Rule(kind, time=1.0).alone == (kind in SIDE_KINDS)
    assert not Rule(kind, chance=1.0).alone


def test_a_message_in_place_of_a_frame_takes_its_number() -> None:
    assert Instead(BUSY, CODEC).frame(7) == frame(BUSY, 7)


def test_bytes_in_place_of_a_frame_are_said_as_they_are() -> None:
    assert Instead(Raw(b"\0\1"), CODEC).frame(7) == b"\0\1"


@pytest.mark.parametrize(
    ("rule", "words"), [(Rule("stuck", line="sync"), "stuck sync"), (Rule("reset"), "reset")]
)
def test_a_person_is_told_what_happens(rule: Rule, words: str) -> None:
    assert rule.words == words
