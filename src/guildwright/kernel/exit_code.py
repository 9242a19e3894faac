"""What the process tells its caller when it ends (CORE-512)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every verb; 75 and 78 are those of sysexits.h."""

    CLEAN = 0
    FAILED = 1
    USAGE = 2
    RESTART = 75
    CONFIG = 78
    FORCED = 130
