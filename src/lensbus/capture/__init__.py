"""Recorded traffic in and out: logic traces, the bytes on them, and the files of other tools."""
