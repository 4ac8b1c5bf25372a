import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.telemetry import mqtt
from lensbus.telemetry.access import Access, access
from lensbus.telemetry.publish import Telemetry, publishing
from tests.peers import SPEC
from tests.telemetry.broker import Mosquitto, Subscriber, Warned, free_port, subscribed
from tests.telemetry.conftest import Check

pytestmark = pytest.mark.real
ONLINE, STATE = "lensbus/bench/online", "lensbus/bench/lens/state"

DOOMED = """
import asyncio, sys
from lensbus.spec.load import load
from lensbus.telemetry.access import access
from lensbus.telemetry.publish import publishing

async def main():
    async with publishing(access(sys.argv[1], {}), "bench", load("l_mount"), print):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def telling(place: Access, warned: Warned, limit: int = 1 << 20) -> Telemetry:
    return Telemetry(place, "bench", SPEC, warned, limit=limit)


def tell(telemetry: Telemetry, numbers: Iterable[int]) -> None:
    for number in numbers:
        telemetry.tell(Record(float(number), "lens", "noted", Note(str(number))))


def heard(subscriber: Subscriber) -> list[int]:
    return [int(record["note"]) for record in subscriber.records()]


async def test_all_that_is_told_arrives_once_in_order_and_as_the_schema_says(
    place: Access, records: list[Record], check: Check
) -> None:
    warned = Warned()
    async with subscribed(place) as subscriber:
        async with publishing(place, "bench", SPEC, warned) as telemetry:
            for record in records:
                telemetry.tell(record)
        closed = (await subscriber.gets(ONLINE, 2))[-1]

    assert [one["raw"] for one in subscriber.records()] == [one.raw.hex() for one in records]
    assert telemetry.made == telemetry.delivered == len(records)
    assert (closed["reason"], closed["made"], closed["dropped"]) == ("closed", len(records), 0)
    assert warned.lines == []

    for topic, _, told in subscriber.messages:
        name = topic.rpartition("/")[2]
        check(told, "batch" if name == "records" else name)


async def test_who_comes_later_is_told_who_is_there_and_in_which_state(
    place: Access, records: list[Record]
) -> None:
    async with (
        subscribed(place) as first,
        publishing(place, "bench", SPEC, Warned()) as telemetry,
    ):
        for record in records:
            telemetry.tell(record)
        await first.hears(len(records))
        async with subscribed(place, "later") as later:
            await later.gets(STATE)
            found = {topic: told for topic, retained, told in later.messages if retained}

    assert found[ONLINE]["online"]
    assert found[STATE]["state"] == [one.state for one in records if one.side == "lens"][-1]


async def test_a_broker_that_is_stopped_and_started_three_times_loses_nothing(
    mosquitto: Mosquitto,
) -> None:
    warned, count = Warned(), 0
    mosquitto.start()
    async with subscribed(mosquitto.place) as subscriber:
        telemetry = telling(mosquitto.place, warned)
        for stops in range(1, 4):
            tell(telemetry, range(count, count + 100))
            await subscriber.hears(count + 1)
            mosquitto.stop()
            tell(telemetry, range(count + 100, count + 200))
            await warned.lines_are(2 * stops - 1)
            mosquitto.start()
            await warned.lines_are(2 * stops)
            count += 200
        await telemetry.close()
        await subscriber.hears(count)

    assert heard(subscriber) == list(range(count))
    assert (telemetry.made, telemetry.delivered, telemetry.dropped) == (count, count, 0)
    assert [line.split()[4].rstrip(":;") for line in warned.lines] == ["away", "back"] * 3


async def test_without_a_broker_there_is_one_line_and_the_oldest_are_dropped(
    mosquitto: Mosquitto,
) -> None:
    warned = Warned()
    telemetry = telling(mosquitto.place, warned, limit=5000)
    tell(telemetry, range(1000))
    await warned.lines_are(1)
    mosquitto.start()
    async with subscribed(mosquitto.place) as subscriber:
        await warned.lines_are(2)
        await telemetry.close()
        await subscriber.gets(ONLINE, 2)
    numbers = heard(subscriber)

    assert warned.lines[0].startswith(
        f"MQTT broker {mosquitto.place} is away: Connection refused; the link goes on, "
    )
    assert f"is back; {telemetry.dropped} records were dropped" in warned.lines[1]
    assert numbers == list(range(telemetry.dropped, 1000))
    assert subscriber.batches()[0]["dropped"] == telemetry.dropped > 900
    assert telemetry.made == 1000 == len(numbers) + telemetry.dropped


async def test_a_broker_that_never_comes_stops_nobody() -> None:
    warned = Warned()
    place = Access("127.0.0.1", free_port())
    async with asyncio.timeout(3.0):
        async with publishing(place, "bench", SPEC, warned) as telemetry:
            tell(telemetry, range(10))
            await warned.lines_are(1)
        tell(telemetry, range(10))

    assert (telemetry.made, telemetry.delivered, telemetry.dropped) == (10, 0, 10)
    assert warned.lines[1:] == [f"MQTT broker {place}: 10 of 10 records were not delivered"]


async def test_a_broker_that_hangs_is_left_in_time_and_gets_its_batch_again(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "ANSWER_S", 0.3)
    warned = Warned()
    mosquitto.start()
    assert mosquitto.process is not None
    async with subscribed(mosquitto.place) as subscriber:
        telemetry = telling(mosquitto.place, warned)
        await subscriber.gets(ONLINE)
        mosquitto.process.send_signal(signal.SIGSTOP)
        tell(telemetry, range(10))
        await warned.lines_are(1)
        mosquitto.process.send_signal(signal.SIGCONT)
        await warned.lines_are(2)
        await telemetry.close()
        await subscriber.hears(10)

    assert heard(subscriber) == list(range(10))
    assert "timed out" in warned.lines[0]


async def test_who_is_killed_is_told_of_by_his_last_will(place: Access) -> None:
    async with subscribed(place) as subscriber:
        doomed = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DOOMED, f"mqtt://{place}"
        )
        assert (await subscriber.gets(ONLINE))[-1]["online"]
        doomed.kill()
        await doomed.wait()
        will = (await subscriber.gets(ONLINE, 2))[-1]

    assert (will["online"], will["reason"]) == (False, "lost")


async def test_the_url_may_give_the_name_in_the_topics(place: Access) -> None:
    async with subscribed(place) as subscriber:
        async with publishing(replace(place, name="left"), "lens", SPEC, Warned()) as telemetry:
            tell(telemetry, [1])
        await subscriber.gets("lensbus/left/online", 2)

    assert len(subscriber.batches("lensbus/left/records")) == 1


@pytest.fixture
def passwords(mosquitto: Mosquitto) -> Path:
    """A password file that knows ann."""
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto_passwd is not installed, and comes with mosquitto")
    file = mosquitto.folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", file, "ann", "sesame"], check=True)
    return file


async def test_user_and_password_open_the_broker_and_are_never_shown(
    mosquitto: Mosquitto,
    passwords: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    warned = Warned()
    mosquitto.start("allow_anonymous false", f"password_file {passwords}")
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("LENSBUS_MQTT_USER", "ann")
    monkeypatch.setenv("LENSBUS_MQTT_PASSWORD", "wrong-sesame")
    async with publishing(access(f"mqtt://{mosquitto.place}", os.environ), "bench", SPEC, warned):
        await warned.lines_are(1)
    monkeypatch.setenv("LENSBUS_MQTT_PASSWORD", "sesame")
    async with publishing(
        access(f"mqtt://{mosquitto.place}", os.environ), "bench", SPEC, warned
    ) as telemetry:
        tell(telemetry, [1])

    assert telemetry.delivered == 1
    assert len(warned.lines) == 1
    assert warned.lines[0].startswith(f"MQTT broker {mosquitto.place} refused us: ")
    assert "not authorised" in warned.lines[0].lower().replace("z", "s")
    assert "CONNECT" in caplog.text
    assert "sesame" not in caplog.text + repr(vars(telemetry)) + warned.lines[0]


async def test_of_an_error_that_nobody_foresaw_the_words_are_not_told(
    mosquitto: Mosquitto,
) -> None:
    warned = Warned()
    mosquitto.start()
    unsayable = replace(mosquitto.place, user="ann", password="sesame\udcff")  # noqa: S106 - a test's
    telemetry = telling(unsayable, warned)
    await warned.lines_are(1)
    await telemetry.close()

    assert "is away: UnicodeEncodeError; the link goes on" in warned.lines[0]


async def test_tls_checks_the_broker_and_shows_it_our_certificate(
    mosquitto: Mosquitto, authority: Path
) -> None:
    files = {"cafile": "ca.crt", "certfile": "server.crt", "keyfile": "server.key"}
    lines = [f"{name} {authority / file}" for name, file in files.items()]
    mosquitto.start("allow_anonymous true", "require_certificate true", *lines)
    environ = {
        "LENSBUS_MQTT_CA": str(authority / "ca.crt"),
        "LENSBUS_MQTT_CERT": str(authority / "client.crt"),
        "LENSBUS_MQTT_KEY": str(authority / "client.key"),
    }
    place, warned = access(f"mqtts://{mosquitto.place}", environ), Warned()
    async with subscribed(place) as subscriber:
        telemetry = telling(place, warned)
        tell(telemetry, range(10))
        await telemetry.close()
        await subscriber.gets(ONLINE, 2)

    assert heard(subscriber) == list(range(10))
    assert warned.lines == []

    stranger = telling(replace(place, tls=access("mqtts://bench", {}).tls), warned)
    await warned.lines_are(1)
    await stranger.close()

    assert "certificate verify failed" in warned.lines[0]
