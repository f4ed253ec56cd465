"""`python -m tui`: the command line, where the `crosstalk` script is not on the path."""

import sys

from tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
