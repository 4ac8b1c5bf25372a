from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lensbus.spec.behaviour import SLOW
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.places import Place
from lensbus.spec.played import Rules
from lensbus.spec.product import AGREED, Product
from tests.spec.tables import two_tables

ASK = ("[idle, send ask, asking]", "[asking, recv answer, idle]", "[asking, timeout ask, idle]")
ANSWER = ("[idle, recv ask, idle]", "[idle, send answer, idle]")
REPLIES = {"ask": "answer"}
L_MOUNT = load("l_mount")


def said(product: Product, place: Place) -> list[str]:
    """Everything that can happen next, in words."""
    moves = [move for move, _ in product.moves(place)]
    names = [product.roles[move.who].name for move in moves]
    return [
        f"{name} {move.verb} {move.name}".strip() for name, move in zip(names, moves, strict=True)
    ]


def after(product: Product, *steps: str) -> Place:
    """Where some moves lead to, one after the other; of equal ones, the last."""
    place = product.start()
    for step in steps:
        words = said(product, place)
        assert step in words, f"{step}: not among {words}"
        moves = list(product.moves(place))
        place = next(
            to for word, (_, to) in reversed(list(zip(words, moves, strict=True))) if word == step
        )
    return place


def asking(folder: Path, rules: Rules = Rules(2, 1)) -> Product:  # noqa: B008 it is frozen
    return Product(two_tables(folder, ASK, ANSWER, REPLIES), rules)


def states(place: Place) -> list[str]:
    return [side.state for side in place.sides]


def test_a_request_flies_and_may_be_lost_alone_or_with_all_tries(tmp_path: Path) -> None:
    product = asking(tmp_path)
    place = after(product, "body sends ask")

    assert said(product, product.start()) == ["body sends ask"]
    assert said(product, place) == ["lens misses ask", "lens misses ask", "lens hears ask"]
    assert [to.sides[0].again for _, to in product.moves(place)][:2] == [{"ask"}, frozenset()]


def test_an_answer_is_said_only_to_a_request(tmp_path: Path) -> None:
    product = asking(tmp_path)
    place = after(
        product, "body sends ask", "lens hears ask", "lens sends answer", "body hears answer"
    )

    assert place == product.start()
    assert product.replied == {("ask", "answer")}


def test_a_request_is_repeated_before_it_is_given_up(tmp_path: Path) -> None:
    product = asking(tmp_path, Rules(2, 2))
    lost = after(product, "body sends ask")
    once = next(to for move, to in product.moves(lost) if move.verb == "misses")

    assert said(product, once) == ["body repeats ask"]
    gone = after(product, "body sends ask", "lens misses ask")
    assert said(product, gone) == ["body gets no answer to ask"]
    assert states(next(to for _, to in product.moves(gone))) == ["idle", "idle"]


def test_nobody_gives_up_while_the_answer_may_come(tmp_path: Path) -> None:
    product = asking(tmp_path)

    assert said(product, after(product, "body sends ask", "lens hears ask")) == [
        "lens sends answer"
    ]


def test_where_a_side_could_ask_the_same_again_it_waits_first(tmp_path: Path) -> None:
    rows = ("[idle, send ask, idle]", "[idle, recv answer, idle]", "[idle, timeout ask, idle]")
    more = [row.replace("ask", "beg").replace("answer", "gift") for row in rows]
    lens = (*ANSWER, "[idle, recv beg, idle]", "[idle, send gift, idle]")
    spec = two_tables(tmp_path, (*rows, *more), lens, {**REPLIES, "beg": "gift"})
    product = Product(spec, Rules(2, 0))

    assert said(product, product.start()) == ["body sends ask", "body sends beg"]
    assert said(product, after(product, "body sends ask")) == ["lens hears ask"]


def test_in_step_a_message_is_said_only_where_it_is_heard(tmp_path: Path) -> None:
    body = ("[idle, send go, going]", "[going, send stop, idle]", "[idle, send stop, idle]")
    lens = ("[idle, recv go, going]", "[going, recv stop, idle]")
    product = Product(two_tables(tmp_path, body, lens), Rules(0, 0))

    assert said(product, product.start()) == ["body sends go"]
    assert states(after(product, "body sends go")) == ["going", "going"]


def bare(spec: Spec = L_MOUNT, *, apart: bool = True) -> Product:
    return Product(spec, Rules(2, 1, lines=False, apart=apart))


START_UP = (
    *("body sends power_on", "body sends exchange_capabilities"),
    *("lens hears exchange_capabilities", "lens sends capabilities", "body hears capabilities"),
    *("body sends set_rate", "lens hears set_rate", "lens sends rate_set"),
)


def test_a_link_without_lines_begins_with_the_levels_that_stand_for_them() -> None:
    assert states(bare().start()) == ["listening", "attached"]
    assert states(Product(L_MOUNT, Rules(2, 1)).start()) == ["off", "empty"]


def test_an_edge_is_heard_at_once_and_only_when_the_level_changes() -> None:
    product = Product(L_MOUNT, Rules(2, 1))
    attached = after(product, "lens sends attached")

    assert states(attached) == ["off", "attached"]
    assert attached.lines == {"detect"}
    assert after(product, "lens sends attached", "lens sends attached") == attached


def test_a_rate_holds_for_what_is_said_after_it_and_another_one_is_noise() -> None:
    product = bare()
    place = after(product, *START_UP)

    assert [side.rate for side in place.sides] == [AGREED, SLOW]
    assert "body hears rate_set" in said(product, place)
    assert "lens cannot hear reset" in said(product, after(product, *START_UP, "body sends reset"))


def test_where_the_agreed_rate_is_the_slow_one_everything_is_heard() -> None:
    product = bare(apart=False)
    place = after(product, *START_UP, "body sends reset")

    assert {side.rate for side in place.sides} == {SLOW}
    assert "lens hears reset" in said(product, place)


def test_who_answered_gives_the_same_answer_to_the_same_request_again() -> None:
    product = bare()
    heard = ("body sends identify", "lens hears identify", "lens sends identity")
    lost = after(product, "body sends power_on", *heard)
    again = next(
        to for move, to in product.moves(lost) if move.verb == "misses" and to.sides[0].kept
    )
    repeated = [to for move, to in product.moves(again) if move.verb == "repeats"]
    moves = dict(zip(said(product, repeated[0]), product.moves(repeated[0]), strict=True))

    assert "lens hears once more identify" in moves
    _, place = moves["lens hears once more identify"]
    assert [frame.name for frame in place.flights[0]] == ["identity"]


def test_a_request_that_no_row_allows_is_refused() -> None:
    role = L_MOUNT.roles["lens"]
    rows = tuple(row for row in role.rows if row.message != "identify")
    product = bare(replace(L_MOUNT, roles={**L_MOUNT.roles, "lens": replace(role, rows=rows)}))
    place = after(product, "body sends power_on", "body sends identify", "lens hears identify")

    assert [frame.name for frame in place.flights[0]] == ["refused"]


def test_a_life_that_is_over_begins_anew_with_the_levels_told() -> None:
    product = Product(L_MOUNT, Rules(2, 0))
    steps = ("lens sends attached", "body sends power_on", *START_UP[1:5])
    left = ("body sends enter_bootloader", "lens hears enter_bootloader")
    ways: Sequence[str] = (*steps, *left, "lens sends entering_bootloader")

    assert states(after(product, *ways)) == ["gone", "leaving"]
    assert states(after(product, *ways, "lens begins anew")) == ["listening", "leaving"]


def test_what_is_on_its_way_to_who_restarts_is_not_heard() -> None:
    product = Product(L_MOUNT, Rules(2, 0))
    place = after(
        product,
        "lens sends attached",
        "body sends power_on",
        "body sends identify",
        "body sends reset",
    )

    assert place.flights == ((), ())


def test_silence_comes_by_itself_only_where_nothing_can_be_heard() -> None:
    product = bare()
    fast = after(product, *START_UP, "body hears rate_set")
    silence = {
        move.who: move.forced for move, _ in product.moves(fast) if move.verb == "hears nothing"
    }
    apart = after(product, *START_UP, "body misses rate_set", "body gets no answer to set_rate")
    natural = [move.forced for move, _ in product.moves(apart) if move.verb == "hears nothing"]

    assert silence == {0: True}
    assert natural == [False]
