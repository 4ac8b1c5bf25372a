"""What an update prints: how far it is, how fast, what limits it, and how it ended."""

import sys
from collections.abc import Mapping
from typing import Any

from lensbus.cli.say import say, warn
from lensbus.firmware.job import Job
from lensbus.front.lines import json_line
from lensbus.front.printable import printable
from lensbus.session.event import Note
from lensbus.session.log import Record

STEP = 10
"""Per cent between two lines, where no terminal shows a bar."""

EACH_S = 0.25
"""Between two looks at a bar, and two JSON objects."""

BAR = 30
"""Characters."""


class Progress:
    """A display of an update: a bar on a terminal, lines elsewhere, JSON objects on demand."""

    def __init__(self, job: Job, *, as_json: bool) -> None:
        self._job, self._as_json = job, as_json
        self._bar = not as_json and sys.stderr is not None and sys.stderr.isatty()
        self._next_s, self._next_step = 0.0, 0
        self._named = False
        self._size = len(job.parcel.data)

    def tell(self, record: Record) -> None:
        """Take a record; it is the moment to look."""
        job = self._job
        if job.before is not None and not self._named and not self._as_json:
            self._named = True
            wanted = job.parcel.version or "of no version"
            say(f"{job.lens or 'a bootloader'} runs {job.before}, the image is {wanted}")
        if isinstance(record.event, Note) and not job.ending:
            self._note(record)
        moves = job.done_bytes > job.had_bytes and job.ended_at is None
        if moves and record.t >= self._next_s:
            self._look(record.t)

    def sum_up(
        self, facts: Mapping[str, Any], _states: Mapping[str, str], _more: Mapping[str, Any]
    ) -> None:
        """Print how it ended."""
        job = self._job
        end = job.ending
        told = {
            "result": end.kind if end else "interrupted",
            "reason": end.reason or None if end else None,
            "words": end.words if end else "",
            "lens": job.lens,
            "before": str(job.before) if job.before else None,
            "after": str(job.after) if job.after else None,
            "image": str(job.parcel.version) if job.parcel.version else None,
            **self._figures(job.ended_at),
        }
        if self._as_json:
            print(json_line({"summary": True, **facts, **told}), flush=True)
            return
        if self._bar and job.began_at is not None:
            say("")
        if job.ended_at is not None:
            print(_transfer(told))
        if end is None:
            return
        if end.kind in {"done", "up_to_date"}:
            print(printable(end.words), flush=True)
        else:
            warn(end.words)

    def _note(self, record: Record) -> None:
        text = record.event.text if isinstance(record.event, Note) else ""
        if self._as_json:
            print(json_line({"t": round(record.t, 6), "note": text}), flush=True)
        else:
            say(text)

    def _look(self, now: float) -> None:
        self._next_s = now + EACH_S
        told = self._figures(now)
        share = told["done_bytes"] / self._size
        if self._as_json:
            print(json_line({"t": round(now, 6), **told}), flush=True)
        elif self._bar:
            done = int(share * BAR)
            bar = "#" * done + "." * (BAR - done)
            print(f"\r{bar} {_line(told, share)}  ", end="", file=sys.stderr, flush=True)
        elif 100 * share >= self._next_step:
            self._next_step = (int(100 * share) // STEP + 1) * STEP
            say(_line(told, share))

    def _figures(self, now: float | None) -> dict[str, Any]:
        job = self._job
        took_s = 0.0 if now is None or job.began_at is None else now - job.began_at
        moved = max(0, job.done_bytes - job.had_bytes)
        speed = moved / took_s if took_s > 0 else 0.0
        most = job.rate / 10
        return {
            "size": self._size,
            "done_bytes": job.done_bytes,
            "had_bytes": job.had_bytes,
            "sent_bytes": job.sent_bytes,
            "resent_bytes": job.resent_bytes,
            "rate": job.rate,
            "bytes_per_s": round(speed),
            "left_s": round((self._size - job.done_bytes) / speed, 1) if speed else None,
            "limited_by": job.limit(speed / most) if most and speed else None,
        }


def _line(told: Mapping[str, Any], share: float) -> str:
    left = "" if told["left_s"] is None else f"{told['left_s']:.0f} s left"
    limit = f"limited by the {told['limited_by']}" if told["limited_by"] else ""
    done = f"{share:4.0%} {told['done_bytes']:,} of {told['size']:,} bytes"
    return "  ".join([done, f"{told['bytes_per_s'] / 1000:.1f} kB/s", left, limit]).rstrip()


def _transfer(told: Mapping[str, Any]) -> str:
    parts = [f"{told['sent_bytes']:,} bytes sent at {told['bytes_per_s'] / 1000:.1f} kB/s"]
    parts += [f"{told['resent_bytes']:,} of them again"] if told["resent_bytes"] else []
    parts += [f"{told['had_bytes']:,} were there from before"] if told["had_bytes"] else []
    parts += [f"limited by the {told['limited_by']}"] if told["limited_by"] else []
    return ", ".join(parts)
