"""Where the broker is and what opens it, from a URL without secrets and from the environment."""

import os
import re
import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lensbus.errors import LinkError

PREFIX = "LENSBUS_MQTT_"
SETTINGS = ("user", "password", "ca", "cert", "key")
FORMS = "mqtt://HOST[:PORT][/NAME], or mqtts:// for TLS"
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
PORT, TLS_PORT = 1883, 8883
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST = 65535
"""Bytes that MQTT has room for in a user name or a password."""

UNTOLD = re.compile(r"((?:\w+://)?+[^:?#]*)[:?#].*", re.DOTALL)
"""What follows a colon in a URL may be a password, and is not repeated."""


@dataclass(frozen=True, slots=True)
class Access:
    """A broker's address, what opens it, and the name to go by there; never shows the password."""

    host: str
    port: int
    name: str = ""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def access(url: str, environ: Mapping[str, str]) -> Access:
    """Read the URL and the variables LENSBUS_MQTT_*; TLS files are read now.

    Raises:
        LinkError: the URL is none of FORMS or carries a user or password, a variable makes no
            sense, or a file is missing or damaged.
    """
    scheme, place = _place(url)
    settings = _settings(environ)
    user, password = settings.get("user"), settings.get("password")
    if password is not None and user is None:
        raise LinkError(f"MQTT: a password but no user; set {PREFIX}USER as well")
    secure = scheme == "mqtts" or not settings.keys().isdisjoint(("ca", "cert", "key"))
    tls = _tls(settings) if secure else None
    port = place.port or (TLS_PORT if tls else PORT)
    return replace(place, port=port, user=user, password=password, tls=tls)


def exposed(environ: Mapping[str, str]) -> str:
    """One line if others than its owner may read the file of secrets, else nothing."""
    path = Path(environ.get(f"{PREFIX}FILE", ""))
    if os.name != "posix" or not path.is_file() or not path.stat().st_mode & OTHERS:
        return ""
    return f"{PREFIX}FILE: others may read {path}: chmod 600 {path}"


def _place(url: str) -> tuple[str, Access]:
    """What the URL says; port 0 is the usual one."""
    if "@" in unquote(url):  # and nothing of it is repeated
        wanted = f"set {PREFIX}USER and {PREFIX}PASSWORD, or {PREFIX}FILE"
        raise LinkError(f"the URL of an MQTT broker must not carry a user or password: {wanted}")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # whose words repeat the URL
        raise _no_broker(url) from None
    name = parts.path.removeprefix("/")
    wrong = port == 0 or set("?#") & set(url) or (name and not NAME.fullmatch(name))
    if parts.scheme not in {"mqtt", "mqtts"} or not host or wrong:
        raise _no_broker(url)
    return parts.scheme, Access(host, port or 0, name)


def _no_broker(url: str) -> LinkError:
    shown = UNTOLD.sub(r"\1...", url)
    return LinkError(f"{shown!r} names no MQTT broker; wanted {FORMS}")


def _settings(environ: Mapping[str, str]) -> dict[str, str]:
    """What the file says that LENSBUS_MQTT_FILE names, and over it the other variables."""
    path = environ.get(f"{PREFIX}FILE")
    found = _read(Path(path)) if path else {}
    variables = {name: environ.get(PREFIX + name.upper(), "") for name in SETTINGS}
    found |= {name: value for name, value in variables.items() if value}
    for name, value in found.items():
        _check(PREFIX + name.upper(), value)
    return found


def _check(variable: str, value: str) -> None:
    """Refuse what MQTT cannot carry, without repeating it."""
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise LinkError(f"{variable}: it is no UTF-8 text") from None
    if size > LONGEST or "\0" in value:
        raise LinkError(f"{variable}: wanted at most {LONGEST} bytes, and none that is zero")


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no UTF-8 text"
        raise LinkError(f"{PREFIX}FILE: cannot read {path}: {why}") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, value = (part.strip() for part in line.partition("="))
        if name not in SETTINGS or not value:  # the line may hold a secret
            wanted = f"wanted NAME = VALUE, NAME one of {', '.join(SETTINGS)}"
            raise LinkError(f"{path}:{number}: {wanted}")
        found[name] = value
    return found


def _tls(settings: Mapping[str, str]) -> ssl.SSLContext:
    """A context that checks the broker's name; without `ca` by the system's authorities."""
    ca, cert, key = (settings.get(name) for name in ("ca", "cert", "key"))
    if key and not cert:
        raise LinkError(f"MQTT: a key but no certificate; set {PREFIX}CERT as well")
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as problem:
        raise LinkError(f"{PREFIX}CA: {ca}: {_why(problem)}; wanted a PEM file") from None
    if cert:
        try:
            context.load_cert_chain(cert, key, password="")  # or OpenSSL would ask
        except OSError as problem:
            files = f"{cert} and {key}" if key else cert
            wanted = "wanted PEM files, the key without a passphrase"
            raise LinkError(f"{PREFIX}CERT: {files}: {_why(problem)}; {wanted}") from None
    return context


def _why(problem: OSError) -> str:
    text = problem.strerror or str(problem)
    return text.partition(" (_ssl.c")[0]
