from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import FlashError, PowerCutError
from lensbus.firmware.flash import Flash, Geometry
from tests.sampled import sampled

GEOMETRY = Geometry(sectors=3, sector_size=32, page_size=8, erase_s=0.25, program_s=0.5)
SECTOR = b"\xff" * 32
STEPS = st.one_of(
    st.tuples(st.just("erase"), st.integers(-1, 3), st.just(b"")),
    st.tuples(st.just("program"), st.integers(-1, 97), st.binary(max_size=9)),
)
CUTS = st.none() | st.integers(0, 40)
bounded = sampled(200)


def flash(contents: bytes = b"") -> Flash:
    """A flash that begins with these bytes, in its first page."""
    made = Flash(GEOMETRY)
    if contents:
        made.program(0, contents)
    return made


def everything(of: Flash) -> bytes:
    return of.read(0, GEOMETRY.size)


def test_a_flash_leaves_the_factory_blank() -> None:
    assert everything(flash()) == SECTOR * 3


def test_what_was_programmed_is_read() -> None:
    part = flash()
    part.program(33, b"abc")

    assert part.read(32, 5) == b"\xffabc\xff"


def test_an_operation_gives_the_seconds_it_takes_and_is_counted() -> None:
    part = flash()

    assert [part.program(0, b"a"), part.program(8, b"12345678"), part.erase(2)] == [0.5, 0.5, 0.25]
    assert (part.operations, part.busy_s) == (3, 1.25)


def test_to_read_is_no_operation() -> None:
    part = flash()
    part.read(0, 96)

    assert part.operations == 0


def test_an_erase_blanks_its_sector_and_no_other() -> None:
    part = flash()
    for offset in (24, 32, 56, 64):
        part.program(offset, b"12345678")
    part.erase(1)

    assert part.read(24, 48) == b"12345678" + SECTOR + b"12345678"


def test_a_byte_can_be_programmed_again_once_it_was_erased() -> None:
    part = flash(b"abc")
    part.erase(0)
    part.program(1, b"x")

    assert part.read(0, 3) == b"\xffx\xff"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda f: f.program(2, b"c"), "flash 0x2: was not erased; erase sector 0 first"),
        (lambda f: f.program(0, b"\xff"), "flash 0x0: was not erased; erase sector 0 first"),
        (lambda f: f.program(4, b"12345"), "flash 0x4: 5 bytes are not within a page of 8"),
        (lambda f: f.program(4, b""), "flash 0x4: 0 bytes are not within a page of 8"),
        (lambda f: f.program(-1, b"a"), "flash -0x1: 1 bytes are not within 3 sectors of 32"),
        (lambda f: f.program(96, b"a"), "flash 0x60: 1 bytes are not within 3 sectors"),
        (lambda f: f.erase(3), "flash 0x60: 32 bytes are not within 3 sectors"),
        (lambda f: f.erase(-1), "flash -0x20: 32 bytes are not within 3 sectors"),
        (lambda f: f.read(95, 2), "flash 0x5f: 2 bytes are not within 3 sectors"),
        (lambda f: f.read(5, -1), "flash 0x5: -1 bytes are not within 3 sectors"),
    ],
)
def test_what_a_part_cannot_do_is_an_error_and_changes_nothing(
    act: Callable[[Flash], object], words: str
) -> None:
    part = flash(b"\xff\xff\xfe")
    before = part.key()
    with pytest.raises(FlashError) as raised:
        act(part)

    assert str(raised.value).startswith(words)
    assert (part.key(), part.operations) == (before, 1)


@pytest.mark.parametrize("act", [lambda f: f.erase(1), lambda f: f.program(63, b"a")])
def test_a_protected_sector_is_read_and_not_changed(act: Callable[[Flash], object]) -> None:
    part = flash()
    part.protected = 2
    with pytest.raises(FlashError, match="sectors 0 to 1 are protected"):
        act(part)
    part.program(64, b"a")

    assert part.read(63, 2) == b"\xffa"


@pytest.mark.parametrize("sizes", [(0, 32, 8), (3, 0, 8), (3, 32, 0), (3, 32, 12), (-1, 32, 8)])
def test_a_geometry_that_no_part_has_is_refused(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(FlashError, match="a sector is a number of whole pages"):
        Geometry(*sizes, erase_s=0.0, program_s=0.0)


@pytest.mark.parametrize(
    ("torn", "contents"), [(0, b"12345678"), (3, b"\xff\xff\xff45678"), (99, b"\xff" * 8)]
)
def test_an_erase_without_power_stops_where_it_is(torn: int, contents: bytes) -> None:
    part = flash(b"12345678")
    part.cut(1, torn)
    with pytest.raises(PowerCutError) as raised:
        part.erase(0)

    assert part.read(0, 8) == contents
    assert (raised.value.done, raised.value.size) == (min(torn, 32), 32)


@pytest.mark.parametrize("torn", [0, 20, 32])
def test_a_sector_whose_erase_was_cut_takes_nothing_until_it_is_erased(torn: int) -> None:
    part = flash(b"12345678")
    part.cut(1, torn)
    with pytest.raises(PowerCutError):
        part.erase(0)
    with pytest.raises(FlashError, match="was not erased"):
        part.program(31, b"a")
    part.erase(0)
    part.program(31, b"a")

    assert part.read(0, 32) == SECTOR[1:] + b"a"


@pytest.mark.parametrize(("torn", "contents"), [(0, b"\xff" * 4), (3, b"abc\xff"), (4, b"abcd")])
def test_a_program_without_power_leaves_the_rest_as_it_was(torn: int, contents: bytes) -> None:
    part = flash()
    part.cut(1, torn)
    with pytest.raises(PowerCutError) as raised:
        part.program(0, b"abcd")
    words = f"power failed while programming 0x0: {torn} of 4 bytes done"

    assert (part.read(0, 4), str(raised.value)) == (contents, words)
    part.program(torn, b"xyz")
    assert part.read(0, torn + 3) == contents[:torn] + b"xyz"


def test_a_cut_counts_from_now_and_strikes_once() -> None:
    part = flash(b"a")
    part.cut(3, 0)
    part.program(1, b"b")
    part.erase(1)
    with pytest.raises(PowerCutError):
        part.program(2, b"c")
    part.program(2, b"c")

    assert part.read(0, 3) == b"abc"


def test_what_is_refused_does_not_count_towards_a_cut() -> None:
    part = flash(b"a")
    part.cut(1, 0)
    with pytest.raises(FlashError):
        part.program(0, b"b")
    with pytest.raises(PowerCutError):
        part.program(1, b"b")


def test_a_copy_is_equal_and_goes_its_own_way() -> None:
    part = flash(b"a")
    part.protected = 1
    part.cut(1, 0)
    twin = part.copy()

    assert (part.key(), 1, 0) == (twin.key(), twin.protected, twin.operations)
    twin.program(32, b"b")
    assert part.key() != twin.key()
    assert part.read(32, 1) == b"\xff"


def test_the_key_tells_blank_from_programmed_with_blanks() -> None:
    assert flash().key() != flash(b"\xff").key()


def test_a_flash_file_is_the_same_byte_for_byte() -> None:
    part = Flash(Geometry(1, 4, 2, 0.0, 0.0))
    part.program(1, b"\xff")
    head = b"lensbus flash\n\0\0" + bytes.fromhex("0100 01000000 04000000 02000000")

    assert part.dump() == head + bytes.fromhex("ffffffff 01000101")


def test_a_flash_survives_its_process() -> None:
    part = flash(b"ab")
    part.cut(1, 5)
    with pytest.raises(PowerCutError):
        part.erase(1)
    again = Flash(GEOMETRY, bytearray(part.dump()))

    assert part.key() == again.key()
    with pytest.raises(FlashError, match="erase sector 1 first"):
        again.program(32, b"a")


def test_a_faster_part_reads_the_file_of_a_slower_one() -> None:
    fast = Geometry(3, 32, 8, 0.0, 0.0)

    assert Flash(fast, bytearray(flash(b"a").dump())).key() == flash(b"a").key()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no flash file: begins with b''"),
        (b"\x7fELF", r"no flash file: begins with b'\\x7fELF'; delete it to begin anew"),
        (flash().dump()[:20], "no flash file"),
        (flash().dump()[:16] + b"\2" + flash().dump()[17:], "version 2; this lensbus reads 1"),
        (
            Flash(Geometry(3, 64, 8, 0.0, 0.0)).dump(),
            "another flash: 3 sectors of 64 bytes, pages of 8; wanted 3 sectors of 32 bytes",
        ),
        (flash().dump() + b"\0", "a damaged flash file"),
    ],
)
def test_a_file_that_is_not_its_own_is_refused_in_one_line(data: bytes, words: str) -> None:
    with pytest.raises(FlashError, match=words) as raised:
        Flash(GEOMETRY, bytearray(data))

    assert "\n" not in str(raised.value)


def test_what_is_changed_stands_in_its_store_at_once() -> None:
    store = bytearray(flash().dump())
    Flash(GEOMETRY, store).program(32, b"ab")

    assert Flash(GEOMETRY, store).read(32, 2) == b"ab"


@given(st.integers(0, len(flash().dump()) - 1))
@bounded
def test_a_file_that_is_cut_short_is_refused(size: int) -> None:
    with pytest.raises(FlashError):
        Flash(GEOMETRY, bytearray(flash(b"abc").dump()[:size]))


@given(st.binary(max_size=300))
@bounded
def test_no_file_raises_anything_else(data: bytes) -> None:
    for start in (b"", flash().dump()[:16], flash().dump()[:30]):
        with pytest.raises(FlashError):
            Flash(GEOMETRY, bytearray(start + data))


class Model:
    """What a flash is, byte by byte: a value, and whether it may be programmed."""

    def __init__(self) -> None:
        self.cells = [(0xFF, True)] * GEOMETRY.size

    def erase(self, sector: int, torn: int | None) -> None:
        if sector not in range(GEOMETRY.sectors):
            raise FlashError
        for at in range(32):
            place = sector * 32 + at
            erased = torn is None or at < torn
            self.cells[place] = (0xFF if erased else self.cells[place][0], torn is None)

    def program(self, offset: int, data: bytes, torn: int | None) -> None:
        places = range(offset, offset + len(data))
        inside = data and offset >= 0 and places[-1] < GEOMETRY.size
        one_page = len({place // 8 for place in places}) == 1
        if not (inside and one_page and all(self.cells[place][1] for place in places)):
            raise FlashError
        for place, byte in list(zip(places, data, strict=True))[:torn]:
            self.cells[place] = (byte, False)


@given(st.lists(st.tuples(STEPS, CUTS), max_size=30))
@bounded
def test_whatever_is_done_a_flash_does_as_its_model(
    path: list[tuple[tuple[str, int, bytes], int | None]],
) -> None:
    part, model = flash(), Model()
    for (what, at, data), torn in path:
        part = Flash(GEOMETRY, bytearray(part.dump()))
        if torn is not None:
            part.cut(1, torn)
        refused = cut = False
        try:
            part.erase(at) if what == "erase" else part.program(at, data)
        except FlashError:
            refused = True
        except PowerCutError:
            cut = True
        try:
            model.erase(at, torn) if what == "erase" else model.program(at, data, torn)
            expected = False
        except FlashError:
            expected = True

        assert (refused, cut) == (expected, torn is not None and not expected)
        assert everything(part) == bytes(value for value, _ in model.cells)
    part = part.copy()
    for place, (_, writable) in enumerate(model.cells):
        if writable:
            part.program(place, b"\0")
        else:
            with pytest.raises(FlashError):
                part.program(place, b"\0")
