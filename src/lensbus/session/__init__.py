"""A conversation: endpoint, state machine, virtual-time exchange, faults, records."""
