"""Golden traces of tests: what was said in a test is held against what was said in it before."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from lensbus.capture.golden import Golden
from lensbus.errors import LocalProtocolError
from lensbus.plugin.report import Running
from lensbus.session.log import Record

FOLDER = "golden"
"""Beside the file of the test."""


class Goldens:
    """The golden traces of one test; with `update` they are written anew in place of compared."""

    def __init__(self, node: pytest.Item, test: Running, *, update: bool) -> None:
        classes = [each.name for each in node.listchain() if isinstance(each, pytest.Class)]
        self._name = ".".join([node.path.stem, *classes, _plain(node.name)])
        self._folder, self._test, self._update = node.path.parent / FOLDER, test, update
        self._checked = set[Path]()

    def path(self, name: str = "") -> Path:
        """Where a trace of this test stands; each but the first needs a name."""
        return self._folder / f"{'.'.join(filter(None, (self._name, _plain(name))))}.golden"

    def check(
        self,
        name: str = "",
        *,
        records: Iterable[Record] | None = None,
        tolerance_s: float | None = None,
        ignore: str | Sequence[str] = (),
    ) -> None:
        """Hold what was said up to now, or other records, against a trace.

        Raises:
            AssertionError: they differ; the text shows where first, and how to keep the new one.
            LocalProtocolError: there is a trace of this name in this test already.
        """
        __tracebackhide__ = True
        if self._test.run.url and records is None:
            pytest.skip(
                f"a golden trace is of virtual time, and the device at {self._test.run.url}"
            )
        every = list(self._test.run.records if records is None else records)
        rules, path = [ignore] if isinstance(ignore, str) else ignore, self.path(name)
        golden = Golden(path, self._test.spec, tolerance_s=tolerance_s, ignore=rules)
        self._take(path)
        if self._update:
            golden.update(every)
            return
        try:
            golden.check(every)
        except AssertionError as error:
            raise AssertionError(f"{error}\npytest --lensbus-update keeps the new one") from None

    def _take(self, path: Path) -> None:
        __tracebackhide__ = True
        if path in self._checked:
            words = 'is checked already in this test; name another, as check("after")'
            raise LocalProtocolError(f"golden.check: {path.name} {words}")
        self._checked.add(path)


def _plain(name: str) -> str:
    return re.sub("[^A-Za-z0-9_.-]+", "-", name).strip("-")
