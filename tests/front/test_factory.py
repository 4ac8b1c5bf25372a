from pathlib import Path

import pytest

from lensbus.devices.profile import LensProfile
from lensbus.errors import ImageError, LocalProtocolError, SpecError
from lensbus.firmware.flash import Flash
from lensbus.firmware.header import Version
from lensbus.firmware.target import Memory, geometry_of
from lensbus.front.factory import new_flash, read_image, update_of
from lensbus.front.named import load_profile
from lensbus.spec.load import load, profile_names, sample_root
from tests.images import KEY as FOREIGN
from tests.peers import SPEC

MOUNT, KEY = update_of(SPEC)
SAMPLES = sample_root()


def memory(store: bytes) -> Memory:
    flash = Flash(geometry_of(MOUNT.update), bytearray(store))
    return Memory(flash, MOUNT.update, MOUNT.image, KEY)


@pytest.mark.parametrize("name", profile_names("lenses"))
def test_every_lens_leaves_the_factory_with_firmware_of_its_own(name: str) -> None:
    lens = load_profile(LensProfile, "lenses", name)
    made = memory(new_flash(MOUNT, lens, KEY))

    assert made.image is not None
    assert made.confirmed
    offer = made.image.offer
    assert offer.version == Version(*lens.firmware)
    assert offer.facts.lens_numbers == (lens.lens_number,)


def test_a_lens_may_begin_with_other_firmware() -> None:
    lens = load_profile(LensProfile, "lenses", "panasonic_s_20_60")
    made = memory(new_flash(MOUNT, lens, KEY, SAMPLES / "panasonic_s_20_60_1.1.0.img"))

    assert made.image is not None
    assert made.image.offer.version == Version(1, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad_byte.img", "damaged: its SHA-256 digest is not the one that was signed"),
        ("bad_foreign_key.img", "signed with another key: got "),
        ("bad_magic.img", "magic at 0x0: got 0x0"),
        ("sigma_45_f28_dg_dn_1.1.0.img", "for lens 0x6003, not for 0x400b"),
        ("bad_hardware.img", "for hardware "),
        ("bad_protocol.img", "needs protocol version "),
    ],
)
def test_firmware_that_the_lens_would_not_take_leaves_no_factory(name: str, words: str) -> None:
    lens = load_profile(LensProfile, "lenses", "panasonic_s_20_60")

    with pytest.raises(ImageError, match=rf"{name}: {words}"):
        new_flash(MOUNT, lens, KEY, SAMPLES / name)


def test_a_key_of_ones_own_is_read(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.pem: cannot be read: No such file"):
        update_of(SPEC, tmp_path / "none.pem")
    _, key = update_of(SPEC, SAMPLES / "demo_key.pem")

    assert key.key_hash == KEY.key_hash


def test_a_private_spec_names_its_own_update_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "extends: l_mount/lens\nspec: mine/lens\nupdate: {spec: deep/update.yaml}\n"
    )
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/update.yaml").write_text("extends: l_mount/update\nspec: mine/update\n")
    mount, _ = update_of(load(str(tmp_path / "mine.yaml")))

    assert (mount.lens.name, mount.update.name) == ("mine/lens", "mine/update")
    assert mount.image.name == "l_mount/image"


def test_lenses_of_a_spec_that_names_no_update_have_none() -> None:
    with pytest.raises(LocalProtocolError, match="sony_e/lens names no update: "):
        update_of(load("sony_e"))


def test_an_update_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: l_mount/lens\nspec: mine\nupdate: {spec: none.yaml, image: null}\n")
    with pytest.raises(SpecError, match=r"spec\.update\.image: missing"):
        load(str(path))
    path.write_text("extends: l_mount/lens\nspec: mine\nupdate: {spec: none.yaml}\n")
    with pytest.raises(SpecError, match=rf"^{tmp_path}/none\.yaml: cannot be read: No such file"):
        update_of(load(str(path)))


def test_a_lens_with_a_key_of_ones_own_does_not_begin_with_firmware_of_the_demo_key() -> None:
    lens = load_profile(LensProfile, "lenses", "panasonic_s_20_60")

    with pytest.raises(
        ImageError, match=r"^firmware of the demo key: signed with another key: got"
    ):
        new_flash(MOUNT, lens, FOREIGN.public)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"none", "no public key, wanted one as"), (bytes(0x10001), "bigger than 65536 bytes")],
)
def test_a_file_that_is_no_key_is_told_by_its_name(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(data)

    with pytest.raises(ImageError, match=rf"key\.pem: {words}"):
        update_of(SPEC, path)


def test_an_image_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.img: cannot be read: No such file"):
        read_image(tmp_path / "none.img")
