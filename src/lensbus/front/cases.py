"""The cases that are written beside a spec."""

from collections.abc import Collection
from pathlib import Path

from lensbus.conformance.meaning import Meaning, laid_over, named, read_meaning
from lensbus.errors import SpecError
from lensbus.spec.load import read
from lensbus.spec.model import Spec
from lensbus.spec.node import Problems


def load_meaning(spec: Spec, blobs: Collection[str] | None = None) -> Meaning:
    """The cases that are written beside a spec, laid over those beside the ones that it extends.

    Raises:
        SpecError: the files have mistakes; all of them, with their places.
    """
    problems, whole = Problems(), None
    beside = [Path(file).parent / "conformance" / Path(file).name for file in spec.files]
    for path in filter(Path.is_file, beside):
        root = read(path, problems)
        if root and path == beside[-1]:
            named(root, spec.name, problems)
        whole = laid_over(whole, root) if whole and root else root or whole
    if whole:
        return read_meaning(whole, problems, spec, blobs)
    if problems.found:
        raise SpecError(problems.found)
    return Meaning()
