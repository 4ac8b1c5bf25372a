"""Telemetry against a real mosquitto: what a restarting broker loses, and what telemetry costs.

python -m benchmarks.mqtt restarts [--seconds 60] [--queue KIB]   mosquitto_sub reads meanwhile
python -m benchmarks.mqtt share [--seconds 30]                    of one core, at full rate
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from lensbus.bench.pair import pair
from lensbus.session.log import Record
from lensbus.telemetry.publish import Telemetry
from lensbus.telemetry.records import QUEUE_BYTES
from tests.peers import S1, SPEC, ZOOM
from tests.telemetry.broker import Mosquitto, in_order

STOPS = ((0.12, 0.22), (0.40, 0.55), (0.75, 0.80))  # of the time: when the broker is not there
ROUND_S = 10.0  # of virtual time, over and over
AFTER_S = 20.0  # for the subscriber to read the rest
NAME = "bench"


def endless() -> Iterator[Record]:
    """What both sides of a pair at its full rate record, with the times of one long run."""
    records = list(pair(SPEC, S1, ZOOM, script=()).run(ROUND_S, Random(0)))
    for start in count(0.0, ROUND_S):
        for record in records:
            yield replace(record, t=record.t + start)


async def replay(seconds: float, tell: Callable[[Record], None]) -> None:
    """Tell records at the times at which they came about."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    for record in endless():
        if record.t > seconds:
            return
        if (wait_s := start + record.t - loop.time()) > 0:
            await asyncio.sleep(wait_s)
        tell(record)


async def restart(broker: Mosquitto, seconds: float) -> None:
    """Stop the broker and start it again, at each of the STOPS."""
    at = 0.0
    for stop, start in STOPS:
        await asyncio.sleep(stop * seconds - at)
        broker.stop()
        print(f"{stop * seconds:6.1f} s broker stopped", flush=True)
        await asyncio.sleep((start - stop) * seconds)
        broker.start()
        print(f"{start * seconds:6.1f} s broker started", flush=True)
        at = start * seconds


async def read(broker: Mosquitto, ready: asyncio.Event) -> list[dict[str, Any]]:
    """The batches that mosquitto_sub reads, up to the goodbye."""
    topic = f"lensbus/{NAME}/#"
    command = f"mosquitto_sub -p {broker.port} -i reader -c -q 1 -t {topic} -t ready -F %p"
    reader = await asyncio.create_subprocess_exec(
        *command.split(), stdout=asyncio.subprocess.PIPE, limit=1 << 20
    )
    batches, closed = [], False
    while reader.stdout is not None and not closed:
        told = json.loads(await reader.stdout.readline() or b'{"reason":"closed"}')
        if "records" in told:
            batches.append(told)
        ready.set()
        closed = told.get("reason") == "closed"
    reader.terminate()
    await reader.wait()
    return batches


async def restarts(broker: Mosquitto, seconds: float, queue: int) -> int:
    """Compare what was made with what was read and what was dropped by the counter."""
    ready = asyncio.Event()
    reading = asyncio.create_task(read(broker, ready))
    hello = f"mosquitto_pub -p {broker.port} -r -q 1 -t ready -m {{}}"
    await (await asyncio.create_subprocess_exec(*hello.split())).wait()
    await asyncio.wait_for(ready.wait(), AFTER_S)
    telemetry = Telemetry(broker.place, NAME, SPEC, print, limit=queue)
    await asyncio.gather(replay(seconds, telemetry.tell), restart(broker, seconds))
    await telemetry.close()
    found = await asyncio.wait_for(reading, AFTER_S)
    batches = in_order(found)
    delivered = sum(len(batch["records"]) for batch in batches)
    print(f"read {len(found)} batches, {len(found) - len(batches)} of them twice, in order")
    print(f"made {telemetry.made} = delivered {delivered} + dropped {telemetry.dropped}")
    return int(telemetry.made != delivered + telemetry.dropped)


async def share(broker: Mosquitto, seconds: float, queue: int) -> int:
    """Compare the processor time of a replay with telemetry and of one without."""
    before = cpu_s()
    await replay(seconds, lambda _record: None)
    without = cpu_s()
    telemetry = Telemetry(broker.place, NAME, SPEC, print, limit=queue)
    await replay(seconds, telemetry.tell)
    await telemetry.close()
    cost = ((cpu_s() - without) - (without - before)) / seconds
    print(f"{telemetry.delivered / seconds:.0f} records/s, {100 * cost:.2f} % of a core")
    return int(cost > 0.05)


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("restarts", "share"))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--queue", type=int, default=QUEUE_BYTES >> 10, metavar="KIB")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        broker = Mosquitto(Path(folder))
        broker.start()
        try:
            run = restarts if asked.what == "restarts" else share
            return asyncio.run(run(broker, asked.seconds, asked.queue << 10))
        finally:
            broker.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
