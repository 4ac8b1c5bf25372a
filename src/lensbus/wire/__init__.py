"""Bytes: frames, checksums, layouts and the codec over them."""
