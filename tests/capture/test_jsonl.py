import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lensbus.capture.jsonl import MAX_LINE_BYTES, JsonlWriter, read_jsonl
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.event import Note
from lensbus.session.log import Record, Window
from lensbus.spec.load import load
from lensbus.wire.message import Message
from tests.sampled import sampled

SIDES = ("lens", "body")
GOOD = {"t": 0.5, "t_end": 0.75, "baud": 115200, "from": "lens", "raw": "aa0c"}
GOOD_CUT = Cut("lens", 0.5, 0.75, 115200, b"\xaa\x0c", 0)
hostile = settings(sampled(200), suppress_health_check=[HealthCheck.function_scoped_fixture])


def text(**changed: object) -> bytes:
    return json.dumps(GOOD | changed).encode() + b"\n"


def cuts(data: bytes) -> list[Cut]:
    return list(read_jsonl(io.BytesIO(data), SIDES))


def refusal(data: bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        cuts(data)
    told = str(caught.value)
    assert "\n" not in told
    assert len(told) < 250
    return told.removeprefix("standard input:")


def test_a_frame_is_a_line_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    writer = JsonlWriter(path, load("l_mount"), ["body"])
    said = Record(0.4, "body", "said", Message("wake"), b"\xaa", Window(0.5, 0.75, 115200))
    writer.tell(said)

    first = '{"t": 0.5, "t_end": 0.75, "baud": 115200, "from": "body", "raw": "aa"}\n'
    assert path.read_text() == first

    writer.tell(Record(0.4, "body", "noted", Note("about nothing")))
    writer.tell(Record(1.0, "body", "heard", Message("awake"), b"\xbb"))
    writer.close()

    second = '{"t": 1.0, "t_end": 1.0, "baud": null, "from": "lens", "raw": "bb"}\n'
    assert path.read_text() == first + second


def test_a_line_is_what_one_side_said() -> None:
    assert cuts(text()) == [GOOD_CUT]


def test_rate_and_bytes_may_be_unknown_and_stop_bits_low() -> None:
    data = text(baud=None, raw="") + text(flaws=2)

    assert cuts(data) == [
        Cut("lens", 0.5, 0.75, None, b"", 0),
        Cut("lens", 0.5, 0.75, 115200, b"\xaa\x0c", 2),
    ]


def test_empty_lines_and_other_line_ends_are_no_matter() -> None:
    assert cuts(b"\n" + text().replace(b"\n", b"\r\n") + b" \n" + text().strip()) == [GOOD_CUT] * 2


def test_a_killed_writer_costs_its_last_line_alone(tmp_path: Path) -> None:
    path, told = tmp_path / "own.jsonl", list[str]()
    whole = text() * 5
    for size in range(len(whole) - 200, len(whole)):
        path.write_bytes(whole[:size])
        told.clear()
        found = list(read_jsonl(path, SIDES, told.append))
        ended, rest = divmod(size + 1, len(text()))  # the line end itself may be missing

        assert found == [GOOD_CUT] * ended
        assert told == [f"{path}:{ended + 1}: the last line is cut off: left out"] * (rest > 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{\n", "got '{', wanted JSON"),
        (b"\xff\x1b[2J\n", "got '\ufffd\\x1b[2J', wanted JSON"),
        (b"[" * 1000 + b"\n", f"got '{'[' * 59}…, wanted JSON"),
        (b"[1]\n", "got a list, wanted an object"),
        (b"7", "got 7, wanted an object"),
        (b"GIF89a", "got 'GIF89a', wanted JSON"),
        (b"{}\n", "got no 'baud', wanted a line that `--record FILE.jsonl` wrote"),
        (text(message="wake"), "got an unknown 'message', wanted a line that"),
        (text(**{"x" * 999: 1}), f"got an unknown '{'x' * 59}…, wanted a line that"),
        (text(t="0"), "t: got '0', wanted seconds from 0 to 1e+10"),
        (text(t=True), "t: got True, wanted seconds"),
        (text(t=-1), "t: got -1, wanted seconds"),
        (text(t=float("nan")), "t: got nan, wanted seconds"),
        (text(t_end=float("inf")), "t_end: got inf, wanted seconds from 0.5 to 1e+10"),
        (text(t_end=0.25), "t_end: got 0.25, wanted seconds from 0.5"),
        (text(t_end=10**300), f"t_end: got 1{'0' * 59}…, wanted seconds"),
        (text(t_end=None), "t_end: got None, wanted seconds"),
        (text(baud=0), "baud: got 0, wanted a whole number from 1 to 1000000000"),
        (text(baud=1.5), "baud: got 1.5, wanted a whole number"),
        (text(baud=True), "baud: got True, wanted a whole number"),
        (text(baud=[]), "baud: got a list, wanted a whole number"),
        (text(flaws=-1), "flaws: got -1, wanted a whole number from 0"),
        (text(raw="a"), "raw: got 'a', wanted bytes in hex"),
        (text(raw="zz"), "raw: got 'zz', wanted bytes in hex"),
        (text(raw=7), "raw: got 7, wanted bytes in hex"),
        (text(raw=None), "raw: got None, wanted bytes in hex"),
        (text(**{"from": "cap"}), "from: got 'cap', wanted one of lens, body"),
        (text(**{"from": ["lens"]}), "from: got a list, wanted one of lens, body"),
        (text(**{"from": {}}), "from: got an object, wanted one of lens, body"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(line: bytes, told: str) -> None:
    got = refusal(text() + line)

    assert got.replace("2: ", "", 1).startswith(told)
    assert got.startswith("2: ")
    assert got.endswith((": record it again", ": is it of another mount? --spec names one"))


def test_a_broken_line_before_others_is_no_cut_off_end() -> None:
    assert refusal(text()[:20] + b"\n" + text()).startswith('1: got \'{"t": 0.5')


def test_an_endless_line_is_not_read_whole() -> None:
    told = f"1: got a line of over {MAX_LINE_BYTES} bytes, wanted less"

    assert refusal(text(raw="00" * MAX_LINE_BYTES)) == told
    assert refusal(b"{" * (MAX_LINE_BYTES + 1)) == told


@pytest.mark.parametrize("depth", range(900, 1000, 7))
def test_a_deep_value_is_refused_however_deep(depth: int) -> None:
    deep = text(raw="DEEP").replace(b'"DEEP"', b"[" * depth + b"]" * depth)

    assert "raw: got a list" in refusal(deep) or "wanted JSON" in refusal(deep)


def test_a_file_that_is_missing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"own\.jsonl: No such file or directory: name a"):
        list(read_jsonl(tmp_path / "own.jsonl", SIDES))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
lines = st.one_of(
    st.binary(max_size=80),
    st.builds(lambda value: json.dumps(value).encode(), json_values),
    st.builds(
        lambda name, value: text(**{name: value}).strip(), st.sampled_from([*GOOD]), json_values
    ),
)


@hostile
@given(data=st.lists(lines, max_size=4).map(b"\n".join))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(CaptureError):
        assert all(cut.side in SIDES for cut in cuts(data))
