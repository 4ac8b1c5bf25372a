"""Find spec files and load them; the only module of the core that opens files."""

import re
import stat
from dataclasses import replace
from pathlib import Path

from lensbus.errors import Problem, SpecError
from lensbus.spec.build import build
from lensbus.spec.extend import EXTENDS, merged
from lensbus.spec.hints import hint
from lensbus.spec.image import ImageFormat, read_image_format
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Where, listed
from lensbus.spec.parse import MAX_BYTES, parse

SPEC, IMAGE_FORMAT, PROFILE = "spec", "image format", "profile"
PROFILES = {
    "lenses": "lens profile",
    "bodies": "body profile",
    "accessories": "accessory profile",
    "scenes": "scene",
    "faults": "plan of faults",
}
"""The folders of a mount's profiles, and what people call one of each."""

PLACES = {
    SPEC: ("{0}/lens.yaml", "{0}.yaml"),
    IMAGE_FORMAT: ("{0}/image.yaml", "{0}.yaml"),
    **{words: (f"*/{folder}/{{0}}.yaml",) for folder, words in PROFILES.items()},
}
"""Where a shipped file of a name is looked for, first place first."""

NOT_SPECS = ("image", "numbers")
MOST_EXTENDED = 8
"""Files in a row, each of which extends the next."""


def spec_root() -> Path:
    """The folder of the shipped specs: inside the installed package, else in the checkout."""
    installed = Path(__file__).parents[1] / "protocol_specs"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "protocol_specs"


def numbers_path() -> Path:
    """The table of published lens numbers; found as the specs are."""
    return spec_root() / "l_mount" / "numbers.yaml"


def sample_root() -> Path:
    """The folder of the firmware samples and their demo key, found as the specs are."""
    return spec_root().with_name("firmware_samples")


def schema_path() -> Path:
    """The JSON Schema of specs, for editors; found as the specs are."""
    return spec_root() / "schema" / "spec.schema.json"


def spec_names() -> list[str]:
    """The names of all shipped specs, as `l_mount/lens`; nothing else that is data."""
    paths = [path for path in spec_root().glob("*/*.yaml") if path.stem not in NOT_SPECS]
    return sorted(f"{path.parent.name}/{path.stem}" for path in paths)


def called(file: str) -> str:
    """What people call a spec's file: a shipped one by its name, any other by its path."""
    path, root = Path(file), spec_root()
    shipped = path.is_relative_to(root)
    return path.relative_to(root).with_suffix("").as_posix() if shipped else file


def profile_names(kind: str) -> list[str]:
    """The names of all shipped files of a kind, a folder of PROFILES."""
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
    """Load the format of firmware images, by mount (`l_mount`), name or path.

    Raises:
        SpecError: there is no such format, or it has mistakes: all of them, with their places.
    """
    found = _built(_find(name, IMAGE_FORMAT))
    if isinstance(found, Spec):
        raise SpecError([Problem(name, 0, 0, "a protocol, not a format of firmware images")])
    return found


def load_any(name: str) -> Spec | ImageFormat:
    """Load a spec, or a format of firmware images (`l_mount/image`), by name or by path.

    Raises:
        SpecError: there is no such file, or it has mistakes: all of them, with their places.
    """
    return _built(_find(name, SPEC))


def _built(path: Path) -> Spec | ImageFormat:
    problems, files = Problems(), dict[Path, Node]()
    root = _tree(path, problems, SPEC, files)
    found: Spec | ImageFormat | None = None
    if root:
        found = (read_image_format if "image" in root.entries else build)(root, problems)
    if found is None or problems.found:
        raise SpecError(problems.found)
    if isinstance(found, ImageFormat):
        return found
    return replace(found, files=tuple(each.where.file for each in reversed(files.values())))


def _tree(path: Path, problems: Problems, words: str, above: dict[Path, Node]) -> Node | None:
    """The nodes of a file, merged into those that it extends; `above` led to it, and gets both."""
    root = read(path, problems)
    if root is None:
        return None
    _anchor(root.entries, path.parent, EXTENDS)
    if "update" in root.entries:
        _anchor(root.entries["update"].entries, path.parent, "spec", "image")
    here = path.resolve()
    leads_back, above[here] = here in above, root
    if EXTENDS not in root.entries:
        return root
    named = root.entries[EXTENDS]
    if leads_back or len(above) > MOST_EXTENDED:
        text = "leads back to this file" if leads_back else f"more than {MOST_EXTENDED} in a row"
        problems.add(named.where, f"{EXTENDS}: {text}")
        return None
    base = _base(named, problems, words, above)
    return base and merged(base, root, SPEC if words == SPEC else PROFILE, problems)


def _base(named: Node, problems: Problems, words: str, above: dict[Path, Node]) -> Node | None:
    """What a file extends; that it cannot be read at all is a mistake of who names it."""
    if not isinstance(named.value, str):
        problems.add(named.where, f"{EXTENDS}: expected a name or a path, got {named.kind}")
        return None
    try:
        path, found = _find(named.value, words), Problems()
    except SpecError as error:
        problems.add(named.where, f"{EXTENDS}: {error}")
        return None
    base = _tree(path, found, words, above)
    for problem in found.found:
        if problem.line:
            problems.add(Where(problem.file, problem.line, problem.column), problem.text)
        else:
            problems.add(named.where, f"{EXTENDS}: {problem}")
    return base


def _anchor(entries: dict[str, Node], folder: Path, *keys: str) -> None:
    """Let the paths at these keys count from the folder of their file."""
    for key in keys:
        node = entries.get(key)
        if node and isinstance(node.value, str) and _is_path(node.value):
            entries[key] = Node(node.where, str(folder / node.value))


def find_profile(kind: str, name: str) -> Path:
    """The file of a profile, scene or plan, by name or by path; kind is a folder of PROFILES.

    Raises:
        SpecError: there is no such file.
    """
    return _find(name, PROFILES[kind])


def read_extended(kind: str, name: str, problems: Problems) -> Node | None:
    """The nodes of a profile, by name or by path, merged into those that it extends.

    Raises:
        SpecError: there is no such profile.
    """
    return _tree(find_profile(kind, name), problems, PROFILES[kind], {})


def _find(name: str, words: str) -> Path:
    if "://" in name:
        raise SpecError([Problem(name, 0, 0, f"a URL, but no {words} is fetched: give a path")])
    if _is_path(name):
        return Path(name)
    if re.fullmatch(r"[a-z0-9_-]+(/[a-z0-9_-]+)?", name):
        for pattern in PLACES[words]:
            for found in sorted(spec_root().glob(pattern.format(name.replace("-", "_")))):
                return found
    raise SpecError([Problem(name, 0, 0, f"unknown {words} ({_hint(name, words)})")])


def _hint(name: str, words: str) -> str:
    """What whoever named a file that is not there may have meant."""
    known = _known(words)
    near = [one for one in known if name in one]
    told = f"near: {listed(near)}" if near else hint(name, known)
    return f"{told}; or give a path that ends in .yaml"


def _known(words: str) -> list[str]:
    if words == SPEC:
        return spec_names()
    if words == IMAGE_FORMAT:
        return [path.parent.name for path in spec_root().glob("*/image.yaml")]
    return next(profile_names(kind) for kind, called in PROFILES.items() if called == words)


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) and "://" not in name


def read(path: Path, problems: Problems) -> Node | None:
    """Read one YAML file into nodes; None when nothing can be read.

    Every mistake goes to `problems`. Aliases, tags and files that are too big or too deep are
    refused.
    """
    whole = Where(str(path), 0, 0)
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:  # a path with a zero in it is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        problems.add(whole, f"cannot be read: {reason}")
        return None
    if data is None:
        problems.add(whole, "cannot be read: it is no regular file")
        return None
    return parse(str(path), data, problems)


def _bytes(path: Path) -> bytes | None:
    """What stands in a regular file, one byte more than a spec may have at most, else None."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return None  # to open a FIFO waits, and a device has no end
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
