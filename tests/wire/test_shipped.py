import re
import subprocess
import sys
from pathlib import Path

import pytest

from lensbus.errors import SpecError
from lensbus.spec.load import spec_names
from lensbus.wire.message import Message
from lensbus.wire.shipped import vocabulary
from tests.samples import SMALL, write

ROOT = Path(__file__).parents[2]

RIGHT = """\
from typing import TYPE_CHECKING
from lensbus.wire.shipped import vocabulary
if TYPE_CHECKING:
    from lensbus.wire.shipped import LMountLens

say = vocabulary("l_mount")
place: int = say.focus_move(mode="absolute", target=7, speed=0).target
f_number: float = say.physical("aperture_set", aperture_av256=5.6).physical.aperture_av256

def heard(message: "LMountLens.Heard") -> int:
    return message.target if message.name == "focus_move" else 0
"""
WRONG = {
    'say.focus_mvoe(mode="absolute", target=7, speed=0)': '"LMountLens" has no attribute',
    'say.focus_move(mode="absolute", tagret=7, speed=0)': 'Unexpected keyword argument "tagret"',
    'say.focus_move(mode="fast", target=7, speed=0)': 'Argument "mode" to "focus_move"',
    'say.focus_move(mode="absolute", speed=0)': 'Missing named argument "target"',
    "say.accepted(opcode=1).opocde": '"Accepted" has no attribute "opocde"',
    'say.physical("aperture_set", aperture=5.6)': "No overload variant",
}


@pytest.mark.parametrize("name", ["l_mount", *spec_names()])
def test_every_shipped_spec_has_its_vocabulary(name: str) -> None:
    say = vocabulary(name)
    for kind in say._messages.values():  # noqa: SLF001 all of them
        if not kind.fields:
            assert getattr(say, kind.name)() == Message(kind.name)


def test_a_spec_of_ones_own_has_a_vocabulary_too(tmp_path: Path) -> None:
    say = vocabulary(str(write(tmp_path, SMALL)))

    assert say.setup(b=7) == Message("setup", {"b": 7})
    with pytest.raises(SpecError):
        vocabulary("no_mount")


def test_mypy_knows_the_names_and_refuses_others(tmp_path: Path) -> None:
    path = tmp_path / "use.py"
    path.write_text("\n".join([RIGHT, *WRONG]))
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.findall(r"use\.py:(\d+): error: (.*)", done.stdout)
    begin = len(RIGHT.splitlines()) + 2

    assert {int(line) - begin for line, _ in found} == set(range(len(WRONG))), done.stdout
    for number, words in enumerate(WRONG.values()):
        assert any(int(line) - begin == number and words in error for line, error in found)
