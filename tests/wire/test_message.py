import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import LocalProtocolError
from lensbus.spec.load import load
from lensbus.spec.versions import at
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.framing import Framer
from lensbus.wire.message import Message, Vocabulary, identity_label
from tests.sampled import sampled
from tests.samples import delimited
from tests.strategies import fields_of
from tests.zoo import zoo

L_MOUNT = load("l_mount")
VOCABULARY = Vocabulary(L_MOUNT)
SAY: Any = VOCABULARY  # whose names mypy knows only in `shipped`
WHO = {"protocol": 2, "layout_hash": 0}
MOVE: dict[str, Any] = {"mode": "absolute", "target": -5, "speed": 0}


def test_a_message_has_its_name_fields_and_sequence_number() -> None:
    expected = Message("focus_move", MOVE, 7)

    assert VOCABULARY("focus_move", seq=7, **MOVE) == expected
    assert VOCABULARY("focus_stop") == Message("focus_stop", {}, None)


@pytest.mark.parametrize("name", L_MOUNT.messages)
def test_every_message_can_be_made_of_fields_that_fit(name: str) -> None:
    @sampled(20)
    @given(fields=fields_of(L_MOUNT.messages[name]))
    def made(fields: dict[str, Any]) -> None:
        assert VOCABULARY(name, **fields).fields == fields

    made()


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("focus_mvoe", {}, "there is no message 'focus_mvoe' in this spec"),
        (
            "focus_move",
            {"mode": "speed", "speed": 0},
            "focus_move: missing target (fields: mode, target, speed)",
        ),
        (
            "focus_move",
            {**MOVE, "spede": 1},
            "focus_move: unknown spede (fields: mode, target, speed)",
        ),
        ("focus_stop", {"now": 1}, "focus_stop: unknown now (fields: none)"),
        (
            "focus_move",
            {**MOVE, "mode": "fast"},
            "focus_move.mode: got 'fast', wanted one of absolute, relative, speed",
        ),
        (
            "focus_move",
            {**MOVE, "mode": ["speed"]},
            "focus_move.mode: got ['speed'], wanted one of absolute, relative, speed",
        ),
        (
            "focus_move",
            {**MOVE, "target": 2**31},
            "focus_move.target: got 2147483648, wanted -2147483648 to 2147483647 counts",
        ),
        ("identify", {**WHO, "protocol": 0}, "identify.protocol: got 0, wanted 1 to 255"),
        ("identify", {**WHO, "protocol": "1"}, "identify.protocol: got '1', wanted a whole number"),
        ("identify", {**WHO, "protocol": 1.0}, "identify.protocol: got 1.0, wanted a whole number"),
        (
            "identify",
            {**WHO, "protocol": True},
            "identify.protocol: got True, wanted a whole number",
        ),
        (
            "identify",
            {**WHO, "protocol": None},
            "identify.protocol: got None, wanted a whole number",
        ),
    ],
)
def test_what_cannot_stand_in_a_message_is_refused_by_its_name(
    name: str, fields: dict[str, Any], expected: str
) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY(name, **fields)

    assert str(caught.value) == expected


def test_all_that_is_wrong_is_told_in_one_line() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY("focus_move", mode="fast", target=2**31, spede=1)

    assert str(caught.value) == (
        "focus_move: missing speed and unknown spede (fields: mode, target, speed); "
        "focus_move.mode: got 'fast', wanted one of absolute, relative, speed; "
        "focus_move.target: got 2147483648, wanted -2147483648 to 2147483647 counts"
    )


def test_a_message_is_made_by_attribute_too() -> None:
    assert SAY.focus_move(**MOVE, seq=7) == VOCABULARY("focus_move", seq=7, **MOVE)
    assert "focus_move" in dir(VOCABULARY)


def test_an_unknown_message_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match=r"^there is no message 'focus_mvoe' \(messages: "):
        SAY.focus_mvoe()


def test_a_field_is_an_attribute() -> None:
    message: Any = Message("focus_move", MOVE, 7)

    assert (message.mode, message.target, message.speed) == ("absolute", -5, 0)
    assert "target" in dir(message)
    assert Message("identity", {"name": "x"}).name == "identity"  # a message's own comes first


def test_what_is_no_field_is_no_attribute() -> None:
    text = r"^focus_move has no field 'tagret' \(fields: mode, target, speed\)$"
    with pytest.raises(AttributeError, match=text):
        _ = SAY("focus_move", **MOVE).tagret
    with pytest.raises(AttributeError, match=r"\(fields: none\)$"):
        _ = SAY("focus_stop").tagret


def test_a_message_can_be_copied_and_sent_to_another_process() -> None:
    message = VOCABULARY("focus_move", **MOVE)

    assert copy.copy(VOCABULARY)("focus_move", **MOVE) == message
    assert copy.deepcopy(message) == pickle.loads(pickle.dumps(message)) == message  # noqa: S301 our own


def test_the_physical_values_of_a_message_are_at_hand() -> None:
    message = SAY("aperture_set", aperture_av256=1536)

    assert message.physical == {"aperture_av256": 8.0}
    assert message.physical.aperture_av256 == 8.0
    assert message.aperture_av256 == 1536


def test_a_message_that_was_heard_has_physical_values_too() -> None:
    codec = Codec(L_MOUNT)
    framer = Framer(delimited(L_MOUNT), "body")
    framer.feed(codec.encode(VOCABULARY("aperture_set", aperture_av256=512), 1))
    frame = framer.next()
    assert isinstance(frame, Frame)
    (message,) = codec.decode(frame, "body")

    assert isinstance(message, Message)
    assert message.physical == {"aperture_av256": 2.0}


def test_a_message_of_no_spec_has_no_physical_values() -> None:
    with pytest.raises(LocalProtocolError, match=r"^a: no spec tells what its numbers stand for$"):
        _ = Message("a").physical


def test_a_message_is_made_from_physical_values() -> None:
    made = SAY.physical("aperture_set", aperture_av256=5.6, seq=3)

    assert made == Message("aperture_set", {"aperture_av256": 1273}, 3)
    assert round(made.physical.aperture_av256, 1) == 5.6


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("aperture", {}, "there is no message 'aperture' in this spec"),
        ("aperture_set", {}, "aperture_set: missing aperture_av256 (fields: aperture_av256)"),
        (
            "aperture_set",
            {"aperture_av256": 0.5},
            "aperture_set.aperture_av256: got 0.5, wanted 1 to 3.39822e+38 f-number",
        ),
    ],
)
def test_what_cannot_be_said_in_physical_values_is_refused(
    name: str, fields: dict[str, Any], expected: str
) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY.physical(name, **fields)

    assert str(caught.value) == expected


def test_a_count_that_is_left_out_is_filled_in() -> None:
    say: Any = Vocabulary(zoo())
    made = say.counted(a=b"xy", b=1, c="", d=(1, 2, 3))

    assert made == say.counted(m=3, n=2, k=0, a=b"xy", b=1, c="", d=(1, 2, 3))
    with pytest.raises(LocalProtocolError, match=r"^counted\.n: got 1, wanted 2, as a has$"):
        say.counted(n=1, a=b"xy", b=1, c="", d=())


FLAGS = "wanted some of (autofocus, aperture, stabiliser, zoom, aperture_ring, "


@pytest.mark.parametrize("mask", ["autofocus", {"autofocus"}, ("autofocsu",), ({"zoom"},), 1, None])
def test_flags_are_a_tuple_of_known_names(mask: object) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        VOCABULARY("capabilities", mask=mask)

    told = repr(mask[0] if isinstance(mask, tuple) else mask)

    assert str(caught.value).startswith(f"capabilities.mask: got {told}, {FLAGS}")


def test_a_list_is_as_good_as_a_tuple() -> None:
    say: Any = Vocabulary(zoo())
    made = say.counted(a=b"xy", b=1, c="", d=[1, 2, 3])

    assert made == say.counted(a=b"xy", b=1, c="", d=(1, 2, 3))
    assert SAY.capabilities(mask=["zoom"]) == SAY.capabilities(mask=("zoom",))
    with pytest.raises(LocalProtocolError, match=r"^capabilities\.mask: got 'zomo', wanted some"):
        SAY.capabilities(mask=["zomo"])


def test_a_field_that_did_not_come_is_told_from_one_that_there_is_not() -> None:
    say: Any = Vocabulary(zoo())
    empty = say.all_optional()

    with pytest.raises(AttributeError, match="all_optional came without its optional field 'a'"):
        _ = empty.a
    with pytest.raises(AttributeError, match="all_optional has no field 'aa'"):
        _ = empty.aa


def test_of_flags_only_the_wrong_ones_are_told() -> None:
    with pytest.raises(
        LocalProtocolError, match=r"^capabilities\.mask: got 'a', 3, wanted some of"
    ):
        VOCABULARY("capabilities", mask=("zoom", "a", 3))


def test_a_vocabulary_tells_what_a_message_has_of_some_fields() -> None:
    told = {"temperature": 20, "errors": (), "speed": 3}
    old = Vocabulary(at(L_MOUNT, 1))

    assert VOCABULARY.part("status", **told) == {"temperature": 20, "errors": ()}
    assert old.part("status", **told) == {}
    assert "status" in old
    assert "stats" not in old


def test_a_device_requires_the_messages_it_is_made_for() -> None:
    VOCABULARY.require("lens", ["identity", "status"])

    text = "the virtual lens can't speak l_mount/lens: it has no hop, jump"
    with pytest.raises(LocalProtocolError, match=text):
        VOCABULARY.require("lens", ["status", "jump", "hop"])


@pytest.mark.parametrize(("number", "expected"), [(32_793, "E PZ 16-50mm F3.5-5.6 OSS"), (7, "7")])
def test_a_device_is_called_by_the_label_of_its_number_or_else_the_number(
    number: int, expected: str
) -> None:
    kind = load("sony_e").messages["identity"]
    message = Message("identity", {"lens_number": number})

    assert identity_label(kind, "lens_number", message) == expected


@sampled(20)
@given(name=st.text("abc", min_size=1))
def test_a_device_with_a_name_is_called_by_it(name: str) -> None:
    message = Message("identity", {"name": name})

    assert identity_label(L_MOUNT.messages["identity"], "name", message) == name


def test_a_device_needs_messages_fields_and_keys() -> None:
    VOCABULARY.require("lens", ["home"], ["refused.reason"], ["home"])
    expected = "it has no hom, refused.why, key of power_on$"

    with pytest.raises(LocalProtocolError, match=expected):
        VOCABULARY.require("lens", ["hom"], ["refused.why"], ["power_on"])
