"""What a run leaves for others to look at: pages and pictures."""
