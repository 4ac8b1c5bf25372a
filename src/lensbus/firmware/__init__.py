"""Firmware of a lens: images, keys, judgement; pure."""
