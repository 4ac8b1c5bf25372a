"""Names in, lines out: what the command line and the pytest plugin have in common."""
