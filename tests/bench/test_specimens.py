from lensbus.bench.specimens import factory, specimens
from lensbus.errors import ImageError
from lensbus.firmware.image import parse, parse_parts
from lensbus.firmware.judge import Target, refusal
from lensbus.firmware.sign import make_key
from tests.peers import ZOOM
from tools.wired import MOUNT

KEY, OTHER = make_key(b"1" * 32), make_key(b"2" * 32)
MADE = specimens(MOUNT.image, ZOOM, KEY, OTHER)
RUNS = parse(MOUNT.image, factory(MOUNT.image, ZOOM, KEY)).offer
TARGET = Target(ZOOM.lens_number, ZOOM.hardware, 2, RUNS.version, RUNS.counter, KEY.public)


def reason(name: str) -> str:
    try:
        offer = parse_parts(MOUNT.image, MADE[f"{name}.header"], MADE[f"{name}.tlvs"])
    except ImageError:
        return "malformed"
    found = refusal(offer, TARGET)
    return found.reason if found else ""


def test_each_image_breaks_its_rule_and_no_other() -> None:
    names = {name.partition(".")[0] for name in MADE} - {"damaged"}

    assert {name: reason(name) for name in names} == {
        "new": "",
        "older": "older",
        "same": "up_to_date",
        "counter": "counter",
        "foreign": "key",
        "forged": "signature",
        "other_lens": "lens",
        "other_hardware": "hardware",
        "newer_protocol": "protocol",
        "no_image": "malformed",
    }


def test_a_good_image_fits_into_one_chunk() -> None:
    assert MADE["new.size"] == len(MADE["new.data"]) <= MOUNT.update.constant("chunk")
    assert parse(MOUNT.image, MADE["new.data"]).is_whole


def test_a_damaged_image_differs_from_the_good_one_in_its_payload() -> None:
    assert not parse(MOUNT.image, MADE["damaged.data"]).is_whole
    assert MADE["damaged.data"][:32] == MADE["new.header"]
