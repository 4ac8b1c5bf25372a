"""Firmware: images, the flash that keeps them, and which of them boots."""
