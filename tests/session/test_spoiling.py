from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.event import Raw, Send
from lensbus.session.rule import FRAME_KINDS, Instead, Rule
from lensbus.session.spoiling import flicker, spoil
from lensbus.wire.codec import Codec
from tests.peers import BUSY, IDENTITY, SPEC, frame
from tests.sampled import sampled

DATA = b"\xe0ABCD"
PLAIN = Send(DATA, Raw(DATA))
ANSWER = Send(frame(IDENTITY, 9), type(IDENTITY)("identity", IDENTITY.fields, 9))
LINK_KINDS = ("unplug", "bounce", "shake")
CODEC = Codec(SPEC)


def pieces(rule: Rule, send: Send = PLAIN, at: int | None = None) -> list[bytes]:
    return spoil(rule, send.data, send, at, Random(1))


@pytest.mark.parametrize(
    ("kind", "expected"), [("drop", []), ("duplicate", [DATA, DATA]), ("delay", [DATA])]
)
def test_a_frame_is_said_never_twice_or_later(kind: str, expected: list[bytes]) -> None:
    assert pieces(Rule(kind)) == expected


def test_a_wrong_reply_has_the_number_of_the_right_one() -> None:
    assert pieces(Rule("replace", instead=Instead(BUSY, CODEC)), ANSWER) == [frame(BUSY, 9)]


def test_bytes_may_stand_in_for_what_is_no_message() -> None:
    assert pieces(Rule("replace", instead=Instead(Raw(b"x"), CODEC))) == [b"x"]


def test_of_a_frame_that_is_cut_before_its_first_byte_nothing_is_left() -> None:
    assert pieces(Rule("truncate"), at=0) == []


def test_a_byte_that_is_gone_already_is_the_last_one() -> None:
    assert pieces(Rule("truncate"), at=90) == [DATA[:-1]]


@sampled(200)
@given(st.sampled_from(FRAME_KINDS), st.binary(min_size=1, max_size=20), st.integers(), st.data())
def test_whatever_is_done_no_empty_piece_is_said(
    kind: str, data: bytes, seed: int, draw: st.DataObject
) -> None:
    instead = Instead(Raw(b"x"), CODEC) if kind == "replace" else None
    at = draw.draw(st.none() | st.integers(0, len(data)))
    said = spoil(Rule(kind, instead=instead), data, Send(data, Raw(data)), at, Random(seed))

    assert b"" not in said
    assert len(said) <= 2


@sampled(200)
@given(
    st.sampled_from(LINK_KINDS),
    st.floats(0.001, 100),
    st.floats(0.001, 100),
    st.integers(1, 40),
    st.integers(),
)
def test_a_contact_that_flickers_ends_closed_and_in_time(
    kind: str, for_s: float, by_s: float, times: int, seed: int
) -> None:
    toggles = flicker(Rule(kind, for_s=for_s, by_s=by_s, times=times), Random(seed))

    assert toggles[0] == 0.0
    assert toggles == sorted(toggles)
    assert toggles[-1] <= for_s
    assert len(toggles) == 2 * (1 if kind == "unplug" else times)


@sampled(200)
@given(st.floats(0.001, 1), st.integers(1, 40), st.integers())
def test_a_contact_that_is_shaken_is_open_for_moments_only(
    by_s: float, times: int, seed: int
) -> None:
    toggles = flicker(Rule("shake", for_s=10.0, by_s=by_s, times=times), Random(seed))
    opened = [end - start for start, end in zip(toggles[::2], toggles[1::2], strict=True)]

    assert max(opened) <= by_s + 1e-9
    assert toggles == flicker(Rule("shake", for_s=10.0, by_s=by_s, times=times), Random(seed))
