"""`python -m guildwright` is the same as `guildwright`."""

import sys

from guildwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
