"""`python -m astrarium`: the command line without its script."""

import sys

from astrarium.cli import main

if __name__ == "__main__":
    sys.exit(main())
