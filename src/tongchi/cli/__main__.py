"""`python -m tongchi.cli` is `tongchi`."""

import sys

from tongchi.cli import main

if __name__ == "__main__":
    sys.exit(main())
