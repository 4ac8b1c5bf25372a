"""Behaviour without bytes: a virtual lens and a virtual body."""
