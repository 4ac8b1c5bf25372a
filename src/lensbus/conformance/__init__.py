"""Hold a device to its spec: cases derived from tables, layouts and replies, judged by the wire."""
