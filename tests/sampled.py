"""How many examples a property is tried with: few in the suite, all in the campaign."""

import os

from hypothesis import settings

SHARE = 8
FULL = bool(os.environ.get("LENSBUS_FULL"))


def sampled(full: int) -> settings:
    """So many examples in the campaign (LENSBUS_FULL=1), an eighth of them in the suite.

    They are the same in each run, and a failure prints the one that failed.
    """
    count = full if FULL else max(1, full // SHARE)
    return settings(max_examples=count, deadline=None, derandomize=True, database=None)
