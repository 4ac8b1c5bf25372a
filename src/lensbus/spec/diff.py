"""What changed between two specs, and which devices made to the one fail with those of the other.

Two sides meet on a version that both have, so each version is held against itself, and what only a
newer version brings fails with nobody. Specs that agree no version are held together as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lensbus.spec.canon import prose, spelt, tree
from lensbus.spec.edges import ABSENT, Edge, Path, dotted, edges
from lensbus.spec.grades import Judge
from lensbus.spec.model import Spec
from lensbus.spec.node import Where, listed
from lensbus.spec.renames import renamed
from lensbus.spec.verdict import BREAKING, COMPATIBLE, DOCUMENTATION, GRADES, Verdict
from lensbus.spec.versions import NEWEST, OLDEST, at, tellers, versions

MOST_WORDS: Final = 200
"""Characters of a change in prose."""

Graded = Iterator[tuple[Path, Verdict]]


@dataclass(frozen=True, slots=True)
class Change:
    """One change, its place in the new spec, and who fails: `an old lens with a new body`."""

    grade: str
    words: str
    breaks: tuple[str, ...]
    where: Where


def diff(old: Spec, new: Spec) -> list[Change]:
    """Every change between two specs, the worst first; none if they are the same."""
    agreed = bool(tellers(old) and tellers(new))
    common = [version for version in versions(old) if agreed and version in versions(new)]
    found: dict[Verdict, tuple[Path, list[int]]] = {}
    for one, other in [(at(old, each), at(new, each)) for each in common] or [(old, new)]:
        for path, verdict in _graded(one, other, agreed=agreed):
            found.setdefault(verdict, (path, []))[1].append(other.version)
    changes = []
    for verdict, (path, which) in found.items():
        some = f" (in version {', '.join(map(str, which))})" if len(which) < len(common) else ""
        changes.append(_change(new, path, verdict, verdict.words + some))
    for path, verdict in _versions(old, new) if agreed else ():
        changes.append(_change(new, path, verdict, verdict.words))
    if common and new.version > old.version:
        for path, verdict in _graded(old, new, agreed=True):
            if verdict not in found:
                words = f"from version {new.version} on: {verdict.words}"
                changes.append(_change(new, path, Verdict(COMPATIBLE, ""), words))
    changes += [_change(new, path, verdict, verdict.words) for path, verdict in _prose(old, new)]
    return sorted(changes, key=_rank)


def _rank(change: Change) -> tuple[int, int, int, str]:
    return GRADES.index(change.grade), change.where.line, change.where.column, change.words


def _change(new: Spec, path: Path, verdict: Verdict, words: str) -> Change:
    return Change(verdict.grade, words, verdict.breaks, _place(new, path))


def _place(spec: Spec, path: Path) -> Where:
    """The item of a path, or the nearest one around it."""
    if path[0] == "roles" and path[2:3] == ("rows",):
        for row in spec.roles[path[1]].rows if path[1] in spec.roles else ():
            if (row.state, row.verb, row.message) == path[3]:
                return row.where
    names = ["spec", *map(str, path)]
    for end in range(len(names), 0, -1):
        if found := spec.places.get(".".join(names[:end])):
            return found
    return Where(spec.files[-1], 1, 1)


def _graded(old: Spec, new: Spec, *, agreed: bool) -> Graded:
    """Every difference of one version, graded."""
    ends = {NEWEST, OLDEST} if agreed else set[str]()
    before, names = renamed(tree(old), tree(new))
    after, judge = tree(new), Judge(before, tree(new))
    for path, name in names.items():
        yield spelt(path, after), _renaming(spelt(path, after), name)
    fresh = before["messages"].keys() ^ after["messages"].keys()
    for edge in edges(before, after):
        if not (edge.path[:1] == ("constants",) and edge.path[1] in ends) and not _goes_along(
            edge, fresh
        ):
            yield spelt(edge.path, after), judge.grade(edge)


def _renaming(path: Path, name: str) -> Verdict:
    if path[2:3] == ("states",):
        return Verdict(DOCUMENTATION, f"{path[1]} table: state {path[-1]} was called {name}")
    words = f"{dotted(path)} was called {name}: the same bytes, and another layout hash"
    return Verdict(COMPATIBLE, words)


def _goes_along(edge: Edge, fresh: set[str]) -> bool:
    """Whether it is a row or reply that came or went with its message."""
    whole = edge.before is ABSENT or edge.after is ABSENT
    match edge.path:
        case ("roles", _, "rows", (_, _, message)) | ("replies", message):
            return whole and message in fresh
    return False


def _versions(old: Spec, new: Spec) -> Graded:
    """What became of the versions that either has."""
    was, now = versions(old), versions(new)
    gone = listed([str(version) for version in was if version not in now])
    if gone and was[0] in now:
        words = (
            f"version {gone} is gone: both go on in {now[-1]}, only what speaks {gone} alone fails"
        )
        yield ("constants", NEWEST), Verdict(COMPATIBLE, words)
    elif gone:
        words = f"version {gone} is gone: what speaks no other is left alone"
        both = Judge(tree(old), tree(new)).both
        yield ("constants", NEWEST), Verdict(BREAKING, words, both)
    more = [str(version) for version in now if version not in was]
    if more:
        words = f"version {', '.join(more)} is new: spoken where both sides have it"
        yield ("constants", NEWEST), Verdict(COMPATIBLE, words)


def _prose(old: Spec, new: Spec) -> Graded:
    """What is told to people alone; the rest of what came or went is told by its grade."""
    was, now = prose(old), prose(new)
    for path in sorted(was.keys() | now.keys()):
        tables = path.startswith(("enums.", "flags.", "names."))
        if was.get(path) != now.get(path) and ((path in was and path in now) or tables):
            words = f"{path} is {now.get(path, 'gone')}, was {was.get(path, 'not there')}"
            yield tuple(path.split(".")), Verdict(DOCUMENTATION, _short(words))


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}..."
