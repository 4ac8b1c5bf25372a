from dataclasses import replace

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
    names = {name.partition(".")[0] for name in MADE} - {"damaged", "factory", "lens"}

    assert {name: reason(name) for name in names} == {
        "new": "",
        "newest": "",
        "older": "older",
        "same": "up_to_date",
        "counter": "counter",
        "foreign": "key",
        "forged": "signature",
        "other_lens": "lens",
        "other_hardware": "hardware",
        "newer_protocol": "protocol",
        "no_image": "malformed",
        "too_big": "malformed",
    }


def test_a_good_image_fits_into_one_chunk() -> None:
    assert MADE["new.size"] == len(MADE["new.data"]) <= MOUNT.update.constant("chunk")
    assert parse(MOUNT.image, MADE["new.data"]).is_whole


def test_a_damaged_image_differs_from_the_good_one_in_its_payload() -> None:
    assert not parse(MOUNT.image, MADE["damaged.data"]).is_whole
    assert MADE["damaged.data"][:32] == MADE["new.header"]


def test_an_image_that_is_too_big_has_nothing_else_wrong() -> None:
    vast = replace(MOUNT.image, payload_most=2**32 - 1)
    offer = parse_parts(vast, MADE["too_big.header"], MADE["too_big.tlvs"])

    assert refusal(offer, TARGET) is None
    assert offer.size > MOUNT.update.constant("slot_sectors") * MOUNT.update.constant("sector")


def test_what_the_lens_is_and_runs_is_told_beside_the_images() -> None:
    assert MADE["lens.lens_number"] == ZOOM.lens_number
    assert (MADE["factory.major"], MADE["factory.counter"]) == (1, RUNS.counter)
