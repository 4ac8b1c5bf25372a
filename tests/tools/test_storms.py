import pytest

from tools.storms import KINDS, SIDES, storm

pytestmark = pytest.mark.real


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_process_that_is_killed_troubles_nobody(kind: str, side: str) -> None:
    figures = await storm(kind, side, moments=1, seed=1)

    assert figures.wrong == []
    assert figures.killed == len(figures.noticed_s) == 1


async def test_a_storm_prints_its_figures() -> None:
    figures = await storm("unix", "listener", moments=0, seed=1)

    assert str(figures) == "unix listener  0 killed, noticed within 0.0 ms, in states ; 0 wrong"
