"""The parts of a spec that some messages hang on, each with a hash: what touched them since?"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from lensbus.spec.behaviour import SILENCE
from lensbus.spec.canon import Tree, hash_of, tree
from lensbus.spec.model import Spec
from lensbus.spec.versions import NEWEST, OLDEST, at, versions

MESSAGES: Final = "messages."


def digest(spec: Spec, version: int) -> str:
    """8 hex digits that tell whether two specs make devices behave alike in a version."""
    return f"{hash_of(_behaviour(spec, version)):08x}"


def parts(spec: Spec, version: int, messages: Collection[str]) -> dict[str, str]:
    """What a session of these messages hangs on, by its path in the spec, each with 8 hex digits.

    These are the messages, their frames and replies, those rows of each role's table that name
    one of them, timing, constants and link.
    """
    whole = _behaviour(spec, version)
    kinds = {name: kind for name, kind in whole["messages"].items() if name in messages}
    frames = dict.fromkeys(kind["frame"] for kind in kinds.values())
    found: dict[str, Any] = {f"frames.{name}": whole["frames"][name] for name in frames}
    found |= {MESSAGES + name: kind for name, kind in kinds.items()}
    replies = whole["replies"]
    found |= {f"replies.{name}": replies[name] for name in kinds if name in replies}
    found |= {f"roles.{name}": _told(role, kinds) for name, role in whole["roles"].items()}
    found |= {f"timing.{name}": value for name, value in whole["timing"].items()}
    found |= {name: whole[name] for name in ("constants", "link")}
    return {path: f"{hash_of(part):08x}" for path, part in found.items()}


def changed(spec: Spec, version: int, known: Mapping[str, str]) -> list[str]:
    """Those parts of a spec, of which hashes are known, that are others now or gone."""
    if version not in versions(spec):
        return [f"version {version}"]
    messages = {path.removeprefix(MESSAGES) for path in known if path.startswith(MESSAGES)}
    now = parts(spec, version, messages)
    return [path for path in {**known, **now} if known.get(path) != now.get(path)]


def _behaviour(spec: Spec, version: int) -> Tree:
    """The tree of a version; which others there are is of no matter to it."""
    whole = tree(at(spec, version))
    constants = {n: v for n, v in whole["constants"].items() if n not in {NEWEST, OLDEST}}
    return {**whole, "constants": constants}


def _told(role: Tree, messages: Collection[str]) -> Tree:
    """A role with those rows alone that name one of these messages, or silence."""
    rows = {key: row for key, row in role["rows"].items() if key[2] in {SILENCE, *messages}}
    return {**role, "rows": rows}
