"""Read the frame shapes of a spec, each by its kind."""

from collections.abc import Callable

from lensbus.spec.basis import Bases
from lensbus.spec.frames import read_delimited
from lensbus.spec.node import Section
from lensbus.spec.shapes import Shape
from lensbus.spec.undelimited import read_block, read_table, read_word

MOST = 16
"""Shapes of one spec: in every state, each that can be spoken there is looked at."""

KINDS: dict[str, Callable[[str, Section, Bases], Shape]] = {
    "delimited": read_delimited,
    "word": read_word,
    "block": read_block,
    "table": read_table,
}


def read_frames(top: Section, bases: Bases) -> dict[str, Shape]:
    """Every frame shape by name; the first is the one that a session begins with."""
    frames = {}
    entries = list(top.sections("frames"))
    if len(entries) > MOST:
        top.problem("frames", f"expected at most {MOST} shapes, got {len(entries)}")
    for name, section in entries[:MOST]:
        kind = section.choice("kind", tuple(KINDS))
        frames[name] = KINDS.get(kind, read_delimited)(name, section, bases)
        section.done()
    return frames
