"""Run the command line with `python -m lensbus`."""

import sys

try:
    from lensbus.cli.app import main

    main()
except KeyboardInterrupt:
    sys.exit(130)
