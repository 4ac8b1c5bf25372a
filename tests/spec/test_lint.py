import time
from pathlib import Path

import pytest

from lensbus.spec.lint import lint
from lensbus.spec.load import load, spec_names
from tests.samples import patched, shipped, write

CHAIN_S = 5.0  # it took 40, when every state looked at every row
LENS_ROW = "      - [ready, send status, ready]"


@pytest.mark.parametrize("name", spec_names())
def test_a_shipped_spec_has_nothing_to_find(name: str) -> None:
    assert list(lint(load(name))) == []


def test_a_very_long_chain_of_states_is_followed_in_time(tmp_path: Path) -> None:
    rows = "".join(f"\n      - [t{n + 1}, send detached, t{n}]" for n in range(9000))
    text = patched(
        shipped("l_mount/lens"),
        (LENS_ROW, f"{LENS_ROW}\n      - [ready, send detached, t9000]{rows}"),
    )
    spec = load(str(write(tmp_path, text)))
    began = time.process_time()

    assert list(lint(spec)) == []
    assert time.process_time() - began < CHAIN_S
