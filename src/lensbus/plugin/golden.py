"""Golden traces of tests: what was said in a test is held against what was said in it before."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from lensbus.capture.golden import Golden
from lensbus.plugin.report import Running
from lensbus.session.log import Record

FOLDER = "golden"
"""Beside the file of the test."""


class Goldens:
    """The golden traces of one test; with `update` they are written anew in place of compared."""

    def __init__(self, node: pytest.Item, test: Running, *, update: bool) -> None:
        self._name = f"{node.path.stem}.{re.sub('[^A-Za-z0-9_.-]+', '-', node.name).strip('-')}"
        self._folder, self._test, self._update = node.path.parent / FOLDER, test, update

    def path(self, name: str = "") -> Path:
        """Where a trace stands: by a name of its own, or that of the test."""
        return self._folder / f"{name or self._name}.golden"

    def check(
        self,
        name: str = "",
        *,
        records: Iterable[Record] | None = None,
        tolerance_s: float | None = None,
        ignore: Sequence[str] = (),
    ) -> None:
        """Hold what was said up to now, or other records, against a trace.

        Raises:
            AssertionError: they differ; the text shows where first, and how to keep the new one.
        """
        __tracebackhide__ = True
        if self._test.run.url and records is None:
            pytest.skip(
                f"a golden trace is of virtual time, and the device at {self._test.run.url}"
            )
        every = list(self._test.run.records if records is None else records)
        golden = Golden(self.path(name), self._test.spec, tolerance_s=tolerance_s, ignore=ignore)
        if self._update:
            golden.update(every)
            return
        try:
            golden.check(every)
        except AssertionError as error:
            raise AssertionError(f"{error}\npytest --lensbus-update keeps the new one") from None
