"""Spec files made in tests: a small whole one, and texts whose marks say where problems stand."""

from pathlib import Path
from typing import TypeVar

import pytest

from lensbus.errors import SpecError
from lensbus.spec.load import load, spec_root
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited, Shape

MARK = "¦"
Kind = TypeVar("Kind", bound=Shape)

SMALL = """\
spec: small/lens
title: "A small mount"
unknown: fault
sources: {bench: "a bench"}
mount: {contact_count: {value: 2, basis: observed, source: bench}}
contacts:
  1: {role: "ground", basis: observed, source: bench}
  2: {role: "detect", line: detect, basis: observed, source: bench}
link:
  basis: observed
  source: bench
  slow: {value: 9600, unit: baud, basis: observed, source: bench}
  rates: [9600, 19200]
  bits_per_byte: {value: 10, basis: observed, source: bench}
  rate_pause_s: {value: 0.01, basis: observed, source: bench}
  lines:
    detect: {driver: lens, idle: high, absent: low, basis: observed, source: bench}
timing:
  sync_hz: {value: 50, basis: observed, source: bench}
  pulse_s: {value: 0.001, basis: observed, source: bench}
  gap_s: {value: 0.002, basis: observed, source: bench}
  repeat_s: {value: 1, basis: observed, source: bench}
  restart_s: {value: 0.05, basis: observed, source: bench}
constants:
  steps: {value: 256, basis: observed, source: bench}
frames:
  row:
    kind: delimited
    sync: [0xa5, 0x5a]
    header: {type: u8, length: u8}
    length: {counts: [payload, payload], max_size: 32}
    key: [type, payload]
    packed: {type: 1}
    checksum: {name: sum16, type: u16be, covers: [sync, payload]}
    basis: observed
    source: bench
flags:
  bits: {values: {red: 1, blue: 4}, basis: observed, source: bench}
enums:
  modes: {values: {off: 0, on: 1}, basis: observed, source: bench}
messages:
  attached: {from: lens, line: detect, level: low, basis: observed, source: bench}
  ask: {from: body, key: [1, 1], basis: observed, source: bench, fields: {a: {type: u8}}}
  stop: {from: body, key: [1, 2], basis: observed, source: bench}
  more: {from: body, key: [1, 3], basis: observed, source: bench, fields: {rest: {type: bytes, size: rest}}}
  setup: {from: body, key: [2, 1], basis: observed, source: bench, fields: {b: {type: u16be, low: 2, high: 9}}}
  answer: {from: lens, key: [1, 1], basis: observed, source: bench, fields: {t: {type: ascii, size: 4}}}
  state: {from: lens, key: [1, 2], basis: observed, source: bench, fields: {m: {type: u8, enum: modes}, f: {type: u8, flags: bits}}}
roles:
  body:
    start: ready
    silence_s: {value: 1, basis: observed, source: bench}
    basis: observed
    source: bench
    table:
      - [ready, recv attached, same]
      - [ready, send ask, waiting]
      - [waiting, recv answer, ready]
      - [waiting, timeout ask, ready]
  lens:
    start: ready
    silence_s: {value: 1, basis: observed, source: bench}
    basis: observed
    source: bench
    table:
      - [ready, recv ask, ready]
      - [ready, send answer, ready]
replies:
  ask: {with: answer, timeout_s: 0.1, retries: 1, basis: observed, source: bench}
capture: {body: {data: TX}, lens: {data: RX}}
"""


def shipped(name: str) -> str:
    """The text of a spec that comes with lensbus."""
    return (spec_root() / name).with_suffix(".yaml").read_text(encoding="utf-8")


def patched(text: str, *patches: tuple[str, str]) -> str:
    """The text with each old part, which must stand in it once, replaced by the new one."""
    for old, new in patches:
        assert text.count(old) == 1, f"{text.count(old)} times in the spec: {old}"
        text = text.replace(old, new)
    return text


def write(folder: Path, text: str) -> Path:
    path = folder / "lens.yaml"
    path.write_text(text.replace(MARK, ""), encoding="utf-8")
    return path


def marks(text: str) -> list[tuple[int, int]]:
    """Line and column, from 1, of each mark, as if the marks were not there."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.split(MARK)[:-1]
        found += [(number, 1 + sum(map(len, parts[:i])) + len(parts[i])) for i in range(len(parts))]
    return found


def problems(path: Path) -> list[tuple[int, int, str]]:
    """Line, column and text of every problem that loading finds; each must be in the file."""
    with pytest.raises(SpecError) as caught:
        load(str(path))
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.line, problem.column, problem.text) for problem in caught.value.problems]


def loaded(folder: Path, *patches: tuple[str, str]) -> Spec:
    """The small spec, patched."""
    return load(str(write(folder, patched(SMALL, *patches))))


def delimited(spec: Spec, name: str = "") -> Delimited:
    """The frame shape of this name, or the first one, which must be delimited."""
    return shape_named(spec, name or next(iter(spec.frames)), Delimited)


def shape_named(spec: Spec, name: str, kind: type[Kind]) -> Kind:
    """The frame shape of this name, which must be of this kind."""
    shape = spec.frames[name]
    assert isinstance(shape, kind)
    return shape


def refuses(folder: Path, text: str, *expected: str) -> None:
    """Assert that the problems of a text are exactly these, in order, each at its mark."""
    found = problems(write(folder, text))
    wanted = [(*place, words) for place, words in zip(marks(text), expected, strict=True)]

    assert wanted == found, f"found {found}, wanted {wanted}"
