from lensbus.devices.passive import Passive
from lensbus.session.event import LinkDown, LinkUp, Note
from tests.peers import ATTACHED, BARE, HOME, IDENTIFY, SPEC


def test_a_passive_adapter_is_there_and_says_nothing() -> None:
    adapter = Passive(SPEC)

    noted, attached = adapter.on_event(LinkUp(BARE, "application"), 0.0)

    assert attached == ATTACHED
    assert isinstance(noted, Note)
    assert noted.about == "passive"
    for event in (IDENTIFY, HOME, LinkDown()):
        assert list(adapter.on_event(event, 1.0)) == []
    assert adapter.deadline is None
    assert list(adapter.on_deadline(2.0)) == []
