import os
import stat
from pathlib import Path
from typing import Any

import pytest

from lensbus.spec.load import spec_root
from tests.images import KEY, OTHER_KEY, SAMPLES, imgtool
from tests.running import Done, run

DEMO = SAMPLES / "demo_key.pub.pem"
GOOD = SAMPLES / "panasonic_s_20_60_1.1.0.img"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a binary and keys."""
    (tmp_path / "lens.bin").write_bytes(b"not firmware")
    (tmp_path / "key.pem").write_bytes(KEY.pem())
    (tmp_path / "key.pub.pem").write_bytes(KEY.public.pem())
    (tmp_path / "other.pem").write_bytes(OTHER_KEY.pem())
    return tmp_path


def sign(folder: Path, *options: object, **changes: object) -> Done:
    """Sign the binary; a change is that of an option with this name."""
    told = {
        "key": folder / "key.pem",
        "version": "1.2.3",
        "lens-number": "0x400b",
        "hardware": 1,
        "out": folder / "lens.img",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    args = [part for name, value in told.items() for part in (f"--{name}", value)]
    return run("image", "sign", folder / "lens.bin", *args, *options)


def refused(done: Done, text: str) -> bool:
    """Whether this is all that was said, and the exit code that of what could not run."""
    assert (done.code, done.out) == (2, "")
    assert done.errors == [f"lensbus: {text}"]
    return True


def test_a_new_key_pair_signs_and_verifies(folder: Path) -> None:
    key = folder / "maker.pem"
    done = run("image", "new", key)

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{key}: secret, sign with it\n{folder / 'maker.pub.pem'}: verify")
    assert sign(folder, key=key).code == 0
    for name in ("maker.pem", "maker.pub.pem"):
        assert run("image", "verify", folder / "lens.img", "--key", folder / name).code == 0


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_only_its_owner_may_read_a_new_private_key(folder: Path) -> None:
    run("image", "new", folder / "maker.pem")
    mode = stat.S_IMODE((folder / "maker.pem").stat().st_mode)

    assert oct(mode) == "0o600"


def test_two_new_keys_are_two(folder: Path) -> None:
    hashes = [
        run("image", "new", folder / name, "--json").objects[0]["key_hash"] for name in ("a", "b")
    ]

    assert len(set(hashes)) == 2
    assert (folder / "a.pub").is_file()


@pytest.mark.parametrize("kept", ["maker.pem", "maker.pub.pem"])
def test_a_key_is_never_overwritten(folder: Path, kept: str) -> None:
    (folder / kept).write_text("mine")
    done = run("image", "new", folder / "maker.pem")
    words = "exists already, and a key is never overwritten"

    assert refused(done, f"{folder / kept}: {words}")
    assert (folder / kept).read_text() == "mine"
    assert len(list(folder.glob("maker*"))) == 1


@pytest.mark.parametrize("name", ["", ".", "/", ".pem", "keys/.pem"])
def test_a_key_file_needs_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(folder)
    (folder / "keys").mkdir()
    before = sorted(folder.rglob("*"))
    done = run("image", "new", name)

    assert refused(done, f"{Path(name)}: no name for a key file, wanted one as maker.pem")
    assert sorted(folder.rglob("*")) == before


def test_a_hidden_key_file_has_a_name(folder: Path) -> None:
    assert run("image", "new", folder / ".maker.pem").code == 0
    assert (folder / ".maker.pub.pem").is_file()


def test_a_signed_image_is_whole_fits_and_satisfies_imgtool(folder: Path) -> None:
    done = sign(folder, "--lens-number", "24579", "--hardware", "0x2", counter=7, protocol=2)
    image = folder / "lens.img"
    facts = "version 1.2.3+0 for lens 0x400b, 0x6003, hardware 1, 2, protocol 2 or newer, counter 7"

    assert (done.code, done.out, done.err) == (0, f"{image}: {facts}\n", "")
    checked = run("image", "verify", image, "--key", folder / "key.pub.pem")
    expected = f"{image}: whole, and signed with this key: {facts}\n"
    assert (checked.code, checked.out) == (0, expected)
    assert imgtool("verify", "--key", folder / "key.pem", image).returncode == 0


def test_what_was_signed_is_told_as_json(folder: Path) -> None:
    done = sign(folder, "--json")
    told = done.objects[-1]

    assert told.pop("digest") != told.pop("key_hash")
    assert told == {
        "summary": True,
        "image": str(folder / "lens.img"),
        "version": "1.2.3+0",
        "lens_numbers": [0x400B],
        "hardware": [1],
        "protocol_least": 1,
        "counter": 0,
        "size": (folder / "lens.img").stat().st_size,
    }


def test_an_image_is_overwritten_only_by_force(folder: Path) -> None:
    image = folder / "lens.img"
    image.write_text("mine")

    assert refused(sign(folder), f"{image}: exists already; --force overwrites it")
    assert image.read_text() == "mine"
    assert sign(folder, "--force").code == 0
    assert run("image", "show", image).code == 0


@pytest.mark.parametrize("name", ["key.pem", "lens.bin", "./lens.bin"])
@pytest.mark.parametrize("options", [(), ("--force",)])
def test_an_image_never_overwrites_what_it_is_made_of(
    folder: Path, name: str, options: tuple[str, ...]
) -> None:
    before = (folder / name).read_bytes()
    done = sign(folder, *options, out=f"{folder}/{name}")
    words = "the image would overwrite what it is made of; give another --out"

    assert refused(done, f"{Path(f'{folder}/{name}')}: {words}")
    assert (folder / name).read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "file", "text"),
    [
        ({"version": "one"}, "lens.bin", "version: got 'one', wanted one as 1.1.0 or 1.1.0+0"),
        ({"version": "256"}, "lens.bin", "major: got 256, wanted at most 255"),
        (
            {"lens_number": 65536},
            "lens.bin",
            "lens_numbers: got 65536, wanted numbers from 0 to 65535",
        ),
        ({"counter": "-1"}, "lens.bin", "security_counter: got -1, wanted numbers from 0 to "),
        ({"key": "key.pub.pem"}, "key.pub.pem", "no private key, wanted one as `lensbus image"),
        ({"key": "lens.bin"}, "lens.bin", "no private key, wanted one as `lensbus image new`"),
    ],
)
def test_what_cannot_be_signed_is_one_line(
    folder: Path, changes: dict[str, Any], file: str, text: str
) -> None:
    told = {**changes, **({"key": folder / changes["key"]} if "key" in changes else {})}
    done = sign(folder, **told)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.errors[0].startswith(f"lensbus: {folder / file}: {text}")
    assert not (folder / "lens.img").exists()


@pytest.mark.parametrize("number", ["4x", "", "0x", "1.5"])
def test_what_is_no_number_is_told_as_a_wrong_option(folder: Path, number: str) -> None:
    done = sign(folder, lens_number=number)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert f"'--lens-number': {number!r} is no number as 16395 or 0x400b: see" in done.err


@pytest.mark.parametrize("option", ["--key", "--version", "--lens-number", "--hardware", "--out"])
def test_what_an_image_needs_is_asked_for(folder: Path, option: str) -> None:
    needed = ["--key", "k", "--version", "1", "--lens-number", "1", "--hardware", "1", "--out", "o"]
    at = needed.index(option)
    done = run("image", "sign", folder / "lens.bin", *needed[:at], *needed[at + 2 :])

    assert (done.code, len(done.errors)) == (2, 1)
    assert f"Missing option '{option}'" in done.err


def test_a_binary_that_is_too_big_is_refused(folder: Path) -> None:
    (folder / "lens.bin").write_bytes(bytes(0x100001))

    assert refused(sign(folder), f"{folder / 'lens.bin'}: bigger than 1048576 bytes")


@pytest.mark.parametrize(
    ("file", "code", "text"),
    [
        ("panasonic_s_20_60_2.0.0.img", 0, "whole, and signed with this key: version 2.0.0+0"),
        ("bad_byte.img", 1, "damaged: its SHA-256 digest is not the one that was signed"),
        ("bad_foreign_key.img", 1, "signed with another key: got "),
        ("bad_forged.img", 1, "names this key, but was not signed with it"),
    ],
)
def test_the_verdict_is_the_exit_code(file: str, code: int, text: str) -> None:
    image = SAMPLES / file
    done = run("image", "verify", image, "--key", DEMO)
    told = run("image", "verify", image, "--key", DEMO, "--json").objects[-1]

    assert (done.code, done.err) == (code, "")
    assert done.out.startswith(f"{image}: {text}")
    assert (told["reason"] is None) == (code == 0)
    assert told["words"].startswith(text)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("bad_truncated.img", "cut off at 0x1066, wanted protected TLVs at 0x2020"),
        ("bad_magic.img", "magic at 0x0: got 0x0, wanted 0x96f3b83d: an MCUboot image begins so"),
        (
            "bad_unprotected_facts.img",
            (
                "unprotected TLV 0x4ca0 at 0x20c6: "
                "lens_numbers must stand among the protected TLVs, which are signed"
            ),
        ),
    ],
)
def test_what_is_no_image_cannot_be_verified(file: str, text: str) -> None:
    image = SAMPLES / file

    assert refused(run("image", "verify", image, "--key", DEMO), f"{image}: {text}")


@pytest.mark.parametrize("command", ["verify", "show"])
@pytest.mark.parametrize(
    ("name", "text"), [("none.img", "No such file or directory"), (".", "Is a directory")]
)
@pytest.mark.skipif(os.name == "nt", reason="words of POSIX")
def test_a_file_that_cannot_be_read_is_one_line(
    folder: Path, command: str, name: str, text: str
) -> None:
    key = ("--key", folder / "key.pem") if command == "verify" else ()

    assert refused(
        run("image", command, folder / name, *key), f"{folder / name}: cannot be read: {text}"
    )


def test_show_explains_every_byte() -> None:
    done = run("image", "show", GOOD)
    objects = run("image", "show", GOOD, "--json").objects

    assert (done.code, done.err) == (0, "")
    for line in (
        "       0x0       4  magic             0x96f3b83d: an MCUboot image begins so",
        "      0x20   32768  payload           the firmware",
        "    0x802c       6  lens_numbers      0x400b: lenses that it fits",
        f"{GOOD}: whole",
    ):
        assert line in done.out.splitlines()
    assert sum(each["size"] for each in objects[:-1]) == GOOD.stat().st_size
    assert objects[-1]["summary"] is True
    assert (objects[-1]["problem"], objects[-1]["version"]) == (None, "1.1.0+0")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("bad_*.img")), ids=lambda path: path.stem)
def test_show_explains_bad_images_and_says_what_the_file_shows(path: Path) -> None:
    told = run("image", "show", path, "--json")
    problem = told.objects[-1]["problem"]

    assert sum(each["size"] for each in told.objects[:-1]) == path.stat().st_size
    assert told.code == (0 if problem is None else 1)
    assert run("image", "show", path).out.endswith(f"\n{path}: {problem or 'whole'}\n")


@pytest.mark.parametrize(
    "name",
    [
        "noise.img",
        pytest.param(
            "\x1b\n.img",
            marks=pytest.mark.skipif(os.name == "nt", reason="no file can have this name"),
        ),
    ],
)
def test_show_is_harmless_whatever_the_file_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x1b[31m\n" * 20)
    done = run("image", "show", path)

    assert (done.code, done.err) == (1, "")
    assert "\x1b" not in done.out
    assert done.out.splitlines()[-1].startswith(f"{tmp_path}")


def test_an_empty_file_has_no_bytes_to_explain(tmp_path: Path) -> None:
    path = tmp_path / "empty.img"
    path.touch()
    done = run("image", "show", path)

    assert (done.code, done.out) == (1, f"\n{path}: cut off at 0x0, wanted a header up to 0x20\n")


def test_a_file_that_is_bigger_than_any_image_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.img"
    with path.open("wb") as file:
        file.truncate(1 << 40)

    assert refused(run("image", "show", path), f"{path}: bigger than 1049632 bytes")


def test_an_image_format_of_ones_own_is_used(folder: Path) -> None:
    path = folder / "mine.yaml"
    text = (spec_root() / "l_mount/image.yaml").read_text()
    path.write_text(text.replace("0x4ca0", "0x00a5"))
    form = ("--format", path)

    assert sign(folder, *form).code == 0
    assert run("image", "show", folder / "lens.img", *form).code == 0
    assert "no lens_numbers (TLV 0x4ca0)" in run("image", "show", folder / "lens.img").out


def test_no_command_tells_what_a_private_key_is(folder: Path) -> None:
    secret = KEY.pem().split(b"\n")[1].decode()
    image = folder / "lens.img"
    told = [sign(folder), run("image", "verify", image, "--key", folder / "key.pem")]
    told += [run("image", "verify", image, "--key", folder / "other.pem"), run("image", "new")]

    assert all(secret not in done.out + done.err for done in told)
