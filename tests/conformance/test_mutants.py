"""Liars: each breaks one rule, and is caught by the case that names the rule."""

from binascii import crc_hqx
from collections.abc import Callable, Iterable

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
    changing,
    deaf_to,
    hearing,
    in_place_of,
    leaving_out,
    says,
    spoiling,
)
from tests.conformance.tested import (
    body,
    bootloader,
    bounded,
    honest,
    judge,
    lens,
    reply,
    role,
    timed,
)
from tests.peers import SPEC, spoilt
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
    "takes a range for another": (
        "capabilities/mask/unknown",
        body(wrap=lying(hear=deaf_to("capabilities"))),
    ),
}


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
}

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
    assert judge(kind, address, HONEST[kind]).verdict == "PASS"


def test_there_are_liars_enough() -> None:
    assert len(CAUGHT) >= 40
