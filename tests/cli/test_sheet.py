import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lensbus.spec.canon import layout_hash
from lensbus.spec.load import spec_root
from tests.peers import SPEC
from tests.running import run


def test_show_tells_contacts_lines_messages_and_both_tables() -> None:
    done = run("spec", "show", "l_mount")

    assert (done.code, done.err) == (0, "")
    for line in (
        "   1  ground  (analogue)",
        "  detect   driven by lens; absent: low  (analogue)",
        "  -      lens  attached  (line detect)  (analogue)",
        "  14     body  aperture_set  (model)",
        "                 aperture_av256: u16le, f-number, N = 2^(v/512)  (model)",
        "                 name: ascii, 40 bytes  (model)",
        "                 power_class: u8, normal=0 | high=1  (model)",
        "lens (starts in off)",
        "body (starts in empty)",
    ):
        assert line in done.out.splitlines()
    assert re.search(r"  listening +send rate_set +fast +rate baud\n", done.out)
    assert re.search(r"  ready +timeout silence +lost +rate slow\n", done.out)


def test_show_tells_versions_their_layouts_and_what_a_version_brought() -> None:
    shown = run("spec", "show", "l_mount").out.splitlines()

    assert shown[1:3] == [
        f"  version {one}, layout hash {hashed:08x} ({hashed})"
        for one, hashed in ((one, layout_hash(SPEC, one)) for one in (1, 2))
    ]
    assert "                 temperature: i8, degrees Celsius  since 2  (model)" in shown
    assert any(line.endswith("listening  rate slow  version protocol") for line in shown)


def test_show_tells_all_that_a_program_needs_to_make_a_frame() -> None:
    shown = run("spec", "show", "l_mount").out.splitlines()
    start = shown.index("frame strip, at most 300 bytes  (model)")

    assert shown[start + 1 : start + 7] == [
        "  sync      e0",
        "  length    u16le, how many bytes there are from sync to checksum",
        "  opcode    u8, the key",
        "  seq       u8, counts 01 to ff, and again; an answer has the same number",
        "  payload   the message's fields",
        "  checksum  u16le, crc16_ibm3740 over length to payload",
    ]
    assert "polynomial 1021, start ffff, not reflected, " in shown[start + 7]
    assert shown[start + 7].endswith("; that of 123456789 is 29b1")


def test_show_tells_the_rates_and_pauses_of_the_link() -> None:
    shown = run("spec", "show", "l_mount").out.splitlines()

    for line in (
        "  slow rate   115200 baud  (model)",
        "  rates       115200 230400 460800 921600 1500000 3000000 baud",
        "  bits        10 a byte",
        "  rate pause  0.005 s, before the first byte at another rate",
        "  pulse_s     0.000063 s  (analogue)",
        "  restart_s   0.05 s  (model)",
    ):
        assert line in shown


def test_show_tells_what_a_cycle_costs_at_each_rate() -> None:
    shown = run("spec", "show", "l_mount").out.splitlines()
    start = shown.index("cycle, 59.94 a second")

    assert shown[start + 1 : start + 5] == [
        "  lens        21 bytes: status",
        "  body        20 bytes: sync, command",
        "     115200 baud: 192 bytes a cycle: lens 10.9%, body 10.4%",
        "     230400 baud: 384 bytes a cycle: lens 5.5%, body 5.2%",
    ]
    assert not any(line.startswith("cycle") for line in run("spec", "show", "l_mount/update").out)


def test_show_tells_of_a_frame_what_others_do_not_have() -> None:
    shown = run("spec", "show", "sony_e").out.splitlines()

    for line in (
        "  type      u8, the key; where it is 01, the payload is a row of messages",
        "  seq       u8, counts 00 to ef, then 80 to 8f, and again; an answer has the next number",
        "  payload   the key, then the message's fields",
        "            the sum of all bytes modulo 2^16; that of 123456789 is 01dd",
        "  tail      55",
        "  padding   from body: stale bytes up to a multiple of 16",
    ):
        assert line in shown


def test_show_tells_a_field_that_takes_the_rest_of_its_frame() -> None:
    assert "unknown_12: bytes, rest  (observed)" in run("spec", "show", "sony_e").out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_title_is_shown_whatever_the_terminal_can_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mine.yaml"
    text = (spec_root() / "l_mount/lens.yaml").read_text()
    path.write_text(re.sub("title: .*", r'title: "10 k\\u03a9 \\e[31m\\nFAKE"', text))
    done = subprocess.run(
        [sys.executable, "-m", "lensbus", "spec", "show", path],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[0] == rb"l_mount/lens: 10 k\u03a9 \x1b[31m\nFAKE"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "fuji_gf",
            [
                "frame block, blocks of 131 bytes  (observed)",
                "  copy      u16be, the key",
                "  payload   128 bytes",
                "  checksum  u8, sum8 over copy to payload",
                "  blocks    00 ffff ff00",
                "frame word, words of 4 bytes, big end first  (observed)",
                "  value     bits 31 to 16",
                "  acknowledge bit 15, of the key",
                "  check     bits 5 to 1, group_sum over bits 31 to 6",
                "  idle      00000000",
            ],
        ),
        ("tamron_usb", ["  controls  04 06 15 18 43"]),
        ("canon_ef", ["frame clocks, not framed  (observed)"]),
        ("fujinon_l10", ["  sync      none"]),
    ],
)
def test_show_tells_each_kind_of_frame(name: str, lines: list[str]) -> None:
    shown = run("spec", "show", name).out.splitlines()

    for line in lines:
        assert line in shown


def test_show_tells_what_answers_what() -> None:
    lines = run("spec", "show", "l_mount").out.splitlines()

    assert "replies" in lines
    home = "homed, or first busy within 0.25 s, said 3 times at most  (analogue)"
    assert f"  {'home':22} {home}" in lines
    assert any("set_focus_ring" in line and line.endswith("since 2  (model)") for line in lines)


def test_show_has_no_heading_without_entries() -> None:
    seq = "  seq       u8, always 00; an answer has the same number"

    lines = run("spec", "show", "tamron_usb").out.splitlines()

    assert seq in run("spec", "show", "samyang_dock").out.splitlines()
    assert {"contacts", "lines"}.isdisjoint(lines)


def test_show_tells_the_frame_that_a_row_switches_to() -> None:
    shown = run("spec", "show", "tamron_usb").out

    assert re.search(
        r"  connected +send begin_firmware +starting  rate 3000000  frame transfer\n", shown
    )
