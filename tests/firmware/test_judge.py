import json
from dataclasses import replace
from typing import Any

import pytest

from lensbus.errors import ImageError
from lensbus.firmware.header import Version
from lensbus.firmware.image import Image, parse, parse_parts
from lensbus.firmware.judge import REASONS, Target, damage, forgery, refusal
from lensbus.firmware.sign import load_public
from tests.images import COUNTER, FORM, KEY, OTHER_KEY, SAMPLES, VERSION, made, offer

TARGET = Target(
    lens_number=0x400B,
    hardware=1,
    protocol=1,
    version=Version(1, 2, 3, 3),
    counter=COUNTER,
    key=KEY.public,
)
OFFER = offer(made())
MANIFEST = json.loads((SAMPLES / "MANIFEST.json").read_text())
ENTRIES = {entry["file"]: entry for entry in MANIFEST["samples"]}


def test_an_image_that_fits_is_taken() -> None:
    assert refusal(OFFER, TARGET) is None


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"key": OTHER_KEY.public}, "key", "signed with another key: got a050837d85070582..., "),
        ({"lens_number": 0x400C}, "lens", "for lens 0x400b, 0x6003, not for 0x400c"),
        ({"hardware": 3}, "hardware", "for hardware 1, 2, not for 3"),
        ({"protocol": 0}, "protocol", "needs protocol version 1, the lens speaks 0"),
        ({"counter": COUNTER + 1}, "counter", "security counter 5, wanted at least 6"),
        ({"version": VERSION}, "up_to_date", "the lens runs version 1.2.3+4 already"),
        (
            {"version": Version(2)},
            "older",
            "version 1.2.3+4 is older than 2.0.0+0, which the lens runs",
        ),
    ],
)
def test_an_image_that_does_not_fit_is_refused_with_a_reason_and_words(
    changes: dict[str, Any], reason: str, words: str
) -> None:
    found = refusal(OFFER, replace(TARGET, **changes))

    assert found is not None
    assert found.reason == reason
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    "changes",
    [
        {"lens_number": 0x6003},
        {"hardware": 2},
        {"protocol": 9},
        {"counter": 0},
        {"version": None},
        {"version": Version(2), "take_older": True},
    ],
    ids=str,
)
def test_an_image_that_fits_in_another_way_is_taken(changes: dict[str, Any]) -> None:
    assert refusal(OFFER, replace(TARGET, **changes)) is None


def test_the_counter_counts_even_for_who_wants_to_go_back() -> None:
    target = replace(TARGET, version=Version(2), counter=COUNTER + 1, take_older=True)
    found = refusal(OFFER, target)

    assert found is not None
    assert found.reason == "counter"


def test_nothing_is_asked_of_an_image_that_another_key_signed() -> None:
    target = replace(TARGET, lens_number=1, hardware=9, key=OTHER_KEY.public)
    found = refusal(OFFER, target)

    assert found is not None
    assert found.reason == "key"


def test_a_signature_of_another_digest_is_refused() -> None:
    forged = replace(OFFER, signature=OTHER_KEY.sign(OFFER.digest))
    found = forgery(forged, KEY.public)

    assert found is not None
    assert (found.reason, str(found)) == ("signature", "names this key, but was not signed with it")


@pytest.mark.parametrize("part", ["payload", "header", "tlv_area"])
def test_what_was_changed_after_signing_is_damaged(part: str) -> None:
    image = parse(FORM, made())
    if part == "payload":
        changed = Image(image.offer, b"not firm.are")
    else:
        other = offer(made(version=Version(9), counter=9))
        told: dict[str, Any] = {part: getattr(other, part)}
        changed = Image(replace(image.offer, **told), image.payload)
    found = damage(changed)

    assert damage(image) is None
    assert found is not None
    assert found.reason == "digest"


def verdicts(entry: dict[str, Any]) -> tuple[str | None, str | None]:
    """The reasons that the file alone shows, and that the offer of it shows to its lens."""
    data = (SAMPLES / entry["file"]).read_bytes()
    key = load_public((SAMPLES / MANIFEST["key"]).read_bytes())
    lens = dict(MANIFEST["lenses"][entry["lens"]])
    target = Target(version=Version.parse(lens.pop("version")), key=key, **lens)
    try:
        image = parse(FORM, data)
    except ImageError:
        size = FORM.header_size
        with pytest.raises(ImageError):
            parse_parts(FORM, data[:size], data[size + int.from_bytes(data[12:16], "little") :])
        return "format", "format"
    found = damage(image), refusal(image.offer, target)
    by_file, by_offer = (one.reason if one else None for one in found)
    return by_file, by_offer


@pytest.mark.parametrize("file", ENTRIES)
def test_a_sample_is_judged_as_its_manifest_says(file: str) -> None:
    entry = ENTRIES[file]
    by_file, by_offer = verdicts(entry)

    assert by_file == (entry["reason"] if entry["told_by_file"] else None)
    assert by_offer == (entry["reason"] if entry["told_by_offer"] else None)


def test_there_is_a_sample_of_every_reason() -> None:
    assert {entry["reason"] for entry in ENTRIES.values()} == {None, "format", *REASONS}
