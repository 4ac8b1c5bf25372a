"""A lens in another process, and a body at the other end of a socket."""

import threading
from pathlib import Path

import pytest

from lensbus.errors import LinkError
from lensbus.plugin.faults import Faults
from tests.peers import SPEC
from tests.plugin.ways import Played, body, lens
from tests.running import QUICK_LENS, started

pytestmark = pytest.mark.real


def test_the_same_test_runs_at_a_link_until_that_is_lost(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--lens", QUICK_LENS) as process:
        assert "listening" in process.line()
        played = lens(link=f"{place}?slack=500ms", known=True)
        one, faults = played.device, Faults(SPEC, played.run, None, 0)
        one.ready()
        one.say("focus_move", mode="absolute", target=3000)

        assert one.expect("status", focus_state="idle").fields["focus_position"] == 3000
        faults.add(side="body", do="drop", message="focus_stop")
        with pytest.raises(AssertionError, match="got no reply focus_stop"):
            one.ask("focus_stop")
        with pytest.raises(pytest.skip.Exception, match="faults of the lens need a virtual one"):
            faults.add(side="lens", do="drop", message="accepted")
        before = played.run.now
        played.run.wait(0.05)

        assert played.run.now - before >= 0.05
        assert played.run.lines == frozenset()
    with pytest.raises(LinkError, match="the link was lost"):
        one.expect("asleep")
    with pytest.raises(LinkError, match="the link was lost"):
        one.ready()
    played.run.close()


def test_a_body_comes_to_a_test_that_listens(tmp_path: Path) -> None:
    place = tmp_path / "b"
    done: list[Played] = []
    thread = threading.Thread(
        target=lambda: done.append(body(link=f"unix-listen:{place}?slack=500ms", device="body"))
    )
    thread.start()
    with started("body", "--link", f"unix:{place}?slack=500ms") as process:
        process.line_with("link up")
        thread.join()
        (played,) = done
        played.device.ready()
        played.run.close()

    assert played.device.state == "ready"
    with pytest.raises(LinkError, match="the link was closed"):
        played.device.expect("command")


def test_faults_of_the_device_are_for_a_virtual_one() -> None:
    with pytest.raises(pytest.skip.Exception, match="faults of the lens need a virtual one"):
        lens(link="/dev/nowhere", faults="slow_lens")


def test_a_link_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="nowhere: cannot be opened"):
        lens(link=str(tmp_path / "nowhere"))
    with pytest.raises(LinkError, match="names no link"):
        lens(link="nowhere")


def test_somebody_who_says_nothing_is_no_lens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATIENCE_S", "LOOK_S"):
        monkeypatch.setattr(f"lensbus.plugin.real.{name}", 0.01)
    with pytest.raises(LinkError, match="nobody is there"):
        lens(link=f"unix-listen:{tmp_path / 's'}")
