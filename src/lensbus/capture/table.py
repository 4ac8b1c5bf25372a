"""Write a recording as columns: one array for each field of each message, in a numpy archive."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lensbus.capture.bulk import BulkDecoder
from lensbus.capture.columns import Column
from lensbus.capture.growing import one_line_errors
from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited


def columns_of(spec: Spec, cuts: Iterable[Cut]) -> tuple[dict[str, Column], int]:
    """All columns by `side.message.field`, and how many frames are in none.

    Beside the fields, `t` is when the frame's window began, in seconds, and `seq` its number, where
    frames have one. Numbers are raw, as in `bulk.Columns`.

    Raises:
        CaptureError: the frames of this spec are not delimited.
    """
    shape, *others = spec.frames.values()
    if others or not isinstance(shape, Delimited):
        raise CaptureError(f"{spec.name}: only delimited frames of one shape have columns")
    windows = defaultdict[str, list[Cut]](list)
    for cut in cuts:
        windows[cut.side].append(cut)
    columns: dict[str, Column] = {}
    left = 0
    for side, said in windows.items():
        data = [cut.data for cut in said]
        found = BulkDecoder(spec, side, shape).decode(b"".join(data))
        ends = np.cumsum([len(one) for one in data])
        left += len(found.others)
        for name, message in found.messages.items():
            window = np.searchsorted(ends, message.at, side="right")
            told: Mapping[str, Column | None] = {
                "t": np.array([cut.t for cut in said])[window],
                "seq": message.seq,
                **message.fields,
            }
            columns |= {f"{side}.{name}.{key}": one for key, one in told.items() if one is not None}
    return columns, left


def write_columns(path: Path, columns: Mapping[str, Column]) -> None:
    """Write columns as .npz; `numpy.load` reads them.

    Raises:
        CaptureError: the file cannot be made.
    """
    with one_line_errors(f"{path}", "name another file"), path.open("wb") as file:
        save: Any = np.savez_compressed  # whose type takes every name for its own option
        save(file, **columns)
