"""What is made of a spec or of a run for other eyes and programs: pictures."""
