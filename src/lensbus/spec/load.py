"""Find spec files and read their YAML safely into positioned nodes; the only module that does."""

import re
import stat
from pathlib import Path

import yaml

from lensbus.errors import Problem, SpecError
from lensbus.spec.build import build
from lensbus.spec.image import ImageFormat, read_image_format
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Scalar, Where

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 24
MAX_NODES = 50_000
MAX_KEY, MAX_TEXT = 200, 4000  # characters

_INT = re.compile(r"[-+]?(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})")
_FLOAT = re.compile(r"[-+]?([0-9]{1,20}\.[0-9]{0,20}|[0-9]{1,20})([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


def spec_root() -> Path:
    """The folder of the shipped specs: inside the installed package, else in the checkout."""
    installed = Path(__file__).parents[1] / "protocol_specs"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "protocol_specs"


def sample_root() -> Path:
    """The folder of the firmware samples and their demo key, found as the specs are."""
    return spec_root().with_name("firmware_samples")


def spec_names() -> list[str]:
    """The names of all shipped specs, as `l_mount/lens`; neither profiles nor image formats."""
    paths = [path for path in spec_root().glob("*/*.yaml") if path.stem != "image"]
    return sorted(f"{path.parent.name}/{path.stem}" for path in paths)


def profile_names(kind: str) -> list[str]:
    """The names of all shipped profiles of a kind, `lenses` or `bodies`."""
    return sorted(path.stem for path in spec_root().glob(f"*/{kind}/*.yaml"))


def load(name: str) -> Spec:
    """Load and lint a spec by name (`l_mount`, `l_mount/lens`) or by path.

    Raises:
        SpecError: there is no such spec, or it has mistakes: all of them, with their places.
    """
    found = load_any(name)
    if isinstance(found, ImageFormat):
        raise SpecError([Problem(name, 0, 0, "a format of firmware images, not a protocol")])
    return found


def load_image_format(name: str = "l_mount") -> ImageFormat:
    """Load the format of firmware images, by mount (`l_mount`) or by path.

    Raises:
        SpecError: there is no such format, or it has mistakes: all of them, with their places.
    """
    known = [each.parent.name for each in spec_root().glob("*/image.yaml")]
    found = _built(_find(name, "image format", ("{0}/image.yaml",), known))
    if isinstance(found, Spec):
        raise SpecError([Problem(name, 0, 0, "a protocol, not a format of firmware images")])
    return found


def load_any(name: str) -> Spec | ImageFormat:
    """Load a spec, or a format of firmware images (`l_mount/image`), by name or by path.

    Raises:
        SpecError: there is no such file, or it has mistakes: all of them, with their places.
    """
    return _built(_find(name, "spec", ("{0}/lens.yaml", "{0}.yaml"), spec_names()))


def _built(path: Path) -> Spec | ImageFormat:
    problems = Problems()
    root = read(path, problems)
    found: Spec | ImageFormat | None = None
    if root and isinstance(root.value, dict):
        found = (read_image_format if "image" in root.value else build)(root, problems)
    if found is None or problems.found:
        raise SpecError(problems.found)
    return found


def find_profile(kind: str, name: str) -> Path:
    """The file of a profile, by name (`panasonic_s1`) or by path; kind is `lenses` or `bodies`.

    Raises:
        SpecError: there is no such profile.
    """
    words = {"lenses": "lens profile", "bodies": "body profile"}[kind]
    return _find(name, words, (f"*/{kind}/{{0}}.yaml",), profile_names(kind))


def _find(name: str, words: str, patterns: tuple[str, ...], known: list[str]) -> Path:
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return path
    if re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+)?", name):
        for pattern in patterns:
            for found in sorted(spec_root().glob(pattern.format(name))):
                return found
    hint = f"known: {', '.join(known)}; or give a path that ends in .yaml"
    raise SpecError([Problem(name, 0, 0, f"unknown {words} ({hint})")])


def read(path: Path, problems: Problems) -> Node | None:
    """Read one YAML file into nodes; None when nothing can be read.

    Every mistake goes to `problems`. Aliases, tags and files that are too big or too deep are
    refused.
    """
    name = str(path)
    whole = Where(name, 0, 0)
    try:
        data = _bytes(path)
    except OSError as error:
        problems.add(whole, f"cannot be read: {error.strerror}")
        return None
    if data is None:
        problems.add(whole, "cannot be read: it is no regular file")
        return None
    if len(data) > MAX_BYTES:
        problems.add(whole, f"bigger than {MAX_BYTES} bytes: no spec is")
        return None
    try:
        return _Reader(name, data, problems).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problems.add(Where(name, *place), f"not YAML: {error.problem}")
    except (yaml.YAMLError, UnicodeError) as error:
        text = " ".join(str(error).split())
        problems.add(whole, f"not YAML: {text}")
    except _RefusedError:
        pass  # the problem is noted
    return None


def _bytes(path: Path) -> bytes | None:
    """What stands in a regular file, one byte more than a spec may have at most, else None."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return None  # to open a FIFO waits, and a device has no end
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


class _RefusedError(Exception):
    """Reading on would be of no use."""


class _Reader:
    """Turns YAML events into nodes, so that nothing is built that was not counted first."""

    def __init__(self, name: str, data: bytes, problems: Problems) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events = yaml.parse(data, Loader=loader)
        self._name, self._problems, self._count = name, problems, 0

    def document(self) -> Node | None:
        found: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if found is not None:
                    self._refuse(self._where(event), "more than one document in the file")
                found = self._node(event, 0)
        if found is None:
            self._problems.add(Where(self._name, 0, 0), "the file is empty")
        elif not isinstance(found.value, dict):
            self._refuse(found.where, f"expected a mapping, got {found.kind}")
        return found

    def _where(self, event: yaml.Event) -> Where:
        mark = event.start_mark
        return (
            Where(self._name, mark.line + 1, mark.column + 1) if mark else Where(self._name, 0, 0)
        )

    def _refuse(self, where: Where, text: str) -> None:
        self._problems.add(where, text)
        raise _RefusedError

    def _node(self, event: yaml.Event, depth: int) -> Node:
        where = self._where(event)
        self._count += 1
        if depth > MAX_DEPTH:
            self._refuse(where, f"nested deeper than {MAX_DEPTH} levels")
        if self._count > MAX_NODES:
            self._refuse(where, f"more than {MAX_NODES} values")
        if getattr(event, "anchor", None):
            self._refuse(where, "YAML anchors and aliases are not used here: write it out")
        if tag := getattr(event, "tag", None):
            self._refuse(where, f"YAML tags are not used here: remove {tag}")
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                self._refuse(where, f"a text of {len(event.value)} characters, at most {MAX_TEXT}")
            return Node(where, event.value if event.style else _scalar(event.value))
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(where, self._list(depth))
        return self._mapping(where, depth)

    def _list(self, depth: int) -> list[Node]:
        entries = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            entries.append(self._node(event, depth + 1))
        return entries

    def _mapping(self, where: Where, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if isinstance(key.value, list | dict):
                self._refuse(key.where, f"a key must be a name or a number, got a {key.kind}")
            name = str(key.value)
            if len(name) > MAX_KEY:
                self._refuse(key.where, f"a key of {len(name)} characters, at most {MAX_KEY}")
            if name in keys:
                text = f"{name!r} stands twice (first at line {keys[name].line})"
                self._problems.add(key.where, text)
            keys.setdefault(name, key.where)
            values[name] = self._node(next(self._events), depth + 1)
        return Node(where, values, keys)


def _scalar(text: str) -> Scalar:
    """A plain YAML scalar; `on`, `off`, `yes` and `no` stay words, as a protocol needs them."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0 if "x" in text.lower() else 10)
    return float(text) if _FLOAT.fullmatch(text) else text
