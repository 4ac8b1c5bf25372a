"""Brokers for the tests of telemetry, the records of a real pair, and what payloads must be."""

import gc
import importlib
import importlib.util
import json
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from lensbus.bench.pair import pair
from lensbus.session.log import Record
from lensbus.telemetry.access import Access
from tests.peers import S1, SPEC, ZOOM
from tests.telemetry.broker import MOSQUITTO, Mosquitto, free_port

Check = Callable[[dict[str, Any], str], None]


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


# amqtt leaves its own streams open; whether ours are closed is seen with mosquitto
UNTIDY = pytest.mark.filterwarnings("ignore:unclosed|loop is closed:ResourceWarning")


@pytest.fixture(params=["mosquitto", pytest.param("amqtt", marks=UNTIDY)])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Access]:
    """Where a broker runs that lets everybody in: mosquitto, or amqtt in this process."""
    if request.param == "mosquitto":
        mosquitto: Mosquitto = request.getfixturevalue("mosquitto")
        mosquitto.start()
        yield mosquitto.place
        return
    if importlib.util.find_spec("amqtt") is None:
        pytest.skip("amqtt is not installed: `pip install amqtt`")
    port = free_port()
    amqtt: Any = importlib.import_module("amqtt.broker")
    listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
    anonymous = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = amqtt.Broker({"listeners": listeners, "plugins": anonymous})
    await broker.start()
    yield Access("127.0.0.1", port)
    await broker.shutdown()
    del broker
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # now, not in the next test
        gc.collect()


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """What a pair does in three seconds."""
    return list(pair(SPEC, S1, ZOOM).run(3.0, Random(0)))


@pytest.fixture(scope="session")
def check() -> Check:
    """Fails when an object is not what a definition of the schema wants."""
    schema = json.loads(Path("docs/mqtt.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    def checked(value: dict[str, Any], name: str) -> None:
        one = {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
        Draft202012Validator(one, format_checker=FormatChecker()).validate(value)

    return checked


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a throw-away CA, a certificate for 127.0.0.1 and one for a client."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and makes the certificates")
    folder = tmp_path_factory.mktemp("authority")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    signed = ("-CA", "ca.crt", "-CAkey", "ca.key")
    signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")  # Python 3.13 wants it said
    leaf = (*signed, "-addext", "basicConstraints=critical,CA:FALSE")
    for name, more in {
        "ca": signs,
        "server": (*leaf, "-addext", "subjectAltName=IP:127.0.0.1"),
        "client": leaf,
    }.items():
        command = [*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"]
        subprocess.run(["openssl", *command, *more], cwd=folder, check=True, capture_output=True)
    return folder
