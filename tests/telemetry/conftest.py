"""Brokers for the tests of telemetry, and the records of a real pair."""

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from lensbus.cli.setup import load_pair
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from tests.telemetry.broker import MOSQUITTO, Mosquitto, free_port


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A mosquitto that is not started yet."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed: `apt-get install mosquitto`")
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Mosquitto(folder)
    yield broker
    broker.stop()


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """The port of a broker for everybody: mosquitto, or else amqtt in this process."""
    if MOSQUITTO is not None:
        broker = Mosquitto(tmp_path)
        broker.start()
        yield broker.port
        broker.stop()
    elif importlib.util.find_spec("amqtt") is not None:
        free = free_port()
        amqtt: Any = importlib.import_module("amqtt.broker")
        listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{free}"}}
        anonymous = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        in_process = amqtt.Broker({"listeners": listeners, "plugins": anonymous})
        await in_process.start()
        yield free
        await in_process.shutdown()
    else:
        pytest.skip("no broker is installed: `apt-get install mosquitto`")


@pytest.fixture(scope="session")
def spec() -> Spec:
    return load("l_mount")


@pytest.fixture(scope="session")
def records(spec: Spec) -> list[Record]:
    """What a pair does in three seconds, and who is told of it."""
    made = load_pair(spec, "panasonic_s1", "panasonic_s_20_60", 0, None)
    return list(made.pair.run(3.0, made.chance))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a throw-away CA, a certificate for 127.0.0.1 and one for a client."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and makes the certificates")
    folder = tmp_path_factory.mktemp("authority")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    signed = ("-CA", "ca.crt", "-CAkey", "ca.key")
    for name, more in {
        "ca": (),
        "server": (*signed, "-addext", "subjectAltName=IP:127.0.0.1"),
        "client": signed,
    }.items():
        command = [*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"]
        subprocess.run(["openssl", *command, *more], cwd=folder, check=True, capture_output=True)
    return folder
