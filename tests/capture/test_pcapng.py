import shutil
import struct
import subprocess
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lensbus.capture.pcapng import MAX_BLOCK_BYTES, PcapngWriter, read_pcapng
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.log import Record, Window
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.message import Message
from tests.sampled import sampled

SIDES = ("lens", "body")
ABOUT = b"l_mount/lens; outbound body; inbound lens; 10 bits a byte; time 0 is 0.000000000"
needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None or shutil.which("capinfos") is None,
    reason="tshark is not installed",
)
reused_folder = settings(sampled(200), suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load("l_mount")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own.pcapng"


def said(t: float, side: str, data: bytes, baud: int = 115200) -> Record:
    window = Window(t, t + 10 * len(data) / baud, baud)
    return Record(t, side, "said", Message("wake"), data, window)


SOME = [
    said(0.125, "body", b"\x01\x02\x03"),
    said(0.25, "lens", b"\x04" * 8),
    said(1.0, "body", b"\x05", 3_000_000),
    said(0.9, "lens", b"\x06" * 6, 115200),
]


def write(path: Path, spec: Spec, records: Sequence[Record] = SOME, epoch_s: float = 0.0) -> bytes:
    writer = PcapngWriter(path, spec, ("body", "lens"), epoch_s=epoch_s)
    for record in records:
        writer.tell(record)
    writer.close()
    return path.read_bytes()


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<", major: int = 1) -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, major, 0, -1), order)


def interface(
    order: str = "<", *, link_type: int = 147, about: bytes = ABOUT, more: bytes = b""
) -> bytes:
    head = struct.pack(f"{order}HHI", link_type, 0, 0)
    return block(1, head + option(order, 3, about) + more, order)


def packet(
    order: str = "<",
    *,
    ticks: int = 125_000,
    data: bytes = b"\x01\x02\x03",
    number: int = 0,
    flags: int = 2,
) -> bytes:
    size = len(data)
    head = struct.pack(f"{order}5I", number, ticks >> 32, ticks & 0xFFFFFFFF, size, size)
    padded = data + bytes(-size % 4)
    return block(6, head + padded + option(order, 2, struct.pack(f"{order}I", flags)), order)


def cuts(path: Path, data: bytes) -> list[Cut]:
    path.write_bytes(data)
    return list(read_pcapng(path, SIDES))


def refusal(path: Path, data: bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        cuts(path, data)
    told = str(caught.value)
    assert "\n" not in told
    assert len(told.removeprefix(f"{path}")) < 300
    return told.removeprefix(f"{path}: ")


def test_what_was_written_is_read(path: Path, spec: Spec) -> None:
    write(path, spec)

    assert list(read_pcapng(path, SIDES)) == [
        Cut("body", 0.125, 0.125 + 30 / 115200, 115200, b"\x01\x02\x03", 0),
        Cut("lens", 0.25, 0.25 + 80 / 115200, 115200, b"\x04" * 8, 0),
        Cut("body", 1.0, 1.0 + 10 / 3_000_000, 3_000_000, b"\x05", 0),
        Cut("lens", 0.9, 0.9 + 60 / 115200, 115200, b"\x06" * 6, 0),
    ]


def test_a_packet_is_in_the_file_at_once(path: Path, spec: Spec) -> None:
    writer = PcapngWriter(path, spec, ("body", "lens"))
    sizes = [path.stat().st_size]
    for record in SOME:
        writer.tell(record)
        sizes.append(path.stat().st_size)
    writer.close()

    assert sizes[0] > 0
    assert sizes == sorted(set(sizes))
    assert path.stat().st_size == sizes[-1]


@pytest.mark.parametrize(("side", "peer"), [SIDES, SIDES[::-1]])
def test_of_one_side_the_own_frames_are_outbound(
    path: Path, spec: Spec, side: str, peer: str
) -> None:
    writer = PcapngWriter(path, spec, [side])
    writer.tell(said(0.125, side, b"\x01"))
    writer.tell(Record(0.5, side, "heard", Message("awake"), b"\x02"))
    writer.close()

    assert f"outbound {side}; inbound {peer}".encode() in path.read_bytes()
    found = list(read_pcapng(path, SIDES))
    assert [(cut.side, cut.data) for cut in found] == [(side, b"\x01"), (peer, b"\x02")]
    assert found[1] == Cut(peer, 0.5, 0.5, None, b"\x02", 0)


def test_times_are_from_the_start_whenever_that_was(path: Path, spec: Spec) -> None:
    write(path, spec, epoch_s=1_700_000_000.5)

    assert [cut.t for cut in read_pcapng(path, SIDES)] == [0.125, 0.25, 1.0, 0.9]


@pytest.mark.parametrize("t", [-1.0, 2e10])
def test_a_time_that_pcapng_cannot_say_is_refused(path: Path, spec: Spec, t: float) -> None:
    with closing(PcapngWriter(path, spec, ["body"])) as writer:
        record = said(t, "body", b"\x01")

        with pytest.raises(CaptureError, match=rf"got a packet at {t} s: begin at 0 or later"):
            writer.tell(record)


@pytest.mark.parametrize("epoch_s", [-1.0, 1e10, float("nan")])
def test_a_time_0_that_pcapng_cannot_say_is_refused(path: Path, spec: Spec, epoch_s: float) -> None:
    with pytest.raises(CaptureError, match=r"own\.pcapng: got time 0 at .*, wanted 0 to 1e\+10 s:"):
        PcapngWriter(path, spec, ["body"], epoch_s=epoch_s)


def test_a_killed_writer_costs_its_last_block_alone(path: Path, spec: Spec) -> None:
    whole = write(path, spec, SOME[:2] * 4)
    every = list(read_pcapng(path, SIDES))
    for size in range(len(whole) - 200, len(whole)):
        path.write_bytes(whole[:size])
        told: list[str] = []
        found = list(read_pcapng(path, SIDES, told.append))

        assert found == every[: len(found)]
        assert len(found) >= len(every) - 5
        assert len(told) <= 1

    assert told[0].endswith("the last block is cut off: left out")


def test_a_file_cut_off_in_its_head_is_empty(path: Path) -> None:
    for size in range(len(section())):
        assert cuts(path, section()[:size]) == []


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_and_other_blocks_and_resolutions_are_read(path: Path, order: str) -> None:
    data = (
        section(order)
        + block(0x0BAD, b"\x00" * 8, order)
        + interface(order)
        + interface(order, more=option(order, 9, b"\x83") + option(order, 8, bytes(8)))
        + packet(order, flags=1)
        + block(5, bytes(16), order)
        + packet(order, number=1, ticks=12, data=b"")
    )

    assert cuts(path, data) == [
        Cut("lens", 0.125, 0.125, None, b"\x01\x02\x03", 0),
        Cut("body", 1.5, 1.5, None, b"", 0),
    ]


def test_a_second_section_has_interfaces_and_an_order_of_its_own(path: Path) -> None:
    other = ABOUT.replace(b"outbound body; inbound lens", b"outbound lens; inbound body")
    data = section() + interface() + packet() + section(">") + interface(">", about=other + b"\0")

    assert [cut.side for cut in cuts(path, data + packet(">"))] == ["body", "lens"]


HEAD = section() + interface()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GIF89a", "byte 0: got 47494638, wanted the section header of a pcapng file"),
        (packet(), "byte 0: got 06000000, wanted the section header"),
        (section()[:8] + bytes(20), "byte 0: got byte-order magic 00000000, wanted 1a2b3c4d"),
        (section(major=2), "byte 0: got version 2.0, wanted 1.0: save it as pcapng again"),
        (
            block(0x0A0D0D0A, section()[8:12]),
            "byte 0: got a damaged block of kind 168627466, wanted one",
        ),
        (section() + bytes(12), "byte 28: got 0 bytes of block, wanted 12 to 16777216"),
        (section() + b"\x06\0\0\0\x0e" + bytes(9), "byte 28: got 14 bytes of block"),
        (
            section() + struct.pack("<III", 6, MAX_BLOCK_BYTES + 4, 0),
            "byte 28: got 16777220 bytes of block",
        ),
        (HEAD[:-1] + b"\1", "byte 28: got sizes 68000000 and 68000001, wanted the same twice"),
        (section() + interface(link_type=1), "byte 28: got link type 1, wanted 147"),
        (section() + interface(about=b"eth0"), "byte 28: got 'eth0', wanted the description of"),
        (
            section() + interface(about=ABOUT.replace(b"inbound lens", b"inbound cap")),
            "byte 28: got 'l_mount/lens; outbound body; inbound cap; 10",
        ),
        (section() + interface(about=b"\xff"), "byte 28: got a damaged block of kind 1, wanted"),
        (
            section() + interface(more=option("<", 8, b"\1")),
            "byte 28: got a damaged block of kind 1, wanted",
        ),
        (
            section() + interface(more=option("<", 9, b"")),
            "byte 28: got a damaged block of kind 1, wanted",
        ),
        (
            section() + interface(more=b"\x09\0\xff\xff"),
            "byte 28: got a damaged block of kind 1, wanted",
        ),
        (section() + interface() * 1001, "byte 104028: got over 1000 interfaces"),
        (HEAD + packet(flags=0), "byte 132: got a packet without direction"),
        (HEAD + packet(number=1), "byte 132: got 3 bytes of interface 1, wanted interfaces below"),
        (HEAD + block(6, struct.pack("<5I", 0, 0, 0, 99, 99)), "byte 132: got 99 bytes of interf"),
        (HEAD + block(6, bytes(16)), "byte 132: got a damaged block of kind 6, wanted"),
    ],
)
def test_what_is_damaged_is_told_with_its_place(path: Path, data: bytes, told: str) -> None:
    got = refusal(path, data)

    assert got.startswith(told)


def test_many_options_cost_no_more_than_their_bytes(path: Path) -> None:
    options = option("<", 7, b"") * (MAX_BLOCK_BYTES // 4 - 100)

    assert cuts(path, section() + interface(more=options)) == []


def test_a_file_that_is_missing_is_one_line(path: Path) -> None:
    with pytest.raises(CaptureError, match=r"own\.pcapng: No such file or directory: name a"):
        list(read_pcapng(path, SIDES))


@reused_folder
@given(data=st.data(), order=st.sampled_from(["<", ">"]))
def test_hostile_bytes_are_read_or_refused(path: Path, data: st.DataObject, order: str) -> None:
    good = bytearray(section(order) + interface(order) + packet(order) * 2)
    for _ in range(data.draw(st.integers(0, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    kinds = st.sampled_from([0x0A0D0D0A, 1, 3, 6])
    more = st.builds(block, kinds, st.binary(max_size=15).map(lambda x: x * 4), st.just(order))
    tail = b"".join(data.draw(st.lists(more, max_size=3))) + data.draw(st.binary(max_size=40))
    with suppress(CaptureError):
        assert all(cut.side in SIDES for cut in cuts(path, bytes(good) + tail))


@needs_tshark
def test_tshark_sees_every_frame_its_time_direction_and_rate(path: Path, spec: Spec) -> None:
    write(path, spec, epoch_s=1_700_000_000.5)
    fields = ["time_epoch", "p2p_dir", "packet_flags_direction", "protocols"]
    asked = [part for field in fields for part in ("-e", f"frame.{field}")]
    command = ["tshark", "-r", f"{path}", "-T", "fields", *asked, "-e", "data.data"]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert [row.split("\t") for row in rows] == [
        ["1700000000.625000000", "0", "0x00000002", "user_dlt:data", "010203"],
        ["1700000000.750000000", "1", "0x00000001", "user_dlt:data", "0404040404040404"],
        ["1700000001.500000000", "0", "0x00000002", "user_dlt:data", "05"],
        ["1700000001.400000000", "1", "0x00000001", "user_dlt:data", "060606060606"],
    ]


@needs_tshark
def test_capinfos_finds_the_interfaces_whole(path: Path, spec: Spec) -> None:
    write(path, spec)
    command = ["capinfos", f"{path}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    for line in (
        "Number of packets:   4",
        "Number of interfaces in file: 2",
        f"Description = {ABOUT.decode()}",
        "Encapsulation = USER 0",
        "Speed = 115200",
        "Speed = 3000000",
        "Time precision = nanoseconds (9)",
        "Capture application: lensbus",
    ):
        assert line in told


@needs_tshark
def test_what_wireshark_saved_again_is_still_ours(path: Path, spec: Spec) -> None:
    write(path, spec, epoch_s=1_700_000_000.5)
    saved = path.with_name("saved.pcapng")
    subprocess.run(["editcap", f"{path}", f"{saved}"], check=True)

    assert list(read_pcapng(saved, SIDES)) == list(read_pcapng(path, SIDES))
