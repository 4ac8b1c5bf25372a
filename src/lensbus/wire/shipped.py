"""The vocabularies of the specs that come with lensbus, with names that editors and mypy know.

What they know stands in `shipped.pyi`, drawn from the specs by `tools/draw_names`.
"""

from lensbus.spec.load import load
from lensbus.wire.message import Vocabulary


def vocabulary(spec: str) -> Vocabulary:
    """Makes the messages of a spec, by its name or the path of its file.

    Raises:
        SpecError: there is no such spec, or it is wrong.
    """
    return Vocabulary(load(spec))
