"""Find what a spec file names and nothing in it uses."""

from collections import defaultdict

from lensbus.spec.model import Found
from lensbus.spec.node import Node, Section

USES = {"enum": "enums", "flags": "flags", "names": "names", "source": "sources"}
"""Which key of an item names an entry of which part of the file."""


def unused(top: Section) -> Found:
    """Every enum, flags, names, source and line of the file itself that no item names."""
    named, file = _named(top.node), top.node.where.file
    for part in USES.values():
        yield from _idle(top.section(part), named[part], f"{part}.{{}}: nothing names it", file)
    lines = top.section("link").section("lines")
    framing = {name for name, line in lines.nodes() if _frames(line)}
    yield from _idle(lines, named["lines"] | framing, "link.lines.{}: no message is on it", file)


def _frames(line: Node) -> bool:
    """Whether a line stands around frames, so that it needs no message."""
    flag = line.value.get("frames") if isinstance(line.value, dict) else None
    return flag is not None and flag.value is True


def _named(root: Node) -> defaultdict[str, set[str]]:
    """What is named anywhere, by the part of the file that it is an entry of."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    todo = [root]
    while todo:
        value = todo.pop().value
        inner = value if isinstance(value, dict) else {}
        for key, node in inner.items():
            if isinstance(node.value, str):
                named[USES.get(key, f"{key}s")].add(node.value)
        todo += (
            inner.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
    return named


def _idle(section: Section, named: set[str], text: str, file: str) -> Found:
    for name, where in section.node.keys.items():
        if name not in named and where.file == file:
            yield where, text.format(name)
