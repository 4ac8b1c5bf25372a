from lensbus.conformance.cases import Asked, Expect, Quiet, Say, Spoil
from lensbus.conformance.framing import frame_cases
from lensbus.conformance.ground import Ground
from lensbus.spec.load import load
from tests.peers import SPEC

LENS = {case.address: case for case in frame_cases(Ground(SPEC, "lens"))}
BODY = {case.address: case for case in frame_cases(Ground(SPEC, "body"))}


def test_a_frame_comes_after_all_that_can_come_before_it() -> None:
    for name in ("after_noise", "after_short", "after_sync"):
        steps = LENS[f"lens/frames/{name}"].steps
        kinds = [type(step) for step in steps if isinstance(step, Spoil | Say | Expect)]

        assert kinds == [Spoil, Say, Expect]


def test_what_is_no_frame_is_passed_over() -> None:
    for name in ("unknown_key", "short", "too_long", "too_short"):
        assert any(isinstance(step, Quiet) for step in LENS[f"lens/frames/{name}"].steps)
        assert any(isinstance(step, Asked) for step in BODY[f"body/frames/{name}"].steps)


def test_the_unknown_key_is_no_key() -> None:
    (spoil,) = [s for s in LENS["lens/frames/unknown_key"].steps if isinstance(s, Spoil)]

    assert spoil.data[-1] not in {kind.key[-1] for kind in SPEC.messages.values() if kind.key}


def test_each_shape_has_its_cases() -> None:
    update = Ground(load("l_mount/update"), "target")

    assert {case.section for case in frame_cases(update)} == {"frames.update"}
