"""Golden traces: what a run said, kept as text, and how another run differs from it."""
