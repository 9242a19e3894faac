"""Keeps single loggers from warning while something runs that would warn for nothing."""

import logging
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_warnings(*names: str) -> Generator[None]:
    """Let these loggers, and no others, tell of errors only; their levels come back afterwards."""
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in levels:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)
