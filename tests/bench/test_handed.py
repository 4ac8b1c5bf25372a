from pathlib import Path

import pytest

from lensbus.bench.handed import read_hands
from lensbus.devices.hands import Hand
from lensbus.errors import SpecError
from lensbus.spec.load import read
from lensbus.spec.node import Problems
from tests.peers import ZOOM
from tests.running import run
from tests.shown import blocks

PAGE = Path(__file__).parents[2] / "docs" / "lens.md"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hands.yaml"


def hands(path: Path, text: str) -> list[Hand]:
    path.write_text(text)
    problems = Problems()
    root = read(path, problems)
    assert root is not None
    return read_hands(root, problems, ZOOM)


def shown() -> str:
    (text,) = [text for language, text in blocks(PAGE.read_text()) if language == "yaml"]
    return text


def test_hands_are_read_as_the_page_shows_them(path: Path) -> None:
    assert hands(path, shown()) == [
        Hand(1.5, "zoom_ring", 60, 0.5),
        Hand(2.5, "focus_switch", True),
        Hand(3, "focus_ring", -30, 0.2),
        Hand(4, "knock", "iris"),
    ]


def test_all_mistakes_are_told_at_once_with_their_places(path: Path) -> None:
    text = (
        "hands:\n- {at_s: 1, what: lever, value: 3}\n- {at_s: soon, what: zoom_ring, value: 20}\n"
        "- {at_s: 1, what: zoom_ring, value: [1]}\n- {at_s: 1, what: knock, value: all, how: so}\n"
        "- {at_s: 1, what: knock}\n"
    )
    with pytest.raises(SpecError) as caught:
        hands(path, text)
    told = [str(one).removeprefix(f"{path}:") for one in caught.value.problems]

    assert [one.partition(" (")[0] for one in told] == [
        "2:3: hands.1: hand at 1 s: LUMIX S 20-60mm F3.5-5.6 has no lever",
        "3:10: hands.2.at_s: expected a number, got text",
        "4:37: hands.3.value: expected a number, a text, true or false",
        "5:3: hands.4: hand at 1 s: knock: got 'all', wanted one of focus_motor, iris, stabiliser",
        "5:38: hands.4: unknown key 'how'",
        "6:3: hands.5.value: missing",
    ]


def test_a_hand_turns_what_a_virtual_lens_tells(path: Path) -> None:
    path.write_text(shown())
    done = run("sim", "--virtual", "--hands", path, "--all")

    assert " focal_length=60mm " in done.out
    assert "the lens reports: iris" in done.out


def test_without_a_lens_there_is_nothing_to_put_hands_on(path: Path) -> None:
    path.write_text(shown())
    done = run("sim", "--virtual", "--hands", path, "--accessory", "passive_m")

    assert (done.code, done.errors) == (
        2,
        [f"lensbus: {path}: hands are for a lens, and there is none"],
    )
