"""Golden traces as files: held against what a run said, and written anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lensbus import __version__
from lensbus.capture.growing import one_line_errors
from lensbus.errors import CaptureError
from lensbus.golden.allowance import Allowance, usual
from lensbus.golden.compare import Comparison, compare
from lensbus.golden.kept import TOLERANCE_S, Kept, Made, keep
from lensbus.golden.reading import read
from lensbus.golden.said import told as tell
from lensbus.golden.text import write
from lensbus.session.log import Record
from lensbus.spec.model import Spec

TEST = Made("test")


def read_golden(path: Path) -> Kept:
    """What stands in a golden trace.

    Raises:
        CaptureError: the file is none, cannot be read, or is damaged.
    """
    with one_line_errors(f"{path}", "name a golden trace"):
        text = path.read_text(encoding="utf-8")
    return read(text, f"{path}")


class Golden:
    """One golden trace, and the protocol that its runs speak.

    A `tolerance_s` goes before that of the file, `ignore` is added to what the file lets differ:
    `sync`, `status.temperature`, `status.focus_position within 5`. `made` tells how the run was
    made, if it is kept for the first time.

    Raises, in all it does:
        CaptureError: the file is no golden trace, cannot be read or not be written.
    """

    def __init__(
        self,
        path: Path,
        spec: Spec,
        *,
        tolerance_s: float | None = None,
        ignore: Sequence[str] = (),
        made: Made = TEST,
    ) -> None:
        self.path, self._spec, self._made = path, spec, made
        self._tolerance_s = tolerance_s
        self._allowances = tuple(map(Allowance.parse, ignore))
        for each in self._allowances:
            if not each.fits(spec):
                raise CaptureError(
                    f"ignore: {each.pattern!r} names no message or field of the spec"
                )

    def kept(self) -> Kept:
        """What stands in the file, with what goes before it."""
        kept = read_golden(self.path)
        more = [each for each in self._allowances if each not in kept.allowances]
        tolerance_s = kept.tolerance_s if self._tolerance_s is None else self._tolerance_s
        return replace(kept, tolerance_s=tolerance_s, allowances=(*kept.allowances, *more))

    def check(self, records: Iterable[Record]) -> None:
        """Hold the records of a run against it.

        Raises:
            AssertionError: they differ, or there is no such file yet; the text shows where first.
        """
        if not self.path.exists():
            raise AssertionError(f"{self.path}: there is no such golden trace yet: update it")
        kept = self.kept()
        found = compare(kept, tell(self._spec, records))
        if found.differences:
            raise AssertionError("\n".join(self.report(kept, found)))

    def report(self, kept: Kept, found: Comparison) -> Iterator[str]:
        """What of the spec has changed since, and where the run differs first; a line each."""
        if touched := kept.touched(self._spec):
            yield f"{self.path}: {self._spec.name} has changed since: {', '.join(touched)}"
        for number, line in enumerate(found.text()):
            yield line if number else f"{self.path}: {line}"

    def update(self, records: Iterable[Record]) -> list[str]:
        """Keep what a run says, unless that stands there; gives what changed, a line each."""
        every = list(records)
        if not self.path.exists():
            tolerance_s = TOLERANCE_S if self._tolerance_s is None else self._tolerance_s
            allowances = (*usual(self._spec), *self._allowances)
            new = keep(self._spec, every, self._made, __version__, tolerance_s, allowances)
            self._write(new)
            return [f"{self.path}: is new: {len(new.said)} messages"]
        old = self.kept()
        told = list(self.report(old, compare(old, tell(self._spec, every))))
        if told:
            allowances = old.allowances
            self._write(keep(self._spec, every, old.made, __version__, old.tolerance_s, allowances))
        return told

    def _write(self, kept: Kept) -> None:
        with one_line_errors(f"{self.path}", "name another file"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(write(kept), encoding="utf-8", newline="\n")
