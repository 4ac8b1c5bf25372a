import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.body import Body
from lensbus.devices.display import HOME_S
from lensbus.devices.profile import BodyProfile
from lensbus.devices.script import Step
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act, Event, LinkDown, LinkUp, Note
from lensbus.spec.canon import layout_hash
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.versions import at
from lensbus.wire.message import Fault, Message, Vocabulary
from tests.peers import (
    ACCEPTED,
    ATTACHED,
    BARE,
    BUSY,
    CAPABILITIES,
    DETACHED,
    HOME,
    HOMED,
    IDENTIFY,
    IDENTITY,
    POWER_ON,
    RATE_SET,
    S1,
    SAY,
    SET_RATE,
    SL,
    SPEC,
    STATUS,
    STOP,
    called,
)
from tests.samples import loaded, patched, shipped, write

BOOT_S, RECOVER_S = SPEC.constant("boot_s"), SPEC.constant("recover_s")
PERIOD_S = 1 / SPEC.constant("sync_hz")
UP = LinkUp(BARE, "application")
OPTICS = SAY(
    "optics",
    focal_wide=200,
    focal_tele=600,
    open_wide_av256=925,
    open_tele_av256=1273,
    closed_av256=2283,
    near_wide=150,
    near_tele=400,
    focus_range=12_000,
    image_circle="full_frame",
    power_class="normal",
)
APERTURE = {"aperture_av256": 1273}
SLEEP, WAKE, GET_OPTICS = SAY("sleep"), SAY("wake"), SAY("get_optics")
RESET = SAY("reset")
NO_REPLY = Fault("no reply")


def command(aperture: int = 925, stabiliser: str = "on") -> Message:
    return SAY(
        "command",
        aperture_av256=aperture,
        focus_drive="none",
        focus_target=0,
        stabiliser=stabiliser,
    )


CYCLE = [SAY("sync"), command()]


class Told:
    """A real body, and what it says to one event or deadline after the other."""

    def __init__(
        self, script: Sequence[Step] = (), profile: BodyProfile = S1, spec: Spec = SPEC
    ) -> None:
        self.body = Body(spec, profile, script)
        self.now = 0.0
        assert self.hear(UP) == []

    def hear(self, *events: Event) -> list[Act]:
        return [act for event in events for act in self.body.on_event(event, self.now)]

    def due(self) -> list[Act]:
        """What it says when something is due; time goes on until then."""
        assert self.body.deadline is not None
        self.now = self.body.deadline
        return list(self.body.on_deadline(self.now))

    def cycles(self, count: int) -> list[Act]:
        return [act for _ in range(count) for act in self.due()]

    def until_said(self, name: str) -> list[Act]:
        """Go on until it says this, at most for ten seconds."""
        for _ in range(600):
            acts = self.due()
            if name in names(acts):
                return acts
        raise AssertionError(f"{name} was never said")


def ready(script: Sequence[Step] = (), profile: BodyProfile = S1, spec: Spec = SPEC) -> Told:
    """A body that came the whole way, at 0.08 s."""
    told = Told(script, profile, spec)
    told.hear(ATTACHED)
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    return told


def names(acts: Sequence[Act]) -> list[str]:
    return [called(act) for act in acts]


def test_a_body_waits_for_a_lens() -> None:
    told = Told()

    assert told.body.deadline is None
    assert told.body.lens == {}


def test_a_lens_gets_power_and_time_to_start_before_it_is_asked() -> None:
    told = Told()

    assert told.hear(ATTACHED) == [POWER_ON]
    assert told.body.deadline == BOOT_S
    assert told.due() == [IDENTIFY]
    assert told.body.deadline is None


def test_each_answer_leads_to_the_next_question() -> None:
    every = S1.capabilities
    told = Told()

    assert [SAY("exchange_capabilities", mask=every)] == told.hear(IDENTITY)
    assert told.hear(CAPABILITIES) == [SET_RATE]
    assert told.hear(RATE_SET) == [GET_OPTICS]
    assert told.hear(OPTICS) == [HOME]
    assert told.hear(BUSY, HOMED) == []
    assert told.body.deadline == PERIOD_S


def who(profile: BodyProfile) -> Message:
    version = profile.protocol[1]
    return SAY("identify", protocol=version, layout_hash=layout_hash(SPEC, version))


@pytest.mark.parametrize("profile", [S1, SL], ids=lambda profile: profile.id)
def test_a_profile_says_what_a_body_asks_for(profile: BodyProfile) -> None:
    told = Told(profile=profile)
    told.hear(ATTACHED)
    speaks = Vocabulary(at(SPEC, profile.protocol[1]))
    # this lens has no stabiliser to share the work with
    alone = profile.stabiliser.replace("shared", "on")
    stabiliser = speaks.part("command", stabiliser=alone)
    cycle = ready(profile=profile).due()

    assert [who(profile)] == told.due()
    assert [SAY("set_rate", baud=profile.max_baud)] == told.hear(CAPABILITIES)
    assert [
        SAY("sync"),
        speaks("command", aperture_av256=925, focus_drive="none", focus_target=0, **stabiliser),
    ] == cycle


def test_a_body_knows_which_lens_it_has_until_that_is_gone() -> None:
    told = Told()
    told.hear(IDENTITY)

    assert told.body.lens == IDENTITY.fields
    assert [SAY("power_off")] == told.hear(DETACHED)
    assert told.body.lens == {}


@pytest.mark.parametrize(
    ("mine", "least", "newest", "common"),
    [
        ((1, 2), 1, 2, True),
        ((1, 1), 1, 2, True),
        ((2, 3), 1, 2, True),
        ((1, 2), 2, 9, True),
        ((1, 2), 3, 9, False),
        ((2, 2), 1, 1, False),
    ],
)
def test_a_lens_is_asked_further_if_there_is_a_common_version(
    mine: tuple[int, int], least: int, newest: int, common: bool
) -> None:
    told = Told(profile=dataclasses.replace(S1, protocol=mine))
    fields = {**IDENTITY.fields, "protocol": newest, "protocol_least": least}
    expected = [SAY("exchange_capabilities", mask=S1.capabilities)] if common else []

    assert expected == told.hear(SAY("identity", **fields))
    assert told.body.deadline is None


def test_a_cycle_is_a_sync_and_a_command_with_the_aperture_wide_open() -> None:
    assert ready().due() == CYCLE


def test_cycles_keep_their_period_to_the_last_bit_of_a_minute() -> None:
    told = ready()
    told.cycles(3600)

    assert told.now == pytest.approx(BOOT_S + 3600 * PERIOD_S, abs=1e-9)


@given(st.lists(st.floats(0.0, PERIOD_S * 0.99), min_size=1, max_size=30))
def test_a_tick_that_comes_a_little_late_delays_no_later_cycle(late: list[float]) -> None:
    told = ready()
    for after in late:
        assert told.body.deadline is not None
        assert list(told.body.on_deadline(told.body.deadline + after)) == CYCLE

    assert told.body.deadline == pytest.approx(BOOT_S + PERIOD_S * (len(late) + 1))


@given(st.floats(0.0, 100.0))
def test_after_a_late_tick_the_next_one_is_yet_to_come(late: float) -> None:
    told = ready()
    now = (told.body.deadline or 0.0) + late

    said = [act for act in told.body.on_deadline(now) if isinstance(act, Message)]

    assert said == CYCLE
    assert told.body.deadline is not None
    assert now < told.body.deadline <= now + PERIOD_S


def test_a_status_is_not_answered() -> None:
    assert ready().hear(STATUS) == []


def test_a_step_waits_for_its_time_after_the_body_was_ready() -> None:
    told = ready([Step(0.5, "focus_stop", {})])
    told.until_said("focus_stop")

    assert BOOT_S + 0.5 <= told.now < BOOT_S + 0.5 + PERIOD_S


def test_a_step_comes_after_the_command_of_its_cycle() -> None:
    told = ready([Step(0.0, "focus_move", {"mode": "absolute", "target": 7, "speed": 0})])

    assert [*CYCLE, SAY("focus_move", mode="absolute", target=7, speed=0)] == told.due()


def test_a_step_is_over_once_it_was_answered() -> None:
    told = ready([Step(0.0, "focus_stop", {}), Step(0.0, "get_optics", {})])

    assert [*CYCLE, STOP] == told.due()
    assert told.cycles(3) == CYCLE * 3
    assert told.hear(ACCEPTED) == []
    assert [*CYCLE, GET_OPTICS] == told.due()
    assert told.hear(OPTICS) == []
    assert told.cycles(3) == CYCLE * 3


def test_an_aperture_that_was_set_stays_in_the_commands() -> None:
    told = ready([Step(0.0, "aperture_set", APERTURE)])
    told.due()

    assert [SAY("sync"), command(1273)] == told.due()


def test_an_aperture_that_was_set_outlives_a_new_start_of_the_lens() -> None:
    told = ready([Step(0.0, "aperture_set", APERTURE)])
    told.due()
    told.hear(NO_REPLY)
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)

    assert told.due()[:2] == [SAY("sync"), command(1273)]


def test_there_is_no_cycle_while_a_lens_falls_asleep_and_sleeps() -> None:
    told = ready([Step(0.0, "sleep", {})])

    assert [*CYCLE, SLEEP] == told.due()
    assert told.body.deadline is None
    assert told.hear(SAY("asleep")) == []
    assert told.body.deadline is None


@pytest.mark.parametrize(("late_periods", "missed"), [(0.9, None), (1.1, 1), (3.5, 3)])
def test_cycles_that_a_body_has_no_time_for_are_told(
    late_periods: float, missed: int | None
) -> None:
    told = ready()
    assert told.body.deadline is not None
    now = told.body.deadline + late_periods * PERIOD_S
    *noted, sync, order = told.body.on_deadline(now)

    assert [sync, order] == CYCLE
    assert [(n.about, n.facts["cycles"]) for n in noted if isinstance(n, Note)] == (
        [("missed", missed)] if missed else []
    )
    assert now < told.body.deadline


def test_what_is_late_and_no_cycle_misses_none() -> None:
    told = Told()
    told.hear(ATTACHED)

    assert list(told.body.on_deadline(9.0)) == [IDENTIFY]


def test_a_lens_is_woken_at_the_time_of_the_next_step_and_starts_at_a_new_rate() -> None:
    told = ready([Step(0.0, "sleep", {}), Step(0.5, "wake", {})])
    told.due()
    told.hear(SAY("asleep"))

    assert told.body.deadline == BOOT_S + 0.5
    assert told.due() == [WAKE]
    assert told.hear(SAY("awake")) == [SET_RATE]


def test_a_lens_that_fell_asleep_late_is_woken_at_once() -> None:
    told = ready([Step(0.0, "sleep", {}), Step(0.1, "wake", {})])
    told.due()
    told.now = 5.0
    told.hear(SAY("asleep"))

    assert told.body.deadline == 5.0


def test_a_step_after_sleep_wakes_the_lens_first() -> None:
    told = ready([Step(0.0, "sleep", {}), Step(0.5, "focus_stop", {})])
    told.due()
    told.hear(SAY("asleep"))

    assert told.due() == [WAKE]
    assert told.hear(SAY("awake")) == [SET_RATE]
    told.hear(RATE_SET, OPTICS, HOMED)
    assert [*CYCLE, STOP] == told.due()


def test_a_lens_that_is_awake_anyway_is_not_woken() -> None:
    told = ready([Step(0.0, "wake", {}), Step(0.0, "focus_stop", {})])

    assert [*CYCLE, STOP] == told.due()


def test_time_in_a_script_counts_from_the_first_time_that_a_body_was_ready() -> None:
    told = ready([Step(2.0, "focus_stop", {})])
    told.now = 1.0
    told.hear(NO_REPLY)
    told.due()
    told.now = 1.9
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    told.until_said("focus_stop")

    assert BOOT_S + 2.0 <= told.now < BOOT_S + 2.0 + PERIOD_S


@pytest.mark.parametrize("fault", [NO_REPLY, Fault("silence")], ids=called)
def test_a_lens_that_does_not_answer_is_reset_and_asked_anew_after_a_while(fault: Fault) -> None:
    told = ready()
    told.now = 3.0

    assert told.hear(fault) == [RESET]
    assert told.body.deadline == 3.0 + RECOVER_S
    assert told.due() == [IDENTIFY]


@pytest.mark.parametrize(
    "kind", ["bad checksum", "bad length", "missing frame", "noise", "truncated", "illegal message"]
)
def test_a_fault_that_costs_nothing_is_let_pass(kind: str) -> None:
    told = ready()
    before = told.body.deadline

    assert told.hear(Fault(kind)) == []
    assert before == told.body.deadline


def test_a_step_that_was_lost_is_done_again() -> None:
    told = ready([Step(0.0, "focus_stop", {})])
    told.due()
    told.hear(NO_REPLY)
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)

    assert [*CYCLE, STOP] == told.due()


def test_a_body_that_is_out_of_step_begins_anew() -> None:
    told = ready()

    assert told.hear(SAY("refused", opcode=5, reason="illegal_state")) == [RESET]
    assert told.due() == [IDENTIFY]


@pytest.mark.parametrize("reason", ["no_bootloader", "unsupported"])
def test_a_step_that_is_refused_is_told_and_over(reason: str) -> None:
    told = ready([Step(0.0, "enter_bootloader", {}), Step(0.0, "focus_stop", {})])
    told.due()
    refused = told.hear(SAY("refused", opcode=8, reason=reason))

    assert [Note(f"enter_bootloader was refused: {reason}")] == refused
    assert told.body.deadline == pytest.approx(told.now + PERIOD_S)
    assert [*CYCLE, STOP] == told.due()


def test_a_refusal_in_the_cycle_does_not_shift_the_cycle() -> None:
    told = ready([Step(0.0, "focus_stop", {})])
    told.due()
    before = told.body.deadline
    told.now += PERIOD_S / 2
    told.hear(SAY("refused", opcode=0x13, reason="unsupported"))

    assert before == told.body.deadline


def test_a_step_that_the_state_did_not_allow_is_done_again() -> None:
    told = ready([Step(0.0, "focus_stop", {})])
    told.due()

    assert told.hear(SAY("refused", opcode=0x13, reason="illegal_state")) == [RESET]
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    assert [*CYCLE, STOP] == told.due()


def test_a_lens_in_its_bootloader_is_left_alone() -> None:
    told = ready([Step(0.0, "enter_bootloader", {})])
    told.due()

    assert told.hear(SAY("entering_bootloader")) == []
    assert told.body.deadline is None


@pytest.mark.parametrize("event", [UP, LinkDown(), DETACHED], ids=called)
def test_another_lens_gets_the_whole_script(event: Event) -> None:
    told = ready([Step(0.0, "focus_stop", {})])
    told.due()
    told.hear(ACCEPTED)
    told.hear(event)

    assert told.body.deadline is None
    told.hear(ATTACHED)
    assert told.due() == [IDENTIFY]
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    assert [*CYCLE, STOP] == told.due()


def test_another_lens_is_opened_as_wide_as_it_can() -> None:
    told = ready([Step(9.0, "aperture_set", APERTURE)])
    told.hear(DETACHED, ATTACHED)
    told.due()
    optics = {**OPTICS.fields, "open_wide_av256": 760}
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, SAY("optics", **optics), HOMED)

    assert [SAY("sync"), command(760)] == told.due()


@pytest.mark.parametrize(
    "message", [POWER_ON, BUSY, Message("unknown_1c")], ids=["power_on", "busy", "unknown"]
)
def test_what_asks_for_nothing_is_not_answered(message: Message) -> None:
    told = ready()
    before = told.body.deadline

    assert told.hear(message) == []
    assert before == told.body.deadline


def test_homing_that_does_not_end_is_noted_once() -> None:
    told = Told()
    told.hear(ATTACHED)
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS)
    began = told.now
    told.hear(BUSY)

    assert [called(act) for act in told.due()] == ["Note"]
    assert told.now == began + HOME_S
    assert told.body.deadline is None


def test_a_body_tells_what_a_spec_lacks_for_it(tmp_path: Path) -> None:
    needed = ("boot_s", "recover_s")
    more = "".join(f"\n  {name}: {{value: 1, basis: observed, source: bench}}" for name in needed)
    spec = loaded(tmp_path, ("\nconstants:", f"\nconstants:{more}"))

    with pytest.raises(LocalProtocolError, match="the virtual body can't speak small/lens: it has"):
        Body(spec, S1)


def test_a_step_that_cannot_be_said_is_refused_at_once() -> None:
    with pytest.raises(LocalProtocolError, match=r"aperture_set\.aperture_av256: got -1"):
        Body(SPEC, S1, [Step(0.5, "aperture_set", {"aperture_av256": -1})])


def test_a_stabiliser_mode_that_the_spec_lacks_is_refused_at_once() -> None:
    with pytest.raises(LocalProtocolError, match=r"command\.stabiliser: got 'ibis'"):
        Body(SPEC, dataclasses.replace(S1, stabiliser="ibis"))


def test_a_body_needs_to_be_told_why_it_was_refused(tmp_path: Path) -> None:
    text = patched(
        shipped("l_mount/lens"),
        ("      reason: {type: u8, enum: refusal}\n", ""),
        ("fields: {opcode: key, reason: illegal_state}", "fields: {opcode: key}"),
    )
    spec = load(str(write(tmp_path, text)))

    with pytest.raises(LocalProtocolError, match=r"it has no refused\.reason"):
        Body(spec, S1)


OLD = SAY("identity", **{**IDENTITY.fields, "protocol": 1})


def test_an_old_lens_gets_commands_of_its_version_and_the_next_lens_of_its_own() -> None:
    told = ready()
    told.hear(OLD, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    old = told.due()
    told.hear(DETACHED, ATTACHED)
    told.due()
    told.hear(IDENTITY, CAPABILITIES, RATE_SET, OPTICS, HOMED)

    assert "stabiliser" not in fields_of(old)
    assert "stabiliser" in fields_of(told.due())


def fields_of(acts: Sequence[Act]) -> Mapping[str, object]:
    (found,) = [act for act in acts if isinstance(act, Message) and act.name == "command"]
    return found.fields


def test_a_step_that_the_agreed_version_has_not_is_left_out_and_told(tmp_path: Path) -> None:
    text = shipped("l_mount/lens")
    for row in ("[ready, recv focus_stop, ready]", "[ready, send focus_stop, ready]"):
        text = patched(text, (row, row.replace("]", ", {since: 2}]")))
    text = patched(
        text,
        ("focus_stop: {from: body,", "focus_stop: {from: body, since: 2,"),
        ("focus_stop, lost, {rate: slow}", "focus_stop, lost, {rate: slow, since: 2}"),
        ("focus_stop: {with: accepted,", "focus_stop: {with: accepted, since: 2,"),
    )
    spec = load(str(write(tmp_path, text)))
    told = ready([Step(0.0, "focus_stop", {}), Step(0.0, "get_optics", {})], spec=spec)
    told.hear(OLD, CAPABILITIES, RATE_SET, OPTICS, HOMED)
    *_, note = told.due()

    assert note == Note("focus_stop is left out: the lens has an older protocol without it")
    assert names(told.due())[-1] == "get_optics"
