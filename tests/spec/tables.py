"""Small specs for exploring: two tables over some messages, on the wires of the small spec."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from lensbus.spec.load import load
from lensbus.spec.model import Spec
from tests.samples import SMALL, write

BENCH = "basis: observed, source: bench"


def two_tables(
    folder: Path,
    body: Sequence[str],
    lens: Sequence[str],
    replies: Mapping[str, str] | None = None,
    more: str = "",
) -> Spec:
    """A spec whose messages are those of its rows; what `body` sends is the body's.

    A reply is `answer` or `answer, more of it`. `cyclic` in a message's name makes it that, and
    `rate` gives it a field `baud`.
    """
    sent = {"body": _sent(body), "lens": _sent(lens)}
    messages = [
        f"  {name}: {{from: {role}, key: [2, {number}], {BENCH}{_more(name)}}}"
        for role, names in sent.items()
        for number, name in enumerate(names, 1)
    ]
    answers = [
        f"  {name}: {{with: {text}, timeout_s: 0.1, retries: 1, {BENCH}}}"
        for name, text in (replies or {}).items()
    ]
    head = SMALL.partition("flags:\n")[0].replace(
        "unknown: fault\n", f"{more or 'unknown: fault'}\n"
    )
    parts = [head.rstrip(), "messages:", *messages, "roles:"]
    for role, rows in (("body", body), ("lens", lens)):
        parts += [
            f"  {role}:",
            f"    start: {rows[0].strip('[').partition(',')[0]}",
            f"    {BENCH}".replace(", ", "\n    "),
            f"    silence_s: {{value: 1, {BENCH}}}",
            "    table:",
            *(f"      - {row}" for row in rows),
        ]
    parts += [
        "replies:" if answers else "",
        *answers,
        "capture: {body: {data: TX}, lens: {data: RX}}",
    ]
    return load(str(write(folder, "\n".join(parts) + "\n")))


def _sent(rows: Sequence[str]) -> list[str]:
    words = [row.partition(" send ")[2].partition(",")[0] for row in rows]
    return list(dict.fromkeys(filter(None, words)))


def _more(name: str) -> str:
    if "rate" in name:
        return ", fields: {baud: {type: u16le, low: 9600, high: 19200}}"
    return ", cyclic: true" if "cyclic" in name else ""
