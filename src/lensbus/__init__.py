"""lensbus: an open bench for camera lens mounts.

A spec file becomes a working protocol; a virtual body and a virtual lens talk it.
Start at `lensbus.spec.load.load` and `lensbus.bench.pair.pair`.
"""

__version__ = "0.1.0"
