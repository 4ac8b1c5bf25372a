#!/usr/bin/env python3
"""Goodput of a firmware update, as a share of the line's rate: ours, lrzsz's, and smpclient's.

    python -m benchmarks.update [--quick]

Goodput is the image's bytes by the time from the first byte of the first chunk to the last
acknowledgement, against what a line without any frames would carry: a tenth of its baud. The line
is a process between two pseudo-terminals or sockets that carries ten bits a byte at the rate,
each way, so many milliseconds late, and spoils bits by chance, seeded: in real time, with the
timers, buffers and wake-ups of this machine.

- `lensbus`: a whole update of a virtual lens, which opens a `pty:`, by a host that opens a serial
  port, both pumped by one event loop. Its flash is fast, so that the line is what limits. The
  image is 1 MiB with header and TLVs, and the lens runs it in the end.
- `lrzsz`: `sz` and `sx -k` (XMODEM in blocks of 1 KiB) with `rz` and `rx`, a file of random bytes.
- `smpclient`: an upload to an SMP server of this benchmark that has a buffer of that size (384
  bytes are what Zephyr has unless told), and takes no time for its flash.

On the fast line ours is measured three times, and the median counts: what others do on this
machine shows in so short a time. What waits for each of its blocks to be acknowledged sends fewer
bytes where it is slow; its goodput does not depend on that. Who is not installed is left out.

Then the aims, and whether they are reached; and whether the chunks that the host says in virtual
time (`exchange`) are those that it said here, byte for byte.
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple

from benchmarks.line import Line, pty, span
from lensbus.aio.link import open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.bench.unit import Unit
from lensbus.bench.updatable import Mount, updatable, updater
from lensbus.devices.profile import LensProfile
from lensbus.firmware.flash import Flash
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, build
from lensbus.firmware.image import parse as parse_image
from lensbus.firmware.job import Job, Parcel
from lensbus.firmware.sign import make_key
from lensbus.firmware.target import geometry_of, provision
from lensbus.front.named import load_profile
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.spec.load import load, load_image_format
from lensbus.wire.message import Message

LENS = "sigma_45_f28_dg_dn"
KEY = make_key(bytes(32))
OLD, NEW = Version(1, 0, 0, 0), Version(1, 1, 0, 0)
ERASE_S, PROGRAM_S = 0.0002, 0.00002  # of a fast flash: a sector in half a millisecond
SIZE, QUICK_SIZE = 1 << 20, 1 << 17
SEED = 4  # of bit errors
BITS = 10  # of a byte on the line
LIMIT_S = 120.0  # real; no transfer takes longer
ROUNDS, ROUNDS_S = 3, 11.0  # how often ours is sent at most, and in about what time
SLOW_S = 5.0  # about how long a contender that waits for each block is let run
TURN_S = 0.005  # what it needs itself for a block and its answer, at most
BUFFER = 4096  # of a UART's driver, in bytes
FIRST, LAST = b"the first bytes ", b" the last bytes."


class Case(NamedTuple):
    """A line: its rate in baud, how late each byte arrives, and which share of bits is wrong."""

    baud: int
    latency_ms: int
    errors: float = 0.0

    @property
    def strip(self) -> Strip:
        """The same for `exchange`."""
        return Strip(BITS, frozenset(), self.latency_ms / 1000, bit_error_rate=self.errors)

    def share(self, size: int, seconds: float) -> float:
        """Goodput by the rate."""
        return size * BITS / seconds / self.baud

    def fit(self, size: int, block: int) -> int:
        """How much of an image is sent, block by block, in about SLOW_S."""
        trip_s = block * BITS / self.baud + 2 * self.latency_ms / 1000 + TURN_S
        return min(size, int(SLOW_S / trip_s) * block // 1024 * 1024)

    def rounds(self, size: int) -> int:
        """How often ours is sent: a quick line is looked at for as long as a slow one."""
        return min(ROUNDS, max(1, round(ROUNDS_S * self.baud / BITS / size)))

    def __str__(self) -> str:
        errors = f"{self.errors:.0e}" if self.errors else "none"
        return f"{self.baud:9,} {self.latency_ms:5} {errors:>7}"


RATES, LATENCIES_MS = (921_600, 3_000_000), (0, 1, 16)
SPOILT = Case(921_600, 16, 1e-5)
CASES = (*(Case(*each) for each in product(RATES, LATENCIES_MS)), SPOILT)

LEAST = {921_600: 0.985, 3_000_000: 0.975}
LEAST_LATE = 0.99  # at the most latency, of its own figure without any
LEAST_SPOILT = 0.85

Contender = Callable[[Case, int], tuple[int, float]]
"""Sends an image of some size, or as much as it can in a while; gives the bytes and seconds.

Raises: TransferError.
"""


class TransferError(Exception):
    """It did not arrive."""


@dataclass(slots=True)
class Update:
    """Host and lens of one update, as units; `tell` is given to pumps, or records of virtual time.

    `frames` are the chunks that the host said.
    """

    lens: Unit
    host: Unit
    job: Job
    frames: list[bytes]

    def tell(self, record: Record) -> None:
        """Keep what counts."""
        event = record.event
        if record.verb == "said" and isinstance(event, Message) and event.name == "chunk":
            self.frames.append(record.raw)

    @property
    def seconds(self) -> float:
        """From the first chunk to the last acknowledgement.

        Raises:
            TransferError: there was none.
        """
        job = self.job
        if job.ending is None or job.ending.kind != "done":
            raise TransferError(job.ending.words if job.ending else "it took too long")
        assert job.began_at is not None and job.ended_at is not None  # noqa: S101, PT018 - done
        return job.ended_at - job.began_at


@cache
def mount() -> Mount:
    return Mount(load("l_mount"), load("l_mount/update"), load_image_format())


@cache
def images(size: int) -> tuple[bytes, bytes, LensProfile]:
    """What the lens runs, what it is given, and the lens."""
    lens = load_profile(LensProfile, "lenses", LENS)
    facts = Facts((lens.lens_number,), (lens.hardware,), lens.protocol[0])
    old = build(mount().image, bytes(1), OLD, facts, 1, KEY)
    payload = Random(SEED).randbytes(size - len(old) + 1)
    return old, build(mount().image, payload, NEW, facts, 1, KEY), lens


def update(size: int, baud: int, slack_s: float = 0.0) -> Update:
    """A lens with an older firmware, and a host with an image of that size for it."""
    old, new, profile = images(size)
    part = geometry_of(mount().update)
    flash = Flash(replace(part, erase_s=ERASE_S, program_s=PROGRAM_S))
    provision(flash, mount().update, mount().image, KEY.public, old)
    offer = parse_image(mount().image, new).offer
    job = Job(Parcel(new, offer.header, offer.tlv_area, offer.version))
    lens = updatable(mount(), profile, flash, KEY.public, slack_s)
    return Update(lens, updater(mount(), job, slack_s, baud), job, [])


def virtual(case: Case, size: int) -> Update:
    """An update in virtual time."""
    made = update(size, case.baud)
    for record in exchange(made.lens, made.host, case.strip, LIMIT_S, Random(SEED)):
        made.tell(record)
        if made.job.ending is not None:
            break
    return made


def real(case: Case, size: int) -> Update:
    """An update in real time."""
    with pty() as (line_end, host_end):
        return asyncio.run(_real(case, size, line_end, os.ttyname(host_end)))


async def _real(case: Case, size: int, line_end: int, host_end: str) -> Update:
    lens_link = await open_link(parse("pty:"), mount().update, "target")
    device = os.open(lens_link.name, os.O_RDWR | os.O_NOCTTY)
    line = Line(line_end, device, case.strip, case.baud, SEED)
    host_link = await open_link(parse(host_end), mount().update, "host")
    made, clock = update(size, case.baud, host_link.slack_s), Clock()

    def tell(record: Record) -> None:
        made.tell(record)
        if made.job.ending is not None:
            for pump in pumps:
                pump.stop()

    pumps = [
        Pump(made.lens, lens_link, clock, lambda _: None),
        Pump(made.host, host_link, clock, tell),
    ]
    try:
        async with asyncio.timeout(LIMIT_S):
            await asyncio.gather(*(pump.run() for pump in pumps))
    except TimeoutError:
        pass  # which the job tells as well
    finally:
        line.lift()
        os.close(device)
    return made


def lrzsz(send: Sequence[str], receive: Sequence[str], block: int | None) -> Contender:
    """A pair of its programs. Their ends are sockets: they throw away what a pty has not sent."""

    def contend(case: Case, size: int) -> tuple[int, float]:
        size = case.fit(size, block) if block else size
        data = FIRST + Random(SEED).randbytes(size - len(FIRST + LAST)) + LAST
        with tempfile.TemporaryDirectory() as name, sockets() as (a, line_a, line_b, b):
            folder, got = Path(name), Path(name, "got", "image")
            folder.joinpath("image").write_bytes(data)
            got.parent.mkdir()
            line = Line(line_a.fileno(), line_b.fileno(), case.strip, case.baud, SEED)
            programs = [start(receive, b, got.parent), start([*send, "image"], a, folder)]
            try:
                codes = [program.wait(LIMIT_S) for program in programs]
            except subprocess.TimeoutExpired:
                raise TransferError("it took too long") from None
            finally:
                for program in programs:
                    program.kill()
                    program.wait()
                carried = line.lift()
            if any(codes) or not got.exists() or got.read_bytes()[:size] != data:
                raise TransferError(f"exit codes {codes}, or another file came")
            return size, span(carried, FIRST, LAST)

    return contend


def smpclient(buffer_size: int) -> Contender:
    """Its client, at a pty; a server that has a buffer of that size is a process of its own."""

    def contend(case: Case, size: int) -> tuple[int, float]:
        from benchmarks.smp_server import serve

        size = case.fit(size, buffer_size)
        data = Random(SEED).randbytes(size)
        with pty() as (line_a, client), pty() as (line_b, server):
            fork = multiprocessing.get_context("fork")
            process = fork.Process(target=serve, args=(server, data, buffer_size), daemon=True)
            process.start()
            line = Line(line_a, line_b, case.strip, case.baud, SEED)
            try:
                return size, asyncio.run(upload(os.ttyname(client), data))
            finally:
                line.lift()
                process.kill()
                process.join()

    return contend


async def upload(device: str, data: bytes) -> float:
    """Let smpclient send an image; gives the seconds.

    Raises:
        TransferError: it gave up.
    """
    from smpclient import SMPClient
    from smpclient.exceptions import SMPClientException
    from smpclient.transport.serial import SMPSerialTransport

    try:
        async with asyncio.timeout(LIMIT_S), SMPClient(SMPSerialTransport(), device) as client:
            began = perf_counter()
            async for _ in client.upload(data):
                pass
            return perf_counter() - began
    except (SMPClientException, TimeoutError) as error:
        raise TransferError(str(error).partition(" header=")[0]) from None


@contextmanager
def sockets() -> Iterator[list[socket.socket]]:
    """A sender's end, the line's two, and a receiver's; each keeps little of what it is to say."""
    with ExitStack() as stack:
        ends = [stack.enter_context(end) for _ in "ab" for end in socket.socketpair()]
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        yield ends


def start(command: Sequence[str], end: socket.socket, folder: Path) -> subprocess.Popen[bytes]:
    """A program that talks on its standard input and output."""
    fd, quiet = end.fileno(), subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdin=fd, stdout=fd, stderr=quiet)  # noqa: S603 - sz and its like


OURS = "lensbus"


def contenders() -> dict[str, Contender]:
    """All that can run here; who is not installed is named."""
    found: dict[str, Contender] = {}
    if shutil.which("sz") and shutil.which("rz"):
        found["lrzsz, ZMODEM"] = lrzsz(("sz", "-b", "-q"), ("rz", "-b", "-q", "-y"), None)
        found["lrzsz, XMODEM-1K"] = lrzsz(("sx", "-k", "-q"), ("rx", "-c", "-q", "image"), 1024)
    else:
        print("left out: lrzsz: no program sz", file=sys.stderr)
    if find_spec("smpclient"):
        found |= {f"smpclient, buffer {size}": smpclient(size) for size in (384, 8192)}
    else:
        print("left out: smpclient: no such package", file=sys.stderr)
    return found


def measure(cases: Iterable[Case], size: int) -> Iterator[tuple[Case, Update]]:
    """Run every contender on every line, and print each as it is done; gives ours."""
    peers = contenders()
    print(f"{'':24}{'baud':>9} {'ms':>5} {'errors':>7}  {'KiB':>5} {'goodput':>8}   ours by it")
    for case in cases:
        ours = middle([real(case, size) for _ in range(case.rounds(size))])
        share = case.share(size, ours.seconds)
        print(row(OURS, case, size, share, share), flush=True)
        for name, contend in peers.items():
            try:
                sent, seconds = contend(case, size)
            except TransferError as error:
                print(f"{name:24}{case}  failed: {error}", flush=True)
            else:
                print(row(name, case, sent, case.share(sent, seconds), share), flush=True)
        yield case, ours


def middle(updates: Sequence[Update]) -> Update:
    """The one that took the median time."""
    return sorted(updates, key=lambda each: each.seconds)[len(updates) // 2]


def row(name: str, case: Case, sent: int, share: float, ours: float) -> str:
    """One line for a transfer."""
    return f"{name:24}{case}  {sent >> 10:5} {share:8.1%} {ours / share:9.2f} x"


def aims(shares: Mapping[Case, float]) -> Iterator[tuple[str, float, float]]:
    """What is to be reached, by what was measured of ours: words, got, wanted."""
    for case, share in shares.items():
        if case.errors:
            yield f"goodput at {case.baud:,}, {case.latency_ms} ms, bit errors", share, LEAST_SPOILT
        else:
            yield f"goodput at {case.baud:,}, {case.latency_ms} ms", share, LEAST[case.baud]
    least, most = min(LATENCIES_MS), max(LATENCIES_MS)
    for baud in RATES:
        late = shares[Case(baud, most)] / shares[Case(baud, least)]
        yield f"goodput at {baud:,}, {most} ms by {least} ms", late, LEAST_LATE


def verdicts(shares: Mapping[Case, float]) -> Iterator[str]:
    """A line for each aim."""
    for words, got, wanted in aims(shares):
        verdict = "reached" if got >= wanted else "not reached"
        yield f"{words:45} {got:7.2%}, wanted {wanted:5.1%}: {verdict}"


def comparison(case: Case, size: int, frames: Sequence[bytes]) -> str:
    """Whether the host said the same in virtual time."""
    wanted = virtual(case, size).frames
    same = "the same" if frames == wanted else "other"
    said = f"{len(frames)} chunks, {sum(map(len, frames)):,} bytes"
    return f"{case.baud:,}: {said}: {same} in virtual time ({len(wanted)} chunks)"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small image, and no aims")
    quick = parser.parse_args(arguments).quick
    logging.disable()  # smpclient logs what it raises
    size = QUICK_SIZE if quick else SIZE
    runs = dict(measure(CASES, size))
    print()
    if not quick:
        for line in verdicts({case: case.share(size, run.seconds) for case, run in runs.items()}):
            print(line)
    for baud in RATES:
        case = Case(baud, min(LATENCIES_MS))
        print(comparison(case, size, runs[case].frames))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
