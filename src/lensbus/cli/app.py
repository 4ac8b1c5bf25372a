"""The door of the command line: light, so that Ctrl-C finds it open before all else is there."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from lensbus.cli.commands import run

        run()
    except KeyboardInterrupt:  # before a command began, or after it ended
        sys.exit(130)
