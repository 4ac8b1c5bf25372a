"""The picture of a run: a file at its end, and a few lines on the terminal."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lensbus.cli.say import say
from lensbus.export.plot import Picture
from lensbus.export.spark import BLOCKS, PLAIN, sparks
from lensbus.export.svg import draw
from lensbus.front.files import write


def print_sparks(picture: Picture) -> None:
    """Print its curves as rows of blocks, or of letters where the terminal has none."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        BLOCKS.encode(encoding)
        levels = BLOCKS
    except (UnicodeEncodeError, LookupError):
        levels = PLAIN
    for line in sparks(picture, levels):
        print(line)


def write_plot(path: Path, picture: Picture, facts: Mapping[str, Any]) -> None:
    """Draw it; `facts` are what is known of the run: names of both sides, scene, seed, seconds.

    Raises:
        ImageError: it cannot be written.
    """
    named = {**picture.names, **facts}
    title = " on ".join(str(named[side]) for side in ("lens", "body") if side in named)
    parts = [
        f"scene {scene}" if (scene := facts.get("scene")) else "",
        f"seed {facts['seed']}" if "seed" in facts else "",
        f"{facts['seconds']:g} s" if "seconds" in facts else "",
        str(facts.get("link", "")),
    ]
    told = " · ".join(part for part in parts if part)
    text = draw(picture, title or picture.spec.title, told, facts.get("seconds", 0.0))
    write(path, text.encode(), force=True)
    say(f"{path}: drawn")
