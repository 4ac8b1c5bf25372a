from pathlib import Path

import pytest

from lensbus import __version__
from lensbus.capture.golden import Golden, read_golden
from lensbus.errors import CaptureError
from tests.golden.runs import DEMO, FAULTY, ran
from tests.peers import SPEC


@pytest.fixture
def golden(tmp_path: Path) -> Golden:
    """A golden trace of the demo."""
    one = Golden(tmp_path / "new" / "demo.golden", SPEC, made=DEMO.made)
    one.update(ran())
    return one


def test_what_is_kept_is_kept_with_the_version_of_lensbus(golden: Golden) -> None:
    kept = read_golden(golden.path)

    assert kept.program == __version__
    assert kept.made == DEMO.made
    assert golden.path.read_bytes().isascii()


def test_a_run_that_is_the_same_passes(golden: Golden) -> None:
    golden.check(ran())
    Golden(golden.path, SPEC).check(iter(ran()))


def test_a_run_that_differs_fails_with_the_first_difference(golden: Golden) -> None:
    with pytest.raises(AssertionError) as failed:
        golden.check(ran(FAULTY))
    first, *around, last = str(failed.value).splitlines()

    assert first == (f"{golden.path}: identify.protocol: got 1, wanted 2 (body, at 0.080000 s)")
    assert "  -     0.080000 body identify protocol=2 layout_hash=2718879542" in around
    assert last.startswith("and ")


def test_what_has_changed_in_the_spec_is_told_before(golden: Golden) -> None:
    text = golden.path.read_text()
    line = next(each for each in text.splitlines() if each.startswith("of messages.status "))
    golden.path.write_text(text.replace(line, "of messages.status 00000000"))

    golden.check(ran())
    with pytest.raises(
        AssertionError, match=r"golden: l_mount/lens has changed since: messages.status"
    ):
        golden.check(ran(FAULTY))
    assert golden.update(ran()) == [
        f"{golden.path}: l_mount/lens has changed since: messages.status"
    ]
    assert golden.path.read_text() == text


def test_without_a_file_a_check_fails_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"none.golden: there is no such golden trace yet"):
        Golden(tmp_path / "none.golden", SPEC).check(ran())


def test_an_update_tells_what_changed_and_is_then_the_same(golden: Golden) -> None:
    first, *_ = golden.update(ran(FAULTY))

    assert first.startswith(f"{golden.path}: identify.protocol: got 1, wanted 2")
    assert golden.update(ran(FAULTY)) == []
    golden.check(ran(FAULTY))
    assert read_golden(golden.path).made == DEMO.made


def test_what_is_the_same_is_not_written_again(golden: Golden) -> None:
    """The version of lensbus alone is no change."""
    text = golden.path.read_text().replace(f'lensbus="{__version__}"', 'lensbus="0.0.1"')
    golden.path.write_text(text)

    assert golden.update(ran()) == []
    assert golden.path.read_text() == text


def test_what_a_test_lets_differ_is_added_to_what_its_file_does(golden: Golden) -> None:
    loose = Golden(golden.path, SPEC, tolerance_s=10, ignore=["*"])

    loose.check(ran(FAULTY))
    kept = loose.kept()
    assert kept.tolerance_s == 10
    assert list(map(str, kept.allowances)) == [
        "identify.layout_hash",
        "identity.layout_hash",
        "*",
    ]


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.golden"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CaptureError, match=r"x.golden: 'utf-8' codec can't decode"):
        Golden(path, SPEC).check(ran())
    with pytest.raises(CaptureError, match="No such file or directory: name a golden trace"):
        read_golden(tmp_path / "none.golden")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(CaptureError, match="name another file"):
        Golden(tmp_path / "folder" / "x.golden", SPEC).update(ran())
