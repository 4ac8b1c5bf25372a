import re
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lensbus.capture import sigrok
from lensbus.capture.trace import Edges, Trace
from lensbus.capture.uart import Burst, draw
from lensbus.errors import CaptureError
from lensbus.spec.model import Wires
from tests.sampled import sampled

METADATA = "[global]\n\n[device 1]\ncapturefile=logic-1\nsamplerate=6 MHz\nunitsize=1\nprobe2=VD\n"
AGAIN = "re-save it with sigrok-cli or record it again"

needs_sigrok = pytest.mark.skipif(
    shutil.which("sigrok-cli") is None, reason="sigrok-cli is not installed"
)
reused_folder = settings(sampled(60), suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "capture.sr"


def edges(first: bool, *at: int) -> Edges:
    return Edges(first, np.array(at, dtype=np.int64))


def pack(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def session(metadata: str = METADATA, version: bytes = b"2", **logic: bytes) -> dict[str, bytes]:
    """Logic members are named with underscores: logic_1_2."""
    head = {"version": version, "metadata": metadata.encode()}
    return head | {name.replace("_", "-"): data for name, data in logic.items()}


def refusal(path: Path) -> str:
    with pytest.raises(CaptureError) as caught:
        sigrok.read(path)
    text = str(caught.value)
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


def outcome(path: Path) -> str:
    try:
        return f"{sigrok.read(path).length} samples"
    except CaptureError as error:
        return str(error)


@st.composite
def traces(draw_from: st.DrawFn) -> Trace:
    length = draw_from(st.integers(1, 400))
    names = draw_from(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\\"), min_size=1, max_size=8)
            .filter(str.isprintable)
            .filter(lambda name: name == name.strip()),
            min_size=1,
            max_size=20,
            unique=True,
        )
    )
    changes = st.sets(st.integers(1, length - 1), max_size=20) if length > 1 else st.just(set())
    lines = {name: edges(draw_from(st.booleans()), *sorted(draw_from(changes))) for name in names}
    return Trace(draw_from(st.integers(1, 10**10)), length, lines)


@given(trace=traces())
@reused_folder
def test_what_is_written_is_read_again(path: Path, trace: Trace) -> None:
    sigrok.write(path, trace)

    assert trace == sigrok.read(path)


def test_edges_at_the_borders_of_chunks_survive(path: Path) -> None:
    chunk = sigrok.CHUNK_BYTES
    lines = {"A": edges(True, chunk - 1, chunk), "B": edges(False, chunk, 2 * chunk + 4)}
    trace = Trace(24_000_000, 2 * chunk + 5, lines)
    sigrok.write(path, trace)

    assert trace == sigrok.read(path)
    with zipfile.ZipFile(path) as archive:
        assert [chunk, chunk, 5] == [info.file_size for info in archive.infolist()[2:]]


@pytest.mark.parametrize(("lines", "unit_size"), [(8, 1), (9, 2), (16, 2), (17, 4), (64, 8)])
def test_samples_are_as_wide_as_the_lines_need(path: Path, lines: int, unit_size: int) -> None:
    trace = Trace(1000, 3, {f"L{n}": edges(n % 2 == 0, 1 + n % 2) for n in range(lines)})
    sigrok.write(path, trace)

    assert trace == sigrok.read(path)
    with zipfile.ZipFile(path) as archive:
        assert 3 * unit_size == archive.getinfo("logic-1-1").file_size


def test_equal_traces_make_equal_files(tmp_path: Path) -> None:
    for name in ("one.sr", "two.sr"):
        sigrok.write(tmp_path / name, Trace(1000, 9, {"A": edges(False, 4)}))

    assert (tmp_path / "one.sr").read_bytes() == (tmp_path / "two.sr").read_bytes()


@pytest.mark.parametrize(
    "names", [[], [""], [" A"], ["A\n"], ["A\\s"], [f"L{n}" for n in range(65)]]
)
def test_lines_that_sigrok_cannot_name_are_not_written(path: Path, names: list[str]) -> None:
    path.write_bytes(b"what was there")

    with pytest.raises(CaptureError, match="wanted"):
        sigrok.write(path, Trace(1000, 9, {name: edges(False) for name in names}))
    assert path.read_bytes() == b"what was there"


def test_nothing_beside_the_file_is_touched(tmp_path: Path) -> None:
    neighbour, taken = tmp_path / "own.sr.part", tmp_path / "folder"
    neighbour.write_text("mine")
    taken.mkdir()
    trace = Trace(1_000_000, 99, {"VD": edges(False, 50)})
    sigrok.write(tmp_path / "own.sr", trace)
    with pytest.raises(CaptureError, match="folder"):
        sigrok.write(taken, trace)

    assert neighbour.read_text() == "mine"
    assert {"folder", "own.sr", "own.sr.part"} == {one.name for one in tmp_path.iterdir()}


def test_a_folder_that_is_not_there_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"No such file or directory: .*name another file"):
        sigrok.write(tmp_path / "none" / "x.sr", Trace(1000, 9, {"A": edges(False)}))
    with pytest.raises(CaptureError, match="directory"):
        sigrok.write(tmp_path, Trace(1000, 9, {"A": edges(False)}))
    assert not list(tmp_path.iterdir())


def test_chunks_are_joined_by_number_and_not_by_name(path: Path) -> None:
    numbers = (10, 2, 1, 11, 3, 4, 5, 6, 7, 8, 9)
    pack(path, session() | {f"logic-1-{n}": bytes([2 * (n == 10)]) for n in numbers})

    assert Trace(6_000_000, 11, {"VD": edges(False, 9, 10)}) == sigrok.read(path)


@pytest.mark.parametrize("version", [b"1", b"2", b"2\n"])
def test_a_session_may_be_one_member(path: Path, version: bytes) -> None:
    pack(path, session(version=version, logic_1=b"\0\2\2\0"))

    assert Trace(6_000_000, 4, {"VD": edges(False, 1, 3)}) == sigrok.read(path)


@pytest.mark.parametrize(
    ("text", "rate_hz"),
    [
        ("6 MHz", 6_000_000),
        ("12.5 MHz", 12_500_000),
        ("1.5625 kHz", None),
        ("500 kHz", 500_000),
        ("2GHz", 2_000_000_000),
        ("20m", 20_000_000),
        ("1000", 1000),
        ("32 Hz", 32),
        ("0 Hz", None),
        ("-1 Hz", None),
        ("fast", None),
        ("1e6", None),
    ],
)
def test_a_sample_rate_has_a_unit(path: Path, text: str, rate_hz: int | None) -> None:
    pack(path, session(METADATA.replace("6 MHz", text), logic_1=b"\0"))

    if rate_hz is None:
        expected = f"metadata: got {text!r}, wanted a whole number of hertz, as samplerate=6 MHz"
        assert f"{expected}: {AGAIN}" == refusal(path)
    else:
        assert rate_hz == sigrok.read(path).rate_hz


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("[device 1]\nsamplerate=6 MHz\ntotal analog=1\n", "got no capturefile, wanted logic li"),
        (METADATA.replace("samplerate=6 MHz\n", ""), "got 'nothing', wanted a whole number"),
        (METADATA.replace("unitsize=1", "unitsize=9"), "got unitsize='9', wanted [1-8]"),
        (METADATA.replace("unitsize=1\n", ""), "got unitsize='', wanted [1-8]"),
        (METADATA.replace("=logic-1", "=\x07"), "got capturefile='\\x07', wanted"),
        (METADATA.replace("probe2=VD\n", ""), "got no named lines"),
        (METADATA + "probe3=VD\n", "got 'probe3=VD', wanted a name of its own"),
        (METADATA + "probe3=\n", "got 'probe3=', wanted a name of its own"),
        (METADATA + "probe3=A\n B\n", "got 'probe3=A\\nB', wanted a name of its own"),
        (METADATA + "probe9=A\n", "got 'probe9=A', wanted a name of its own for each line, from "),
        (METADATA + "probe0=A\n", "got 'probe0=A', wanted"),
        (METADATA + "unitsize=1\n", "While reading from '<string>'"),
        (METADATA + "what is this\n", "Source contains parsing errors"),
        ("unitsize=1\n", "File contains no section headers."),
        ("", "got no capturefile"),
        (METADATA.replace("6 MHz", "9" * 60_000), "got '99999"),
    ],
)
def test_metadata_that_makes_no_sense_is_one_line(path: Path, metadata: str, expected: str) -> None:
    pack(path, session(metadata, logic_1=b"\0"))

    assert refusal(path).startswith(f"metadata: {expected}")
    assert len(refusal(path)) < 400


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"metadata": b"x"}, "version: got no such member, wanted all members of a session"),
        ({"version": b"2"}, "metadata: got no such member"),
        (session(version=b"3"), "version: got '3', wanted 1 or 2"),
        (session(), "logic-1-1: got no such member"),
        (session(logic_1_1=b"\0", logic_1_3=b"\0"), "logic-1-2: got no such member"),
        (session(logic_1_1=b"", logic_1_999999999=b""), "got logic-1-999999999, wanted numbers"),
        (session(logic_1_1=b""), "got no samples, wanted 1 or more: record it again"),
        (session("[" * 70_000), "metadata: got 70000 bytes, wanted 65536 or fewer"),
        ({"version": b"2", "metadata": b"\xff\xfe"}, "metadata: 'utf-8' codec can't decode"),
    ],
)
def test_a_session_that_is_not_whole_is_one_line(
    path: Path, members: dict[str, bytes], expected: str
) -> None:
    pack(path, members)

    assert refusal(path).startswith(expected)


def test_what_is_not_a_file_is_one_line(tmp_path: Path) -> None:
    remedy = "wanted a sigrok session: name a .sr file"

    assert f"got no such file, {remedy}" == refusal(tmp_path / "none.sr")
    assert f"got not a file, {remedy}" == refusal(tmp_path)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\5\6" + b"\xff" * 18])
def test_what_is_not_a_zip_is_one_line(path: Path, data: bytes) -> None:
    path.write_bytes(data)

    assert refusal(path).endswith(AGAIN)


def test_damage_is_named_with_its_member(path: Path) -> None:
    pack(path, session(logic_1_1=b"\2" * 99, logic_1_2=b"\7" * 99), zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"\7\7", b"\7\6"))

    assert f"logic-1-2: Bad CRC-32 for file 'logic-1-2': {AGAIN}" == refusal(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_without_a_bound_on_memory_is_refused(path: Path, method: int) -> None:
    pack(path, session(logic_1=b"\0"), method)

    assert re.match(r"version: got compression \d+, wanted stored or deflated", refusal(path))


def patched(path: Path, member: bytes, offset: int, value: bytes) -> None:
    """Write over a field of a member's entry in the zip directory."""
    data = bytearray(path.read_bytes())
    entry = data.rindex(member) - 46
    data[entry + offset : entry + offset + len(value)] = value
    path.write_bytes(data)


def test_an_encrypted_member_is_refused(path: Path) -> None:
    pack(path, session(logic_1=b"\0"))
    patched(path, b"logic-1", 8, b"\1")

    assert f"logic-1: got an encrypted member, wanted a plain one: {AGAIN}" == refusal(path)


def test_sizes_beyond_the_limit_are_refused_before_unpacking(path: Path) -> None:
    huge = struct.pack("<L", (1 << 32) - 2)
    pack(path, session(logic_1_1=b"\0", logic_1_2=b"\0"))
    patched(path, b"logic-1-1", 24, huge)
    patched(path, b"logic-1-2", 24, huge)

    expected = f"got {2 * ((1 << 32) - 2)} bytes of samples, wanted {sigrok.MAX_SAMPLE_BYTES} or"
    assert f"{expected} fewer: record a shorter time" == refusal(path)


def test_a_member_shorter_than_it_says_is_refused(path: Path) -> None:
    pack(path, session(logic_1_1=b"\0" * 9))
    patched(path, b"logic-1-1", 24, struct.pack("<L", 99))

    assert f"logic-1-1: got 9 bytes, wanted 99: {AGAIN}" == refusal(path)


def test_too_many_members_are_refused(path: Path) -> None:
    entries = (b"PK\1\2" + bytes(42)) * (sigrok.MAX_MEMBERS + 1)
    path.write_bytes(entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, len(entries), 0, 0))

    assert f"got 100001 members, wanted 100000 or fewer: {AGAIN}" == refusal(path)


def test_a_huge_directory_is_refused_before_it_is_loaded(path: Path) -> None:
    size = sigrok.MAX_DIRECTORY_BYTES + 46
    with path.open("wb") as file:
        file.seek(size)
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, size, 0, 0))

    assert refusal(path).startswith(f"got {size} bytes of directory, wanted")


@given(
    place=st.integers(0, 2000), value=st.binary(min_size=1, max_size=8), keep=st.integers(1, 999)
)
@reused_folder
def test_damage_anywhere_is_a_trace_or_one_line(
    path: Path, place: int, value: bytes, keep: int
) -> None:
    sigrok.write(path, Trace(6_000_000, 99, {"VD": edges(False, 50)}))
    data = bytearray(path.read_bytes())
    place %= len(data)
    data[place : place + len(value)] = value
    path.write_bytes(data[: max(len(data) * keep // 500, 1)])

    assert "\n" not in outcome(path)


SIDES = {"body": Wires("TXD", "BODY_CS"), "lens": Wires("RXD", "LENS_CS")}
BYTES = bytes(range(256))


def sigrok_cli(*args: str) -> bytes:
    return subprocess.run(["sigrok-cli", *args], check=True, capture_output=True).stdout


@pytest.fixture
def drawn(path: Path) -> Path:
    bursts = [Burst("body", 0.001, 1_500_000, BYTES), Burst("lens", 0.3, 1_500_000, BYTES[::-1])]
    levels = {"VD": [(0.0, True), (0.2, False)]}
    sigrok.write(path, draw(bursts, levels, rate_hz=24_000_000, length_s=0.4, sides=SIDES))
    return path


@needs_sigrok
def test_sigrok_reads_our_lines(drawn: Path) -> None:
    shown = sigrok_cli("-i", str(drawn), "--show").decode()

    assert "Samplerate: 24000000" in shown
    expected = ["VD", "TXD", "RXD", "BODY_CS", "LENS_CS"]
    assert expected == re.findall(r"- (\w+): logic", shown)
    assert f"Logic sample count: {int(0.4 * 24_000_000)}" in shown


@needs_sigrok
@pytest.mark.parametrize(("line", "expected"), [("TXD", BYTES), ("RXD", BYTES[::-1])])
def test_sigrok_decodes_the_bytes_that_we_drew(drawn: Path, line: str, expected: bytes) -> None:
    decoder = f"uart:rx={line}:baudrate=1500000"

    assert expected == sigrok_cli("-i", str(drawn), "-P", decoder, "-B", "uart=rx")


@needs_sigrok
def test_we_read_what_sigrok_saves_anew(drawn: Path, tmp_path: Path) -> None:
    sigrok_cli("-i", str(drawn), "-O", "srzip", "-o", str(tmp_path / "again.sr"))

    assert sigrok.read(drawn) == sigrok.read(tmp_path / "again.sr")
