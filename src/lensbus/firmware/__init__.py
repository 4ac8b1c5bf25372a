"""Firmware of a lens: images and keys, flash and slots, the update from both ends; pure."""
