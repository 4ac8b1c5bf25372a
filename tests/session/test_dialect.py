import pytest

from lensbus.session.dialect import Agreement, Dialect
from lensbus.spec.behaviour import Terms
from lensbus.spec.canon import layout_hash
from lensbus.spec.versions import at
from lensbus.wire.message import Fault, Message
from tests.peers import BARE, HOME, IDENTITY, LAYOUT, LINES, SPEC, STATUS

TERMS = Terms("protocol", "protocol_least", "layout_hash")
OLD_LAYOUT = layout_hash(SPEC, 1)


def told(newest: int, least: int = 1, layout: int = LAYOUT) -> Message:
    fields = {"protocol": newest, "protocol_least": least, "layout_hash": layout}
    return Message("identity", {**IDENTITY.fields, **fields})


def body(speaks: range | None = None) -> Agreement:
    return Agreement(SPEC, "body", speaks)


def meet(agreement: Agreement, message: Message, terms: Terms = TERMS) -> list[Fault]:
    return agreement.meet(terms, message, b"raw")


def test_a_side_begins_with_its_newest_version() -> None:
    assert body().dialect.spec is SPEC
    assert body(range(1, 2)).dialect.spec is at(SPEC, 1)


@pytest.mark.parametrize(("newest", "version"), [(1, 1), (2, 2), (9, 2)])
def test_two_sides_speak_the_lower_of_their_newest_versions(newest: int, version: int) -> None:
    agreement = body()
    layout = layout_hash(SPEC, min(newest, 2))

    assert meet(agreement, told(newest, layout=layout)) == []
    assert agreement.dialect.spec is at(SPEC, version)


def test_a_version_is_prepared_once() -> None:
    agreement = body()
    first = agreement.dialect
    meet(agreement, told(1, layout=OLD_LAYOUT))
    old = agreement.dialect
    agreement.begin()

    assert agreement.dialect is first
    meet(agreement, told(1, layout=OLD_LAYOUT))
    assert agreement.dialect is old


@pytest.mark.parametrize(
    ("speaks", "least", "newest", "detail"),
    [
        (range(1, 3), 3, 9, "got 3 to 9, wanted 1 to 2"),
        (range(2, 3), 1, 1, "got 1 to 1, wanted 2 to 2"),
        (range(1, 3), 2, 1, "got 2 to 1, wanted 1 to 2"),
    ],
)
def test_no_common_version_is_a_fault_of_the_peer(
    speaks: range, least: int, newest: int, detail: str
) -> None:
    agreement = body(speaks)

    assert meet(agreement, told(newest, least)) == [
        Fault("no common version", b"raw", "identity.protocol", detail)
    ]
    assert agreement.dialect.spec.version == 2


def test_who_tells_no_oldest_version_speaks_all() -> None:
    assert meet(body(), told(1, 9), Terms("protocol")) == []


def test_another_layout_of_the_same_version_is_told_once_in_a_life() -> None:
    agreement = body()
    other = told(2, layout=LAYOUT ^ 1)
    detail = f"version 2: got {LAYOUT ^ 1:08x}, wanted {LAYOUT:08x}"
    expected = [Fault("layout mismatch", b"raw", "identity.layout_hash", detail)]

    assert meet(agreement, other) == expected
    assert meet(agreement, other) == []
    agreement.begin()
    assert meet(agreement, other) == expected
    assert agreement.dialect.spec is SPEC


def test_the_layout_of_an_older_version_is_held_against_the_same_version() -> None:
    assert meet(body(), told(1, layout=OLD_LAYOUT)) == []
    assert [fault.kind for fault in meet(body(), told(1, layout=LAYOUT))] == ["layout mismatch"]


def test_the_layout_of_a_version_that_we_do_not_know_is_let_pass() -> None:
    assert meet(body(), told(3, layout=77)) == []


def test_who_tells_no_layout_is_not_suspected() -> None:
    assert meet(body(), told(2, layout=77), Terms("protocol")) == []
    assert meet(body(), told(2, layout=0)) == []
    assert meet(body(), Message("identity", {"protocol": 2, "protocol_least": 1})) == []


def test_a_dialect_knows_what_the_peer_says_by_lines() -> None:
    lens = Dialect(SPEC, "lens")

    assert lens.edges["power", True] == Message("power_on")
    assert ("detect", False) not in lens.edges
    assert lens.closing == {"select"}


def test_levels_stand_for_lines_that_a_link_has_not() -> None:
    lens = Dialect(SPEC, "lens")

    assert lens.absent(BARE) == [("detect", False), ("power", True)]
    assert lens.absent(LINES) == []


def test_only_a_request_is_refused_and_by_its_key() -> None:
    lens, body = Dialect(SPEC, "lens"), Dialect(SPEC, "body")

    assert lens.refusal(HOME) == Message("refused", {"opcode": 5, "reason": "illegal_state"})
    assert lens.refusal(Message("command")) is None
    assert body.refusal(STATUS) is None
