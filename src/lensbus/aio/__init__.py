"""Real time: links by URL and the pump that joins a port to one."""
