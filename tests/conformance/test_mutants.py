"""Liars: each breaks one rule, and is caught by the case that names the rule."""

from binascii import crc_hqx
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from lensbus.conformance.cases import Case
from lensbus.session.contract import Device, Port
from lensbus.session.event import Output, Send
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message
from tests.conformance.mutants import (
    Forgetful,
    Forgiving,
    Garbler,
    Hear,
    Late,
    Liar,
    Tell,
    Uneven,
    changing,
    changing_later,
    deaf_to,
    hearing,
    hearing_first,
    in_place_of,
    leaving_out,
    saying_twice,
    says,
    spoiling,
    staying_on,
)
from tests.conformance.tested import (
    body,
    bootloader,
    bounded,
    flashed,
    honest,
    judge,
    lens,
    lens_with_bootloader,
    reply,
    role,
    staying,
    timed,
)
from tests.peers import S1, SPEC, ZOOM, spoilt
from tests.sampled import FULL

Make = Callable[[Case], Port]
HONEST: dict[str, Make] = {"lens": lens(), "body": body(), "bootloader": bootloader()}


def lying(say: Tell | None = None, hear: Hear | None = None) -> Callable[[Device], Device]:
    return lambda device: Liar(device, say=say, hear=hear)


def around(make: Make, change: Callable[[Port], Port]) -> Make:
    return lambda case: change(make(case))


def renumbered(name: str) -> Callable[[Port], Port]:
    """Gives one message another sequence number, under a sound check."""
    codec = Codec(SPEC)

    def change(_number: int, output: Send) -> Iterable[Output]:
        what = output.what
        if isinstance(what, Message) and what.name == name:
            number = (what.seq or 0) % 255 + 1
            return [Send(codec.encode(Message(what.name, what.fields), number), what)]
        return [output]

    return lambda port: Garbler(port, change)


def numbered(name: str, number: int) -> Callable[[Port], Port]:
    """Gives a message the same number for ever."""
    codec = Codec(SPEC)

    def change(_number: int, output: Send) -> Iterable[Output]:
        what = output.what
        if isinstance(what, Message) and what.name == name:
            return [Send(codec.encode(Message(what.name, what.fields), number), what)]
        return [output]

    return lambda port: Garbler(port, change)


def spoilt_at(which: int) -> Callable[[Port], Port]:
    return lambda port: Garbler(port, spoiling(lambda number, _: number % which == 0, spoilt))


def doubled(name: str) -> Callable[[Port], Port]:
    return lambda port: Garbler(
        port, lambda _, output: [output, output] if says(output, name) else [output]
    )


def dumb(name: str) -> Callable[[Port], Port]:
    return lambda port: Garbler(port, lambda _, output: [] if says(output, name) else [output])


def mended(data: bytes) -> bytes:
    """A frame of the model with the check that fits."""
    return data[:-2] + crc_hqx(data[1:-2], 0xFFFF).to_bytes(2, "little") if len(data) > 6 else data


def claiming(capability: str) -> Make:
    """Lenses that claim what they have not."""
    bare = replace(ZOOM, capabilities=())
    mask = (*ZOOM.capabilities, capability)
    return lens(wrap=lying(say=changing("capabilities", mask=mask)), profile=bare)


LENSES: dict[str, tuple[str, Make]] = {
    "tells another layout": (
        "meaning/layout",
        lens(wrap=lying(say=changing("identity", layout_hash=1))),
    ),
    "passes over get_optics": ("fast/get_optics", lens(wrap=lying(hear=deaf_to("get_optics")))),
    "names another opcode": (
        "meaning/accepted_opcode",
        lens(wrap=lying(say=changing("accepted", opcode=0))),
    ),
    "answers late": ("fast/get_optics", lens(wrap=lambda device: Late(device, "optics", 0.05))),
    "spoils every tenth frame": ("meaning/frames_stay_sound", around(lens(), spoilt_at(10))),
    "forgets its aperture asleep": ("meaning/aperture_through_sleep", lens(wrap=Forgetful)),
    "answers twice": ("focus_stop/once", around(lens(), doubled("accepted"))),
    "answers with another number": ("fast/get_optics", around(lens(), renumbered("optics"))),
    "refuses nothing": ("listening/home", lens(role("lens", refusal=None))),
    "refuses, but nobody hears it": ("fast/focus_move", around(lens(), dumb("refused"))),
    "tells two states a sync": ("meaning/one_status_a_sync", around(lens(), doubled("status"))),
    "moves past the end": (
        "meaning/focus_far_end",
        lens(wrap=lying(say=changing("status", focus_position=lambda p: p + p // 11999))),
    ),
    "never moves": (
        "meaning/focus_arrives",
        lens(wrap=lying(hear=hearing("focus_move", target=0))),
    ),
    "moves in the wrong direction": (
        "meaning/focus_backwards",
        lens(wrap=lying(hear=hearing("focus_move", target=abs))),
    ),
    "takes relative for absolute": (
        "meaning/focus_relative",
        lens(wrap=lying(hear=hearing("focus_move", mode="absolute"))),
    ),
    "moves at any speed": (
        "meaning/focus_speed_limit",
        lens(wrap=lying(hear=hearing("focus_move", speed=0))),
    ),
    "does again what is repeated": ("meaning/focus_once", lens(timed("repeat_s", 0.0))),
    "cannot be stopped": ("meaning/focus_stop", lens(wrap=lying(hear=deaf_to("focus_stop")))),
    "stays at its rate in silence": ("ready/silence", lens(role("lens", silence_s=100.0))),
    "gives up too soon": ("ready/pause", lens(role("lens", silence_s=0.1))),
    "homes without a word": ("meaning/homing_ends", lens(wrap=lying(say=leaving_out("busy")))),
    "never sleeps": ("ready/sleep", lens(wrap=lying(hear=deaf_to("sleep")))),
    "agrees any rate": ("meaning/rate", lens(wrap=lying(hear=hearing("set_rate", baud=3_000_000)))),
    "takes spoilt frames": (
        "focus_stop/flip/checksum",
        around(lens(), lambda p: Forgiving(p, mended)),
    ),
    "takes what is out of range": ("set_rate/baud/below", lens(bounded("set_rate", "baud", low=0))),
    "is off in its aperture": (
        "meaning/aperture_arrives",
        lens(wrap=lying(say=changing("status", aperture_av256=lambda a: a + 1))),
    ),
    "tells errors": (
        "meaning/no_errors",
        lens(wrap=lying(say=changing("status", errors=("iris",)))),
    ),
    "does not count": ("meaning/frames_stay_sound", around(lens(), numbered("status", 7))),
    "homes to nowhere": (
        "meaning/homed_place",
        lens(wrap=lying(say=changing("homed", focus_position=60_000))),
    ),
    "homes elsewhere": (
        "meaning/homed_place",
        lens(wrap=lying(say=changing("homed", focus_position=77))),
    ),
    "is busy with something else": (
        "meaning/busy_opcode",
        lens(wrap=lying(say=changing("busy", opcode=0x12))),
    ),
    "moves by speed one way only": (
        "meaning/focus_by_speed_back",
        lens(wrap=lying(hear=hearing("focus_move", target=abs))),
    ),
    "never takes a number again": (
        "meaning/focus_number_again",
        lens(timed("repeat_s", 100.0)),
    ),
    "has a focal length that it has not": (
        "meaning/status_focal_length",
        lens(wrap=lambda device: Liar(device, say=changing_later(60, "status", focal_length=0))),
    ),
    "overshoots": (
        "meaning/status_focus",
        lens(wrap=lying(say=changing("status", focus_position=lambda p: p + p // 11_999))),
    ),
    "closes further than it can": (
        "meaning/status_aperture",
        lens(wrap=lying(say=changing("status", aperture_av256=lambda a: a + a // 2283))),
    ),
    "stabilises unasked": (
        "meaning/status_stabiliser",
        lens(wrap=lying(say=changing("status", stabiliser="on"))),
    ),
    "claims a linear ring": ("meaning/claims_linear_ring", claiming("linear_focus_ring")),
    "claims to know its distortion": ("meaning/claims_correction", claiming("correction")),
    "tells another distortion": (
        "meaning/claims_correction",
        lens(wrap=lying(say=changing("correction", focal_length=0))),
    ),
    "claims to know what is behind it": ("meaning/claims_accessory", claiming("accessory")),
    "stays when it is to leave": (
        "meaning/bootloader_begins",
        lens(staying(), wrap=lying(say=staying_on), bootloader=True),
    ),
    "keeps its version": (
        "meaning/older_body",
        lens(
            profile=replace(ZOOM, protocol=(2, 2)),
            wrap=lying(say=changing("identity", protocol_least=1)),
        ),
    ),
    "keeps its words": (
        "meaning/older_body_words",
        lens(
            profile=replace(ZOOM, protocol=(2, 2)),
            wrap=lying(say=changing("identity", protocol_least=1)),
        ),
    ),
    "gives up a little too soon": ("ready/pause", lens(role("lens", silence_s=0.2))),
}

BODIES: dict[str, tuple[str, Make]] = {
    "tells another layout": (
        "meaning/layout",
        body(wrap=lying(say=changing("identify", layout_hash=1))),
    ),
    "asks once less": ("identify/never", body(reply("identify", retries=2))),
    "asks once more": ("identify/never", body(reply("identify", retries=4))),
    "is impatient": ("set_rate/never", body(reply("set_rate", timeout_s=0.01))),
    "is too patient": ("home/never", body(reply("home", timeout_s=0.6))),
    "keeps a slow cycle": ("meaning/rhythm", body(timed("sync_hz", 15.0))),
    "does not let a lens start": ("meaning/boot_time", body(timed("boot_s", 0.001))),
    "wants what no lens has": (
        "meaning/aperture_in_range",
        body(wrap=lying(say=changing("command", aperture_av256=0))),
    ),
    "goes on without a lens": ("meaning/detached", body(wrap=lying(hear=deaf_to("detached")))),
    "says no commands": ("meaning/commands", body(wrap=lying(say=leaving_out("command")))),
    "does not miss a lens": ("ready/silence", body(role("body", silence_s=100.0))),
    "spoils every tenth frame": ("meaning/frames_stay_sound", around(body(), spoilt_at(10))),
    "does not wait while a lens homes": ("home/busy", body(reply("home", interim=frozenset()))),
    "takes a lens of another version": (
        "meaning/no_common_version",
        body(wrap=lying(hear=hearing("identity", protocol=2, protocol_least=1))),
    ),
    "keeps a slow, even cycle": ("meaning/usual_rate", body(timed("sync_hz", 25.0))),
    "keeps a fast, even cycle": ("meaning/usual_rate", body(timed("sync_hz", 120.0))),
    "keeps its version": (
        "meaning/older_lens",
        body(
            profile=replace(S1, protocol=(2, 2)),
            wrap=lying(hear=hearing("identity", protocol=2)),
        ),
    ),
    "limps": ("meaning/rhythm", body(wrap=lambda device: Uneven(device, 0.005))),
    "says two commands a sync": (
        "meaning/one_command_a_sync",
        body(wrap=lying(say=saying_twice("command"))),
    ),
    "asks again at once": ("meaning/recovers_slowly", body(timed("recover_s", 0.0))),
    "asks again too soon": ("meaning/recovers_slowly", body(timed("recover_s", 0.4))),
    "asks for a rate that is none": (
        "meaning/rate_of_link",
        body(wrap=lying(say=changing("set_rate", baud=250_000))),
    ),
    "wants to focus where no lens does": (
        "meaning/focus_in_range",
        body(wrap=lambda d: Liar(d, say=changing_later(100, "command", focus_target=60_000))),
    ),
    "opens further than its lens, later": (
        "meaning/aperture_in_range",
        body(wrap=lambda d: Liar(d, say=changing_later(100, "command", aperture_av256=0))),
    ),
    "misses a lens too soon": ("ready/silence", body(role("body", silence_s=0.11))),
    "lets a lens start for too short": ("meaning/boot_time", body(timed("boot_s", 0.07))),
    "does not count": ("meaning/frames_stay_sound", around(body(), numbered("command", 7))),
    "takes a range for another": (
        "capabilities/mask/unknown",
        body(wrap=lying(hear=deaf_to("capabilities"))),
    ),
}


TAKEN = {"chunk": 4096, "next": 0, "limit": 4096, "got": b""}

BOOTLOADERS: dict[str, tuple[str, Make]] = {
    "takes a downgrade": (
        "law/older",
        bootloader(lying(hear=hearing("offer", wishes=("take_older",)))),
    ),
    "starts what nobody confirmed twice": ("law/unconfirmed_runs_once", bootloader(confirms=True)),
    "believes every signature": ("law/forged", bootloader(believes=True)),
    "finishes what is damaged": (
        "law/damaged",
        bootloader(lying(say=in_place_of("refused", Message("finished")))),
    ),
    "forgets what it has": ("law/resumes", bootloader(lying(say=changing("offered", next=0)))),
    "does not restart": ("idle/restart", bootloader(lying(hear=deaf_to("restart")))),
    "takes what is too big": (
        "law/too_big",
        bootloader(lying(say=in_place_of("refused", Message("offered", TAKEN)))),
    ),
    "takes another image on trial": (
        "law/offer_on_trial",
        bootloader(lying(say=in_place_of("refused", Message("offered", TAKEN)))),
    ),
    "goes on with another image": (
        "meaning/other_offer",
        bootloader(lambda device: Liar(device, hear=hearing_first("offer"))),
    ),
    "agrees any rate": (
        "meaning/rate",
        bootloader(lying(hear=hearing("set_rate", baud=3_000_000))),
    ),
    "agrees one rate": (
        "meaning/slowest_rate",
        bootloader(lying(say=changing("rate_set", baud=921_600))),
    ),
    "agrees a rate that is none": (
        "meaning/odd_rate",
        bootloader(lying(say=changing("rate_set", baud=1_000_000))),
    ),
    **{
        f"tells another {name}": (
            "meaning/facts",
            bootloader(lying(say=changing("target", **{name: value}))),
        )
        for name, value in {"counter": 0, "major": 9, "lens_number": 1, "room": 1}.items()
    },
    **{
        f"offers {name} {value}": (
            "meaning/offered",
            bootloader(lying(say=changing("offered", **{name: value}))),
        )
        for name, value in (("limit", 0), ("limit", 0xFFFFFFFF), ("chunk", 0))
    },
    **{
        f"tells a limit of {limit}": (
            "meaning/chunk_state",
            bootloader(lying(say=changing("chunk_state", limit=limit))),
        )
        for limit in (0, 0xFFFFFFFF)
    },
    "is busy with something else": (
        "meaning/busy_opcode",
        bootloader(lying(say=changing("busy", opcode=0x25)), spec=flashed("erase_s", 0.3)),
    ),
    "waits for ever": ("meaning/lonely", bootloader(spec=flashed("lonely_s", 100.0))),
    "does not wait": ("meaning/waits_for_a_host", bootloader(spec=flashed("lonely_s", 1.0))),
}

ABLE: dict[str, Make] = {
    "lens/meaning/bootloader_begins": lens_with_bootloader,
    "lens/meaning/claims_accessory": lens(
        profile=replace(ZOOM, capabilities=(*ZOOM.capabilities, "accessory"))
    ),
    "target/meaning/busy_opcode": bootloader(spec=flashed("erase_s", 0.3)),
}
"""Honest devices that do what the others need not."""

CAUGHT = [
    pytest.param(kind, f"{role}/{address}", make, id=f"a {kind} that {name}")
    for kind, role, liars in (
        ("lens", "lens", LENSES),
        ("body", "body", BODIES),
        ("bootloader", "target", BOOTLOADERS),
    )
    for name, (address, make) in liars.items()
]


@pytest.mark.parametrize(("kind", "address", "make"), CAUGHT)
def test_a_liar_is_caught_by_the_case_that_names_its_rule(
    kind: str, address: str, make: Make
) -> None:
    outcome = judge(kind, address, make)

    assert outcome.verdict in {"FAIL", "NON-STRICT"}, outcome.actual
    assert outcome.expected
    assert outcome.actual


@pytest.mark.skipif(not FULL, reason="the campaign tries every case on every liar")
@pytest.mark.parametrize(("kind", "address", "make"), CAUGHT)
def test_no_liar_passes_or_upsets_any_case(kind: str, address: str, make: Make) -> None:
    found = {each: judge(kind, each, make).verdict for each in honest(kind).cases}

    assert found[address] in {"FAIL", "NON-STRICT"}
    assert "SKIP" not in found.values()


@pytest.mark.parametrize(("kind", "address"), sorted({(p.values[0], p.values[1]) for p in CAUGHT}))
def test_the_honest_device_passes_the_cases_that_catch_liars(kind: str, address: str) -> None:
    assert judge(kind, address, ABLE.get(address, HONEST[kind])).verdict == "PASS"


def test_there_are_liars_enough() -> None:
    assert len(CAUGHT) >= 40
