"""Run the command line with `python -m lensbus`."""

from lensbus.cli.app import main

main()
