import os
import subprocess
from pathlib import Path

import pytest

from lensbus.errors import LinkError
from lensbus.telemetry.access import Access, access, exposed


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("mqtt://bench", "bench", 1883),
        ("mqtt://bench/", "bench", 1883),
        ("mqtt://bench:1884", "bench", 1884),
        ("mqtt://[::1]:1884", "::1", 1884),
        ("mqtts://bench", "bench", 8883),
        ("mqtts://bench:1884", "bench", 1884),
    ],
)
def test_a_url_names_host_and_port(url: str, host: str, port: int) -> None:
    found = access(url, {})

    assert (found.host, found.port) == (host, port)
    assert (found.tls is not None) == url.startswith("mqtts")


def test_a_url_may_give_the_name_for_the_topics() -> None:
    assert access("mqtt://bench/left-bench_2", {}).name == "left-bench_2"
    assert access("mqtt://bench/", {}).name == ""


def test_an_access_is_shown_as_host_and_port() -> None:
    assert str(Access("::1", 1883)) == "[::1]:1883"
    assert str(Access("bench", 1883)) == "bench:1883"


@pytest.mark.parametrize(
    "url",
    [
        "bench",
        "mqtt:bench",
        "mqtt://",
        "http://bench",
        "mqtt://bench:0",
        "mqtt://bench:http",
        "mqtt://bench:99999",
        "mqtt://bench/a/b",
        "mqtt://bench/a+",
        "mqtt://bench/#",
        "mqtt://[bench",
        "mqtt://bench?password=secret",
        "mqtt://ann:secret@bench",
        "mqtt://ann@bench",
        "ann:secret@bench",
        "mqtt://bench:secret",
        "mqtt://ann:secret%40bench",
        "mqtt://ann%3Asecret%40bench",
        "mqtt://[bench:secret",
        "mqtt:ann:secret",
        "ann:secret",
        "mqtt://bench/#secret",
    ],
)
def test_another_url_is_refused_in_one_line_that_repeats_no_secret(url: str) -> None:
    with pytest.raises(LinkError) as caught:
        access(url, {})

    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "mqtt://HOST" in str(caught.value) or "LENSBUS_MQTT_USER" in str(caught.value)


def test_user_and_password_come_from_the_environment_and_are_never_shown() -> None:
    environ = {"LENSBUS_MQTT_USER": "ann", "LENSBUS_MQTT_PASSWORD": "secret"}
    found = access("mqtt://bench", environ)

    assert (found.user, found.password) == ("ann", "secret")
    assert "secret" not in f"{found} {found!r}"


def test_or_from_a_file_that_the_environment_names_and_variables_go_first(tmp_path: Path) -> None:
    file = tmp_path / "mqtt.conf"
    file.write_text("# bench\n\nuser = ann\npassword = a = b \n", encoding="utf-8")
    environ = {"LENSBUS_MQTT_FILE": str(file), "LENSBUS_MQTT_USER": "bob"}
    found = access("mqtt://bench", environ)

    assert (found.user, found.password) == ("bob", "a = b")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read_is_told_in_one_line(
    tmp_path: Path, mode: int, told: bool
) -> None:
    file = tmp_path / "mqtt.conf"
    file.write_text("user = ann")
    file.chmod(mode)
    warning = exposed({"LENSBUS_MQTT_FILE": str(file)})

    assert told == (warning == f"LENSBUS_MQTT_FILE: others may read {file}: chmod 600 {file}")
    assert told == bool(warning)


def test_without_a_file_nothing_is_exposed(tmp_path: Path) -> None:
    assert exposed({}) == exposed({"LENSBUS_MQTT_FILE": str(tmp_path / "none")}) == ""


@pytest.mark.parametrize("content", [b"pasword = secret", b"secret", b"password =", b"\xffsecret"])
def test_a_wrong_file_is_refused_without_its_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mqtt.conf"
    file.write_bytes(content)
    with pytest.raises(LinkError, match=r"mqtt\.conf") as caught:
        access("mqtt://bench", {"LENSBUS_MQTT_FILE": str(file)})

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "names", [("FILE",), ("CA",), ("CERT",), ("KEY",), ("CERT", "KEY"), ("PASSWORD",)]
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, names: tuple[str, ...]) -> None:
    environ = {f"LENSBUS_MQTT_{name}": str(tmp_path / "missing") for name in names}
    with pytest.raises(LinkError, match="LENSBUS_MQTT_"):
        access("mqtt://bench", environ)


@pytest.mark.parametrize("value", ["secret\udcff", "secret" * 10923])
@pytest.mark.parametrize("name", ["USER", "PASSWORD"])
def test_what_mqtt_cannot_carry_is_refused_by_the_name_of_its_variable(
    name: str, value: str
) -> None:
    environ = {"LENSBUS_MQTT_USER": "ann", f"LENSBUS_MQTT_{name}": value}
    with pytest.raises(LinkError, match=f"^LENSBUS_MQTT_{name}: ") as caught:
        access("mqtt://bench", environ)

    assert "secret" not in str(caught.value)


def test_a_zero_byte_in_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mqtt.conf"
    file.write_bytes(b"user = ann\npassword = sec\0ret\n")
    with pytest.raises(LinkError, match=r"^LENSBUS_MQTT_PASSWORD: .* zero"):
        access("mqtt://bench", {"LENSBUS_MQTT_FILE": str(file)})


def test_a_certificate_turns_tls_on_whatever_the_url_says(authority: Path) -> None:
    environ = {
        "LENSBUS_MQTT_CA": str(authority / "ca.crt"),
        "LENSBUS_MQTT_CERT": str(authority / "client.crt"),
        "LENSBUS_MQTT_KEY": str(authority / "client.key"),
    }
    found = access("mqtt://bench", environ)

    assert found.tls is not None
    assert found.tls.check_hostname
    assert found.port == 8883


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked(authority: Path) -> None:
    locked = authority / "locked.key"
    subprocess.run(
        [
            "openssl",
            "rsa",
            "-aes256",
            "-passout",
            "pass:secret",
            "-out",
            locked,
            "-in",
            "client.key",
        ],
        cwd=authority,
        check=True,
        capture_output=True,
    )
    environ = {
        "LENSBUS_MQTT_CERT": str(authority / "client.crt"),
        "LENSBUS_MQTT_KEY": str(locked),
    }
    with pytest.raises(LinkError, match="without a passphrase"):
        access("mqtt://bench", environ)
