"""A golden trace as a recording tells it, which holds what was on the wire and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from lensbus.golden.kept import Kept
from lensbus.golden.said import Said
from lensbus.spec.model import Spec


def as_recorded(kept: Kept, spec: Spec, recorded: Sequence[Said]) -> Kept:
    """Leave out edges of lines and faults that a side heard; count time as the recording does.

    Its first message and the first one that is wanted are at the same time.
    """
    there = {said.name for said in recorded}
    edges = {kind.name for kind in spec.messages.values() if kind.on_line} - there
    left = [said for said in kept.said if said.name not in edges and said.fault != "heard"]
    later_s = recorded[0].t - left[0].t if recorded and left else 0.0
    return replace(kept, said=[replace(said, t=said.t + later_s) for said in left])
