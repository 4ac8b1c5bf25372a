import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lensbus.aio.claim import Claim, is_abandoned

pytestmark = pytest.mark.real

HOLDER = """
import sys
from pathlib import Path
from lensbus.aio.claim import Claim

claim = Claim(Path(sys.argv[1]))
claim.made = "/dev/pts/7"
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lens0"


def test_who_holds_a_path_holds_it_alone_until_he_releases_it(path: Path) -> None:
    claim = Claim(path)
    claim.made = "/dev/pts/12"
    claim.made = "/dev/pts/3"
    with pytest.raises(FileExistsError, match="somebody listens there"):
        Claim(path)
    made = claim.made
    claim.release()
    claim.release()
    left = list(path.parent.iterdir())
    again = Claim(path)

    assert (made, left, again.made) == ("/dev/pts/3", [], "")
    again.release()


def test_what_a_killed_holder_made_is_known_to_the_next(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(FileExistsError):
            Claim(path)
        holder.send_signal(signal.SIGKILL)
    claim = Claim(path)
    made = claim.made
    claim.release()

    assert made == "/dev/pts/7"


def test_a_path_in_no_folder_cannot_be_held(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Claim(path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter everywhere")
def test_a_path_that_another_user_holds_cannot_be_held(path: Path) -> None:
    path.with_name(".lens0.lock").touch(mode=0)
    with pytest.raises(PermissionError):
        Claim(path)


def test_a_path_is_abandoned_once_its_holder_was_killed(path: Path) -> None:
    unheld = is_abandoned(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        held = is_abandoned(path)
        holder.kill()
    killed = is_abandoned(path)
    claim = Claim(path)
    taken = is_abandoned(path)
    claim.release()

    assert (unheld, held, killed, taken) == (False, False, True, False)
    assert not is_abandoned(path)
