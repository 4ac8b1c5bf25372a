"""Whole things put together: units, pairs, their summary."""
