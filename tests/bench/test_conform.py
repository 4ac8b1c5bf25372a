from lensbus.bench.conform import script
from tests.conformance.tested import honest


def said(*wants: str) -> list[str]:
    return [step.message for step in script(wants)]


def test_a_body_says_by_its_script_what_a_case_wants() -> None:
    assert said("focus_move", "aperture_set") == ["focus_move", "aperture_set"]


def test_a_lens_that_sleeps_is_woken_once() -> None:
    assert said("sleep") == ["sleep", "wake"]
    assert said("sleep", "wake") == ["sleep", "wake"]


def test_each_step_waits_for_the_one_before() -> None:
    times = [step.at_s for step in script(["sleep", "focus_stop", "wake"])]

    assert times == sorted(set(times))


def test_each_case_has_a_device_of_its_own() -> None:
    for kind in ("lens", "body", "bootloader"):
        bench = honest(kind).bench
        case = next(iter(honest(kind).cases.values()))

        assert bench.make(case) is not bench.make(case)
        assert bench(case).verdict == "PASS"
